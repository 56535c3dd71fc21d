"""What a platform told of by its ids alone: it waits without words until they are fetched."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.adapter import Named
from app.channels.models import Kind
from app.inbox.bench import Bench
from app.inbox.models import Conversation, ConversationState, Message, Post

MOST = 25
"""Fetched at a time, the newest first."""


def is_bare(message: Message) -> bool:
    """A mention whose words nobody has told."""
    return message.kind is Kind.MENTION and not message.text and message.edited_at is None


def hasten(bench: Bench, message: Message) -> None:
    """A new one's words are fetched at once: a missed mention is listed nowhere."""
    if is_bare(message):
        bench.channel.next_poll_at = bench.now


def named(db: Session, channel_id: int) -> list[Named]:
    """Those of a channel in which somebody waits."""
    found = (
        select(Message.external_id, Post.external_id, Message.sent_at)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Post, Post.id == Conversation.post_id)
        .where(
            Conversation.channel_id == channel_id,
            Conversation.state != ConversationState.DONE,
            Message.channel_id == channel_id,
            Message.kind == Kind.MENTION,
            Message.text == "",
            Message.edited_at.is_(None),
            Message.deleted_at.is_(None),
        )
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(MOST)
    )
    return [Named(external_id, post, at) for external_id, post, at in db.execute(found)]
