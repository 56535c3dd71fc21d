"""What came in as it came, and what must be done with what is kept of it."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.channels.models import Source
from app.foundation.db import Base, Id
from app.foundation.types import choice


class EventState(Enum):
    """How far a raw event has come."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"
    """Could not be understood, wholly or in part; kept, with the reason, to be tried again."""


class RawEvent(Base):
    """What came in, as it came, stored before it is answered or understood."""

    __tablename__ = "raw_events"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    source: Mapped[Source] = mapped_column(choice(Source, 10))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[EventState] = mapped_column(choice(EventState), default=EventState.NEW)
    problem: Mapped[str] = mapped_column(String(500), default="")
    tries: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(index=True)
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    """SHA-256 of what a reading brought, which brings the same again and again; webhooks need
    none."""


class RefusedDelivery(Base):
    """A delivery with a wrong signature: when, from where, how long; never its content."""

    __tablename__ = "refused_deliveries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(64))
    length: Mapped[int]


class EarlyMark(Base):
    """A delete, hide or unhide that came before the thing itself: applied when that comes."""

    __tablename__ = "early_marks"
    __table_args__ = (Index(None, "at"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(220), primary_key=True)
    verb: Mapped[str] = mapped_column(String(10))
    happened_at: Mapped[datetime]
    """The platform's time of it; the newest counts."""
    at: Mapped[datetime]
    """When it came here; kept as long as what it is about can still come."""


class Erasure(Base):
    """A deleted message of which stored deliveries may still speak."""

    __tablename__ = "erasures"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(220), primary_key=True)
    next_event_id: Mapped[int] = mapped_column(Id, index=True)
    """Where the search through them goes on."""
