"""X's ids: numbers that grow with time, written as text; and its two spellings of a moment."""

import secrets
import sqlite3
from datetime import UTC, datetime

from app.practice import times
from app.practice.errors import Refused

_EPOCH = 1288834974657  # the millisecond X's ids begin to count at
_BITS = 22
LARGEST = 2**63 - 1


def fresh(db: sqlite3.Connection, at: int) -> int:
    """A free id of that millisecond, above those it has given already."""
    first = max(at - _EPOCH, 1) << _BITS
    row = db.execute(
        "SELECT max(id) FROM x_ids WHERE id >= ? AND id < ?", (first, first + (1 << _BITS))
    ).fetchone()
    found = (first if row[0] is None else int(row[0])) + 1 + secrets.randbelow(64)
    db.execute("INSERT INTO x_ids (id) VALUES (?)", (found,))
    return found


def read(text: str) -> int | None:
    """An id from outside, or None when it cannot be one."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    found = int(text)
    return found if 0 < found <= LARGEST else None


def given(value: object, name: str = "id") -> int:
    """An id of the control API, as text or as a number."""
    found = read(str(value)) if isinstance(value, str | int) else None
    if found is None:
        raise Refused(f"{name} must be an id: digits only.")
    return found


def iso(at: int, *, fraction: bool = True) -> str:
    """`2026-11-21T17:40:02.000Z`; the fraction may be missing."""
    whole = times.moment(at).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{at % 1000:03d}Z" if fraction else whole + "Z"


def minute(text: str) -> int | None:
    """`202611211740` in UTC, in milliseconds; None when it is no such moment."""
    try:
        return times.ms(datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC))
    except ValueError:
        return None
