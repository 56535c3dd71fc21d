"""Who still waits in a conversation: every customer has their own open turn and clock.

One rule, `step`, folds messages in the order they were said. What comes in order is folded on
the open turns; what comes late makes the whole conversation be folded again, so that the result
does not depend on the order of deliveries.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.foundation.text import fold, snippet
from app.inbox.models import Conversation, ConversationState, Message, Turn, TurnState


@dataclass(frozen=True)
class Promise:
    """When an answer is due: the word given to this customer, else the firm's; or the end of the
    platform's window if earlier."""

    within: timedelta
    window: timedelta | None = None

    def due_at(self, waiting: "Waiting") -> datetime:
        promised = waiting.promised_at or waiting.first.sent_at + self.within
        if self.window is None:
            return promised
        return min(promised, waiting.last.sent_at + self.window)


@dataclass(frozen=True)
class Waiting:
    """One customer's unanswered messages, the first and the last of them, and what they were
    promised."""

    first: Message
    last: Message
    promised_at: datetime | None = None


State = dict[str, Waiting]


@dataclass(frozen=True)
class Answered:
    """What a customer waited for, and which message of ours answered it."""

    key: str
    waiting: Waiting
    by: Message


def order_of(message: Message) -> tuple[datetime, bool, str]:
    """The order in which things were said.

    Platforms give whole seconds. In the same second ours comes first, so that a customer is
    rather shown as waiting than forgotten.
    """
    return message.sent_at, not message.is_ours, message.external_id


def step(state: State, message: Message) -> State:
    """The state after one more message was said."""
    if message.deleted_at or message.is_settled:
        return state
    if message.is_ours:
        answered = _answered(state, message)
        if message.is_holding:
            return {k: _still_waiting(w, message) if k in answered else w for k, w in state.items()}
        return {k: w for k, w in state.items() if k not in answered}
    key = message.author_key
    before = state.get(key)
    waits = replace(before, last=message) if before else Waiting(message, message)
    return {**state, key: _still_waiting(waits, message)}


def _still_waiting(waiting: Waiting, message: Message) -> Waiting:
    """Still waiting, with the newest time that was promised."""
    return replace(waiting, promised_at=message.promised_at or waiting.promised_at)


def _answered(state: State, reply: Message) -> set[str]:
    """Whom one of our messages answers.

    What went out through the desk says so. A native answer says it by a tag or by beginning
    with the name; else it is clear only where one customer waits, and is not guessed.
    """
    known = set(json.loads(reply.answers))
    if known or reply.outbox_id:
        return known
    named = {k for k, w in state.items() if _begins_with_name(reply.text, w.first)}
    return named or (set(state) if len(state) == 1 else set())


def _begins_with_name(text: str, message: Message) -> bool:
    name = fold(message.contact.name) if message.contact else ""
    return bool(name) and fold(text).lstrip("@ ").startswith(name)


def add(
    db: Session,
    conversation: Conversation,
    open_turns: dict[str, Turn],
    message: Message,
    promise: Promise,
) -> None:
    """Fold a message that is the newest of its conversation; `open_turns` is kept up to date."""
    before = {
        k: Waiting(t.first_message, t.last_message, t.promised_at) for k, t in open_turns.items()
    }
    after = step(before, message)
    for key in before.keys() - after.keys():
        open_turns.pop(key).end(TurnState.ANSWERED, message.sent_at, message)
    _save(db, conversation, open_turns, after, promise, message.sent_at)


def again(db: Session, conversation: Conversation, promise: Promise, *, at: datetime) -> None:
    """Fold the whole conversation: after a late message, a deletion, a merge, a "done"."""
    fold_again(db, conversation, open_turns(db, conversation), promise, at=at)


def fold_again(
    db: Session,
    conversation: Conversation,
    standing: dict[str, Turn],
    promise: Promise,
    *,
    at: datetime,
) -> None:
    """The same, keeping the caller's open turns up to date."""
    db.flush()
    messages = db.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id)
        .options(selectinload(Message.contact))
    )
    said = sorted(messages, key=order_of)
    state, answered = _folded(said)
    _retell(conversation, said)
    _keep_answered(db, conversation, standing, state, answered, promise)
    _save(db, conversation, standing, state, promise, at)


def _folded(said: list[Message]) -> tuple[State, list[Answered]]:
    """Who waits after all of it, and who was answered by what on the way."""
    state: State = {}
    answered: list[Answered] = []
    for message in said:
        after = step(state, message)
        answered += [Answered(k, w, message) for k, w in state.items() if k not in after]
        state = after
    return state, answered


