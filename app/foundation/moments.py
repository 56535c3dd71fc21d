"""A moment as people say it: the clock time, and the day where it is another one. Pure."""

from datetime import datetime, tzinfo

from babel.dates import format_date


def clock_time(at: datetime, zone: tzinfo, locale: str) -> str:
    """16:12, in Finnish "klo 16.12"."""
    local = at.astimezone(zone)
    return f"klo {local.hour}.{local:%M}" if locale == "fi" else f"{local.hour}:{local:%M}"


def day(at: datetime, zone: tzinfo, locale: str, now: datetime) -> str:
    """17 Nov, in Finnish "17.11."; with the year when it is another one."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else "y"
    patterns = {"fi": ("d.M.", "d.M.y"), "en": ("d MMM", "d MMM y")}
    return str(format_date(local, patterns.get(locale, patterns["en"])[bool(year)], locale=locale))


def moment(at: datetime, zone: tzinfo, locale: str, now: datetime) -> str:
    """The clock time today; another day's with its day before it."""
    time = clock_time(at, zone, locale)
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return time
    return f"{day(at, zone, locale, now)} {time}"
