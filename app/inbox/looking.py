"""A look at the people of whom something changed: read along the change feed, a few at a time."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.foundation.db import insert_unless_there
from app.inbox import lookalikes, recognising
from app.inbox.models import Change, Contact, Conversation, FeedReader, Message

NAME = "people"
A_TIME = 100
"""Changes at a time; the next round goes on."""
NEWEST = 20
"""Of a thread, those who wrote last: the others were looked at when they wrote."""
Look = Callable[[Session, Contact, datetime], None]
LOOKS: tuple[Look, ...] = (recognising.look_at, lookalikes.look_at)


def look(db: Session, now: datetime) -> bool:
    """One round; whether there was anything to look at."""
    reader = _reader(db)
    fresh = select(Change.id, Change.conversation_id).where(Change.id > reader.number)
    rows = db.execute(fresh.order_by(Change.id).limit(A_TIME)).all()
    if not rows:
        return False
    for contact_id in sorted(_people(db, {r.conversation_id for r in rows} - {None})):
        contact = db.get_one(Contact, contact_id)
        for one in LOOKS:
            one(db, contact, now)
    reader.number = rows[-1].id
    return True


def _reader(db: Session) -> FeedReader:
    """Locked: one worker at a time."""
    insert_unless_there(db, FeedReader, {"name": NAME})
    mine = select(FeedReader).where(FeedReader.name == NAME)
    return db.scalars(mine.with_for_update()).one()


def _people(db: Session, conversation_ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for number in conversation_ids:
        wrote = (
            select(Message.contact_id)
            .where(Message.conversation_id == number, Message.contact_id.is_not(None))
            .order_by(Message.sent_at.desc(), Message.id.desc())
            .limit(NEWEST)
            .subquery()
        )
        about = select(Conversation.contact_id).where(
            Conversation.id == number, Conversation.contact_id.is_not(None)
        )
        found |= set(db.scalars(union(select(wrote.c.contact_id), about)))
    return found
