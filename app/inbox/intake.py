"""The one intake for what webhooks push and readings pull: each thing is taken in once.

The raw event is stored first and answered for; then it is taken apart, each item in a savepoint
of its own, so that one bad item loses one item. Whatever the order, number or batch of the
deliveries, the desk looks the same afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.channels import freezing, registry, windows
from app.channels.items import (
    Batch,
    CommentItem,
    DirectItem,
    Item,
    PostItem,
    RevokedItem,
    UnknownItem,
    WholeItem,
    ids_of,
)
from app.channels.models import Channel, ChannelState, Platform, Source
from app.channels.polling import Taken
from app.foundation.db import Database
from app.inbox import comments, directs, sweeping
from app.inbox.bench import Bench
from app.inbox.models import EventState, RawEvent
from app.inbox.waiting import Promise

log = structlog.get_logger()

TOGETHER = 100
LONGEST_ID, LONGEST_OTHER_ID = 200, 100
"""Of messages; of people and posts."""


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


def store(database: Database, source: str, body: bytes, now: datetime) -> None:
    """Keep a delivery as it came; nothing is understood yet."""
    row = {"platform": source, "source": Source.WEBHOOK, "body": body, "received_at": now}
    database.append(RawEvent, row)


def pulled(
    db: Session, channel: Channel, bodies: Sequence[bytes], promises: Promises, now: datetime
) -> Taken:
    """What a reading brought: kept as it came, and taken apart.

    Readings bring the same again and again: a body that is kept already is not kept twice, but
    it is what stands there now, so it is taken in all the same.
    """
    events = {digest: _read_event(channel, body, digest, now) for digest, body in _digests(bodies)}
    known = select(RawEvent.digest).where(RawEvent.digest.in_(events))
    kept = set(db.scalars(known)) if events else set()
    db.add_all(event for digest, event in events.items() if digest not in kept)
    return take_apart(db, list(events.values()), promises, now)


def _digests(bodies: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    return [(sha256(body).digest(), body) for body in bodies]


def _read_event(channel: Channel, body: bytes, digest: bytes, now: datetime) -> RawEvent:
    return RawEvent(
        platform=channel.platform.value,
        channel_id=channel.id,
        source=Source.POLL,
        body=body,
        digest=digest,
        state=EventState.NEW,
        problem="",
        tries=0,
        received_at=now,
    )


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


def take_apart(db: Session, events: Sequence[RawEvent], promises: Promises, now: datetime) -> Taken:
    """Every item of these events; what cannot be read leaves its event on the dead-letter list.

    Channel by channel and always in the same order, so that two workers who need the same
    conversations wait for each other one way only.
    """
    batches = [_normalized(event) for event in events]
    problems = [[p.reason for p in batch.problems] for batch in batches]
    found: dict[Channel, list[tuple[int, Item]]] = {c: [] for c in _channels(db, batches)}
    channels: dict[tuple[Platform | None, str], Channel] = {
        (c.platform, c.external_id): c for c in found
    }
    for number, batch in enumerate(batches):
        for page, item in batch.items:
            channel = channels.get((batch.platform, page)) if batch.platform else None
            if channel is None:
                problems[number].append(f"page {page[:40]} is not connected")
            else:
                found[channel].append((number, item))
    added: list[datetime] = []
    for channel, rows in found.items():
        if any(events[number].source is Source.WEBHOOK for number, _ in rows):
            channel.last_push_at = now
        reasons = take(db, channel, [item for _, item in rows], promises, now, added)
        for (number, _), reason in zip(rows, reasons, strict=True):
            problems[number] += [reason] if reason else []
    for event, reasons in zip(events, problems, strict=True):
        event.tries += 1
        event.state = EventState.DEAD if reasons else EventState.DONE
        event.problem = "; ".join(dict.fromkeys(reasons))[:500]
    seen = sum(len(batch.items) for batch in batches)
    return Taken(seen, len(added), min(added, default=None))


def _normalized(event: RawEvent) -> Batch:
    return registry.NORMALIZERS[event.source, event.platform](event.body, event.received_at)


def take(
    db: Session,
    channel: Channel,
    items: Sequence[Item],
    promises: Promises,
    now: datetime,
    added: list[datetime] | None = None,
) -> list[str]:
    """Items of one channel: for each why it could not be taken, or nothing. `added` gets the time
    of each message that nobody had brought before.

    A hundred are worked on together. If one of them cannot be written, each gets a savepoint of
    its own, so that a bad item loses one item.
    """
    reasons, added = [_too_long(item) for item in items], [] if added is None else added
    good = [number for number, reason in enumerate(reasons) if not reason]
    for start in range(0, len(good), TOGETHER):
        some = good[start : start + TOGETHER]
        if _taken(db, channel, [items[n] for n in some], promises, now, added):
            for number in some:
                reasons[number] = _taken(db, channel, [items[number]], promises, now, added)
    return reasons


def _too_long(item: Item) -> str:
    """An id that no column holds: cut short, it would be somebody else's."""
    things, others = ids_of(item)
    longest = max(map(len, things), default=0), max(map(len, others), default=0)
    if longest[0] <= LONGEST_ID and longest[1] <= LONGEST_OTHER_ID:
        return ""
    return f"not taken in: an id of {max(longest)} characters"


def _taken(
    db: Session,
    channel: Channel,
    items: Sequence[Item],
    promises: Promises,
    now: datetime,
    added: list[datetime],
) -> str:
    """All of these in one savepoint, or none of them and why.

    Nothing unforeseen about one item may hold up the others for ever. Trouble of the database's
    own is none of the items': the whole delivery is taken in again when it has passed.
    """
    try:
        with db.begin_nested(), db.no_autoflush:
            public, private = (promises.of(channel, is_public=p) for p in (True, False))
            bench = Bench(db, channel, now, public, private)
            bench.fetch(items)
            for item in items:
                _take_one(bench, item)
            bench.write()
        added += bench.added
    except OperationalError:
        raise
    except Exception as problem:
        log.warning("items set aside", channel=channel.id, error=type(problem).__name__)
        return f"not taken in: {type(problem).__name__}"
    return ""


def _take_one(bench: Bench, item: Item) -> None:
    if isinstance(item, CommentItem):
        comments.take(bench, item)
    elif isinstance(item, DirectItem):
        directs.take(bench, item)
    elif isinstance(item, WholeItem):
        sweeping.take(bench, item)
    elif isinstance(item, PostItem):
        bench.post(item)
    elif isinstance(item, RevokedItem):
        freezing.revoked(bench.db, bench.channel, item.at or bench.now, bench.now)
    elif isinstance(item, UnknownItem):
        log.info("not shown here", channel=bench.channel.id, what=item.what)


def _channels(db: Session, batches: Sequence[Batch]) -> list[Channel]:
    """The connected channels behind the pages that these speak of."""
    return list(
        db.scalars(
            select(Channel)
            .where(
                Channel.platform.in_({b.platform for b in batches if b.platform is not None}),
                Channel.external_id.in_({page for batch in batches for page, _ in batch.items}),
                Channel.state != ChannelState.REMOVED,
            )
            .order_by(Channel.id)
        )
    )
