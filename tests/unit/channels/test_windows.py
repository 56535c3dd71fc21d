"""Meta's two windows, at their edges."""

from datetime import UTC, datetime, timedelta

import pytest

from app.channels import windows
from app.channels.models import Platform
from app.channels.windows import Window, WindowKind

WROTE = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY, WEEK = timedelta(hours=24), timedelta(days=7)
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("age", "kind", "length"),
    [
        (timedelta(0), WindowKind.RESPONSE, DAY),
        (DAY, WindowKind.RESPONSE, DAY),
        (DAY + A_MOMENT, WindowKind.HUMAN_AGENT, WEEK),
        (WEEK, WindowKind.HUMAN_AGENT, WEEK),
        (WEEK + A_MOMENT, WindowKind.CLOSED, WEEK),
        (timedelta(days=4000), WindowKind.CLOSED, WEEK),
        (-timedelta(minutes=3), WindowKind.RESPONSE, DAY),
    ],
)
def test_what_may_be_written_at_each_age(
    age: timedelta, kind: WindowKind, length: timedelta
) -> None:
    assert windows.window(WROTE, WROTE + age) == Window(kind, WROTE + length)


def test_nothing_may_be_written_to_somebody_who_never_wrote() -> None:
    found = windows.window(None, WROTE)

    assert found == Window(WindowKind.CLOSED, None)
    assert not found.takes()


@pytest.mark.parametrize(
    ("age", "typed", "ready_made"),
    [(DAY, True, True), (DAY + A_MOMENT, True, False), (WEEK + A_MOMENT, False, False)],
)
def test_after_a_day_only_what_a_person_typed_is_taken(
    age: timedelta, typed: bool, ready_made: bool
) -> None:
    found = windows.window(WROTE, WROTE + age)

    assert (found.takes(), found.takes(is_typed=False)) == (typed, ready_made)


@pytest.mark.parametrize(
    ("platform", "is_public", "expected"),
    [
        (Platform.FACEBOOK, False, DAY),
        (Platform.INSTAGRAM, False, DAY),
        (Platform.X, False, None),
        (Platform.FACEBOOK, True, None),
    ],
)
def test_only_private_messages_at_meta_have_a_window(
    platform: Platform, is_public: bool, expected: timedelta | None
) -> None:
    assert windows.answer_window(platform, is_public=is_public) == expected
