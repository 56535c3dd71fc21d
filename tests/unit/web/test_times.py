"""Clock times as people say them, in both languages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.web.inbox import snoozing
from app.web.page import times

ZONE = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 17, 12, 32, tzinfo=UTC)


@pytest.mark.parametrize(("locale", "said"), [("en", "16:05"), ("fi", "klo 16.05")])
def test_a_time_is_a_clock_time_in_the_desks_zone(locale: str, said: str) -> None:
    assert times.clock_time(datetime(2026, 11, 17, 14, 5, tzinfo=UTC), ZONE, locale) == said


@pytest.mark.parametrize(("locale", "said"), [("en", "12 Nov 9:30"), ("fi", "12.11. klo 9.30")])
def test_another_day_is_named_before_the_clock(locale: str, said: str) -> None:
    assert times.moment(datetime(2026, 11, 12, 7, 30, tzinfo=UTC), ZONE, locale, NOW) == said


def test_another_year_is_named_too() -> None:
    at = datetime(2025, 12, 31, 21, 59, tzinfo=UTC)

    assert times.day(at, ZONE, "en", NOW) == "31 Dec 2025"
    assert times.day(at + timedelta(minutes=1), ZONE, "fi", NOW) == "1.1."


def test_midnight_is_the_desks_own() -> None:
    late = datetime(2026, 11, 16, 22, 30, tzinfo=UTC)

    assert times.moment(late, ZONE, "en", NOW) == "0:30"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 min"), (59, "59 min"), (60, "1 h"), (134, "2 h 14 min"), (48 * 60, "2 days")],
)
def test_a_length_is_said_in_its_largest_units(minutes: int, said: str) -> None:
    assert str(times.length(timedelta(minutes=minutes))) == said


def test_what_is_due_says_the_clock() -> None:
    mark = times.due(NOW + timedelta(minutes=40), ZONE, "en", NOW)

    assert (str(mark.text), mark.tone, mark.icon) == ("Answer by 15:12", "bare", "clock")


def test_what_is_due_after_midnight_needs_no_date() -> None:
    evening = datetime(2026, 11, 17, 20, 0, tzinfo=UTC)

    def said(hours: int) -> str:
        return str(times.due(evening + timedelta(hours=hours), ZONE, "en", evening).text)

    assert said(4) == "Answer by 2:00"
    assert "19 Nov" in said(28)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 min late"), (14, "14 min late"), (134, "2 h 14 min late"), (5000, "3 days late")],
)
def test_what_is_late_says_by_how_much(minutes: int, said: str) -> None:
    mark = times.due(NOW - timedelta(minutes=minutes), ZONE, "en", NOW)

    assert (str(mark.text), mark.tone) == (said, "danger")


def test_long_days_are_written_out() -> None:
    assert times.long_day(NOW, ZONE, "en") == "Tuesday 17 November"
    assert times.long_day(NOW, ZONE, "fi") == "tiistai 17.11."


def test_snoozing_offers_this_evening_only_while_it_is_ahead() -> None:
    def keys(now: datetime) -> list[str]:
        return [key for key, _, _ in snoozing.choices(now, ZONE)]

    assert keys(NOW) == ["hour", "evening", "tomorrow", "monday"]
    assert keys(NOW + timedelta(hours=3)) == ["hour", "tomorrow", "monday"]
    assert keys(datetime(2026, 11, 22, 8, 0, tzinfo=UTC)) == ["hour", "evening", "tomorrow"]


def test_tomorrow_morning_is_nine_by_the_wall_also_when_clocks_change() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    tomorrow = {k: at for k, _, at in snoozing.choices(before, ZONE)}["tomorrow"]

    assert tomorrow.astimezone(ZONE).hour == 9
    assert tomorrow.astimezone(UTC).hour == 7
