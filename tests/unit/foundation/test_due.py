"""When a planned moment has come."""

from datetime import UTC, datetime, timedelta

import pytest

from app.foundation.due import is_due

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "has_come"), [(-1, True), (0, True), (1, False), (25, False), (26, True), (168, True)]
)
def test_what_no_clock_of_today_can_have_planned_is_due(hours: int, has_come: bool) -> None:
    assert is_due(NOW + timedelta(hours=hours), NOW) is has_come
