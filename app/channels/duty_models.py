"""What has a date or a state of its own: ends, deletions, steps of setting up."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id
from app.foundation.types import choice


class Deadline(Base):
    """When something ends: only a date that a platform or a person gave."""

    __tablename__ = "deadlines"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    """ "token:5", "data-access:5" for a channel; "meta-renewal" for the app."""
    due_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """None: the platform said so."""
    told_days: Mapped[int | None]
    """The last warning that was given; None where the date is new."""


class Deletion(Base):
    """Somebody asked Meta to have what this desk knows of their profile deleted."""

    __tablename__ = "deletions"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    asked_at: Mapped[datetime]
    count: Mapped[int]
    """Channels that had been connected with their profile."""


class StepState(Enum):
    """How far a step of setting up is."""

    OPEN = "open"
    WAITING = "waiting"
    """Asked for: somebody else decides."""
    DONE = "done"


class Step(Base):
    """A step of setting up a platform's app, which may take weeks."""

    __tablename__ = "setup_steps"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[StepState] = mapped_column(choice(StepState))
    since: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    """What the person wrote: the two names, what arrived."""


class Grantor(Base):
    """With whose profile a channel was connected: their id at the platform, and nothing else."""

    __tablename__ = "channel_grantors"

    channel_id: Mapped[int] = mapped_column(
        Id, ForeignKey("channels.id"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[str] = mapped_column(String(60), index=True)
    probed_at: Mapped[datetime]
    """When the platform was last asked what the token is good for."""
