"""One answer to one platform, once.

A row is claimed by an update that changes exactly one row. The send is committed as started
*before* the call. No answer, or a lease that ran out after the start, makes the outcome
unknown: it is read back, and never sent again without a complete reading that does not show it.
No call is made inside a transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, cast

import structlog
from sqlalchemy import CursorResult, Select, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.channels import spending
from app.channels.adapter import ChannelAdapter, Outgoing, Reading
from app.channels.connections import Connections
from app.channels.errors import ChannelError
from app.channels.models import Channel, ChannelState
from app.foundation.clock import Clock
from app.foundation.db import Database
from app.foundation.due import due, is_due
from app.inbox.intake import Promises
from app.replies import by_hand, echoes, outbox, refusals, settling
from app.replies.models import OutboxItem, OutboxState
from app.replies.refusals import Steps

log = structlog.get_logger()
T = TypeVar("T")

CLAIM_LEASE = timedelta(seconds=60)
CALL_LEASE = timedelta(seconds=40)
"""Longer than the call's own total time limit (foundation/http)."""
LATEST_START = 10.0
"""Seconds after the start was committed; a process frozen for longer no longer calls."""
TOLD_FOR = timedelta(minutes=5)
"""After a webhook came, so long nothing is read where that costs."""
BUSY = (OutboxState.SENDING, OutboxState.UNKNOWN)
WAITING = (OutboxState.HELD, OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)


@dataclass(frozen=True)
class Job:
    """A claimed row with all that the call needs, outside any transaction.

    `until` is the claim: whoever finds another time in the row has lost it to somebody else.
    """

    id: int
    channel_id: int
    outgoing: Outgoing
    until: datetime