def open_turns(db: Session, conversation: Conversation) -> dict[str, Turn]:
    """The open turns of a conversation, by whose they are."""
    db.flush()
    rows = db.scalars(
        select(Turn)
        .where(Turn.conversation_id == conversation.id, Turn.state == TurnState.OPEN)
        .options(selectinload(Turn.first_message), selectinload(Turn.last_message))
    )
    return {t.contact_key: t for t in rows}


def _save(
    db: Session,
    conversation: Conversation,
    standing: dict[str, Turn],
    state: State,
    promise: Promise,
    at: datetime,
) -> None:
    """Write the difference, and what the list shows of it."""
    for key in [k for k in standing if k not in state]:
        _end(standing.pop(key), at)
    for key, waiting in state.items():
        if key not in standing:
            standing[key] = _begin(db, conversation, key, waiting)
        _tell(standing[key], waiting, promise)
    _show(conversation, state, promise)


def _begin(db: Session, conversation: Conversation, key: str, waiting: Waiting) -> Turn:
    turn = Turn(
        conversation=conversation,
        channel_id=conversation.channel_id,
        contact_key=key,
        contact=waiting.first.contact,
        state=TurnState.OPEN,
    )
    db.add(turn)
    return turn


def _tell(turn: Turn, waiting: Waiting, promise: Promise) -> None:
    """What the thread says of a turn, as far as it is news."""
    if turn.first_message is not waiting.first:
        turn.first_message = waiting.first
    turn.opened_at = waiting.first.sent_at
    if turn.last_message is not waiting.last:
        turn.last_message = waiting.last
    turn.promised_at = waiting.promised_at
    turn.due_at = promise.due_at(waiting)


def _keep_answered(
    db: Session,
    conversation: Conversation,
    standing: dict[str, Turn],
    state: State,
    answered: list[Answered],
    promise: Promise,
) -> None:
    """The turns of the past as the whole thread shows them, also where the answer came first.

    A turn that stands already is told anew instead of made again, since drafts point to it.
    """
    ended = _ended(db, conversation)
    rows = ended + [standing.pop(k) for k in list(standing) if k not in state]
    for key, waiting in state.items():
        if key not in standing and (row := _taken(rows, key, waiting)) is not None:
            row.reopen()
            standing[key] = row
    for one in answered:
        row = _taken(rows, one.key, one.waiting)
        if row is None:
            row = _begin(db, conversation, one.key, one.waiting)
        _tell(row, one.waiting, promise)
        row.end(TurnState.ANSWERED, one.by.sent_at, one.by)
    standing |= {t.contact_key: t for t in rows if t.state is TurnState.OPEN}
    for row in rows:
        if row.state is TurnState.ANSWERED and not row.first_message.is_settled:
            row.end(TurnState.GONE, row.opened_at)


def _ended(db: Session, conversation: Conversation) -> list[Turn]:
    return list(
        db.scalars(
            select(Turn)
            .where(Turn.conversation_id == conversation.id, Turn.state != TurnState.OPEN)
            .order_by(Turn.opened_at, Turn.id)
            .options(selectinload(Turn.first_message), selectinload(Turn.last_message))
        )
    )


def _taken(rows: list[Turn], key: str, waiting: Waiting) -> Turn | None:
    """The row that stands for these messages already, taken off the list."""
    found = next((row for row in rows if _is_part(row, key, waiting)), None)
    if found is not None:
        rows.remove(found)
    return found


def _is_part(turn: Turn, key: str, waiting: Waiting) -> bool:
    """Whether a turn began or ended with one of these messages."""
    first, last = order_of(waiting.first), order_of(waiting.last)
    ends = (order_of(turn.first_message), order_of(turn.last_message))
    return turn.contact_key == key and any(first <= end <= last for end in ends)


def _retell(conversation: Conversation, said: list[Message]) -> None:
    """The list's time, and its words where nobody waits: never words that were deleted."""
    if said:
        conversation.activity_at = said[-1].sent_at
    standing = [m for m in said if not m.deleted_at]
    conversation.snippet = snippet(standing[-1].text if standing else "") or "…"


def _end(turn: Turn, at: datetime) -> None:
    """Nobody answered it, and nobody waits for it."""
    gone = turn.first_message.deleted_at and turn.last_message.deleted_at
    turn.end(TurnState.GONE if gone else TurnState.CLOSED, at)


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
    if first.first.contact is not None:
        conversation.contact = first.first.contact
    if conversation.state is ConversationState.DONE:
        conversation.reopen()
