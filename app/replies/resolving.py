"""When the desk could not find out whether a reply is there, a person looks and says so."""

from datetime import datetime
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict
from app.foundation.words import Words
from app.inbox import access, changes, turns
from app.inbox.intake import Promises
from app.inbox.models import Conversation, Message
from app.replies import drafts, outbox, telling
from app.replies.models import Draft, DraftState, OutboxItem, OutboxState


class Verdict(Enum):
    """What the person saw on the platform."""

    THERE = "there"
    SEND_AGAIN = "send-again"
    LEAVE = "leave"


def resolve(
    db: Session, actor: Actor, item_id: int, verdict: Verdict, promises: Promises, now: datetime
) -> OutboxItem:
    """End the uncertainty, by who may approve on the channel."""
    item = outbox.get(db, actor, item_id, now)
    policy.require(actor, Permission.DRAFT_APPROVE, now, item.channel_id)
    if item.state is not OutboxState.NEEDS_PERSON:
        raise Conflict(Words("The desk has found out by itself meanwhile."), item.text)
    draft = db.get_one(Draft, item.draft_id)
    if verdict is Verdict.THERE:
        item.move(OutboxState.SENT)
        draft.move(DraftState.SENT)
        _settle_turns(db, item, draft, promises, now)
    elif verdict is Verdict.LEAVE:
        item.move(OutboxState.FAILED)
        draft.move(DraftState.RETURNED)
    else:
        item.move(OutboxState.QUEUED)
        item.attempts = item.failures = item.readings = 0
        item.started_at, item.next_at, item.ended_at = None, now, None
    if verdict is not Verdict.SEND_AGAIN:
        item.ended_at = now
    telling.resolved(db, item, now, by=actor.member_id)
    log.record(
        db,
        Event.REPLY_SETTLED,
        actor.log_name,
        f"outbox:{item.id}",
        now=now,
        method=verdict.value,
        draft=draft.id,
    )
    changes.note(db, item.channel_id, item.conversation_id, now)
    return item


def _settle_turns(
    db: Session, item: OutboxItem, draft: Draft, promises: Promises, now: datetime
) -> None:
    """Those it answers wait no longer; our words themselves come with the next reading.

    Whoever got a holding reply waits on, until the time it named.
    """
    conversation = db.get_one(Conversation, item.conversation_id)
    answered = {t.contact_key for t in drafts.answered_turns(db, draft)}
    messages = db.scalars(
        select(Message).where(
            Message.conversation_id == conversation.id, Message.is_ours.is_(False)
        )
    )
    for message in messages:
        if message.author_key not in answered or message.sent_at > item.created_at:
            continue
        if draft.holding_id is None:
            message.is_settled = True
        else:
            message.promised_at = draft.promised_at or message.promised_at
    db.flush()
    channel = access.channel_of(db, conversation)
    turns.again(db, conversation, promises.of(channel, is_public=conversation.is_public), at=now)
