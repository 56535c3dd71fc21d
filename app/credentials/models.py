"""Sealed machine tokens."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id


class ChannelToken(Base):
    """A channel's token, sealed; every renewal is a new version, the newest is used."""

    __tablename__ = "channel_tokens"
    __table_args__ = (UniqueConstraint("channel_id", "kind", "version"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    sealed: Mapped[bytes]
    stored_at: Mapped[datetime]


class TokenRenewal(Base):
    """Who renews a channel's token just now: over all processes and machines only one at a time.

    A row that was left behind tells that a renewal began and never ended.
    """

    __tablename__ = "token_renewals"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    until: Mapped[datetime]
