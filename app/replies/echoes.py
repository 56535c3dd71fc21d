"""Answers that come back from the platform with our own mark."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox.intake import Promises
from app.inbox.models import Conversation, Message
from app.replies import outbox, recognition, settling
from app.replies.models import OutboxState


def are_there(db: Session) -> bool:
    """Whether the platform told us of something that names a row of ours."""
    return db.scalar(select(Message.id).where(Message.echo_of.is_not(None)).limit(1)) is not None


def take(db: Session, promises: Promises, now: datetime) -> None:
    """Answers that came back with our own mark stand on the platform, whatever became of the call.

    Each mark is looked at once: it comes from outside, and a row that is not on its way, or
    is about another person or other words, did not send it.
    """
    echoes = db.execute(
        select(Message.id, Message.conversation_id, Message.echo_of)
        .where(Message.echo_of.is_not(None))
        .order_by(Message.id)
        .limit(500)
    )
    for message_id, conversation_id, item_id in echoes.all():
        item = outbox.locked(db, item_id or 0)
        db.get_one(Conversation, conversation_id, with_for_update=True, populate_existing=True)
        message = db.get_one(Message, message_id, with_for_update=True, populate_existing=True)
        message.echo_of = None
        if item is None or not item.attempts or not recognition.is_echo(item, message):
            continue
        if item.state in settling.LATE:
            settling.sent(db, item.id, message.external_id, promises, now)
        elif item.state is OutboxState.SENT and item.external_id is None:
            item.external_id, message.outbox_id = message.external_id, item.id
            message.member_id = item.member_id
