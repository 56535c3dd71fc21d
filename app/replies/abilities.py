"""What can be done with messages now, from all that the desk knows of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.channels import capabilities
from app.channels.capabilities import Can, Thing
from app.channels.models import Act, Channel
from app.inbox.models import Conversation, Message
from app.replies.models import OutboxItem, OutboxState

Cans = dict[Act, Can]
PRIVATE_REPLY = "private_reply"
"""What such an answer's row in the outbox is called."""
NOT_SENT = (OutboxState.UNDONE, OutboxState.STOPPED, OutboxState.FAILED)


def what_can(db: Session, message: Message, now: datetime, *, besides: int = 0) -> Cans:
    """With one message; `besides` is a row of the outbox that does not count."""
    return of_messages(db, [message.id], now, besides=besides)[message.id]


def of_messages(
    db: Session, ids: Sequence[int], now: datetime, *, besides: int = 0
) -> dict[int, Cans]:
    """With each of these."""
    found = db.execute(
        select(Message, Conversation, Channel)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Channel, Channel.id == Message.channel_id)
        .where(Message.id.in_(ids))
        .options(joinedload(Message.contact))
    )
    rows = [(m, conversation, channel) for m, conversation, channel in found]
    answered = _answered_privately(db, [m for m, _, _ in rows], besides)
    return {
        m.id: capabilities.what_can(
            _thing(m, conversation, channel, is_answered=m.external_id in answered), now
        )
        for m, conversation, channel in rows
    }


def _thing(
    message: Message, conversation: Conversation, channel: Channel, *, is_answered: bool
) -> Thing:
    contact, told = message.contact, message.abilities
    return Thing(
        channel.platform,
        conversation.is_public,
        message.is_ours,
        message.sent_at,
        message.kind,
        None if told is None else frozenset(Act(name) for name in told.split(",") if name),
        has_author=contact is not None,
        is_deleted=message.deleted_at is not None,
        is_hidden=message.hidden_at is not None,
        is_liked=message.is_liked,
        is_blocked=contact is not None and contact.blocked_at is not None,
        is_answered_privately=is_answered,
    )


def _answered_privately(db: Session, messages: Sequence[Message], besides: int) -> set[str]:
    """Those to which a private reply went or goes out: the platform takes one."""
    rows = db.scalars(
        select(OutboxItem.target).where(
            OutboxItem.conversation_id.in_({m.conversation_id for m in messages}),
            OutboxItem.kind == PRIVATE_REPLY,
            OutboxItem.id != besides,
            OutboxItem.state.not_in(NOT_SENT),
        )
    )
    return set(rows)
