"""Ids, times and words as Meta writes them, in their several forms."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.adapters.meta.names import (
    link_of,
    millis_of,
    name_of,
    text_of,
    time_of,
    words_of,
)

AT = datetime(2026, 11, 21, 17, 40, 2, tzinfo=UTC)
ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
)


@pytest.mark.parametrize(
    ("value", "meant"),
    [("331_173", "331_173"), (331173, "331173"), (2**63 + 1, "9223372036854775809"), ("", ""),
     (None, ""), (True, ""), (False, ""), (1.0, ""), ([], ""), ({"id": 1}, ""), ("a\0b", "ab"),
     ("\ud83d", "?"), ("x" * 500, "x" * 500)],
)  # fmt: skip
def test_an_id_is_text(value: object, meant: str) -> None:
    assert text_of(value) == meant


@pytest.mark.parametrize(
    "value",
    ["2026-11-21T17:40:02+0000", "2026-11-21T17:40:02Z", "2026-11-21T19:40:02+02:00",
     "2026-11-21T17:40:02", AT.timestamp(), int(AT.timestamp()), str(int(AT.timestamp()))],
)  # fmt: skip
def test_a_time_is_read_in_each_of_its_forms(value: object) -> None:
    assert time_of(value) == AT


@pytest.mark.parametrize(
    "value",
    [None, True, "", "yesterday", "2026-13-01T00:00:00+0000", "9999-12-31T23:59:59-23:59", [], {},
     float("nan"), float("inf"), 10**40, -(10**12), 253402300799, "0001-01-01T00:00:00+0000",
     0, "-5", "²", AT.timestamp() * 1000],
)  # fmt: skip
def test_what_is_no_time_is_none(value: object) -> None:
    assert time_of(value) is None


def test_messages_tell_the_time_in_milliseconds() -> None:
    assert millis_of(AT.timestamp() * 1000) == AT
    assert millis_of(str(int(AT.timestamp() * 1000))) == AT
    assert millis_of(AT.timestamp()) is None


@given(ANYTHING)
def test_anything_is_read(value: object) -> None:
    for found in (time_of(value), millis_of(value)):
        assert found is None or (found.tzinfo is UTC and 2004 <= found.year <= 2200)
    for text in (text_of(value), words_of(value), name_of(value)):
        text.encode()
        assert "\0" not in text
    assert len(name_of(value)) <= 200


@given(st.datetimes(datetime(2005, 1, 1), datetime(2199, 1, 1)), st.integers(-12, 14))
def test_a_time_is_the_same_whatever_zone_it_is_told_in(moment: datetime, hours: int) -> None:
    told = moment.replace(tzinfo=timezone(timedelta(hours=hours)), microsecond=0)

    assert time_of(told.isoformat()) == told.astimezone(UTC)


@pytest.mark.parametrize(
    ("value", "meant"),
    [("https://f.example/1", "https://f.example/1"), ("http://127.0.0.1:1/2", "http://127.0.0.1:1/2"),
     ("javascript:alert(1)", ""), ("data:text/html,x", ""), ("//f.example", ""), (None, ""),
     ("https://" + "x" * 900, "https://" + "x" * 492)],
)  # fmt: skip
def test_only_web_addresses_are_linked_to(value: object, meant: str) -> None:
    assert link_of(value) == meant
