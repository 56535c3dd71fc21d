"""What the screens show of the inbox, already limited to the channels a person may read."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import Session, selectinload

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.access.policy import Channels
from app.accounts.models import Member
from app.channels.models import Channel
from app.foundation.paging import Page, from_cursor, to_cursor
from app.inbox import access, presence
from app.inbox.models import (
    Contact,
    Conversation,
    ConversationState,
    Message,
    Note,
    Post,
    Turn,
    TurnState,
)

MOST_COUNTED = 1000
PAGE_SIZE = 40


class View(Enum):
    """The inbox's tabs."""

    TO_ANSWER = "to-answer"
    MINE = "mine"
    APPROVAL = "approval"
    """With an approver: somebody's answer waits for the word."""
    SNOOZED = "snoozed"
    DONE = "done"


@dataclass(frozen=True)
class ListRow:
    """One row of the list."""

    id: int
    name: str
    platform: str
    channel_id: int
    channel_name: str
    audience: str
    snippet: str
    due_at: datetime | None
    waiting_since: datetime | None
    waiting_count: int
    state: str
    assignee_id: int | None
    assignee_name: str
    answering_name: str
    answering_id: int | None
    activity_at: datetime
    snoozed_until: datetime | None
    has_submitted: bool

    @property
    def kind(self) -> str:
        return "comment" if self.audience == "public" else "message"


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
    attachments: tuple[str, ...] = ()
    turn: OpenTurn | None = None
    is_native: bool = False
    """Ours, but written on the platform, not here."""
    outbox_id: int | None = None


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


def conversation_list(
    db: Session,
    actor: Actor,
    now: datetime,
    *,
    view: View,
    cursor: str | None = None,
    channel_id: int | None = None,
    size: int = PAGE_SIZE,
) -> Page[ListRow]:
    """A page of a tab: who must be answered first comes first; the done ones newest first."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    query = _rows(_visible(view, actor, readable, channel_id))
    if view is View.DONE:
        sort: Any = Conversation.activity_at
        query = query.order_by(sort.desc(), Conversation.id.desc())
    else:
        sort = Conversation.due_at if view is not View.SNOOZED else Conversation.snoozed_until
        query = query.order_by(sort, Conversation.id)
    if cursor:
        query = query.where(_after(cursor, sort, is_descending=view is View.DONE))
    found = list(db.execute(query.limit(size + 1)))
    answering = presence.answerers(db, [row.id for row in found], now)
    rows = [_row(r, answering.get(r.id)) for r in found[:size]]
    return Page(rows, _cursor(rows[-1], view, found[size - 1]) if len(found) > size else None)


def counts(db: Session, actor: Actor, now: datetime) -> dict[View, int]:
    """How many are in each tab, counted to a thousand at most."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    return {
        view: db.scalar(
            select(func.count()).select_from(
                select(literal(1))
                .where(*_visible(view, actor, readable, None))
                .limit(MOST_COUNTED)
                .subquery()
            )
        )
        or 0
        for view in (View.TO_ANSWER, View.MINE, View.APPROVAL, View.SNOOZED)
    }


def oldest_waiting(db: Session, actor: Actor, now: datetime) -> datetime | None:
    """Since when the customer waits who waits longest."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    due_first = (
        select(Conversation.waiting_since)
        .where(*_visible(View.TO_ANSWER, actor, readable, None))
        .order_by(Conversation.due_at)
        .limit(1)
    )
    return db.scalar(due_first)


def conversation(
    db: Session, actor: Actor, now: datetime, conversation_id: int, *, newest: int = 200
) -> ConversationView:
    """Everything on a conversation's page; of a very long thread its newest part."""
    found = access.get(db, actor, conversation_id, now)
    messages = list(
        db.scalars(
            select(Message)
            .where(Message.conversation_id == found.id)
            .order_by(Message.sent_at.desc(), Message.id.desc())
            .limit(newest + 1)
            .options(selectinload(Message.contact))
        )
    )
    waiting = open_turns(db, found.id)
    notes = db.execute(
        select(Note, Member.name)
        .join(Member, Member.id == Note.author_id)
        .where(Note.conversation_id == found.id)
    )
    names = _member_names(db, messages)
    entries = [_entry(m, waiting, names) for m in messages[:newest]]
    entries += [ThreadEntry("note", n.id, n.at, name, n.text) for n, name in notes]
    return ConversationView(
        found,
        access.channel_of(db, found),
        found.post,
        contact_name(found.contact),
        sorted(entries, key=lambda e: (e.at, e.kind, e.id)),
        waiting,
        presence.here(db, found.id, now),
        presence.answerers(db, [found.id], now).get(found.id),
        db.get(Member, found.assignee_id) if found.assignee_id else None,
        len(messages) > newest,
    )


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


