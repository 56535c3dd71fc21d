"""What is on its way to a platform as an answer.

The state machine is the table here; only the method below moves a row.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Base, Id
from app.foundation.errors import Conflict
from app.foundation.types import choice
from app.foundation.words import Words
from app.replies.models.answers import Draft


class OutboxState(Enum):
    """HELD is the time to undo; the others are ARCHITECTURE's "Out"."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    STOPPED = "stopped"
    """The thread had changed; the draft went back to its approver."""
    UNDONE = "undone"
    NEEDS_PERSON = "needs_person"


OUTBOX_MOVES: dict[OutboxState, frozenset[OutboxState]] = {
    OutboxState.HELD: frozenset({OutboxState.QUEUED, OutboxState.UNDONE}),
    OutboxState.QUEUED: frozenset(
        {
            OutboxState.SENDING,
            OutboxState.UNDONE,
            OutboxState.STOPPED,
            OutboxState.FAILED,
            OutboxState.SENT,
        }
    ),
    OutboxState.SENDING: frozenset(
        {
            OutboxState.SENT,
            OutboxState.FAILED,
            OutboxState.UNKNOWN,
            OutboxState.QUEUED,
            OutboxState.STOPPED,
        }
    ),
    OutboxState.UNKNOWN: frozenset(
        {OutboxState.SENT, OutboxState.QUEUED, OutboxState.NEEDS_PERSON, OutboxState.FAILED}
    ),
    OutboxState.NEEDS_PERSON: frozenset({OutboxState.SENT, OutboxState.QUEUED, OutboxState.FAILED}),
    OutboxState.SENT: frozenset(),
    OutboxState.FAILED: frozenset(),
    OutboxState.STOPPED: frozenset(),
    OutboxState.UNDONE: frozenset(),
}


class OutboxItem(Base):
    """One write to a platform, done once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_work", "state", "next_at"),
        Index(
            "uq_outbox_live",
            "draft_id",
            unique=True,
            sqlite_where=text("state NOT IN ('undone','stopped','failed')"),
            postgresql_where=text("state NOT IN ('undone','stopped','failed')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("draft_versions.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """comment, message or private_reply"""
    target: Mapped[str] = mapped_column(String(220))
    """The top of the thread, the person written to, or the comment answered privately."""
    reply_to: Mapped[str] = mapped_column(String(220), default="")
    """The newest message of those who are answered."""
    text: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[OutboxState] = mapped_column(choice(OutboxState))
    next_at: Mapped[datetime]
    """When there is something to do here: the undo time's end, a lease's end, a reading."""
    started_at: Mapped[datetime | None]
    """Committed before the call: without it, the platform was certainly not asked."""
    known_ids: Mapped[str] = mapped_column(Text, default="[]")
    """Our own messages that stood there before the call; they cannot be this one."""
    readings: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    external_id: Mapped[str | None] = mapped_column(String(220), unique=True)
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    draft: Mapped[Draft] = relationship()

    def move(self, state: OutboxState) -> None:
        """To another state, if the table above has that arrow."""
        if state not in OUTBOX_MOVES[self.state]:
            raise Conflict(Words("This answer is already on its way."), self.text)
        self.state = state
