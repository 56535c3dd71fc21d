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
    _save(db, conversation, open_turns, step(before, message), promise, message, None)


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
    state: State = {}
    last_answer: Message | None = None
    said = sorted(messages, key=order_of)
    for message in said:
        state = step(state, message)
        is_answer = message.is_ours and not message.deleted_at and not message.is_holding
        last_answer = message if is_answer else last_answer
    _retell(conversation, said)
    _save(db, conversation, standing, state, promise, last_answer, at)


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
    cause: Message | None,
    at: datetime | None,
) -> None:
    """Write the difference, and what the list shows of it."""
    for key in [k for k in standing if k not in state]:
        _end(standing.pop(key), cause, at)
    for key, waiting in state.items():
        turn = standing.get(key)
        if turn is None:
            turn = standing[key] = Turn(
                conversation=conversation,
                channel_id=conversation.channel_id,
                contact_key=key,
                contact=waiting.first.contact,
                state=TurnState.OPEN,
            )
            db.add(turn)
        if turn.first_message is not waiting.first:
            turn.first_message = waiting.first
        turn.opened_at = waiting.first.sent_at
        if turn.last_message is not waiting.last:
            turn.last_message = waiting.last
        turn.promised_at = waiting.promised_at
        turn.due_at = promise.due_at(waiting)
    _show(conversation, state, promise)


def _retell(conversation: Conversation, said: list[Message]) -> None:
    """The list's time, and its words where nobody waits: never words that were deleted."""
    if said:
        conversation.activity_at = said[-1].sent_at
    standing = [m for m in said if not m.deleted_at]
    conversation.snippet = snippet(standing[-1].text if standing else "") or "…"


def _end(turn: Turn, cause: Message | None, at: datetime | None) -> None:
    if cause is not None and cause.is_ours and cause.sent_at >= turn.opened_at:
        turn.end(TurnState.ANSWERED, cause.sent_at, cause)
    else:
        gone = turn.first_message.deleted_at and turn.last_message.deleted_at
        turn.end(TurnState.GONE if gone else TurnState.CLOSED, at or turn.opened_at)


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
