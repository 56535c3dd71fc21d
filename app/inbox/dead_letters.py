"""Deliveries that could not be taken in whole: kept as they came, to be tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, NotFound
from app.foundation.words import Words
from app.inbox.models import EventState, RawEvent

SHOWN = 50


@dataclass(frozen=True)
class DeadLetter:
    """A delivery as it is shown: nothing of what customers wrote."""

    id: int
    source: str
    received_at: datetime
    reason: str
    has_body: bool
    """False once it was emptied, since a customer deleted what it spoke of."""


def count(db: Session) -> int:
    """How many there are."""
    return db.scalar(select(func.count()).where(RawEvent.state == EventState.DEAD)) or 0


def newest(db: Session, most: int = SHOWN) -> Sequence[DeadLetter]:
    """The newest ones, the newest first."""
    found = (
        select(
            RawEvent.id,
            RawEvent.platform,
            RawEvent.received_at,
            RawEvent.problem,
            func.length(RawEvent.body) > 0,
        )
        .where(RawEvent.state == EventState.DEAD)
        .order_by(RawEvent.id.desc())
        .limit(most)
    )
    return [DeadLetter(*row) for row in db.execute(found)]


def shown(db: Session, actor: Actor, now: datetime) -> Sequence[DeadLetter]:
    """The newest ones, for whoever looks after channels."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now)
    return newest(db)


def again(db: Session, actor: Actor, event_id: int, now: datetime) -> None:
    """Have it taken in once more; what is known already is not taken in twice."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now)
    event = db.get(RawEvent, event_id, with_for_update=True, populate_existing=True)
    if event is None:
        raise NotFound()
    if event.state is not EventState.DEAD:
        raise Conflict(Words("It has been tried again already."))
    if not event.body:
        raise Conflict(Words("The customer deleted what it spoke of; there is nothing to try."))
    event.state = EventState.NEW
    log.record(db, Event.DELIVERY_RETRIED, actor.log_name, f"delivery:{event.id}", now=now)
