"""Conversations for tests, taken in as a platform would bring them, without any platform."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from app.channels.items import CommentItem, DirectItem, PostItem, Verb
from app.channels.models import Channel
from app.inbox import intake
from app.inbox.models import Conversation, Message
from tests.desks import PROMISES, Desk
from tests.stand import Stand

_ids: Iterator[int] = itertools.count(1)


def say(
    desk: Desk | Stand,
    channel_id: int,
    name: str,
    text: str,
    *,
    ago: timedelta | None = None,
    under: str = "",
    is_ours: bool = False,
) -> str:
    """A public comment, or a reply `under` one; returns its id on the platform."""
    made, known = f"said-{next(_ids)}", "" if is_ours else name
    bring(
        desk,
        channel_id,
        CommentItem(
            Verb.ADD,
            made,
            PostItem("post"),
            parent_id=under,
            author_id=known and f"p{known}",
            author_name=known,
            is_ours=is_ours,
            text=text,
            sent_at=_at(desk, ago),
        ),
    )
    return made


def write(
    desk: Desk | Stand,
    channel_id: int,
    name: str,
    text: str,
    *,
    ago: timedelta | None = None,
    is_ours: bool = False,
) -> str:
    """A private message of somebody's, or ours to them."""
    made = f"written-{next(_ids)}"
    bring(
        desk,
        channel_id,
        DirectItem(
            Verb.ADD, made, f"p{name}", name, is_ours=is_ours, text=text, sent_at=_at(desk, ago)
        ),
    )
    return made


def edit(desk: Desk | Stand, channel_id: int, comment: str, text: str) -> None:
    """The customer changes a comment."""
    bring(
        desk,
        channel_id,
        CommentItem(Verb.EDIT, comment, PostItem("post"), text=text, happened_at=desk.now),
    )


def delete(desk: Desk | Stand, channel_id: int, comment: str) -> None:
    """The customer deletes a comment."""
    bring(desk, channel_id, CommentItem(Verb.DELETE, comment, PostItem("post")))


def bring(desk: Desk | Stand, channel_id: int, *items: CommentItem | DirectItem) -> None:
    """Through the one intake."""
    with desk.database.writing() as db:
        channel = db.get_one(Channel, channel_id)
        assert not any(intake.take(db, channel, items, PROMISES, desk.now))


def conversation_of(desk: Desk | Stand, external_id: str) -> Conversation:
    """The conversation that a message belongs to now."""
    with desk.database.reading() as db:
        return db.scalars(
            select(Conversation)
            .join(Message, Message.conversation_id == Conversation.id)
            .where(Message.external_id == external_id)
        ).one()


def message(desk: Desk | Stand, external_id: str) -> Message:
    with desk.database.reading() as db:
        return db.scalars(select(Message).where(Message.external_id == external_id)).one()


def _at(desk: Desk | Stand, ago: timedelta | None) -> datetime:
    now: datetime = desk.now
    return (now - (ago or timedelta())).replace(microsecond=0)
