"""What one channel knows of the things a batch speaks of: a query each, None for the unknown."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox import turns
from app.inbox.models import Contact, Conversation, EarlyMark, Message, Post, Turn
from app.inbox.waiting import Said


@dataclass
class Person:
    """A customer as far as a batch needs them."""

    id: int
    name: str


def messages(db: Session, channel_id: int, ids: Collection[str]) -> dict[str, Message | None]:
    """Messages by the platform's id, as they stand now."""
    found = (
        select(Message)
        .where(Message.channel_id == channel_id, Message.external_id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return dict.fromkeys(ids) | {m.external_id: m for m in db.scalars(found)}


def homes(db: Session, channel_id: int, ids: Collection[str]) -> dict[str, int | None]:
    """The conversations of messages by the platform's id."""
    found = select(Message.external_id, Message.conversation_id).where(
        Message.channel_id == channel_id, Message.external_id.in_(ids)
    )
    return dict.fromkeys(ids) | {row.external_id: row.conversation_id for row in db.execute(found)}


def conversations(
    db: Session, channel_id: int, keys: Collection[str], ids: Collection[int]
) -> list[Conversation]:
    """Conversations by key or number; locked, so that two workers never count the same people."""
    is_asked_for = Conversation.external_key.in_(keys) | Conversation.id.in_(ids)
    found = (
        select(Conversation)
        .where(Conversation.channel_id == channel_id, is_asked_for)
        .order_by(Conversation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.scalars(found))


def under_post(db: Session, channel_id: int, post_id: str) -> list[int]:
    """The conversations about a post, by its id on the platform."""
    found = (
        select(Conversation.id)
        .join(Post, Post.id == Conversation.post_id)
        .where(
            Post.channel_id == channel_id,
            Post.external_id == post_id,
            Conversation.merged_into_id.is_(None),
        )
        .order_by(Conversation.id)
    )
    return list(db.scalars(found))


def people(db: Session, channel_id: int, ids: Collection[str]) -> dict[str, Person | None]:
    """Customers by the platform's id."""
    found = select(Contact.external_id, Contact.id, Contact.name).where(
        Contact.channel_id == channel_id, Contact.external_id.in_(ids)
    )
    rows = db.execute(found)
    return dict.fromkeys(ids) | {row.external_id: Person(row.id, row.name) for row in rows}


def posts(db: Session, channel_id: int, ids: Collection[str]) -> dict[str, Post | None]:
    """Posts by the platform's id."""
    found = select(Post).where(Post.channel_id == channel_id, Post.external_id.in_(ids))
    return dict.fromkeys(ids) | {p.external_id: p for p in db.scalars(found)}


def marks(db: Session, channel_id: int, ids: Collection[str]) -> dict[str, EarlyMark | None]:
    """What happened to things before they came."""
    found = select(EarlyMark).where(
        EarlyMark.channel_id == channel_id, EarlyMark.external_id.in_(ids)
    )
    return dict.fromkeys(ids) | {m.external_id: m for m in db.scalars(found)}


def spoken_of(db: Session, standing: Iterable[Turn]) -> dict[int, Said]:
    """The messages with which open turns begin and end."""
    ids = {number for t in standing for number in (t.first_message_id, t.last_message_id)}
    return {m.id: m for m in turns.read(db, Message.id.in_(ids))} if ids else {}
