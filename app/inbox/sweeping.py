"""Deletions that nobody tells of: what a complete reading of a post does not show is gone."""

from datetime import timedelta

from sqlalchemy import select

from app.channels.items import WholeItem
from app.inbox.bench import Bench
from app.inbox.models import Conversation, Message, Post

YOUNG = timedelta(hours=1)
"""What is newer may have been written while the reading lasted, or not be readable yet."""


def take(bench: Bench, item: WholeItem) -> None:
    """Mark what we hold and the platform does not show any more, ours and theirs."""
    held = (
        select(Message.external_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Post, Post.id == Conversation.post_id)
        .where(
            Post.channel_id == bench.channel.id,
            Post.external_id == item.post_id,
            Message.deleted_at.is_(None),
            Message.sent_at < item.read_at - YOUNG,
        )
        .order_by(Message.id)
    )
    for external_id in bench.db.scalars(held):
        message = None if external_id in item.ids else bench.message(external_id)
        if message is not None:
            message.deleted_at = bench.now
            bench.stir(bench.conversation_by(message.conversation_id))
