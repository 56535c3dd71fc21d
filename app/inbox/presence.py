"""Who looks at a conversation and who is writing in it. Rows go stale by themselves."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.accounts.models import Member
from app.inbox import changes
from app.inbox.models import Conversation, Presence

LOOKING, ANSWERING = timedelta(seconds=30), timedelta(minutes=3)


def seen(db: Session, actor: Actor, conversation_id: int, now: datetime) -> None:
    """The actor has the conversation on the screen; news for those who have it there too."""
    others = [m for m in here(db, conversation_id, now) if m.id != actor.member_id]
    row = db.get(Presence, (conversation_id, actor.member_id))
    is_news = row is None or row.seen_at <= now - LOOKING
    _row(db, actor, conversation_id, now)
    if is_news and others:
        _tell(db, conversation_id, now)


def answering(db: Session, actor: Actor, conversation_id: int, now: datetime) -> None:
    """The actor is writing an answer; the first words of it are news for everybody."""
    row = _row(db, actor, conversation_id, now)
    is_news = row.answering_at is None or row.answering_at <= now - ANSWERING
    row.answering_at = now
    if is_news:
        _tell(db, conversation_id, now)


def stopped(db: Session, actor: Actor, conversation_id: int) -> None:
    """The actor writes no longer."""
    row = db.get(Presence, (conversation_id, actor.member_id))
    if row is not None:
        row.answering_at = None


def here(db: Session, conversation_id: int, now: datetime) -> list[Member]:
    """Who looks at it now."""
    return list(
        db.scalars(
            select(Member)
            .join(Presence, Presence.member_id == Member.id)
            .where(Presence.conversation_id == conversation_id, Presence.seen_at > now - LOOKING)
            .order_by(Member.name)
        )
    )


def answerers(db: Session, conversation_ids: list[int], now: datetime) -> dict[int, Member]:
    """Who writes an answer now, by conversation; who began last where there are two."""
    rows = db.execute(
        select(Presence.conversation_id, Member)
        .join(Member, Presence.member_id == Member.id)
        .where(
            Presence.conversation_id.in_(conversation_ids), Presence.answering_at > now - ANSWERING
        )
        .order_by(Presence.answering_at)
    )
    return {row[0]: row[1] for row in rows}


def _tell(db: Session, conversation_id: int, now: datetime) -> None:
    channel_id = db.get_one(Conversation, conversation_id).channel_id
    changes.note(db, channel_id, conversation_id, now)


def _row(db: Session, actor: Actor, conversation_id: int, now: datetime) -> Presence:
    key = (conversation_id, actor.member_id)
    row = db.get(Presence, key) or _begun(db, *key, now)
    row.seen_at = now
    return row


def _begun(db: Session, conversation_id: int, member_id: int | None, now: datetime) -> Presence:
    """A new row, unless another window of the same person's makes it at this moment."""
    made = Presence(conversation_id=conversation_id, member_id=member_id, seen_at=now)
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        return db.get_one(Presence, (conversation_id, member_id))
    return made
