"""Times as the platform stores and writes them: milliseconds inside, three spellings outside."""

from datetime import UTC, datetime

from app.practice.errors import bad_parameter

SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
_FIRST, _LAST = -62135596800, 253402300799  # where datetime begins and ends, in seconds


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def moment(value: int) -> datetime:
    return datetime.fromtimestamp(value / 1000, UTC)


def is_possible(value: int) -> bool:
    """Whether this many milliseconds is a moment that can be written down."""
    return _FIRST <= value // 1000 <= _LAST


def graph_time(value: int) -> str:
    """`2026-11-21T17:40:02+0000`, as every Graph answer writes it."""
    return moment(value).strftime("%Y-%m-%dT%H:%M:%S+0000")


def read_time(text: str) -> int:
    """`since` and `until`: Unix seconds or a date as text."""
    try:
        if text.strip().lstrip("-").isdigit():
            seconds = int(text) if len(text) < 20 else _LAST + 1
            found = datetime.fromtimestamp(seconds, UTC) if _FIRST <= seconds <= _LAST else None
        else:
            found = datetime.fromisoformat(text.strip().replace(" ", "+", 1))
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None:
        raise bad_parameter("Param since or until must be a valid timestamp")
    return ms(found if found.tzinfo else found.replace(tzinfo=UTC))
