"""Times as people say them: the clock time first. Pure; the zone is passed in."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.foundation.moments import clock_time, day, moment
from app.foundation.words import Words

__all__ = ["Mark", "by", "clock_time", "day", "due", "length", "long_day", "moment"]

SOON = timedelta(hours=12)


class Mark(NamedTuple):
    """One status beside a row: its words, its tone and its icon."""

    text: Words
    tone: str
    icon: str


def long_day(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """Tuesday 17 November."""
    pattern = "cccc d.M." if locale == "fi" else "EEEE d MMMM"
    return str(format_date(at.astimezone(zone), pattern, locale=locale))


def length(span: timedelta) -> Words:
    """2 h 14 min; days alone once there are two of them."""
    minutes = _minutes(span)
    if minutes < 60:
        return Words("%(minutes)d min", {"minutes": minutes})
    if minutes < 48 * 60 and minutes % 60 == 0:
        return Words("%(hours)d h", {"hours": minutes // 60})
    if minutes < 48 * 60:
        return Words(
            "%(hours)d h %(minutes)02d min", {"hours": minutes // 60, "minutes": minutes % 60}
        )
    return Words("%(days)d days", {"days": minutes // (24 * 60)})


def due(at: datetime, zone: ZoneInfo, locale: str, now: datetime) -> Mark:
    """When an answer is due, or by how much it is late."""
    if at <= now:
        return Mark(_late(now - at), "danger", "alert-circle")
    return Mark(Words("Answer by %(clock)s", {"clock": by(at, zone, locale, now)}), "bare", "clock")


def by(at: datetime, zone: ZoneInfo, locale: str, now: datetime) -> str:
    """A time ahead; within the next hours the clock alone is clear, also past midnight."""
    if at - now < SOON:
        return clock_time(at, zone, locale)
    return moment(at, zone, locale, now)


def _minutes(span: timedelta) -> int:
    """Whole minutes; what has just begun counts as one."""
    return max(1, int(span.total_seconds()) // 60)


def _late(span: timedelta) -> Words:
    minutes = _minutes(span)
    if minutes < 60:
        return Words("%(minutes)d min late", {"minutes": minutes})
    if minutes < 48 * 60:
        return Words(
            "%(hours)d h %(minutes)02d min late", {"hours": minutes // 60, "minutes": minutes % 60}
        )
    return Words("%(days)d days late", {"days": minutes // (24 * 60)})
