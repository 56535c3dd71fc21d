"""Whether a planned moment has come, also after this machine's clock was put back."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

LONGEST_PLAN = timedelta(hours=25)
"""Nothing is planned further ahead: a platform's block and quiet hours last a day at most, and
the longest day has 25 hours. What lies beyond was planned by a clock that was wrong."""


def due(
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], now: datetime
) -> ColumnElement[bool]:
    """The rows whose moment has come; one without a moment waits for none."""
    return or_(column <= now, column > now + LONGEST_PLAN)


def is_due(at: datetime, now: datetime) -> bool:
    """The same of one moment."""
    return at <= now or at > now + LONGEST_PLAN
