"""What is on its way out: the time to undo, then the queue. Nothing here calls a platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts.models import Desk
from app.audit import log
from app.audit.events import Event
from app.channels.models import Channel
from app.foundation.due import due
from app.foundation.errors import Conflict, Forbidden, NotFound
from app.foundation.words import Words
from app.inbox import changes
from app.inbox.models import Audience, Conversation, Message
from app.inbox.waiting import order_of
from app.replies import drafts, telling
from app.replies.abilities import PRIVATE_REPLY
from app.replies.models import (
    Decision,
    Draft,
    DraftState,
    DraftVersion,
    OutboxItem,
    OutboxState,
)

TROUBLE = (OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.STOPPED, OutboxState.NEEDS_PERSON)
CAN_UNDO = (OutboxState.HELD, OutboxState.QUEUED)


def enqueue(
    db: Session, draft: Draft, version: DraftVersion, conversation: Conversation, now: datetime
) -> OutboxItem:
    """Put an approved answer into the outbox, held back while it can be undone."""
    desk = db.get_one(Desk, 1)
    is_public = draft.audience == Audience.PUBLIC.value
    seconds = desk.public_undo_seconds if is_public else desk.private_undo_seconds
    item = OutboxItem(
        draft_id=draft.id,
        version_id=version.id,
        conversation_id=conversation.id,
        channel_id=conversation.channel_id,
        member_id=draft.author_id,
        kind=_kind(draft),
        target=_target(db, draft, conversation),
        reply_to=_newest_answered(db, draft),
        text=version.text,
        fingerprint=draft.fingerprint,
        state=OutboxState.HELD,
        next_at=now + timedelta(seconds=seconds),
        created_at=now,
    )
    db.add(item)
    db.flush()
    changes.note(db, conversation.channel_id, conversation.id, now)
    return item


def undo(db: Session, actor: Actor, item_id: int, now: datetime) -> OutboxItem:
    """Take it back before it is sent: its writer, or who may approve here."""
    item = get(db, actor, item_id, now)
    may_approve = policy.can(actor, Permission.DRAFT_APPROVE, now, item.channel_id)
    if item.member_id != actor.member_id and not may_approve:
        raise Forbidden(Words("Its writer or an approver can take this back."))
    if item.state not in CAN_UNDO:
        raise Conflict(
            Words("It is too late to undo: the answer is already on its way."), item.text
        )
    item.move(OutboxState.UNDONE)
    item.ended_at = now
    draft = db.get_one(Draft, item.draft_id)
    _back(db, actor, draft, now)
    log.record(db, Event.REPLY_UNDONE, actor.log_name, f"outbox:{item.id}", now=now, draft=draft.id)
    changes.note(db, item.channel_id, item.conversation_id, now)
    return item


def _back(db: Session, actor: Actor, draft: Draft, now: datetime) -> None:
    """To its approver, or its writer; a holding reply's words were nobody's to go on with."""
    if draft.holding_id is not None:
        draft.move(DraftState.DISCARDED)
    elif _was_approved(db, draft):
        draft.move(DraftState.SUBMITTED)
        telling.asked(db, draft, now, by=actor.member_id)
    else:
        draft.move(DraftState.DRAFT)
    drafts.show_waiting(db, draft.conversation_id)


def get(db: Session, actor: Actor, item_id: int, now: datetime) -> OutboxItem:
    """An outbox item on a channel the person may read; locked."""
    item = locked(db, item_id)
    if item is None or not policy.can(actor, Permission.CONVERSATION_READ, now, item.channel_id):
        raise NotFound()
    return item


def locked(db: Session, item_id: int) -> OutboxItem | None:
    """A row as it is now, then its conversation, before its draft: everybody takes them in this
    order, so that no two wait for each other."""
    item = db.get(OutboxItem, item_id, with_for_update=True, populate_existing=True)
    if item is not None:
        db.get_one(Conversation, item.conversation_id, with_for_update=True, populate_existing=True)
    return item


@dataclass(frozen=True)
class Held:
    """An answer that can still be undone, as the toast shows it."""

    outbox_id: int
    conversation_id: int
    contact_name: str
    audience: str
    platform: str
    seconds_left: int


def holding(db: Session, actor: Actor, now: datetime) -> list[Held]:
    """What this person can still undo: their own answers and those they approved."""
    approved = select(Decision.draft_id).where(
        Decision.member_id == actor.member_id, Decision.is_approval
    )
    rows = db.execute(
        select(OutboxItem, Conversation, Channel.platform)
        .join(Conversation, Conversation.id == OutboxItem.conversation_id)
        .join(Channel, Channel.id == OutboxItem.channel_id)
        .where(
            OutboxItem.state == OutboxState.HELD,
            OutboxItem.next_at > now,
            (OutboxItem.member_id == actor.member_id) | OutboxItem.draft_id.in_(approved),
        )
        .order_by(OutboxItem.next_at)
    )
    return [
        Held(
            item.id,
            conversation.id,
            conversation.contact.name if conversation.contact else "",
            (conversation.audience if item.kind != PRIVATE_REPLY else Audience.PRIVATE).value,
            platform.value,
            ceil((item.next_at - now).total_seconds()),
        )
        for item, conversation, platform in rows
    ]


def of_conversation(db: Session, conversation_id: int) -> Sequence[OutboxItem]:
    """Everything that went or goes out in a conversation, oldest first."""
    return db.scalars(
        select(OutboxItem)
        .where(OutboxItem.conversation_id == conversation_id)
        .order_by(OutboxItem.id)
    ).all()


def release(db: Session, now: datetime) -> int:
    """The time to undo is over: into the queue."""
    items = db.scalars(
        select(OutboxItem)
        .where(OutboxItem.state == OutboxState.HELD, due(OutboxItem.next_at, now))
        .with_for_update(skip_locked=True)
    ).all()
    for item in items:
        item.move(OutboxState.QUEUED)
        changes.note(db, item.channel_id, item.conversation_id, now)
    return len(items)


def _kind(draft: Draft) -> str:
    if draft.private_to_id is not None:
        return PRIVATE_REPLY
    return "comment" if draft.audience == Audience.PUBLIC.value else "message"


def _target(db: Session, draft: Draft, conversation: Conversation) -> str:
    """The comment answered privately; else the top comment, or the person."""
    if draft.private_to_id is not None:
        return db.get_one(Message, draft.private_to_id).external_id
    return conversation.external_key.removeprefix("dm:")


def _newest_answered(db: Session, draft: Draft) -> str:
    """What the answered customers wrote last."""
    said = [turn.last_message for turn in drafts.answered_turns(db, draft)]
    return max(said, key=order_of).external_id if said else ""


def _was_approved(db: Session, draft: Draft) -> bool:
    return (
        db.scalar(
            select(Decision.id).where(Decision.draft_id == draft.id, Decision.is_approval).limit(1)
        )
        is not None
    )
