"""Everybody's open turn in a conversation, written down as the rule in `waiting` has it.

What comes in order is folded on the open turns; what comes late makes the whole conversation be
folded again, so that the result does not depend on the order of deliveries.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.foundation.db import Row
from app.foundation.text import snippet
from app.inbox.models import Contact, Conversation, ConversationState, Message, Turn, TurnState
from app.inbox.waiting import Answered, Promise, Said, State, Waiting, folded, order_of


def read(db: Session, which: ColumnElement[bool]) -> list[Said]:
    """What was said, in order."""
    rows = db.execute(
        select(
            Message.id, Message.conversation_id, Message.external_id, Message.is_ours,
            Message.author_key, Message.contact_id, Contact.name, Message.answers, Message.text,
            Message.sent_at, Message.deleted_at, Message.outbox_id, Message.is_settled,
            Message.is_holding, Message.promised_at, Message.settled_as,
        )
        .outerjoin(Contact, Contact.id == Message.contact_id)
        .where(which)
    )  # fmt: skip
    found = (Said(*row) for row in rows)
    return sorted(found, key=order_of)


def open_turns(db: Session, conversation_ids: Iterable[int]) -> dict[int, dict[str, Turn]]:
    """The open turns of some conversations, by whose they are."""
    found: dict[int, dict[str, Turn]] = {number: {} for number in conversation_ids}
    rows = db.scalars(
        select(Turn).where(Turn.conversation_id.in_(found), Turn.state == TurnState.OPEN)
    )
    for turn in rows:
        found[turn.conversation_id][turn.contact_key] = turn
    return found


def again(db: Session, conversation: Conversation, promise: Promise, *, at: datetime) -> None:
    """Fold the whole conversation: after a deletion, a merge, a "done", an answer of the desk's."""
    db.flush()
    standing = open_turns(db, [conversation.id])[conversation.id]
    said = read(db, Message.conversation_id == conversation.id)
    fold_again(db, conversation, standing, said, promise, at=at)
    db.flush()
    db.expire(conversation, ["contact"])


def fold_on(
    conversation: Conversation,
    standing: dict[str, Turn],
    known: Mapping[int, Said],
    said: Sequence[Said],
    promise: Promise,
) -> list[Row]:
    """Fold what was said after all the rest; returns the new turns, those answered at once too.

    `known` are the messages that the open turns speak of.
    """
    before = {
        k: Waiting(known[t.first_message_id], known[t.last_message_id], t.promised_at)
        for k, t in standing.items()
    }
    state, answered = folded(before, said)
    _retell(conversation, said)
    over = []
    for one in answered:
        turn = standing.pop(one.key, None)
        if turn is None:
            over.append(_row(conversation, one.key, one.waiting, promise, one.by))
        else:
            turn.end(TurnState.ANSWERED, one.by.sent_at, one.by.id)
    for key, turn in standing.items():
        _tell(turn, state[key], promise)
    _show(conversation, state, promise)
    fresh = state.keys() - standing.keys()
    return over + [_row(conversation, k, w, promise) for k, w in state.items() if k in fresh]


def fold_again(
    db: Session,
    conversation: Conversation,
    standing: dict[str, Turn],
    said: Sequence[Said],
    promise: Promise,
    *,
    at: datetime,
) -> None:
    """Fold everything that was said."""
    state, answered = folded({}, said)
    by_id = {m.id: m for m in said}
    _retell(conversation, said)
    _keep_answered(db, conversation, standing, state, answered, promise, by_id)
    for key in standing.keys() - state.keys():
        _end(standing[key], by_id, at)
    for key, waiting in state.items():
        if key in standing:
            _tell(standing[key], waiting, promise)
        else:
            _begin(db, conversation, key, waiting, promise)
    _show(conversation, state, promise)


def _row(
    conversation: Conversation,
    key: str,
    waiting: Waiting,
    promise: Promise,
    answer: Said | None = None,
) -> Row:
    """A new turn, perhaps answered already."""
    return {
        "conversation_id": conversation.id,
        "channel_id": conversation.channel_id,
        "contact_id": waiting.first.contact_id,
        "contact_key": key,
        "first_message_id": waiting.first.id,
        "last_message_id": waiting.last.id,
        "opened_at": waiting.first.sent_at,
        "due_at": promise.due_at(waiting),
        "promised_at": waiting.promised_at,
        "state": TurnState.ANSWERED if answer else TurnState.OPEN,
        "ended_at": answer.sent_at if answer else None,
        "answered_by_id": answer.id if answer else None,
    }


