"""The one intake for what webhooks push and readings pull: each thing is taken in once.

The raw event is stored first and answered for; then it is taken apart, each item in a savepoint
of its own, so that one bad item loses one item. Whatever the order, number or batch of the
deliveries, the desk looks the same afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.channels.adapter import Normalizer
from app.channels.items import CommentItem, Item, UnknownItem
from app.channels.models import Channel, ChannelState, Platform
from app.foundation.errors import DeskError
from app.inbox import comments
from app.inbox.models import EventState, RawEvent

log = structlog.get_logger()

SOURCES = {"meta": (Platform.FACEBOOK,)}


@dataclass(frozen=True)
class Promises:
    """The desk's answer promise, where a channel has none of its own."""

    public: timedelta
    private: timedelta

    def of(self, channel: Channel, *, is_public: bool) -> timedelta:
        own = channel.public_promise_minutes if is_public else channel.private_promise_minutes
        return timedelta(minutes=own) if own else (self.public if is_public else self.private)


def store(db: Session, source: str, body: bytes, now: datetime) -> RawEvent:
    """Keep a delivery as it came; nothing is understood yet."""
    event = RawEvent(platform=source, source="webhook", body=body, received_at=now,
                     state=EventState.NEW)
    db.add(event)
    return event


def new_events(db: Session, most: int = 100) -> list[RawEvent]:
    """Deliveries that wait to be taken apart, oldest first; no other worker gets the same."""
    return list(db.scalars(
        select(RawEvent).where(RawEvent.state == EventState.NEW).order_by(RawEvent.id)
        .limit(most).with_for_update(skip_locked=True)
    ))


def take_apart(
    db: Session, event: RawEvent, normalize: Normalizer, promises: Promises, now: datetime
) -> None:
    """Every item of a delivery; what cannot be read leaves the event on the dead-letter list."""
    batch = normalize(event.body)
    problems = [p.reason for p in batch.problems]
    channels = _channels(db, event.platform, {page for page, _ in batch.items})
    for page, item in batch.items:
        channel = channels.get(page)
        if channel is None:
            problems.append(f"page {page[:40]} is not connected")
        else:
            channel.last_push_at = now
            problems += take(db, channel, [item], promises, now)
    event.tries += 1
    event.state = EventState.DEAD if problems else EventState.DONE
    event.problem = "; ".join(dict.fromkeys(problems))[:500]


def take(
    db: Session, channel: Channel, items: Iterable[Item], promises: Promises, now: datetime
) -> list[str]:
    """Items of one channel; returns the reasons of those that could not be taken."""
    problems = []
    for item in items:
        try:
            with db.begin_nested():
                _take_one(db, channel, item, promises, now)
        except (SQLAlchemyError, DeskError, ValueError) as problem:
            log.warning("item set aside", channel=channel.id, error=type(problem).__name__)
            problems.append(f"not taken in: {type(problem).__name__}")
    return problems


def _take_one(
    db: Session, channel: Channel, item: Item, promises: Promises, now: datetime
) -> None:
    if isinstance(item, CommentItem):
        comments.take(db, channel, item, promises.of(channel, is_public=True), now)
    elif isinstance(item, UnknownItem):
        log.info("not shown here", channel=channel.id, what=item.what)


def _channels(db: Session, source: str, pages: set[str]) -> dict[str, Channel]:
    """The connected channels behind the pages a delivery speaks of."""
    rows = db.scalars(select(Channel).where(
        Channel.platform.in_(SOURCES.get(source, ())), Channel.external_id.in_(pages),
        Channel.state != ChannelState.REMOVED,
    ))
    return {c.external_id: c for c in rows}
