"""Drafts, their versions and decisions.

The state machine is the table here; only the method below moves a row.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Base, Id
from app.foundation.errors import Conflict
from app.foundation.types import choice
from app.foundation.words import Words


class DraftState(Enum):
    """draft → submitted → approved, or back with a reason; the rest is the outbox's."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SENT = "sent"
    DISCARDED = "discarded"


DRAFT_MOVES: dict[DraftState, frozenset[DraftState]] = {
    DraftState.DRAFT: frozenset({DraftState.SUBMITTED, DraftState.APPROVED, DraftState.DISCARDED}),
    DraftState.SUBMITTED: frozenset(
        {DraftState.APPROVED, DraftState.RETURNED, DraftState.DRAFT, DraftState.DISCARDED}
    ),
    DraftState.RETURNED: frozenset(
        {DraftState.SUBMITTED, DraftState.APPROVED, DraftState.DRAFT, DraftState.DISCARDED}
    ),
    DraftState.APPROVED: frozenset(
        {
            DraftState.SENT,
            DraftState.SUBMITTED,
            DraftState.RETURNED,
            DraftState.DRAFT,
            DraftState.DISCARDED,
        }
    ),
    DraftState.SENT: frozenset(),
    DraftState.DISCARDED: frozenset({DraftState.DRAFT}),
}


class HoldingReply(Base):
    """A text that an owner approved once, sent unchanged but for name and time.

    A row is never changed: other words are another text, to be approved anew.
    """

    __tablename__ = "holding_replies"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    approved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def end(self, now: datetime) -> None:
        """Nobody can send it from now on; what was sent stays."""
        self.ended_at = now


class Draft(Base):
    """An answer being made, and whose comments it answers."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "state", "submitted_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    audience: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    state: Mapped[DraftState] = mapped_column(choice(DraftState), default=DraftState.DRAFT)
    text: Mapped[str] = mapped_column(Text, default="")
    """The newest version's words."""
    question: Mapped[str] = mapped_column(Text, default="")
    """What the writer wants the approver to know; team only."""
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    """Draft text, customer's text and head of thread, as they were when it was submitted."""
    head_message_id: Mapped[int | None] = mapped_column(Id)
    """The newest message then; no foreign key, since messages point to the outbox."""
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    private_to_id: Mapped[int | None] = mapped_column(Id)
    """The public message that this answers privately; no foreign key, for the same reason."""
    holding_id: Mapped[int | None] = mapped_column(ForeignKey("holding_replies.id"))
    """Set where these are a holding reply's words; it stands beside one's own draft."""
    promised_at: Mapped[datetime | None]
    """The time a holding reply promises."""
    version: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list["DraftVersion"]] = relationship(
        back_populates="draft", order_by="DraftVersion.number"
    )
    answers: Mapped[list["DraftAnswer"]] = relationship(back_populates="draft")

    __mapper_args__ = {"version_id_col": version}

    def move(self, state: DraftState) -> None:
        """To another state, if the table above has that arrow."""
        if state not in DRAFT_MOVES[self.state]:
            raise Conflict(Words("This answer has moved on meanwhile. Open it again."), self.text)
        self.state = state


class DraftVersion(Base):
    """The words as somebody saved them to be seen by another; never changed afterwards."""

    __tablename__ = "draft_versions"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"))
    number: Mapped[int]
    editor_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    draft: Mapped[Draft] = relationship(back_populates="versions")


class DraftAnswer(Base):
    """Whose open turn a draft answers, with the customer's words as the writer saw them."""

    __tablename__ = "draft_answers"

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    seen_text: Mapped[str] = mapped_column(Text, default="")

    draft: Mapped[Draft] = relationship(back_populates="answers")


class Decision(Base):
    """An approver's word on one version, bound to what they saw."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("draft_versions.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    is_approval: Mapped[bool]
    was_edited: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
