"""What went out, as it stands in the conversation: told by us, before the platform tells of it."""

import json
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.inbox import access, turns
from app.inbox.intake import Promises
from app.inbox.models import Conversation, Message
from app.replies import drafts
from app.replies.models import Draft, OutboxItem

A_SECOND = timedelta(seconds=1)


def show(
    db: Session,
    item: OutboxItem,
    draft: Draft,
    external_id: str,
    promises: Promises,
    now: datetime,
) -> None:
    """Our answer in the thread; its echo may have come before the call returned."""
    conversation = db.get_one(
        Conversation, item.conversation_id, with_for_update=True, populate_existing=True
    )
    answered = json.dumps([t.contact_key for t in drafts.answered_turns(db, draft)])
    said_at = _said_at(db, item, draft)
    message = access.message(db, item.channel_id, external_id)
    if message is None:
        message = Message(
            channel_id=item.channel_id,
            conversation_id=conversation.id,
            external_id=external_id,
            parent_external_id=_parent(item),
            is_ours=True,
            text=item.text,
        )
        db.add(message)
    message.sent_at = said_at
    message.outbox_id, message.member_id, message.answers = item.id, item.member_id, answered
    message.is_holding, message.promised_at = draft.holding_id is not None, draft.promised_at
    db.flush()
    channel = db.get_one(Channel, item.channel_id)
    promise = promises.of(channel, is_public=conversation.is_public)
    turns.again(db, conversation, promise, at=now)


def _parent(item: OutboxItem) -> str:
    """What our answer stands under: the top of the thread; where threads are split by person, whose
    key is no comment's id, the customer's own words."""
    if item.kind != "comment":
        return ""
    return item.reply_to if ":" in item.target else item.target


def _said_at(db: Session, item: OutboxItem, draft: Draft) -> datetime:
    """When the call began, since it answers nothing that was written while it lasted; and after
    what it answers, should the platform's clock differ from ours."""
    began = item.started_at or item.created_at
    head = db.get(Message, draft.head_message_id) if draft.head_message_id else None
    return max(began, head.sent_at + A_SECOND) if head is not None else began
