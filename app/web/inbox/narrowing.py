"""What the list shows of a tab: all of it, one channel's, one label's."""

from dataclasses import dataclass

from flask import g, request
from flask_babel import gettext

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.channels import queries
from app.channels.models import Channel
from app.inbox import labels, lookalikes
from app.inbox.models import Label
from app.web.forms import parse
from app.web.page import reader


@dataclass(frozen=True)
class Narrow:
    """The channel and the label asked for, or look-alikes only; none is all."""

    channel_id: int | None = None
    label_id: int | None = None
    is_lookalikes: bool = False

    @property
    def args(self) -> dict[str, int]:
        """As they stand in an address."""
        odd = 1 if self.is_lookalikes else None
        each = {"channel": self.channel_id, "label": self.label_id, "lookalikes": odd}
        return {name: found for name, found in each.items() if found is not None}


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to."""

    channels: list[Channel]
    labels: list[Label]
    has_lookalikes: bool

    @property
    def is_worthwhile(self) -> bool:
        """One channel alone is no choice."""
        return len(self.channels) > 1 or bool(self.labels) or self.has_lookalikes

    def names(self, narrow: Narrow) -> list[str]:
        """What it is narrowed to, in words."""
        found = [reader.channel_name(c) for c in self.channels if c.id == narrow.channel_id]
        found += [label.name for label in self.labels if label.id == narrow.label_id]
        return found + ([gettext("Look-alikes")] if narrow.is_lookalikes else [])


def asked() -> Narrow:
    """From the address."""
    return Narrow(_number("channel"), _number("label"), _number("lookalikes") == 1)


def choices() -> Choices:
    """The channels this person reads, and the labels in use."""
    db, now = gate.db(), gate.now()
    readable = policy.channels_open_to(g.actor, Permission.CONVERSATION_READ, now)
    found = [c for c in queries.channels(db, g.actor, now) if c.id in readable]
    return Choices(found, labels.live(db), lookalikes.is_any(db, g.actor, now))


def _number(name: str) -> int | None:
    found = request.args.get(name)
    return parse.as_number(found) if found else None
