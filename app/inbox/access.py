"""The one funnel to a conversation: whoever may not read its channel finds nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.channels.models import Channel
from app.foundation.errors import NotFound
from app.inbox.models import Conversation, Message


def get(
    db: Session,
    actor: Actor,
    conversation_id: int,
    now: datetime,
    needed: Permission = Permission.CONVERSATION_READ,
    *,
    is_locking: bool = False,
) -> Conversation:
    """The conversation, with the right checked on its channel; a stranger gets "not found"."""
    found = db.get(
        Conversation,
        conversation_id,
        with_for_update=is_locking or None,
        populate_existing=is_locking,
    )
    if found is None or not policy.can(actor, Permission.CONVERSATION_READ, now, found.channel_id):
        raise NotFound()
    if found.merged_into_id is not None:
        return get(db, actor, found.merged_into_id, now, needed, is_locking=is_locking)
    policy.require(actor, needed, now, found.channel_id)
    return found


def message(db: Session, channel_id: int, external_id: str) -> Message | None:
    """A message by the platform's id."""
    return db.scalar(
        select(Message).where(Message.channel_id == channel_id, Message.external_id == external_id)
    )


def channel_of(db: Session, conversation: Conversation) -> Channel:
    """The channel a conversation came by."""
    return db.get_one(Channel, conversation.channel_id)
