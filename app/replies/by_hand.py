"""Answers that people post on the platform themselves, where the desk only reads.

An approved answer waits there to be copied; what then stands on the platform with the same words
is that answer.
"""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.inbox.intake import Promises
from app.inbox.models import Message
from app.replies import recognition, settling
from app.replies.models import OutboxItem, OutboxState


def are_there(db: Session) -> bool:
    """Whether an answer may have been posted by hand."""
    return db.execute(_pairs().limit(1)).first() is not None


def take(db: Session, promises: Promises, now: datetime) -> None:
    """Tie what was posted by hand to the answer that was approved for it."""
    for item, message in db.execute(_pairs()).all():
        if item.state is OutboxState.QUEUED and recognition.is_same(item, message):
            settling.sent(db, item.id, message.external_id, promises, now)


def _pairs() -> Select[OutboxItem, Message]:
    """Answers that wait for somebody to copy them, beside what was posted in the same place."""
    return (
        select(OutboxItem, Message)
        .join(Channel, Channel.id == OutboxItem.channel_id)
        .join(Message, Message.conversation_id == OutboxItem.conversation_id)
        .where(
            OutboxItem.state == OutboxState.QUEUED,
            OutboxItem.started_at.is_(None),
            Channel.is_sending.is_(False),
            Message.is_ours,
            Message.outbox_id.is_(None),
            Message.sent_at >= OutboxItem.created_at,
        )
        .order_by(OutboxItem.id, Message.id)
        .limit(500)
    )