class Delivery:
    """Moves the outbox on."""

    def __init__(
        self,
        database: Database,
        connections: Connections,
        clock: Clock,
        promises: Callable[[], Promises],
    ) -> None:
        self._database, self._connections, self._clock = database, connections, clock
        self._promises = promises

    def run(self, most: int = 500) -> datetime | None:
        """Everything that is due; returns when something will be due next."""
        for _ in range(most):
            self.take_echoes()
            with self._database.writing() as db:
                outbox.release(db, self._clock.now())
            item_id = self._next_due()
            if item_id is None or not self._advance(item_id):
                break
        return self._next_time()

    def take_echoes(self) -> None:
        """Settle what the platform has told us of by itself."""
        with self._database.reading() as db:
            if not echoes.are_there(db) and not by_hand.are_there(db):
                return
        with self._database.writing() as db:
            echoes.take(db, self._promises(), self._clock.now())
            by_hand.take(db, self._promises(), self._clock.now())

    def _advance(self, item_id: int) -> bool:
        """One step for one row; False when another worker has it."""
        with self._database.writing() as db:
            item = db.get(OutboxItem, item_id, with_for_update=True, populate_existing=True)
            if item is None or not is_due(item.next_at, self._clock.now()):
                return True
            if item.state is OutboxState.SENDING:
                settling.lease_ran_out(db, item, self._clock.now())
                return True
            is_reading = item.state is OutboxState.UNKNOWN
        if is_reading:
            return self._settle(item_id)
        return self._send(item_id)

    def _send(self, item_id: int) -> bool:
        job = self._claim(item_id)
        if job is None:
            return False
        found = self._attempt(job, lambda: self._read(job), is_write=False)
        began = self._clock.monotonic()
        started = self._start(job, found[1]) if found is not None else None
        if found is None or started is None or self._clock.monotonic() - began > LATEST_START:
            return True
        external_id = self._attempt(started, lambda: found[0].send(job.outgoing), is_write=True)
        if external_id is not None:
            now = self._clock.now()
            self._database.write(
                lambda db: settling.sent(db, item_id, external_id, self._promises(), now)
            )
        return True

    def _claim(self, item_id: int) -> Job | None:
        """The row, if this update changes exactly one; one at a time in a conversation."""
        now = self._clock.now()
        until = now + CLAIM_LEASE
        with self._database.writing() as db:
            item = db.get_one(OutboxItem, item_id)
            claimed = db.execute(
                update(OutboxItem)
                .where(
                    OutboxItem.id == item_id,
                    OutboxItem.state == OutboxState.QUEUED,
                    due(OutboxItem.next_at, now),
                )
                .values(state=OutboxState.SENDING, started_at=None, next_at=until)
                .execution_options(synchronize_session=False)
            )
            if cast(CursorResult[object], claimed).rowcount != 1:
                return None
            return Job(item.id, item.channel_id, settling.outgoing(db, item), until)

    def _read(self, job: Job) -> tuple[ChannelAdapter, Reading]:
        """The thread as it stands on the platform, and the adapter that read it.

        Where reading costs, it is left out when the platform told of news a moment ago.
        """
        with self._database.reading() as db:
            channel = db.get_one(Channel, job.channel_id)
            adapter = self._connections.open(db, channel)
            if channel.platform in spending.COSTS and _was_told(channel, self._clock.now()):
                return adapter, settling.known(db, job.id)
        return adapter, adapter.read_thread(job.outgoing.kind, job.outgoing.target)

    def _open(self, channel_id: int) -> ChannelAdapter:
        with self._database.reading() as db:
            return self._connections.open(db, db.get_one(Channel, channel_id))

    def _start(self, job: Job, reading: Reading) -> Job | None:
        """Take in what the thread shows now; go on only if it is what was approved."""
        now = self._clock.now()
        until = now + CALL_LEASE

        def start(db: Session) -> bool:
            item = settling.claimed(db, job.id, job.until, now)
            if item is None:
                return False
            settling.take_in(db, item, reading, self._promises(), now)
            return settling.start(db, item, reading, now, until)

        return replace(job, until=until) if self._database.write(start) else None

    def _settle(self, item_id: int) -> bool:
        """Read back what became of a send without an answer."""
        with self._database.writing() as db:
            item = db.get_one(OutboxItem, item_id, with_for_update=True)
            channel_id, kind, target = item.channel_id, *settling.where_to_look(db, item)
            item.next_at = self._clock.now() + CLAIM_LEASE
        try:
            reading = self._open(channel_id).read_thread(kind, target)
        except Exception as problem:
            log.warning("reading back failed", outbox=item_id, error=type(problem).__name__)
            reading = Reading((), is_complete=False)
        now = self._clock.now()
        self._database.write(
            lambda db: settling.read_back(db, item_id, reading, self._promises(), now)
        )
        return True

    def _attempt(self, job: Job, call: Callable[[], T], *, is_write: bool) -> T | None:
        """A call to the platform, and what its refusal means for the row."""
        found = refusals.asked(call, is_write=is_write, outbox=job.id)
        if not isinstance(found, ChannelError):
            return found
        now = self._clock.now()
        with self._database.writing() as db:
            item = settling.claimed(db, job.id, job.until, now)
            if item is not None:
                refusals.take(db, item.channel_id, found, self._steps(db, item), now)
        return None

    def _steps(self, db: Session, item: OutboxItem) -> Steps:
        return settling.steps(db, item, self._promises(), self._clock.now())

    def _next_due(self) -> int | None:
        with self._database.reading() as db:
            return db.scalar(
                self._waiting(OutboxItem.id)
                .where(due(OutboxItem.next_at, self._clock.now()))
                .limit(1)
            )

    def _next_time(self) -> datetime | None:
        with self._database.reading() as db:
            return db.scalar(self._waiting(OutboxItem.next_at).limit(1))

    def _waiting(self, what: InstrumentedAttribute[T]) -> Select[T]:
        """Rows to move on; one of a stopped channel or of a busy conversation waits."""
        busy = select(OutboxItem.conversation_id).where(OutboxItem.state.in_(BUSY))
        return (
            select(what)
            .join(Channel, Channel.id == OutboxItem.channel_id)
            .where(
                OutboxItem.state.in_(WAITING),
                or_(
                    OutboxItem.state.in_(BUSY),
                    OutboxItem.state == OutboxState.HELD,
                    (Channel.state == ChannelState.CONNECTED)
                    & Channel.is_sending
                    & Channel.id.not_in(spending.stopped(self._clock.now()))
                    & OutboxItem.conversation_id.not_in(busy),
                ),
            )
            .order_by(OutboxItem.next_at)
        )


def _was_told(channel: Channel, now: datetime) -> bool:
    told_at = channel.last_push_at
    return told_at is not None and now - TOLD_FOR < told_at <= now
