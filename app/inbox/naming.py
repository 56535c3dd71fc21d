"""What a platform told of by its ids alone: it waits without words until they are fetched."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.channels.adapter import Named
from app.channels.models import Channel, Kind, Platform
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
    return _bare(db, channel_id) or _unlisted(db, channel_id)


def _unlisted(db: Session, channel_id: int) -> list[Named]:
    """Posts that no list has shown: comments on adverts come by webhooks alone."""
    found = (
        select(Post.external_id, func.max(Conversation.activity_at).label("told_at"))
        .join(Conversation, Conversation.post_id == Post.id)
        .join(Channel, Channel.id == Post.channel_id)
        .where(
            Post.channel_id == channel_id,
            Channel.platform == Platform.FACEBOOK,
            Conversation.state != ConversationState.DONE,
            Post.is_ours,
            Post.posted_at.is_(None),
        )
        .group_by(Post.external_id)
        .order_by(func.max(Conversation.activity_at).desc())
        .limit(MOST)
    )
    return [Named(post, post, at) for post, at in db.execute(found)]


def _bare(db: Session, channel_id: int) -> list[Named]:
    """Mentions without words."""
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
