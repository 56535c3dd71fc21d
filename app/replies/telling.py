"""Whom the desk tells of an answer's way: approvers, its writer, and who can settle it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.permissions import Permission
from app.accounts import members
from app.notices import notices
from app.notices.models import Kind
from app.notices.notices import About
from app.replies.models import Draft, OutboxItem, OutboxState

TROUBLE = {
    OutboxState.FAILED: "failed",
    OutboxState.STOPPED: "stopped",
    OutboxState.NEEDS_PERSON: "needs-person",
}


def asked(db: Session, draft: Draft, now: datetime, *, by: int | None) -> None:
    """It waits for an approval: everybody who may give one is told, never its writer."""
    notices.over(db, Kind.DRAFT_RETURNED, _ref(draft), now)
    told = {*_approvers(db, draft.channel_id, now)} - {draft.author_id}
    notices.tell(db, told, Kind.DRAFT_WAITS, _about(draft), now, by=by)


def returned(db: Session, draft: Draft, now: datetime, *, by: int | None) -> None:
    """It came back: its writer is told, and nobody else has to decide."""
    over(db, draft, now)
    notices.tell(db, [draft.author_id], Kind.DRAFT_RETURNED, _about(draft), now, by=by)


def over(db: Session, draft: Draft, now: datetime) -> None:
    """It has moved on: neither approver nor writer has to look."""
    for kind in (Kind.DRAFT_WAITS, Kind.DRAFT_RETURNED):
        notices.over(db, kind, _ref(draft), now)


def ended(db: Session, item: OutboxItem, now: datetime) -> None:
    """What became of it on the platform. Where nobody knows, whoever can settle it is told too."""
    about = _of_item(item)
    detail = TROUBLE.get(item.state)
    if detail is None:
        notices.over(db, Kind.REPLY_TROUBLE, about.ref, now)
        return
    told = {item.member_id}
    if item.state is OutboxState.NEEDS_PERSON:
        told |= {*_approvers(db, item.channel_id, now)}
    notices.tell(db, told, Kind.REPLY_TROUBLE, about, now, detail=detail)


def resolved(db: Session, item: OutboxItem, now: datetime, *, by: int | None) -> None:
    """A person found out what the desk could not; its writer hears of it if it was not posted."""
    about = _of_item(item)
    notices.over(db, Kind.REPLY_TROUBLE, about.ref, now)
    if item.state is OutboxState.FAILED:
        notices.tell(db, [item.member_id], Kind.REPLY_TROUBLE, about, now, by=by, detail="failed")


def _approvers(db: Session, channel_id: int, now: datetime) -> list[int]:
    return [m.id for m in members.who_can(db, Permission.DRAFT_APPROVE, now, channel_id)]


def _of_item(item: OutboxItem) -> About:
    return About(f"outbox:{item.id}", item.channel_id, item.conversation_id)


def _about(draft: Draft) -> About:
    return About(_ref(draft), draft.channel_id, draft.conversation_id)


def _ref(draft: Draft) -> str:
    return f"draft:{draft.id}"
