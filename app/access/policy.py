"""The one place that answers "may this person do this here, now?".

List, page, search, live feed and export all ask `channels_open_to`; every service asks
`require`. So what is refused in one of them is refused in all.
"""

from dataclasses import dataclass
from datetime import datetime

from app.access.identity import Actor, Grant
from app.access.permissions import Permission
from app.access.roles import GIVES, WHOLE_DESK
from app.foundation.errors import Forbidden
from app.foundation.words import Words


@dataclass(frozen=True)
class Channels:
    """The channels a right covers: all of them, or just these."""

    is_all: bool
    ids: frozenset[int] = frozenset()

    def __contains__(self, channel_id: int) -> bool:
        return self.is_all or channel_id in self.ids

    def __bool__(self) -> bool:
        return self.is_all or bool(self.ids)


def can(actor: Actor, permission: Permission, now: datetime, channel_id: int | None = None) -> bool:
    """Whether the actor holds the right on this channel (None: on at least one)."""
    open_to = channels_open_to(actor, permission, now)
    return bool(open_to) if channel_id is None else channel_id in open_to


def channels_open_to(actor: Actor, permission: Permission, now: datetime) -> Channels:
    """Every channel on which the actor holds the right at this moment."""
    live = [g for g in actor.grants if _gives(g, permission, now)]
    if any(g.channel_id is None for g in live):
        return Channels(is_all=True)
    return Channels(False, frozenset(g.channel_id for g in live if g.channel_id is not None))


def require(
    actor: Actor, permission: Permission, now: datetime, channel_id: int | None = None
) -> None:
    """Refuse, in words, an actor who does not hold the right here."""
    if not can(actor, permission, now, channel_id):
        raise Forbidden(refusal(permission))


def refusal(permission: Permission) -> Words:
    """Why not, for who does not hold the right."""
    return REFUSALS.get(permission, _NOT_YOURS)


def _gives(grant: Grant, permission: Permission, now: datetime) -> bool:
    if grant.until is not None and grant.until <= now:
        return False
    if grant.channel_id is not None and permission in WHOLE_DESK:
        return False
    return permission in GIVES[grant.role]


_NOT_YOURS = Words("Your role does not cover this. An owner can change that under Members.")

REFUSALS = {
    Permission.DRAFT_APPROVE: Words(
        "You cannot approve on this channel. An owner or an approver can."
    ),
    Permission.DRAFT_WRITE: Words(
        "You can read this channel but not answer on it. An owner can change that."
    ),
    Permission.REPLY_SEND: Words(
        "Your answers on this channel need an approval first. An owner can change that."
    ),
    Permission.MESSAGE_DELETE: Words(
        "Deleting cannot be undone, so an owner or an approver does it. You can hide it."
    ),
    Permission.CONTACT_BLOCK: Words("An owner or an approver can block people on this channel."),
    Permission.CHANNEL_MANAGE: Words("Only an admin connects and changes channels."),
    Permission.MEMBER_MANAGE: Words("Only an owner or an admin changes members."),
    Permission.OWNER_MANAGE: Words("Only an owner can do this."),
    Permission.SETTINGS_MANAGE: Words("Only an owner changes the desk's settings."),
}
