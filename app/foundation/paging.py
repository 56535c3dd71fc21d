"""Keyset paging: a page is asked for by the last row's sort key, never by an offset."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from app.foundation.errors import Invalid
from app.foundation.words import Words

T = TypeVar("T")
DAMAGED = Words("This page address is damaged. Open the list again from its start.")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows and the cursor of the next ones, if there are more."""

    rows: list[T]
    next: str | None


def to_cursor(*key: str | int | None) -> str:
    """An opaque text for a row's sort key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def from_cursor(text: str, size: int) -> list[str | int | None]:
    """The sort key back; refuses anything `to_cursor` did not make."""
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        key = None
    if not isinstance(key, list) or len(key) != size or not all(_is_plain(k) for k in key):
        raise Invalid(DAMAGED)
    return key


def from_moment_cursor(text: str) -> tuple[datetime, int]:
    """The time and the number of a cursor that has both."""
    at, number = from_cursor(text, 2)
    moment = as_moment(at)
    if moment is None or not isinstance(number, int):
        raise Invalid(DAMAGED)
    return moment, number


def as_moment(part: object) -> datetime | None:
    """A time in a cursor; None where it holds none."""
    try:
        moment = datetime.fromisoformat(str(part))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _is_plain(part: object) -> bool:
    return part is None or isinstance(part, str) or (isinstance(part, int) and abs(part) < 2**63)
