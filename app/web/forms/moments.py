"""Days and times as a form sends them, in the desk's own time zone."""

from datetime import UTC, datetime, time

from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.web.forms import parse
from app.web.page import reader

YEARS = range(2000, 2200)


def moment(name: str) -> datetime | None:
    """A day with its time; nothing where the field is empty."""
    found = parse.text(name).strip()
    if not found:
        return None
    try:
        at = datetime.fromisoformat(found)
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None or at.year not in YEARS:
        raise Invalid(Words("Choose the day and the time."), name)
    return at.replace(tzinfo=reader.zone()).astimezone(UTC)


def minutes(name: str) -> int | None:
    """A time of day, in minutes after midnight; nothing where the field is empty."""
    found = parse.text(name).strip()
    if not found:
        return None
    try:
        at = time.fromisoformat(found)
    except ValueError:
        raise Invalid(Words("Write a time such as 22:00."), name) from None
    return at.hour * 60 + at.minute


def as_time(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"
