"""What waits for a member, by mail or by push, and what of it is still worth sending."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.foundation.due import due, is_due
from app.notices import choices, queries
from app.notices.choices import Choices
from app.notices.models import Kind, MailState, Notice
from app.notices.people import House, People, Recipient

TOO_LATE = timedelta(days=1)
"""What could not go for a day says nothing new; the list in the desk has it."""
AGAIN = timedelta(minutes=1)
MOST_TRIES = 6


@dataclass(frozen=True)
class Claim:
    """Everything that is to be told to one member now, and how they wish it."""

    to: Recipient
    house: House
    wishes: Choices
    told: list[Notice]


@dataclass(frozen=True)
class Way:
    """One way of telling, by the columns that say how far it is: "mail" or "push"."""

    name: str

    @property
    def state(self) -> Any:
        return getattr(Notice, self.name)

    @property
    def at(self) -> Any:
        return getattr(Notice, f"{self.name}_at")

    def due(self, db: Session, now: datetime) -> list[int]:
        """The members for whom something is due."""
        found = select(Notice.member_id).where(self.state == MailState.WAITS, due(self.at, now))
        return sorted(set(db.scalars(found)))

    def claim(self, db: Session, member_id: int, people: People, now: datetime) -> Claim | None:
        """Everything that waits for one member, tried again later unless it is marked as sent."""
        waiting = self._waiting(db, member_id)
        if not any(self._is_due(n, now) for n in waiting):
            return None
        to, house = people.recipient(db, member_id), people.house(db)
        wishes = choices.of_members(db, [member_id])[member_id]
        until = wishes.quiet.until(now, house.zone) if wishes.quiet else None
        if until is not None:
            waiting = self._held_back(waiting, until)
        told = self._still_wanted(db, to, waiting, now)
        if to is None or not told:
            return None
        for notice in told:
            self._try(notice, now)
        return Claim(to, house, wishes, told)

    def mark(
        self, db: Session, notice_ids: Iterable[int], state: MailState, at: datetime | None
    ) -> None:
        """How it went; what was read or dealt with meanwhile stays as it is."""
        db.execute(
            update(Notice)
            .where(Notice.id.in_(list(notice_ids)), self.state != MailState.NONE)
            .values({self.name: state, f"{self.name}_at": at})
        )

    def put_off(self, db: Session, notice_ids: Iterable[int], until: datetime) -> None:
        """What waits is not tried again before."""
        some = Notice.id.in_(list(notice_ids))
        waits = update(Notice).where(some, self.state == MailState.WAITS, self.at < until)
        db.execute(waits.values({f"{self.name}_at": until}))

    def _waiting(self, db: Session, member_id: int) -> list[Notice]:
        found = (
            select(Notice)
            .where(Notice.member_id == member_id, self.state == MailState.WAITS)
            .order_by(Notice.id)
            .with_for_update(skip_locked=True)
        )
        return list(db.scalars(found))

    def _is_due(self, notice: Notice, now: datetime) -> bool:
        at: datetime | None = getattr(notice, f"{self.name}_at")
        return at is not None and is_due(at, now)

    def _set(self, notice: Notice, state: MailState, at: datetime | None) -> None:
        setattr(notice, self.name, state)
        setattr(notice, f"{self.name}_at", at)

    def _try(self, notice: Notice, now: datetime) -> None:
        tries = getattr(notice, f"{self.name}_tries") + 1
        setattr(notice, f"{self.name}_tries", tries)
        state = MailState.FAILED if tries >= MOST_TRIES else MailState.WAITS
        self._set(notice, state, now + AGAIN * 2**tries)

    def _held_back(self, waiting: list[Notice], until: datetime) -> list[Notice]:
        """What goes in quiet hours all the same: somebody asked for it just now."""
        for notice in waiting:
            if notice.kind is not Kind.TEST:
                self._set(notice, MailState.WAITS, until)
        return [n for n in waiting if n.kind is Kind.TEST]

    def _still_wanted(
        self, db: Session, to: Recipient | None, waiting: list[Notice], now: datetime
    ) -> list[Notice]:
        """Without what was read, is too old, or lies where the member may not read now."""
        shown: set[int] = set()
        if to is not None:
            ids = [n.id for n in waiting]
            mine = select(Notice.id).where(queries.visible(to.actor, now), Notice.id.in_(ids))
            shown = set(db.scalars(mine))
        wanted = []
        for notice in waiting:
            if notice.id in shown and notice.read_at is None and notice.at > now - TOO_LATE:
                wanted.append(notice)
            else:
                self._set(notice, MailState.NONE, None)
        return wanted
