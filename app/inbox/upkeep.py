"""What must not be kept: the words of deleted messages, and raw bodies after 90 days."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.inbox import media
from app.inbox.models import EarlyMark, Erasure, EventState, Message, RawEvent, RefusedDelivery

RAW_KEPT = timedelta(days=90)
ERASE_WITHIN = timedelta(hours=1)
"""Well inside the 24 hours that the platforms ask for."""
A_TIME = 200
BODIES, BYTES = 2000, 32_000_000
"""What one round reads of the stored deliveries at most; the next one goes on."""
LATE = timedelta(days=1)
MOST_REFUSED = 10_000
"""Anybody can send what is refused, and must not fill the disk with it."""


def erase(db: Session, now: datetime) -> None:
    """One round; safe at any time and as often as one likes."""
    _erase_deleted(db, now)
    _erase_bodies(db)
    db.execute(
        delete(RawEvent).where(
            RawEvent.received_at < now - RAW_KEPT, RawEvent.state != EventState.NEW
        )
    )
    db.execute(delete(EarlyMark).where(EarlyMark.at < now - RAW_KEPT))
    newest = db.scalar(select(func.max(RefusedDelivery.id))) or 0
    is_over = or_(RefusedDelivery.at < now - RAW_KEPT, RefusedDelivery.id <= newest - MOST_REFUSED)
    db.execute(delete(RefusedDelivery).where(is_over))


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
        message.text = ""
        media.forget(db, message)
        look_for(db, message.channel_id, message.external_id, message.sent_at)


def look_for(db: Session, channel_id: int, external_id: str, since: datetime) -> None:
    """Stored deliveries that speak of a deleted message are to be emptied, from the day before it
    was written on."""
    first = db.scalar(
        select(RawEvent.id)
        .where(RawEvent.received_at >= since - LATE)
        .order_by(RawEvent.received_at, RawEvent.id)
        .limit(1)
    )
    known = db.get(Erasure, (channel_id, external_id))
    if first is not None and known is None:
        db.add(Erasure(channel_id=channel_id, external_id=external_id, next_event_id=first))
        db.flush()
    elif first is not None and known is not None:
        known.next_event_id = min(known.next_event_id, first)


def _erase_bodies(db: Session) -> None:
    """One part of the stored deliveries, read once for all that is looked for."""
    wanted = list(db.scalars(select(Erasure).order_by(Erasure.next_event_id).limit(A_TIME)))
    if not wanted:
        return
    needles = [form for erasure in wanted for form in _forms(erasure.external_id)]
    found, following = [], None
    for event_id, body in _bodies(db, wanted[0].next_event_id):
        if body is None:
            following = event_id
        elif any(needle in body for needle in needles):
            found.append(event_id)
    db.execute(update(RawEvent).where(RawEvent.id.in_(found)).values(body=b""))
    for erasure in wanted:
        if following is None:
            db.delete(erasure)
        else:
            erasure.next_event_id = max(erasure.next_event_id, following)


def _bodies(db: Session, first: int) -> Iterator[tuple[int, bytes | None]]:
    """Stored deliveries from one on; where it was enough for now, the next one without its body."""
    stored = (
        select(RawEvent.id, RawEvent.body)
        .where(RawEvent.id >= first, RawEvent.state != EventState.NEW)
        .order_by(RawEvent.id)
        .limit(BODIES + 1)
        .execution_options(yield_per=50)
    )
    count = size = 0
    with db.execute(stored) as rows:
        for event_id, body in rows:
            if count >= BODIES or size >= BYTES:
                yield event_id, None
                return
            yield event_id, body
            count, size = count + 1, size + len(body)


def _forms(external_id: str) -> set[bytes]:
    """An id as it may stand in JSON: Meta writes a slash with a backslash before it."""
    plain = json.dumps(external_id)[1:-1]
    return {external_id.encode(), plain.encode(), plain.replace("/", "\\/").encode()}
