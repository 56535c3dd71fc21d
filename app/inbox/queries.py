"""What the screens show of the inbox, already limited to the channels a person may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.access.policy import Channels
from app.accounts.models import Member
from app.channels.models import Channel
from app.foundation.paging import Page, as_moment, from_cursor, from_moment_cursor, to_cursor
from app.inbox import labels, lookalikes, presence
from app.inbox.models import Contact, Conversation, ConversationState
from app.inbox.threads import (
    ConversationView,
    OpenTurn,
    ThreadEntry,
    contact_name,
    conversation,
    newest_ids,
    open_turns,
)

__all__ = [
    "ConversationView", "ListRow", "OpenTurn", "ThreadEntry", "View", "contact_name",
    "conversation", "conversation_list", "counts", "oldest_waiting", "open_turns", "rows",
]  # fmt: skip

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
    labels: tuple[str, ...] = ()
    seen: int = 0
    """The last message that this row knows of."""
    has_lookalike: bool = False
    """Somebody in it calls themselves like us."""

    @property
    def kind(self) -> str:
        return "comment" if self.audience == "public" else "message"


def conversation_list(
    db: Session,
    actor: Actor,
    now: datetime,
    *,
    view: View,
    cursor: str | None = None,
    channel_id: int | None = None,
    label_id: int | None = None,
    is_lookalikes: bool = False,
    size: int = PAGE_SIZE,
) -> Page[ListRow]:
    """A page of a tab: who must be answered first comes first; the done ones newest first."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    query = _rows(_visible(view, actor, readable, channel_id))
    if label_id is not None:
        query = query.where(labels.is_on(label_id))
    if is_lookalikes:
        query = query.where(Conversation.id.in_(lookalikes.talks_with()))
    if view is View.DONE:
        sort: Any = Conversation.activity_at
        query = query.order_by(sort.desc(), Conversation.id.desc())
    else:
        sort = Conversation.due_at if view is not View.SNOOZED else Conversation.snoozed_until
        query = query.order_by(sort, Conversation.id)
    if cursor:
        is_null_first = db.get_bind().dialect.name == "sqlite"
        query = query.where(_after(cursor, sort, view is View.DONE, is_null_first))
    found = list(db.execute(query.limit(size + 1)))
    shown = _complete(db, found[:size], now)
    return Page(shown, _cursor(shown[-1], view, found[size - 1]) if len(found) > size else None)


def rows(db: Session, actor: Actor, now: datetime, ids: Sequence[int]) -> dict[int, ListRow]:
    """The rows of these conversations; what the person may not read is not among them."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    conditions = [Conversation.id.in_(ids), Conversation.merged_into_id.is_(None)]
    if not readable.is_all:
        conditions.append(Conversation.channel_id.in_(readable.ids))
    found = list(db.execute(_rows(conditions)))
    return {row.id: row for row in _complete(db, found, now)}


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


def _complete(db: Session, found: Sequence[Any], now: datetime) -> list[ListRow]:
    """With what stands in other tables: who answers, the labels, how far it is seen."""
    ids = [r.id for r in found]
    answering = presence.answerers(db, ids, now)
    labelled, seen = labels.names_on(db, ids), newest_ids(db, ids)
    odd = lookalikes.among(db, ids)
    return [
        _row(r, answering.get(r.id), labelled.get(r.id, ()), seen.get(r.id, 0), r.id in odd)
        for r in found
    ]


def _row(
    r: Any, answering: Member | None, labelled: tuple[str, ...], seen: int, has_lookalike: bool
) -> ListRow:
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
        labelled,
        seen,
        has_lookalike,
    )


def _cursor(row: ListRow, view: View, raw: Any) -> str:
    key = {View.DONE: row.activity_at, View.SNOOZED: raw.snoozed_until}.get(view, row.due_at)
    return to_cursor(key.isoformat() if key else None, row.id)


def _after(cursor: str, sort: Any, is_descending: bool, is_null_first: bool) -> Any:
    """Rows behind the cursor. Those without a time come first on SQLite and last elsewhere."""
    if is_descending:
        since, last = from_moment_cursor(cursor)
        return or_(sort < since, and_(sort == since, Conversation.id < last))
    at, row_id = from_cursor(cursor, 2)
    moment = as_moment(at)
    number = row_id if isinstance(row_id, int) else 0
    if moment is None:
        rest = and_(sort.is_(None), Conversation.id > number)
        return or_(rest, sort.is_not(None)) if is_null_first else rest
    rest = or_(sort > moment, and_(sort == moment, Conversation.id > number))
    return rest if is_null_first else or_(rest, sort.is_(None))
