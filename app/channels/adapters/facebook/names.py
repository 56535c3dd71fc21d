"""Ids and times as Meta writes them, in their several forms."""

from datetime import UTC, datetime


def text_of(value: object) -> str:
    """An id as text; Meta sends some as numbers. Anything else is no id."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return str(value)[:200]


def time_of(value: object) -> datetime | None:
    """Unix seconds, or 2026-11-21T17:40:02+0000; None for anything else."""
    if isinstance(value, str) and not value.lstrip("-").isdigit():
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return None
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
