"""Search: every conversation open to a person in which all the words stand somewhere together.

Together means in one message or note, its author's name included. A hit is compared once more
with what stands there now if that changed since it was indexed: deleted words are never found.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.foundation import fulltext
from app.foundation.fulltext import Asked
from app.foundation.paging import Page, from_cursor, to_cursor
from app.inbox import indexing, queries
from app.inbox.excerpts import Part, excerpt
from app.inbox.indexing import Written
from app.inbox.models import Message, Note
from app.inbox.queries import ListRow

AT_ONCE = 200
"""So many hits are looked at before the conversations found are left out of the next look."""


@dataclass(frozen=True)
class Found:
    """A conversation, and the newest of what was found in it."""

    row: ListRow
    text: str
    parts: list[Part]
    at: datetime
    is_note: bool


def search(
    db: Session,
    actor: Actor,
    now: datetime,
    question: str,
    *,
    cursor: str | None = None,
    size: int = queries.PAGE_SIZE,
) -> Page[Found]:
    """A page of conversations, the one with the newest hit first."""
    before = _place(cursor) if cursor else None
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    words = fulltext.asked_words(question)
    if not words or not readable:
        return Page([], None)
    asked = Asked(words)
    if not readable.is_all:
        asked = replace(asked, any_of=(tuple(fulltext.mark("c", i) for i in readable.ids),))
    hits = _conversations(db, asked, before, size + 1)
    rows = queries.rows(db, actor, now, [h.conversation_id for h in hits[:size]])
    found = [
        Found(rows[h.conversation_id], h.text, excerpt(h.text, words), h.at,
              h.kind == indexing.NOTE)
        for h in hits[:size] if h.conversation_id in rows
    ]  # fmt: skip
    return Page(found, to_cursor(hits[size - 1].number) if len(hits) > size else None)


def _place(cursor: str) -> int:
    (number,) = from_cursor(cursor, 1)
    return number if isinstance(number, int) else 0


def _conversations(db: Session, asked: Asked, before: int | None, most: int) -> list[Written]:
    """The newest hit of each conversation that no earlier page has shown."""
    found: dict[int, Written] = {}
    shown: set[int] = set()
    at = before
    while len(found) < most:
        known = tuple(fulltext.mark("k", i) for i in (*found, *shown))
        numbers = fulltext.newest(db, replace(asked, without=known), before=at, most=AT_ONCE)
        hits = _standing(db, asked, numbers)
        fresh = {h.conversation_id for h in hits} - found.keys()
        if before is not None:
            shown |= _shown(db, asked, fresh, before)
        for hit in hits:
            if hit.conversation_id not in shown:
                found.setdefault(hit.conversation_id, hit)
        if len(numbers) < AT_ONCE:
            break
        at = numbers[-1]
    return list(found.values())[:most]


def _standing(db: Session, asked: Asked, numbers: list[int]) -> list[Written]:
    """The hits that still are, newest first."""
    return [w for w in _written(db, numbers) if w.is_indexed or fulltext.matches(asked, w.words)]


def _written(db: Session, numbers: list[int]) -> list[Written]:
    messages, notes = indexing.split(numbers)
    found = indexing.read_messages(db, [Message.id.in_(messages)]) if messages else []
    found += indexing.read_notes(db, [Note.id.in_(notes)]) if notes else []
    return sorted(found, key=lambda w: w.number, reverse=True)


def _shown(db: Session, asked: Asked, conversations: Iterable[int], since: int) -> set[int]:
    """Which of these have a newer hit, and so stood on an earlier page."""
    marks = tuple(fulltext.mark("k", i) for i in conversations)
    if not marks:
        return set()
    shown: set[int] = set()
    at = None
    while True:
        known = tuple(fulltext.mark("k", i) for i in shown)
        within = replace(asked, any_of=(*asked.any_of, marks), without=known)
        numbers = fulltext.newest(db, within, since=since, before=at, most=AT_ONCE)
        shown |= {hit.conversation_id for hit in _written(db, numbers)}
        if len(numbers) < AT_ONCE:
            return shown
        at = numbers[-1]
