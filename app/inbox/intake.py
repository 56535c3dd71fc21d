"""The one intake for what webhooks push and readings pull: each thing is taken in once.

The raw event is stored first and answered for; then it is taken apart, each item in a savepoint
of its own, so that one bad item loses one item. Whatever the order, number or batch of the
deliveries, the desk looks the same afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.channels import windows
from app.channels.adapter import Normalizer
from app.channels.items import CommentItem, DirectItem, Item
from app.channels.models import Channel, ChannelState, Platform
from app.inbox import comments, directs
from app.inbox.bench import Bench
from app.inbox.models import EventState, RawEvent
from app.inbox.turns import Promise

log = structlog.get_logger()

TOGETHER = 100
SOURCES = {"meta": (Platform.FACEBOOK,)}


@dataclass(frozen=True)
class Promises:
    """The desk's answer promise, where a channel has none of its own."""

    public: timedelta
    private: timedelta

    def of(self, channel: Channel, *, is_public: bool) -> Promise:
        """The promise on one channel."""
        own = channel.public_promise_minutes if is_public else channel.private_promise_minutes
        desk = self.public if is_public else self.private
        return Promise(
            timedelta(minutes=own) if own else desk,
            windows.answer_window(channel.platform, is_public=is_public),
        )


def store(db: Session, source: str, body: bytes, now: datetime) -> RawEvent:
    """Keep a delivery as it came; nothing is understood yet."""
    event = RawEvent(
        platform=source, source="webhook", body=body, received_at=now, state=EventState.NEW
    )
    db.add(event)
    return event


def new_events(db: Session, most: int = 100) -> list[RawEvent]:
    """Deliveries that wait to be taken apart, oldest first; no other worker gets the same."""
    return list(
        db.scalars(
            select(RawEvent)
            .where(RawEvent.state == EventState.NEW)
            .order_by(RawEvent.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    )


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
    db: Session, channel: Channel, items: Sequence[Item], promises: Promises, now: datetime
) -> list[str]:
    """Items of one channel; returns the reasons of those that could not be taken.

    A hundred are worked on together. If one of them cannot be written, each gets a savepoint of
    its own, so that a bad item loses one item.
    """
    problems = []
    for start in range(0, len(items), TOGETHER):
        some = items[start : start + TOGETHER]
        if _taken(db, channel, some, promises, now) is not None:
            each = [_taken(db, channel, [item], promises, now) for item in some]
            problems += [problem for problem in each if problem is not None]
    return problems


def _taken(
    db: Session, channel: Channel, items: Sequence[Item], promises: Promises, now: datetime
) -> str | None:
    """All of these in one savepoint, or none of them and why.

    Nothing unforeseen about one item may hold up the others for ever. Trouble of the database's
    own is none of the items': the whole delivery is taken in again when it has passed.
    """
    try:
        with db.begin_nested(), db.no_autoflush:
            bench = Bench(db, channel, now)
            bench.fetch(items)
            for item in items:
                _take_one(bench, item, promises)
            bench.finish()
    except OperationalError:
        raise
    except Exception as problem:
        log.warning("items set aside", channel=channel.id, error=type(problem).__name__)
        return f"not taken in: {type(problem).__name__}"
    return None


def _take_one(bench: Bench, item: Item, promises: Promises) -> None:
    if isinstance(item, CommentItem):
        comments.take(bench, item, promises.of(bench.channel, is_public=True))
    elif isinstance(item, DirectItem):
        directs.take(bench, item, promises.of(bench.channel, is_public=False))
    else:
        log.info("not shown here", channel=bench.channel.id, what=item.what)


def _channels(db: Session, source: str, pages: set[str]) -> dict[str, Channel]:
    """The connected channels behind the pages a delivery speaks of."""
    rows = db.scalars(
        select(Channel).where(
            Channel.platform.in_(SOURCES.get(source, ())),
            Channel.external_id.in_(pages),
            Channel.state != ChannelState.REMOVED,
        )
    )
    return {c.external_id: c for c in rows}