def _visible(view: View, actor: Actor, readable: Channels, channel_id: int | None) -> list[Any]:
    """The conditions of a tab, and of what the person may see at all."""
    conditions: list[Any] = [Conversation.merged_into_id.is_(None)]
    if not readable.is_all:
        conditions.append(Conversation.channel_id.in_(readable.ids))
    if channel_id is not None:
        conditions.append(Conversation.channel_id == channel_id)
    if view is View.MINE:
        conditions.append(Conversation.assignee_id == actor.member_id)
    if view is View.APPROVAL:
        conditions.append(Conversation.has_submitted)
    state = {View.SNOOZED: ConversationState.SNOOZED, View.DONE: ConversationState.DONE}.get(
        view, ConversationState.OPEN
    )
    return [*conditions, Conversation.state == state]


def _rows(conditions: list[Any]) -> Any:
    return (
        select(
            Conversation.id,
            Contact.name.label("contact"),
            Channel.platform,
            Channel.id.label("channel_id"),
            Channel.name.label("channel"),
            Conversation.audience,
            Conversation.snippet,
            Conversation.due_at,
            Conversation.waiting_since,
            Conversation.waiting_count,
            Conversation.state,
            Conversation.assignee_id,
            Member.name.label("assignee"),
            Conversation.activity_at,
            Conversation.snoozed_until,
            Conversation.has_submitted,
        )
        .join(Channel, Channel.id == Conversation.channel_id)
        .outerjoin(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(Member, Member.id == Conversation.assignee_id)
        .where(*conditions)
    )


def _row(r: Any, answering: Member | None) -> ListRow:
    return ListRow(
        r.id,
        r.contact or "",
        r.platform.value,
        r.channel_id,
        r.channel,
        r.audience.value,
        r.snippet,
        r.due_at,
        r.waiting_since,
        r.waiting_count,
        r.state.value,
        r.assignee_id,
        r.assignee or "",
        answering.first_name if answering else "",
        answering.id if answering else None,
        r.activity_at,
        r.snoozed_until,
        r.has_submitted,
    )


def _cursor(row: ListRow, view: View, raw: Any) -> str:
    key = {View.DONE: row.activity_at, View.SNOOZED: raw.snoozed_until}.get(view, row.due_at)
    return to_cursor(key.isoformat() if key else None, row.id)


def _after(cursor: str, sort: Any, *, is_descending: bool) -> Any:
    """Rows behind the cursor. Those without a time come first on SQLite and last elsewhere."""
    at, row_id = from_cursor(cursor, 2)
    moment = _moment(at)
    number = row_id if isinstance(row_id, int) else 0
    if moment is None:
        return and_(sort.is_(None), Conversation.id > number)
    if is_descending:
        return or_(sort < moment, and_(sort == moment, Conversation.id < number))
    return or_(sort > moment, and_(sort == moment, Conversation.id > number))


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _member_names(db: Session, messages: list[Message]) -> dict[int, str]:
    ids = {m.member_id for m in messages if m.member_id}
    rows = db.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _entry(message: Message, waiting: list[OpenTurn], names: dict[int, str]) -> ThreadEntry:
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
        attachments=tuple(json.loads(message.attachments)),
        turn=by_turn.get(message.id),
        is_native=message.is_ours and message.outbox_id is None,
        outbox_id=message.outbox_id,
    )
