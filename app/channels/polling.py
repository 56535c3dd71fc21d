"""Reading a channel: claimed by one worker, a page at a time, cursor and items in one commit."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import structlog
from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from app.channels import freezing, gaps, spending
from app.channels.adapter import ChannelAdapter, Fetched, LooksUp, Named
from app.channels.connections import Connections
from app.channels.errors import AuthExpired, ChannelError, RateLimited, Transient
from app.channels.models import Channel, ChannelState, Platform
from app.foundation.clock import Clock
from app.foundation.db import Database
from app.foundation.due import due

log = structlog.get_logger()

EVERY, EVERY_PUSHED = timedelta(minutes=2), timedelta(minutes=10)
"""The second where webhooks bring what is new, and readings are only the net."""
PUSHES_FOR = timedelta(days=1)
"""So long after a webhook came the next one is counted on; and so long after one did not come,
none is."""
LATE = timedelta(minutes=5)
A_TURN = 20.0
"""Seconds: then the next channel has its turn, however much history this one has."""
LEASE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ROUNDS = 1000
"""Then the worker's other work has its turn."""
MUCH_USED, NEARLY_ALL_USED = 70, 90
"""Percent of the platform's allowance: from here on half as often; from here on only for answers
(PLATFORM_FACTS 9)."""


@dataclass(frozen=True)
class Taken:
    """What a page brought: how many things, how many of them nobody had brought before, and when
    the earliest of those was said."""

    seen: int = 0
    new: int = 0
    earliest: datetime | None = None


Take = Callable[[Session, Channel, Sequence[bytes], datetime], Taken]
Name = Callable[[Session, int], Sequence[Named]]


