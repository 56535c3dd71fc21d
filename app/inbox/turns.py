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
from app.inbox.models import Conversation, Message, Turn, TurnState


@dataclass(frozen=True)
class Waiting:
    """One customer's unanswered messages: the first and the last of them."""

    first: Message
    last: Message


State = dict[str, Waiting]


def contact_key(message: Message) -> str:
    """Whose turn a message belongs to; one without an author is a turn of its own."""
    return f"c{message.contact_id}" if message.contact_id else f"m{message.external_id}"


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
        return {k: w for k, w in state.items() if k not in answered}
    key = contact_key(message)
    before = state.get(key)
    return {**state, key: replace(before, last=message) if before else Waiting(message, message)}


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


def after_new(
    db: Session, conversation: Conversation, message: Message, promise: timedelta
) -> None:
    """Bring the turns up to date after one message came in."""
    newest = db.scalar(
        select(Message.id)
        .where(
            Message.conversation_id == conversation.id,
            Message.id != message.id,
            Message.sent_at >= message.sent_at,
        )
        .limit(1)
    )
    if newest is not None:
        again(db, conversation, promise, at=message.sent_at)
        return
    open_turns = _open(db, conversation)
    before = {t.contact_key: Waiting(t.first_message, t.last_message) for t in open_turns}
    _save(db, conversation, open_turns, step(before, message), promise, message)


def again(db: Session, conversation: Conversation, promise: timedelta, *, at: datetime) -> None:
    """Fold the whole conversation: after a late message, a deletion, a merge, a "done"."""
    messages = list(
        db.scalars(
            select(Message)
            .where(Message.conversation_id == conversation.id)
            .options(selectinload(Message.contact))
        )
    )
    state: State = {}
    last_answer: Message | None = None
    for message in sorted(messages, key=order_of):
        state = step(state, message)
        last_answer = message if message.is_ours and not message.deleted_at else last_answer
    _save(db, conversation, _open(db, conversation), state, promise, last_answer, at)


def _open(db: Session, conversation: Conversation) -> list[Turn]:
    return list(
        db.scalars(
            select(Turn)
            .where(Turn.conversation_id == conversation.id, Turn.state == TurnState.OPEN)
            .options(
                selectinload(Turn.first_message).selectinload(Message.contact),
                selectinload(Turn.last_message),
            )
        )
    )


def _save(
    db: Session,
    conversation: Conversation,
    turns: list[Turn],
    state: State,
    promise: timedelta,
    cause: Message | None,
    at: datetime | None = None,
) -> None:
    """Write the difference, and what the list shows of it."""
    for turn in turns:
        if turn.contact_key not in state:
            _end(turn, cause, at)
    db.flush()
    standing = {t.contact_key: t for t in turns if t.state is TurnState.OPEN}
    for key, waiting in state.items():
        turn = standing.get(key) or Turn(
            conversation_id=conversation.id,
            channel_id=conversation.channel_id,
            contact_key=key,
            contact_id=waiting.first.contact_id,
            state=TurnState.OPEN,
        )
        turn.first_message_id, turn.last_message_id = waiting.first.id, waiting.last.id
        turn.opened_at = waiting.first.sent_at
        turn.due_at = waiting.first.sent_at + promise
        db.add(turn)
    _show(conversation, state, promise)
    db.flush()


def _end(turn: Turn, cause: Message | None, at: datetime | None) -> None:
    if cause is not None and cause.is_ours and cause.sent_at >= turn.opened_at:
        turn.end(TurnState.ANSWERED, cause.sent_at, cause.id)
    else:
        gone = turn.first_message.deleted_at and turn.last_message.deleted_at
        turn.end(TurnState.GONE if gone else TurnState.CLOSED, at or turn.opened_at)


def _show(conversation: Conversation, state: State, promise: timedelta) -> None:
    """The list's columns: who waits longest, since when, with which words."""
    had_waiting = conversation.waiting_count > 0
    conversation.waiting_count = len(state)
    if not state:
        conversation.due_at = conversation.waiting_since = None
        if had_waiting or conversation.state.value == "open":
            conversation.close()
        return
    longest = min((w.first for w in state.values()), key=order_of)
    conversation.waiting_since = longest.sent_at
    conversation.due_at = longest.sent_at + promise
    conversation.snippet = snippet(longest.text)
    conversation.contact_id = longest.contact_id or conversation.contact_id
    newest = max((w.last for w in state.values()), key=order_of)
    if conversation.state.value == "done" or _wakes(conversation, newest):
        conversation.reopen()


def _wakes(conversation: Conversation, newest: Message) -> bool:
    """A customer who writes again ends a snooze."""
    return conversation.state.value == "snoozed" and newest.sent_at > conversation.activity_at
