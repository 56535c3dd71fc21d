"""What screens show of several areas together; each starts from what the person may read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.accounts.models import Member
from app.inbox import queries
from app.inbox.models import Conversation
from app.replies import approvals, drafts
from app.replies.models import Decision, Draft


@dataclass(frozen=True)
class Returned:
    """One's own answer that came back, and why."""

    draft: Draft
    conversation: Conversation
    name: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Decided:
    """An approver's word, for the list of past ones."""

    decision: Decision
    draft: Draft
    name: str
    by: str


def has_written(db: Session, actor: Actor) -> bool:
    """Whether this person has ever begun an answer."""
    own = select(Draft.id).where(Draft.author_id == actor.member_id).limit(1)
    return db.scalar(own) is not None


def sent_back(db: Session, actor: Actor) -> list[Returned]:
    """One's own answers that came back, each with its reason."""
    return [_returned(db, draft) for draft in approvals.sent_back(db, actor)]


def decided(db: Session, actor: Actor, now: datetime) -> list[Decided]:
    """The newest decisions, with whom they were about."""
    return [_decided(db, decision) for decision in approvals.decided(db, actor, now)]


def _decided(db: Session, decision: Decision) -> Decided:
    draft = db.get_one(Draft, decision.draft_id)
    conversation = db.get_one(Conversation, draft.conversation_id)
    return Decided(
        decision,
        draft,
        queries.contact_name(conversation.contact),
        db.get_one(Member, decision.member_id).first_name,
    )


def _returned(db: Session, draft: Draft) -> Returned:
    conversation = db.get_one(Conversation, draft.conversation_id)
    last = drafts.last_return(db, draft)
    by = db.get_one(Member, last.member_id).first_name if last else ""
    return Returned(
        draft,
        conversation,
        queries.contact_name(conversation.contact),
        last.reason if last else "",
        by,
        last.at if last else draft.saved_at,
    )