class Polling:
    """Reads what webhooks may have missed. `take` hands a page's bodies to the intake; `name`
    lists what a webhook told by its ids alone."""

    def __init__(
        self,
        database: Database,
        connections: Connections,
        clock: Clock,
        take: Take,
        name: Name = lambda db, channel_id: (),
    ) -> None:
        self._database, self._connections, self._clock = database, connections, clock
        self._take, self._name = take, name

    def run(self) -> None:
        """Every channel that is due, in turns: one with much to read goes on when all others had
        theirs."""
        for _ in range(MOST_ROUNDS):
            due = self._due()
            for channel_id in due:
                self.read(channel_id, seconds=A_TURN)
            if not due:
                return

    def read(
        self,
        channel_id: int,
        *,
        progress: Callable[[int], None] | None = None,
        seconds: float = math.inf,
    ) -> bool:
        """Read one channel to its end, or for so long; False when it did not come to its end, or
        another worker reads it."""
        cursor = self._claim(channel_id)
        if cursor is None:
            return False
        used, is_whole, ends = 0, True, time.monotonic() + seconds
        try:
            with self._database.reading() as db:
                channel = db.get_one(Channel, channel_id)
                adapter, is_back = (
                    self._connections.open(db, channel),
                    not channel.is_history_stopped,
                )
            self._look_up(channel_id, adapter, cursor)
            for page in adapter.fetch(cursor, self._clock.now(), is_back=is_back):
                seen = self._keep(channel_id, page)
                used = page.used
                if progress is not None:
                    progress(seen)
                is_enough = used >= NEARLY_ALL_USED or time.monotonic() > ends
                if is_enough and not page.is_last:
                    is_whole = False
                    break
        except ChannelError as problem:
            self._failed(channel_id, problem)
            return False
        except Exception as problem:  # an unforeseen answer must not stop the other channels
            log.exception("reading failed", channel=channel_id)
            self._failed(channel_id, Transient(type(problem).__name__))
            return False
        self._done(channel_id, used, is_whole=is_whole)
        return is_whole

    def read_whole(self, channel_id: int, *, patience: float = 600.0) -> bool:
        """Read now, waiting for a worker that may be at it already."""
        ends = time.monotonic() + patience
        while not self.read(channel_id):
            with self._database.reading() as db:
                channel = db.get_one(Channel, channel_id)
                is_elsewhere = channel.poll_lease_until is not None
            if not is_elsewhere or time.monotonic() > ends:
                return False
            time.sleep(0.2)
        return True

    def _due(self) -> list[int]:
        now = self._clock.now()
        with self._database.reading() as db:
            return list(
                db.scalars(
                    select(Channel.id)
                    .where(
                        Channel.state == ChannelState.CONNECTED,
                        Channel.platform != Platform.DESK,
                        Channel.id.not_in(spending.stopped(now)),
                        or_(Channel.next_poll_at.is_(None), due(Channel.next_poll_at, now)),
                        or_(Channel.poll_lease_until.is_(None), due(Channel.poll_lease_until, now)),
                    )
                    .order_by(Channel.next_poll_at)
                )
            )

    def _claim(self, channel_id: int) -> str | None:
        """The cursor, if this update changes exactly one row."""
        now = self._clock.now()
        with self._database.writing() as db:
            claimed = db.execute(
                update(Channel)
                .where(
                    Channel.id == channel_id,
                    Channel.state == ChannelState.CONNECTED,
                    or_(Channel.poll_lease_until.is_(None), due(Channel.poll_lease_until, now)),
                )
                .values(poll_lease_until=now + LEASE)
            )
            if cast(CursorResult[object], claimed).rowcount != 1:
                return None
            channel = db.get_one(Channel, channel_id)
            gaps.was_off(db, channel, now)
            return channel.cursor

    def _look_up(self, channel_id: int, adapter: ChannelAdapter, cursor: str) -> None:
        """First what is known to be there, and nothing else of it."""
        if isinstance(adapter, LooksUp):
            with self._database.reading() as db:
                named = self._name(db, channel_id)
            if named:
                self._keep(channel_id, Fetched(adapter.look_up(named), cursor, is_last=False))

    def _keep(self, channel_id: int, page: Fetched) -> int:
        now = self._clock.now()

        def keep(db: Session) -> int:
            channel = db.get_one(Channel, channel_id)
            taken = self._take(db, channel, page.bodies, now)
            channel.went_back(page.reached, taken.seen)
            gaps.recover(db, channel, taken.new)
            is_late = taken.earliest is not None and taken.earliest < now - LATE
            if is_late and channel.whole_at is not None:
                channel.missed_at = now
            channel.cursor, channel.checked_at = page.cursor, now
            channel.poll_lease_until = now + LEASE
            return taken.seen

        return self._database.write(keep)

    def _done(self, channel_id: int, used: int, *, is_whole: bool) -> None:
        now = self._clock.now()
        with self._database.writing() as db:
            channel = db.get_one(Channel, channel_id)
            channel.poll_lease_until, channel.poll_failures = None, 0
            channel.checked_at = now
            channel.next_poll_at = now + _pause(channel, used, now, is_whole=is_whole)
            if is_whole:
                gaps.close(db, channel, now)
                if not channel.is_history_stopped:
                    channel.history_done_at = channel.history_done_at or now

    def _failed(self, channel_id: int, problem: ChannelError) -> None:
        now = self._clock.now()
        log.warning(
            "channel not read",
            channel=channel_id,
            error=type(problem).__name__,
            code=problem.code,
            trace=problem.trace,
        )
        with self._database.writing() as db:
            channel = db.get_one(Channel, channel_id)
            channel.poll_lease_until = None
            channel.poll_failures += 1
            pause = min(timedelta(minutes=2 ** min(channel.poll_failures - 1, 6)), LONGEST_PAUSE)
            until = problem.until if isinstance(problem, RateLimited) else None
            channel.next_poll_at = max(until or now, now + pause)
            why = f"{problem.kind} {problem.code}" if isinstance(problem, AuthExpired) else ""
            gaps.blind(db, channel, why or problem.code, now, at_once=bool(why))
            if why:
                freezing.freeze(db, channel, why, now)


def _pause(channel: Channel, used: int, now: datetime, *, is_whole: bool) -> timedelta:
    """Until the next reading: what is left of the allowance is for answers."""
    if used >= NEARLY_ALL_USED:
        return LONGEST_PAUSE
    if not is_whole:
        return timedelta(0)
    every = EVERY_PUSHED if _is_pushed(channel, now) else EVERY
    return every * 2 if used >= MUCH_USED else every


def _is_pushed(channel: Channel, now: datetime) -> bool:
    """Whether webhooks come, and none was missing lately."""
    pushed, missed = channel.last_push_at, channel.missed_at
    is_told = pushed is not None and now - pushed < PUSHES_FOR
    return is_told and (missed is None or now - missed >= PUSHES_FOR)
