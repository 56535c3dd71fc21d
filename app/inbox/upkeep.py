"""What must not be kept: the words of deleted messages, and raw bodies after 90 days."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.inbox.models import EventState, Message, RawEvent, RefusedDelivery

RAW_KEPT = timedelta(days=90)
ERASE_WITHIN = timedelta(hours=1)
"""Well inside the 24 hours that the platforms ask for."""
A_TIME = 200


def erase(db: Session, now: datetime) -> None:
    """One round; safe at any time and as often as one likes."""
    _erase_deleted(db, now)
    db.execute(
        delete(RawEvent).where(
            RawEvent.received_at < now - RAW_KEPT, RawEvent.state != EventState.NEW
        )
    )
    db.execute(delete(RefusedDelivery).where(RefusedDelivery.at < now - RAW_KEPT))


def _erase_deleted(db: Session, now: datetime) -> None:
    """Words and raw bodies of what customers deleted; ids, times and our answers stay."""
    gone = list(
        db.scalars(
            select(Message)
            .where(
                Message.deleted_at <= now - ERASE_WITHIN,
                or_(Message.text != "", Message.attachments != "[]"),
                Message.is_ours.is_(False),
            )
            .limit(A_TIME)
        )
    )
    for message in gone:
        message.text, message.attachments = "", "[]"
        _erase_bodies(db, message.external_id, message.sent_at)


def _erase_bodies(db: Session, external_id: str, since: datetime) -> None:
    """Stored deliveries that speak of it, from the day it was written on."""
    needle = external_id.encode()
    bodies = db.execute(
        select(RawEvent.id, RawEvent.body).where(
            RawEvent.received_at >= since - timedelta(days=1), RawEvent.state != EventState.NEW
        )
    )
    ids = [i for i, body in bodies if needle in body]
    db.execute(update(RawEvent).where(RawEvent.id.in_(ids)).values(body=b""))
