"""What a channel costs on a platform that is paid for each call, and its month's ceiling.

At the ceiling nothing is read or sent until the month is over or an owner raises it; what the
platform tells by itself costs nothing and goes on. Prices are data (prices.py), so all of this is
an estimate: the platform's bill is what counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import DESK, Actor
from app.access.permissions import Permission
from app.accounts import members
from app.audit import log
from app.audit.events import Event
from app.channels.adapter import ChannelAdapter, Costs
from app.channels.errors import RateLimited
from app.channels.models import Channel, Charge, Platform, Spending
from app.channels.prices import Price
from app.foundation.clock import Clock
from app.foundation.db import Database, insert_unless_there
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.notices import notices
from app.notices.models import Kind
from app.notices.notices import About

COSTS = frozenset({Platform.X})
CEILING = "ceiling"
DEFAULT_CENTS, HIGHEST_CENTS = 5_000, 10_000_000
MUCH = 0.8
A_CENT = 10_000
"""In millionths of a dollar."""


@dataclass(frozen=True)
class Spent:
    """A channel's month as its page shows it."""

    micros: int
    ceiling_cents: int
    is_stopped: bool

    @property
    def cents(self) -> int:
        return self.micros // A_CENT

    @property
    def percent(self) -> int:
        return self.micros * 100 // max(self.ceiling_cents * A_CENT, 1)


class Meter:
    """One channel's, for its adapter; each word of it is a transaction of its own."""

    def __init__(self, database: Database, clock: Clock, channel_id: int) -> None:
        self._database, self._clock, self._channel_id = database, clock, channel_id

    def check(self) -> None:
        """Raises RateLimited at the month's ceiling."""
        with self._database.reading() as db:
            row = db.get(Spending, self._channel_id)
            if row is not None and row.stopped_month == month(self._clock.now()):
                raise RateLimited(None, CEILING)

    def charge(self, price: Price, resources: Iterable[str]) -> None:
        """These were read or written."""
        found, now = list(resources), self._clock.now()
        if found:
            self._database.write(lambda db: charge(db, self._channel_id, price, found, now))


class Free:
    """Of a call that belongs to no channel yet."""

    def check(self) -> None:
        """Nothing is counted."""

    def charge(self, price: Price, resources: Iterable[str]) -> None:
        """Nothing is counted."""


def charge(
    db: Session, channel_id: int, price: Price, resources: Iterable[str], now: datetime
) -> None:
    """Count these once a day, and say so when most of the month's money is spent, or all."""
    day = now.astimezone(UTC).date().isoformat()
    for resource in resources:
        row = {"channel_id": channel_id, "day": day, "price": price.value,
               "resource": resource[:220], "micros": price.micros}  # fmt: skip
        insert_unless_there(db, Charge, row)
    _watch(db, channel_id, now)


def spent(db: Session, channel_id: int, now: datetime) -> Spent:
    """This month's."""
    row = db.get(Spending, channel_id)
    ceiling = row.ceiling_cents if row is not None else DEFAULT_CENTS
    is_stopped = row is not None and row.stopped_month == month(now)
    return Spent(_so_far(db, channel_id, now), ceiling, is_stopped)


def estimate(adapter: ChannelAdapter) -> int | None:
    """What a month like the last would cost, in cents; None where nothing is paid for each call.

    The reading itself is paid for, too.
    """
    if not isinstance(adapter, Costs):
        return None
    return sum(price.micros * count for price, count in adapter.last_month().items()) // A_CENT


def set_ceiling(db: Session, actor: Actor, channel: Channel, cents: int, now: datetime) -> None:
    """What the channel may cost in a month; an owner's word."""
    policy.require(actor, Permission.OWNER_MANAGE, now)
    if channel.platform not in COSTS:
        raise Invalid(Words("Nothing is paid for each call here."), "ceiling")
    if not 0 < cents <= HIGHEST_CENTS:
        raise Invalid(Words("Write an amount from 0.01 to 100,000 dollars."), "ceiling")
    row = _row(db, channel.id)
    row.ceiling_cents, row.stopped_month, row.told_month = cents, "", ""
    channel.next_poll_at = now
    notices.over(db, Kind.CHANNEL_FROZEN, _about(channel.id).ref, now)
    log.record(
        db, Event.CHANNEL_CHANGED, actor.log_name, f"channel:{channel.id}", now=now,
        fields=["spending_ceiling"],
    )  # fmt: skip
    db.flush()
    _watch(db, channel.id, now)


def stopped(now: datetime) -> Select[int]:
    """The channels at which nothing is read or sent this month any more."""
    return select(Spending.channel_id).where(Spending.stopped_month == month(now))


def month(now: datetime) -> str:
    """As the platform's bill counts: in UTC."""
    return now.astimezone(UTC).strftime("%Y-%m")


def _watch(db: Session, channel_id: int, now: datetime) -> None:
    row, so_far = _row(db, channel_id), _so_far(db, channel_id, now)
    ceiling, this_month = row.ceiling_cents * A_CENT, month(now)
    if so_far >= ceiling and row.stopped_month != this_month:
        row.stopped_month = row.told_month = this_month
        _tell(db, channel_id, CEILING, now)
    elif so_far >= ceiling * MUCH and row.told_month != this_month:
        row.told_month = this_month
        _tell(db, channel_id, "spending", now)


def _tell(db: Session, channel_id: int, detail: str, now: datetime) -> None:
    """The channel's admins and the owners."""
    admins = members.who_can(db, Permission.CHANNEL_MANAGE, now, channel_id)
    owners = members.who_can(db, Permission.OWNER_MANAGE, now)
    told = {m.id for m in (*admins, *owners)}
    notices.tell(db, told, Kind.CHANNEL_FROZEN, _about(channel_id), now, detail=detail)
    if detail == CEILING:
        log.record(
            db, Event.CHANNEL_FROZEN, DESK.log_name, f"channel:{channel_id}", now=now,
            reason_code=CEILING,
        )  # fmt: skip


def _about(channel_id: int) -> About:
    return About(f"channel:{channel_id}", channel_id)


def _row(db: Session, channel_id: int) -> Spending:
    free = {"channel_id": channel_id, "ceiling_cents": DEFAULT_CENTS}
    insert_unless_there(db, Spending, free)
    return db.get_one(Spending, channel_id, with_for_update=True, populate_existing=True)


def _so_far(db: Session, channel_id: int, now: datetime) -> int:
    """In millionths of a dollar."""
    of_month = Charge.channel_id == channel_id, Charge.day.startswith(month(now))
    return int(db.scalar(select(func.sum(Charge.micros)).where(*of_month)) or 0)
