"""When a snoozed conversation may come back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app import gate
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.web.page import reader

Choice = tuple[str, Words, datetime]
MORNING, EVENING = 9, 18


def times() -> list[Choice]:
    """The choices at this moment, in the desk's time."""
    return choices(gate.now(), reader.zone())


def choices(now: datetime, zone: ZoneInfo) -> list[Choice]:
    """In an hour, this evening while it is still ahead, tomorrow and next Monday."""
    local = now.astimezone(zone)
    evening = _at(local, 0, EVENING)
    found = [("hour", Words("In an hour"), now + timedelta(hours=1))]
    if evening > local + timedelta(hours=1):
        found.append(("evening", Words("This evening"), evening))
    found.append(("tomorrow", Words("Tomorrow morning"), _at(local, 1, MORNING)))
    if local.weekday() != 6:
        found.append(("monday", Words("Next Monday"), _at(local, 7 - local.weekday(), MORNING)))
    return found


def chosen(key: str) -> datetime:
    """The moment of a choice as it stands now."""
    for name, _, at in times():
        if name == key:
            return at
    raise Invalid(Words("Choose when it should come back."), "until")


def _at(local: datetime, days: int, hour: int) -> datetime:
    """An hour of a day by the wall clock, whatever the clocks do in between."""
    day = local.date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=local.tzinfo)
