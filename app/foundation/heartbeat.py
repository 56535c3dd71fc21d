"""The worker's sign of life, kept where every web process can see it."""

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.db import Base

QUIET = timedelta(seconds=90)
"""After this it does not work any more, or this machine's clock was moved."""


class Heartbeat(Base):
    """When a program last said that it works."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


def beat(db: Session, now: datetime, name: str = "worker") -> None:
    """Say that the program works."""
    db.merge(Heartbeat(name=name, at=now))


def last_beat(db: Session, name: str = "worker") -> datetime | None:
    """When the program last said so."""
    found = db.get(Heartbeat, name)
    return found.at if found else None


def is_gone(db: Session, now: datetime, name: str = "worker") -> bool:
    """Whether the program worked once and does not work now."""
    last = last_beat(db, name)
    return last is not None and abs(now - last) >= QUIET
