"""What the team adds to a conversation: notes, labels, who is there, and the change feed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id
from app.inbox.models.searched import searched_by, to_index


class Note(Base):
    """A word for the team. Lives in its own table: no sender can ever reach it."""

    __tablename__ = "notes"
    __table_args__ = (to_index("notes"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    is_indexed: Mapped[bool] = mapped_column(default=False)
    indexed_as: Mapped[int | None] = mapped_column(Id)


searched_by(Note, "text", "at", "conversation_id")


class Label(Base):
    """A word of the team's for a kind of conversation."""

    __tablename__ = "labels"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Put away: shown and offered nowhere, and kept on its conversations for its return."""


class ConversationLabel(Base):
    """A label on a conversation, and who put it there."""

    __tablename__ = "conversation_labels"
    __table_args__ = (Index(None, "label_id", "conversation_id"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]


class Change(Base):
    """The change feed: a number that grows in commit order, read by every open browser."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "channel_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    channel_id: Mapped[int]
    conversation_id: Mapped[int | None]
    at: Mapped[datetime]


class ChangeHead(Base):
    """The feed's end, one row; locked while numbers are given, so that none is ever skipped."""

    __tablename__ = "change_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Id, default=0)


class Presence(Base):
    """Who has a conversation open, and who is writing in it."""

    __tablename__ = "presence"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    seen_at: Mapped[datetime]
    answering_at: Mapped[datetime | None]
