"""Times as people say them: the clock time first. Pure; the zone is passed in."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.foundation.words import Words

SOON = timedelta(hours=12)


class Mark(NamedTuple):
    """One status beside a row: its words, its tone and its icon."""

    text: Words
    tone: str
    icon: str


def clock_time(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """16:12, in Finnish "klo 16.12"."""
    local = at.astimezone(zone)
    return f"klo {local.hour}.{local:%M}" if locale == "fi" else f"{local.hour}:{local:%M}"


def day(at: datetime, zone: ZoneInfo, locale: str, now: datetime) -> str:
    """17 Nov, in Finnish "17.11."; with the year when it is another one."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else "y"
    patterns = {"fi": ("d.M.", "d.M.y"), "en": ("d MMM", "d MMM y")}
    return str(format_date(local, patterns.get(locale, patterns["en"])[bool(year)], locale=locale))


def long_day(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """Tuesday 17 November."""
    pattern = "cccc d.M." if locale == "fi" else "EEEE d MMMM"
    return str(format_date(at.astimezone(zone), pattern, locale=locale))


def moment(at: datetime, zone: ZoneInfo, locale: str, now: datetime) -> str:
    """The clock time today; another day's with its day before it."""
    time = clock_time(at, zone, locale)
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return time
    return f"{day(at, zone, locale, now)} {time}"


def length(span: timedelta) -> Words:
    """2 h 14 min; days alone once there are two of them."""
    minutes = _minutes(span)
    if minutes < 60:
        return Words("%(minutes)d min", {"minutes": minutes})
    if minutes < 48 * 60 and minutes % 60 == 0:
        return Words("%(hours)d h", {"hours": minutes // 60})
    if minutes < 48 * 60:
        return Words("%(hours)d h %(minutes)02d min",
                     {"hours": minutes // 60, "minutes": minutes % 60})
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
        return Words("%(hours)d h %(minutes)02d min late",
                     {"hours": minutes // 60, "minutes": minutes % 60})
    return Words("%(days)d days late", {"days": minutes // (24 * 60)})
