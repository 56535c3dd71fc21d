"""What customers wrote since a moment, counted: whether a stranger's words reach the desk."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.channels.models import Channel, Platform
from app.inbox.models import Audience, Conversation, Message


def since(db: Session, platforms: Iterable[Platform], at: datetime) -> dict[Audience, int]:
    """How many public and private ones, as the platforms date them."""
    rows = db.execute(
        select(Conversation.audience, func.count())
        .join(Message, Message.conversation_id == Conversation.id)
        .join(Channel, Channel.id == Message.channel_id)
        .where(
            Channel.platform.in_(list(platforms)), Message.is_ours.is_(False), Message.sent_at >= at
        )
        .group_by(Conversation.audience)
    )
    return {row[0]: row[1] for row in rows}
