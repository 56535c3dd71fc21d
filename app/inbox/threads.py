"""A conversation as its page shows it: what was said, who waits, who is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from app.access.identity import Actor
from app.accounts.models import Member
from app.channels.models import Channel, Kind
from app.foundation.paging import from_moment_cursor, to_cursor
from app.inbox import access, media, presence
from app.inbox.media import Attached
from app.inbox.models import (
    Contact,
    Conversation,
    Elsewhere,
    Message,
    Note,
    Post,
    Turn,
    TurnState,
)

NEWEST = 200
MOST_FOLLOWED = 1000
"""A page that stays open while its thread grows shows no more than this."""


@dataclass(frozen=True)
class OpenTurn:
    """A customer who waits."""

    turn_id: int
    name: str
    text: str
    opened_at: datetime
    due_at: datetime
    first_message_id: int
    last_message_id: int


@dataclass(frozen=True)
class ThreadEntry:
    """A message or a note, in the order they were written."""

    kind: str
    id: int
    at: datetime
    author: str
    text: str
    is_ours: bool = False
    member_name: str = ""
    edited_at: datetime | None = None
    hidden_at: datetime | None = None
    deleted_at: datetime | None = None
    attachments: tuple[Attached, ...] = ()
    turn: OpenTurn | None = None
    is_native: bool = False
    """Ours, but written on the platform, not here."""
    outbox_id: int | None = None
    how: str = ""
    """Of what the team wrote down: call, visit or mail."""
    permalink: str | None = None
    promised_at: datetime | None = None
    is_holding: bool = False
    sort: Kind | None = None
    """What sort of thing it is, where it is no plain comment or message."""
    is_liked: bool = False
    external_id: str = ""
    settled_as: Elsewhere | None = None
    """Where it was answered, if not here; by whom and when."""
    settled_by: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True)
class ConversationView:
    """A conversation as its page shows it."""

    conversation: Conversation
    channel: Channel
    post: Post | None
    name: str
    thread: list[ThreadEntry]
    open_turns: list[OpenTurn]
    here: list[Member]
    answering: Member | None
    assignee: Member | None
    has_older: bool
    oldest: str
    """The place of the oldest message shown."""
    newest_id: int
    """The last message that was taken in, wherever in the thread it stands."""


@dataclass(frozen=True)
class OlderPart:
    """A part of a very long thread, before what its page shows."""

    conversation: Conversation
    channel: Channel
    name: str
    thread: list[ThreadEntry]
    open_turns: list[OpenTurn]
    has_older: bool
    oldest: str


def conversation(
    db: Session,
    actor: Actor,
    now: datetime,
    conversation_id: int,
    *,
    newest: int = NEWEST,
    since: str | None = None,
) -> ConversationView:
    """Everything on a conversation's page; of a very long thread its newest part, or from a place
    on, so that nothing falls out of a page that stays open."""
    found = access.get(db, actor, conversation_id, now)
    most, place = (MOST_FOLLOWED, _from(since)) if since else (newest, true())
    messages, has_older = _messages(db, found.id, place, most)
    waiting = open_turns(db, found.id)
    oldest = messages[-1] if messages else None
    return ConversationView(
        found,
        access.channel_of(db, found),
        found.post,
        contact_name(found.contact),
        _entries(db, found.id, messages, waiting, oldest if has_older or since else None, None),
        waiting,
        presence.here(db, found.id, now),
        presence.answerers(db, [found.id], now).get(found.id),
        db.get(Member, found.assignee_id) if found.assignee_id else None,
        has_older or bool(since),
        _place(oldest),
        newest_ids(db, [found.id]).get(found.id, 0),
    )


def older(db: Session, actor: Actor, now: datetime, conversation_id: int, before: str) -> OlderPart:
    """What stands before a place in a thread."""
    found = access.get(db, actor, conversation_id, now)
    at, number = from_moment_cursor(before)
    earlier = or_(Message.sent_at < at, and_(Message.sent_at == at, Message.id < number))
    messages, has_older = _messages(db, found.id, earlier, NEWEST)
    first = messages[-1] if messages and has_older else None
    waiting = open_turns(db, found.id)
    return OlderPart(
        found,
        access.channel_of(db, found),
        contact_name(found.contact),
        _entries(db, found.id, messages, waiting, first, at),
        waiting,
        has_older,
        _place(messages[-1] if messages else None),
    )


def newest_ids(db: Session, conversation_ids: Sequence[int]) -> dict[int, int]:
    """The last message of each conversation: whoever has seen this has seen everything."""
    rows = db.execute(
        select(Message.conversation_id, func.max(Message.id).label("newest"))
        .where(Message.conversation_id.in_(conversation_ids))
        .group_by(Message.conversation_id)
    )
    return {row.conversation_id: row.newest for row in rows}


def _messages(
    db: Session, conversation_id: int, place: Any, most: int
) -> tuple[list[Message], bool]:
    """The newest of a part of the thread, and whether there are more."""
    rows = db.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, place)
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(most + 1)
        .options(selectinload(Message.contact))
    ).all()
    return list(rows[:most]), len(rows) > most


def _entries(
    db: Session,
    conversation_id: int,
    messages: list[Message],
    waiting: list[OpenTurn],
    first: Message | None,
    until: datetime | None,
) -> list[ThreadEntry]:
    """The messages with the notes that were written among them."""
    notes = (
        select(Note, Member.name)
        .join(Member, Member.id == Note.author_id)
        .where(Note.conversation_id == conversation_id)
    )
    if first is not None:
        notes = notes.where(Note.at >= first.sent_at)
    if until is not None:
        notes = notes.where(Note.at < until)
    names = _member_names(db, messages)
    along = media.attached_to(db, messages)
    entries = [_entry(m, waiting, names, along.get(m.id, ())) for m in messages]
    entries += [ThreadEntry("note", n.id, n.at, name, n.text) for n, name in db.execute(notes)]
    return sorted(entries, key=lambda e: (e.at, e.kind, e.id))


def _from(place: str) -> Any:
    at, number = from_moment_cursor(place)
    return or_(Message.sent_at > at, and_(Message.sent_at == at, Message.id >= number))


def _place(message: Message | None) -> str:
    return to_cursor(message.sent_at.isoformat(), message.id) if message else ""


def open_turns(db: Session, conversation_id: int) -> list[OpenTurn]:
    """Who waits in a conversation, who must be answered first first."""
    rows = db.scalars(
        select(Turn)
        .where(Turn.conversation_id == conversation_id, Turn.state == TurnState.OPEN)
        .order_by(Turn.due_at, Turn.id)
        .options(selectinload(Turn.contact), selectinload(Turn.first_message))
    )
    return [
        OpenTurn(
            t.id,
            contact_name(t.contact),
            t.first_message.text,
            t.opened_at,
            t.due_at,
            t.first_message_id,
            t.last_message_id,
        )
        for t in rows
    ]


def contact_name(contact: Contact | None) -> str:
    """As the platform gave it; empty where it gave none, and the screen says so."""
    return contact.name if contact else ""


def _member_names(db: Session, messages: list[Message]) -> dict[int, str]:
    ids = {n for m in messages for n in (m.member_id, m.settled_by_id) if n}
    rows = db.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _entry(
    message: Message,
    waiting: list[OpenTurn],
    names: dict[int, str],
    along: tuple[Attached, ...],
) -> ThreadEntry:
    by_turn = {t.first_message_id: t for t in waiting}
    return ThreadEntry(
        "message",
        message.id,
        message.sent_at,
        contact_name(message.contact),
        "" if message.deleted_at else message.text,
        is_ours=message.is_ours,
        member_name=names.get(message.member_id or 0, ""),
        edited_at=message.edited_at,
        hidden_at=message.hidden_at,
        deleted_at=message.deleted_at,
        attachments=along,
        turn=by_turn.get(message.id),
        is_native=message.is_ours and message.outbox_id is None,
        outbox_id=message.outbox_id,
        how=message.how.value if message.how else "",
        permalink=message.permalink,
        promised_at=message.promised_at,
        is_holding=message.is_holding,
        sort=message.kind,
        is_liked=message.is_liked,
        external_id=message.external_id,
        settled_as=message.settled_as,
        settled_by=names.get(message.settled_by_id or 0, ""),
        settled_at=message.settled_at,
    )
