"""What the team and its customers wrote, brought into the index of words.

It comes a moment later, so that taking messages in stays fast: whatever is new or was changed
carries no `is_indexed`, and each round takes some of that. A message is known by its own words and
its author's name, in a private talk also by the person's; a deleted one by the names alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session, aliased

from app.foundation import fulltext
from app.foundation.fulltext import Piece
from app.inbox.models import Audience, Contact, Conversation, Message, Note

A_ROUND = 500
NOTE, MESSAGE = 1, 0
_ID_BITS = 30
_LATEST = 2**32 - 1


@dataclass(frozen=True)
class Written:
    """One message or note as the index knows it."""

    kind: int
    id: int
    at: datetime
    conversation_id: int
    channel_id: int
    text: str
    names: tuple[str, ...]
    is_indexed: bool
    indexed_as: int | None

    @property
    def number(self) -> int:
        return number_of(self.at, self.id, self.kind)

    @property
    def words(self) -> list[str]:
        return fulltext.words_of(*self.names, self.text)


def number_of(at: datetime, row_id: int, kind: int) -> int:
    """Its number in the index: when it was written, then which it is, so that the largest is the
    newest."""
    seconds = min(max(int(at.timestamp()), 0), _LATEST)
    return (seconds << _ID_BITS | row_id) << 1 | kind


def split(numbers: Iterable[int]) -> tuple[list[int], list[int]]:
    """The messages and the notes behind some numbers."""
    found = {MESSAGE: list[int](), NOTE: list[int]()}
    for number in numbers:
        found[number & 1].append((number >> 1) & (2**_ID_BITS - 1))
    return found[MESSAGE], found[NOTE]


def is_behind(db: Session) -> bool:
    """Whether there is anything to take in."""
    waiting = (select(k.id).where(~k.is_indexed).limit(1) for k in (Contact, Message, Note))
    return any(db.scalar(query) is not None for query in waiting)


def take_in(db: Session) -> int:
    """One round; returns how much it was. None where others are at it just now."""
    renamed = _renamed(db)
    waiting = read_messages(db, [~Message.is_indexed], is_claiming=True)
    waiting += read_notes(db, [~Note.is_indexed], is_claiming=True)
    pieces = {w: _piece(w) for w in waiting}
    known = [w.indexed_as for w in waiting if w.indexed_as is not None]
    fulltext.change(db, known, [p for p in pieces.values() if p is not None])
    for kind, model in ((MESSAGE, Message), (NOTE, Note)):
        rows = [
            {"id": w.id, "is_indexed": True, "indexed_as": p.number if p else None}
            for w, p in pieces.items() if w.kind == kind
        ]  # fmt: skip
        if rows:
            db.execute(update(model), rows)
    return renamed + len(waiting)


def read_messages(
    db: Session, conditions: Sequence[Any], *, is_claiming: bool = False
) -> list[Written]:
    """Messages as the index sees them, also those that were deleted."""
    author, person = aliased(Contact), aliased(Contact)
    is_private = Conversation.audience == Audience.PRIVATE
    query = (
        select(Message.id, Message.sent_at, Message.conversation_id, Message.channel_id,
               Message.text, Message.deleted_at, Message.is_indexed, Message.indexed_as,
               author.name.label("author"), person.name.label("person"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(author, author.id == Message.contact_id)
        .outerjoin(person, and_(person.id == Conversation.contact_id, is_private))
        .where(*conditions)
    )  # fmt: skip
    if is_claiming:
        query = _claimed(query, Message)
    return [
        Written(MESSAGE, r.id, r.sent_at, r.conversation_id, r.channel_id,
                "" if r.deleted_at else r.text, _names(r.author, r.person), r.is_indexed,
                r.indexed_as)
        for r in db.execute(query)
    ]  # fmt: skip


def read_notes(
    db: Session, conditions: Sequence[Any], *, is_claiming: bool = False
) -> list[Written]:
    """The team's notes as the index sees them."""
    query = (
        select(Note.id, Note.at, Note.conversation_id, Conversation.channel_id, Note.text,
               Note.is_indexed, Note.indexed_as)
        .join(Conversation, Conversation.id == Note.conversation_id)
        .where(*conditions)
    )  # fmt: skip
    if is_claiming:
        query = _claimed(query, Note)
    return [
        Written(NOTE, r.id, r.at, r.conversation_id, r.channel_id, r.text, (), r.is_indexed,
                r.indexed_as)
        for r in db.execute(query)
    ]  # fmt: skip


def marks(channel_id: int, conversation_id: int) -> tuple[str, str]:
    """By which hits are narrowed down."""
    return fulltext.mark("c", channel_id), fulltext.mark("k", conversation_id)


def _claimed(query: Any, model: type[Message | Note]) -> Any:
    """Locked, so that an edit waits for the round and is taken in after it."""
    return query.order_by(model.id).limit(A_ROUND).with_for_update(skip_locked=True, of=model)


def _names(author: str | None, person: str | None) -> tuple[str, ...]:
    return tuple(name for name in {author, person} if name)


def _piece(written: Written) -> Piece | None:
    words = written.words
    if not words:
        return None
    return Piece(written.number, words, marks(written.channel_id, written.conversation_id))


def _renamed(db: Session) -> int:
    """Who has a new name is found by it: their messages are taken in again."""
    waiting = select(Contact.id).where(~Contact.is_indexed).order_by(Contact.id).limit(A_ROUND)
    ids = list(db.scalars(waiting.with_for_update(skip_locked=True)))
    if not ids:
        return 0
    talks = select(Conversation.id).where(
        Conversation.contact_id.in_(ids), Conversation.audience == Audience.PRIVATE
    )
    for theirs in (Message.contact_id.in_(ids), Message.conversation_id.in_(talks)):
        again = update(Message).where(Message.is_indexed, theirs).values(is_indexed=False)
        db.execute(again, execution_options={"synchronize_session": False})
    known = update(Contact).where(Contact.id.in_(ids)).values(is_indexed=True)
    db.execute(known, execution_options={"synchronize_session": False})
    return len(ids)
