"""A customer's own page: who it is, here and on other channels, and every conversation with them.

Contacts that a member joined count as one person; each keeps its own name.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.access.policy import Channels
from app.channels.models import Channel
from app.foundation.errors import NotFound
from app.foundation.paging import Page, from_moment_cursor, to_cursor
from app.inbox import lookalikes, queries, same_person
from app.inbox.models import Contact, Conversation, Lookalike, Message, Turn, TurnState
from app.inbox.queries import ListRow
from app.inbox.same_person import Same


@dataclass(frozen=True)
class Elsewhere:
    """Something of the same customer's in another conversation."""

    conversation_id: int
    is_public: bool
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class Known:
    """What the side of a conversation says about its customer."""

    contact: Contact
    conversations: int
    last_time: Elsewhere | None
    also_waiting: list[Elsewhere]
    same: Same


@dataclass(frozen=True)
class ContactView:
    """A contact's page."""

    contact: Contact
    channel: Channel
    conversations: int
    waiting: int
    history: Page[ListRow]
    same: Same
    lookalike: Lookalike | None
    last_message: int | None
    """The newest public one, where they look like us."""


def contact(
    db: Session, actor: Actor, now: datetime, contact_id: int, *, cursor: str | None = None
) -> ContactView:
    """A contact with all conversations, the newest first; a stranger gets "not found"."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    found = db.get(Contact, contact_id)
    if found is None or found.channel_id not in readable:
        raise NotFound()
    same = same_person.around(db, actor, now, found)
    odd = lookalikes.of_contact(db, found.id)
    return ContactView(
        found,
        db.get_one(Channel, found.channel_id),
        _count(db, readable, same.ids),
        len(_open_turns(db, readable, same.ids)),
        _history(db, actor, now, same.ids, cursor),
        same,
        odd,
        lookalikes.last_message(db, found.id) if odd else None,
    )


def known(db: Session, actor: Actor, now: datetime, conversation: Conversation) -> Known | None:
    """About the customer of a conversation; None where the platform does not say who it is, or
    where the customer is known from a channel that this person may not read."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    found = conversation.contact
    if found is None or found.channel_id not in readable:
        return None
    same = same_person.around(db, actor, now, found)
    waiting = _open_turns(db, readable, same.ids)
    return Known(
        found,
        _count(db, readable, same.ids),
        _last_time(db, readable, same.ids, conversation.id),
        [
            Elsewhere(t.conversation_id, t.conversation.is_public, t.opened_at)
            for t in waiting
            if t.conversation_id != conversation.id
        ],
        same,
    )


def _history(
    db: Session, actor: Actor, now: datetime, contact_ids: list[int], cursor: str | None
) -> Page[ListRow]:
    size = queries.PAGE_SIZE
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    query = select(Conversation.id, Conversation.activity_at).where(_with(readable, contact_ids))
    if cursor:
        at, number = from_moment_cursor(cursor)
        is_earlier = and_(Conversation.activity_at == at, Conversation.id < number)
        query = query.where(or_(Conversation.activity_at < at, is_earlier))
    order = (Conversation.activity_at.desc(), Conversation.id.desc())
    found = db.execute(query.order_by(*order).limit(size + 1)).all()
    rows = queries.rows(db, actor, now, [r.id for r in found[:size]])
    last = found[size - 1] if len(found) > size else None
    return Page(
        [rows[r.id] for r in found[:size] if r.id in rows],
        to_cursor(last.activity_at.isoformat(), last.id) if last else None,
    )


def _with(readable: Channels, contact_ids: list[int]) -> ColumnElement[bool]:
    """The conversations in which the contacts wrote, or which we began with them."""
    wrote = select(Message.conversation_id).where(Message.contact_id.in_(contact_ids))
    about = select(Conversation.id).where(Conversation.contact_id.in_(contact_ids))
    return and_(
        Conversation.id.in_(union(wrote, about)),
        Conversation.merged_into_id.is_(None),
        _on(readable, Conversation.channel_id),
    )


def _on(readable: Channels, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return true() if readable.is_all else column.in_(readable.ids)


def _count(db: Session, readable: Channels, contact_ids: list[int]) -> int:
    found = select(func.count()).select_from(Conversation).where(_with(readable, contact_ids))
    return db.scalar(found) or 0


def _last_time(
    db: Session, readable: Channels, contact_ids: list[int], besides: int
) -> Elsewhere | None:
    """The last the contact wrote in another conversation."""
    last = db.scalar(
        select(Message)
        .where(
            Message.contact_id.in_(contact_ids),
            Message.conversation_id != besides,
            Message.deleted_at.is_(None),
            _on(readable, Message.channel_id),
        )
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(1)
        .options(selectinload(Message.conversation))
    )
    if last is None:
        return None
    return Elsewhere(last.conversation_id, last.conversation.is_public, last.sent_at, last.text)


def _open_turns(db: Session, readable: Channels, contact_ids: list[int]) -> list[Turn]:
    """Where the contact waits for an answer."""
    return list(
        db.scalars(
            select(Turn)
            .where(
                Turn.contact_id.in_(contact_ids),
                Turn.state == TurnState.OPEN,
                _on(readable, Turn.channel_id),
            )
            .order_by(Turn.due_at)
            .options(selectinload(Turn.conversation))
        )
    )
