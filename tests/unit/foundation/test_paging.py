"""Cursors: opaque, and nothing but what was made here is read."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import Invalid
from app.foundation.paging import from_cursor, to_cursor

PART = st.one_of(st.none(), st.integers(-(2**62), 2**62), st.text(max_size=40))


@given(st.lists(PART, min_size=1, max_size=4))
def test_a_key_comes_back_as_it_was(key: list[str | int | None]) -> None:
    assert from_cursor(to_cursor(*key), len(key)) == key


def made(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "text",
    ["", "x", "%%%", "ä", "\x00", made({"a": 1}), made([1]), made([1, 2, 3]), made([1, [2]]),
     made([1, 2.5]), made([1, 2**63]), made(["a", {"b": 1}]), made("ab"), made([[[[]]], 1]),
     base64.urlsafe_b64encode(b"[" * 100_000).decode(), "__79"],
)  # fmt: skip
def test_a_damaged_one_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid, match="page address is damaged"):
        from_cursor(text, 2)


@given(st.text(max_size=60), st.integers(1, 3))
def test_anything_typed_is_read_or_refused(text: str, size: int) -> None:
    with contextlib.suppress(Invalid):
        assert len(from_cursor(text, size)) == size
