"""Which contacts are one person: what points to it, and what a member said of it."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id
from app.foundation.types import choice


class Clue(Enum):
    """What two contacts can have in common."""

    EMAIL = "email"
    """As the team wrote it down, like the phone number."""
    PHONE = "phone"
    ORDER = "order"
    """A number that may be an order's, in what they wrote."""
    NAME = "name"
    """The full name, on two channels: points to nobody by itself."""
    DAYS = "days"
    """They wrote within the same days."""


class SameState(Enum):
    PROPOSED = "proposed"
    JOINED = "joined"
    APART = "apart"
    """Somebody said that they are two people: it is never proposed again."""


class SamePerson(Base):
    """Two contacts that are, or may be, one person; nothing of theirs is ever moved."""

    __tablename__ = "same_people"
    __table_args__ = (Index(None, "other_id"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    """The smaller number of the two."""
    other_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    state: Mapped[SameState] = mapped_column(choice(SameState))
    clues: Mapped[str] = mapped_column(String(100))
    """With commas; the order of `Clue`."""
    found_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]

    @property
    def reasons(self) -> list[Clue]:
        return [Clue(c) for c in self.clues.split(",")]

    def decide(self, state: SameState, member_id: int | None, now: datetime) -> None:
        """What a member said; undone, it is as open as before."""
        self.state, self.decided_by_id, self.decided_at = state, member_id, now


class ContactClue(Base):
    """What is known of a contact, in the form in which it is compared."""

    __tablename__ = "contact_clues"
    __table_args__ = (Index(None, "clue", "value"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    clue: Mapped[Clue] = mapped_column(choice(Clue, 10), primary_key=True)
    value: Mapped[str] = mapped_column(String(254), primary_key=True)


class FeedReader(Base):
    """How far a job of the desk's has read the change feed."""

    __tablename__ = "feed_readers"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(Id, default=0)
