"""How a member wants to be told: each kind in the desk's list, by mail, by push or not at all."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.foundation.errors import Invalid, NotFound
from app.foundation.words import Words
from app.notices.models import Kind, NoticeSettings

A_DAY = 24 * 60


@dataclass(frozen=True)
class Choice:
    """Where one kind is told."""

    in_desk: bool = True
    by_mail: bool = True
    by_push: bool = True


@dataclass(frozen=True)
class Quiet:
    """The hours in which nothing goes out, in minutes after midnight; they may pass midnight."""

    begins: int
    ends: int

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When something may go again; None while it may."""
        local = now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        is_inside = (
            self.begins <= minute < self.ends
            if self.begins < self.ends
            else minute >= self.begins or minute < self.ends
        )
        if not is_inside:
            return None
        day = local.date() if minute < self.ends else local.date() + timedelta(days=1)
        hour, rest = divmod(self.ends, 60)
        return datetime(day.year, day.month, day.day, hour, rest, tzinfo=zone)


STANDARD = {kind: Choice() for kind in Kind} | {Kind.ASSIGNED: Choice(by_mail=False)}
"""What is in one's own hands already is not mailed as well."""


@dataclass(frozen=True)
class Choices:
    """Everything that one member chose."""

    kinds: Mapping[Kind, Choice] = field(default_factory=lambda: STANDARD)
    quiet: Quiet | None = None
    has_words: bool = False
    """The customer's name and words may stand in a mail."""
    has_push_words: bool = False

    def of(self, kind: Kind) -> Choice:
        return self.kinds.get(kind, STANDARD[kind])


def of_members(db: Session, member_ids: Iterable[int]) -> dict[int, Choices]:
    """The choices of several members."""
    ids = set(member_ids)
    rows = db.scalars(select(NoticeSettings).where(NoticeSettings.member_id.in_(ids)))
    return {i: Choices() for i in ids} | {r.member_id: _read(r) for r in rows}


def own(db: Session, actor: Actor) -> Choices:
    """The actor's own."""
    return of_members(db, [_member(actor)])[_member(actor)]


def choose(db: Session, actor: Actor, chosen: Choices) -> None:
    """Keep what a member chose, for what comes from now on."""
    row = db.get(NoticeSettings, _member(actor))
    if row is None:
        row = NoticeSettings(member_id=_member(actor))
        db.add(row)
    row.choices = json.dumps(
        {k.value: [c.in_desk, c.by_mail, c.by_push] for k, c in chosen.kinds.items()}
    )
    row.quiet_from = chosen.quiet.begins if chosen.quiet else None
    row.quiet_until = chosen.quiet.ends if chosen.quiet else None
    row.has_words, row.has_push_words = chosen.has_words, chosen.has_push_words


def quiet_hours(begins: int | None, ends: int | None) -> Quiet | None:
    """The quiet hours somebody asked for; none where neither end is given."""
    if begins is None and ends is None:
        return None
    if begins is None or ends is None:
        raise Invalid(Words("Write both ends of the quiet hours, or neither."), "quiet_from")
    if not (0 <= begins < A_DAY and 0 <= ends < A_DAY) or begins == ends:
        raise Invalid(Words("Quiet hours begin and end at two different times."), "quiet_from")
    return Quiet(begins, ends)


def _read(row: NoticeSettings) -> Choices:
    stored: dict[str, list[bool]] = json.loads(row.choices)
    kinds = {k: Choice(*stored[k.value]) if k.value in stored else STANDARD[k] for k in Kind}
    quiet = None
    if row.quiet_from is not None and row.quiet_until is not None:
        quiet = Quiet(row.quiet_from, row.quiet_until)
    return Choices(kinds, quiet, row.has_words, row.has_push_words)


def _member(actor: Actor) -> int:
    if actor.member_id is None:
        raise NotFound()
    return actor.member_id