def _begin(
    db: Session, conversation: Conversation, key: str, waiting: Waiting, promise: Promise
) -> Turn:
    turn = Turn(**_row(conversation, key, waiting, promise))
    db.add(turn)
    return turn


def _tell(turn: Turn, waiting: Waiting, promise: Promise) -> None:
    """What the thread says of a turn."""
    turn.first_message_id, turn.last_message_id = waiting.first.id, waiting.last.id
    turn.opened_at, turn.promised_at = waiting.first.sent_at, waiting.promised_at
    turn.due_at = promise.due_at(waiting)


def _keep_answered(
    db: Session,
    conversation: Conversation,
    standing: dict[str, Turn],
    state: State,
    answered: list[Answered],
    promise: Promise,
    by_id: Mapping[int, Said],
) -> None:
    """The turns of the past as the whole thread shows them, also where the answer came first.

    A turn that stands already is told anew instead of made again, since drafts point to it.
    """
    ended = _ended(db, conversation)
    rows = ended + [standing.pop(k) for k in list(standing) if k not in state]
    for key, waiting in state.items():
        if key not in standing and (row := _taken(rows, key, waiting, by_id)) is not None:
            row.reopen()
            standing[key] = row
    for one in answered:
        row = _taken(rows, one.key, one.waiting, by_id)
        if row is None:
            row = _begin(db, conversation, one.key, one.waiting, promise)
        _tell(row, one.waiting, promise)
        row.end(TurnState.ANSWERED, one.by.sent_at, one.by.id)
    standing |= {t.contact_key: t for t in rows if t.state is TurnState.OPEN}
    for row in rows:
        first = by_id.get(row.first_message_id)
        if row.state is TurnState.ANSWERED and not (first and first.is_settled):
            row.end(TurnState.GONE, row.opened_at)


def _ended(db: Session, conversation: Conversation) -> list[Turn]:
    return list(
        db.scalars(
            select(Turn)
            .where(Turn.conversation_id == conversation.id, Turn.state != TurnState.OPEN)
            .order_by(Turn.opened_at, Turn.id)
        )
    )


def _taken(rows: list[Turn], key: str, waiting: Waiting, by_id: Mapping[int, Said]) -> Turn | None:
    """The row that stands for these messages already, taken off the list."""
    found = next((row for row in rows if _is_part(row, key, waiting, by_id)), None)
    if found is not None:
        rows.remove(found)
    return found


def _is_part(turn: Turn, key: str, waiting: Waiting, by_id: Mapping[int, Said]) -> bool:
    """Whether a turn began or ended with one of these messages."""
    first, last = order_of(waiting.first), order_of(waiting.last)
    ends = (by_id.get(n) for n in (turn.first_message_id, turn.last_message_id))
    is_within = any(first <= order_of(end) <= last for end in ends if end is not None)
    return turn.contact_key == key and is_within


def _retell(conversation: Conversation, said: Sequence[Said]) -> None:
    """The list's time, and its words where nobody waits: never words that were deleted."""
    if said:
        conversation.activity_at = said[-1].sent_at
    standing = [m for m in said if not m.deleted_at]
    conversation.snippet = snippet(standing[-1].text if standing else "") or "…"


def _end(turn: Turn, by_id: Mapping[int, Said], at: datetime) -> None:
    """Nobody answered it here, and nobody waits for it."""
    ends = [by_id.get(n) for n in (turn.first_message_id, turn.last_message_id)]
    if any(end is not None and end.settled_as for end in ends):
        turn.end(TurnState.ANSWERED, at)
    elif all(end is not None and end.deleted_at for end in ends):
        turn.end(TurnState.GONE, at)
    else:
        turn.end(TurnState.CLOSED, at)


def _show(conversation: Conversation, state: State, promise: Promise) -> None:
    """The list's columns: who waits longest, since when, with which words."""
    had_waiting = conversation.waiting_count > 0
    conversation.waiting_count = len(state)
    if not state:
        conversation.due_at = conversation.waiting_since = None
        if had_waiting or conversation.state is ConversationState.OPEN:
            conversation.close()
        return
    first = min(state.values(), key=promise.due_at)
    conversation.waiting_since = first.first.sent_at
    conversation.due_at = promise.due_at(first)
    conversation.snippet = snippet(first.first.text)
    if first.first.contact_id is not None:
        conversation.contact_id = first.first.contact_id
    if conversation.state is ConversationState.DONE:
        conversation.reopen()
