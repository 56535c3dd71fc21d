"""Ids, times and words as platforms write them, in their several forms."""

from datetime import UTC, datetime

FIRST, LAST = datetime(2004, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""What lies outside is no time of anything on a platform."""
LONGEST = 4000
"""Of an address of a file; they carry long signatures."""
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What reading something unforeseen may end in."""


def text_of(value: object) -> str:
    """An id as text; Meta sends some as numbers. Anything else is no id."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return words_of(str(value))


def words_of(value: object) -> str:
    """What somebody wrote, as a database can keep it: no NUL, no half of a broken emoji."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\0", "")


def link_of(value: object) -> str:
    """A web address that a page may link to; anything else, such as javascript:, is none."""
    found = words_of(value)[:500]
    return found if found.startswith(("https://", "http://")) else ""


def address_of(value: object) -> str:
    """Where a file can be fetched, if it is an address at all; one cut short would be none."""
    found = words_of(value)
    return found if len(found) <= LONGEST and found.startswith(("https://", "http://")) else ""


def name_of(value: object) -> str:
    """A name as the platform gives it, else empty."""
    return words_of(value)[:200]


def time_of(value: object) -> datetime | None:
    """Unix seconds, or 2026-11-21T17:40:02+0000; None for anything else."""
    if isinstance(value, str) and not value.lstrip("-").isdigit():
        try:
            at = datetime.fromisoformat(value)
            return _possible(at if at.tzinfo else at.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            return None
    return _moment(value, 1)


def millis_of(value: object) -> datetime | None:
    """Unix milliseconds, as messaging webhooks have them."""
    return _moment(value, 1000)


def _moment(value: object, a_second: int) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return _possible(datetime.fromtimestamp(float(value) / a_second, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _possible(at: datetime) -> datetime | None:
    return at.astimezone(UTC) if FIRST <= at <= LAST else None
