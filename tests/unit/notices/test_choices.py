"""Quiet hours. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.foundation.errors import Invalid
from app.notices import choices
from app.notices.choices import Quiet

HELSINKI = ZoneInfo("Europe/Helsinki")


def at(hour: int, minute: int = 0, day: int = 17) -> datetime:
    """A time by the desk's own clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=HELSINKI).astimezone(UTC)


@pytest.mark.parametrize(("now", "until"), [
    (at(21, 59), None),
    (at(22, 0), at(7, 0, 18)),
    (at(23, 59), at(7, 0, 18)),
    (at(0, 0), at(7, 0)),
    (at(6, 59), at(7, 0)),
    (at(7, 0), None),
    (at(12, 0), None),
])  # fmt: skip
def test_the_night(now: datetime, until: datetime | None) -> None:
    assert Quiet(22 * 60, 7 * 60).until(now, HELSINKI) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [(at(11, 59), None), (at(12, 0), at(13, 30)), (at(13, 29), at(13, 30)), (at(13, 30), None)],
)
def test_a_rest_at_noon(now: datetime, until: datetime | None) -> None:
    assert Quiet(12 * 60, 13 * 60 + 30).until(now, HELSINKI) == until


def test_the_night_in_which_the_clocks_go_forward() -> None:
    night = datetime(2026, 3, 28, 23, 0, tzinfo=HELSINKI)

    until = Quiet(22 * 60, 7 * 60).until(night.astimezone(UTC), HELSINKI)

    assert until is not None
    assert until.astimezone(UTC) == datetime(2026, 3, 29, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins", "ends"), [(1320, None), (None, 420), (420, 420), (-1, 420), (0, 1440)]
)
def test_quiet_hours_have_two_different_ends(begins: int | None, ends: int | None) -> None:
    with pytest.raises(Invalid):
        choices.quiet_hours(begins, ends)


def test_none_are_asked_for_by_leaving_both_ends_empty() -> None:
    assert choices.quiet_hours(None, None) is None
    assert choices.quiet_hours(1320, 420) == Quiet(1320, 420)
