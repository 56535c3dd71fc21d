"""One deed for several conversations: each is done or refused by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.foundation.errors import DeskError, Invalid
from app.foundation.words import Words
from app.inbox import queries

MOST = 100


@dataclass(frozen=True)
class Chosen:
    """A conversation as it stood in the list when it was chosen."""

    conversation_id: int
    seen_message_id: int
    had: int | None = None
    """Whose it was in that list; 0: nobody's."""


@dataclass(frozen=True)
class Refusal:
    """One that was left as it is. No name is told to who may not read it."""

    conversation_id: int
    name: str
    reason: Words
    is_known: bool


@dataclass
class Outcome:
    """What was done and what was not."""

    done: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def each(
    db: Session,
    actor: Actor,
    chosen: Sequence[Chosen],
    deed: Callable[[Chosen], object],
    now: datetime,
) -> Outcome:
    """Do it for each one; a refusal leaves the others alone.

    What is refused changes nothing: a deed checks everything before it begins to write.
    """
    wanted = {c.conversation_id: c for c in chosen}
    if not wanted:
        raise Invalid(Words("Choose at least one conversation."))
    if len(wanted) > MOST:
        raise Invalid(Words("Choose 100 conversations at most."))
    outcome, reasons = Outcome(), dict[int, Words]()
    for one in sorted(wanted.values(), key=lambda c: c.conversation_id):
        try:
            with db.begin_nested():
                deed(one)
        except DeskError as problem:
            reasons[one.conversation_id] = problem.reason
        else:
            outcome.done.append(one.conversation_id)
    rows = queries.rows(db, actor, now, list(reasons))
    for conversation_id, reason in reasons.items():
        row = rows.get(conversation_id)
        name, is_known = (row.name, True) if row else ("", False)
        outcome.refused.append(Refusal(conversation_id, name, reason, is_known))
    return outcome
