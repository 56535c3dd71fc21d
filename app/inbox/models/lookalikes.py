"""Customers who call themselves like us."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.foundation.types import choice


class Likeness(Enum):
    """What makes somebody look like us."""

    NAME = "name"
    """Called as one of our channels."""
    OUR_SUPPORT = "our-support"
    """Called as our customer service."""
    SUPPORT = "support"
    """Called customer service, and nothing else."""


class Lookalike(Base):
    """Somebody who looks like us and is not, or of whom a member said that they are real."""

    __tablename__ = "lookalikes"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    likeness: Mapped[Likeness] = mapped_column(choice(Likeness))
    found_at: Mapped[datetime]
    dismissed_at: Mapped[datetime | None]
    """When a member said that this is a real person: they are not flagged again."""
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
