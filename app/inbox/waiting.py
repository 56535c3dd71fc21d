"""Who still waits in a conversation: every customer has their own open turn and clock.

One rule, `step`, folds what was said in the order it was said. It works on values alone.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.foundation.text import fold
from app.inbox.models import Elsewhere, Message


@dataclass(frozen=True, slots=True)
class Said:
    """A message as far as folding goes by it."""

    id: int
    conversation_id: int
    external_id: str
    is_ours: bool
    author_key: str
    contact_id: int | None
    name: str | None
    """Of the customer, where the platform gave one."""
    answers: str
    text: str
    sent_at: datetime
    deleted_at: datetime | None
    outbox_id: int | None = None
    is_settled: bool = False
    is_holding: bool = False
    promised_at: datetime | None = None
    settled_as: Elsewhere | None = None


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """One customer's unanswered messages, the first and the last of them, and what they were
    promised."""

    first: Said
    last: Said
    promised_at: datetime | None = None


State = dict[str, Waiting]


@dataclass(frozen=True)
class Answered:
    """What a customer waited for, and which message of ours answered it."""

    key: str
    waiting: Waiting
    by: Said


def order_of(message: Said | Message) -> tuple[datetime, bool, str]:
    """The order in which things were said.

    Platforms give whole seconds. In the same second ours comes first, so that a customer is
    rather shown as waiting than forgotten.
    """
    return message.sent_at, not message.is_ours, message.external_id


def step(state: State, message: Said) -> State:
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


def _still_waiting(waiting: Waiting, message: Said) -> Waiting:
    """Still waiting, with the newest time that was promised."""
    if message.promised_at is None:
        return waiting
    return replace(waiting, promised_at=message.promised_at)


def _answered(state: State, reply: Said) -> set[str]:
    """Whom one of our messages answers.

    What went out through the desk says so. A native answer says it by a tag or by beginning
    with the name; else it is clear only where one customer waits, and is not guessed.
    """
    known = set(json.loads(reply.answers))
    if known or reply.outbox_id:
        return known
    named = {k for k, w in state.items() if _begins_with_name(reply.text, w.first)}
    return named or (set(state) if len(state) == 1 else set())


def _begins_with_name(text: str, message: Said) -> bool:
    name = fold(message.name or "")
    return bool(name) and fold(text).lstrip("@ ").startswith(name)


def folded(state: State, said: Iterable[Said]) -> tuple[State, list[Answered]]:
    """Who waits after all of it, and who was answered by what on the way."""
    answered: list[Answered] = []
    for message in said:
        after = step(state, message)
        if message.is_ours:
            answered += [Answered(k, w, message) for k, w in state.items() if k not in after]
        state = after
    return state, answered
