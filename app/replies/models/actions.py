"""What is done on a platform with what others wrote there: hidden, deleted, liked, blocked.

The state machine is the table here; only the method below moves a row.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.channels.models import Act
from app.foundation.db import Base, Id
from app.foundation.errors import Conflict
from app.foundation.types import choice
from app.foundation.words import Words


class ActionState(Enum):
    """queued → sending → done; without an answer it is looked at how the thing stands."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    UNDONE = "undone"
    """Taken back before it began."""
    FAILED = "failed"
    NEEDS_PERSON = "needs_person"


ACTION_MOVES: dict[ActionState, frozenset[ActionState]] = {
    ActionState.QUEUED: frozenset({ActionState.SENDING, ActionState.UNDONE}),
    ActionState.SENDING: frozenset(
        {ActionState.DONE, ActionState.FAILED, ActionState.UNKNOWN, ActionState.QUEUED}
    ),
    ActionState.UNKNOWN: frozenset(
        {
            ActionState.DONE,
            ActionState.FAILED,
            ActionState.QUEUED,
            ActionState.NEEDS_PERSON,
        }
    ),
    ActionState.DONE: frozenset(),
    ActionState.UNDONE: frozenset(),
    ActionState.FAILED: frozenset(),
    ActionState.NEEDS_PERSON: frozenset(),
}
LIVE = (ActionState.QUEUED, ActionState.SENDING, ActionState.UNKNOWN)


class PlatformAction(Base):
    """One thing to be done there, at most one at a time with a message."""

    __tablename__ = "platform_actions"
    __table_args__ = (
        Index("ix_platform_actions_work", "state", "next_at"),
        Index("ix_platform_actions_conversation", "conversation_id", "id"),
        Index(
            "uq_platform_actions_live",
            "message_id",
            unique=True,
            sqlite_where=text("state IN ('queued','sending','unknown')"),
            postgresql_where=text("state IN ('queued','sending','unknown')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    """What it is done with; for a block, where the person was chosen."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    """Whom it is about, where it is about a person."""
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    act: Mapped[Act] = mapped_column(choice(Act))
    target: Mapped[str] = mapped_column(String(220))
    """The message's or the person's id there."""
    state: Mapped[ActionState] = mapped_column(choice(ActionState))
    next_at: Mapped[datetime]
    """When there is something to do here: a lease's end, a reading, another try."""
    started_at: Mapped[datetime | None]
    """Committed before the call: without it, the platform was certainly not asked."""
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def move(self, state: ActionState) -> None:
        """To another state, if the table above has that arrow."""
        if state not in ACTION_MOVES[self.state]:
            raise Conflict(Words("This is under way already. Look again in a moment."))
        self.state = state
