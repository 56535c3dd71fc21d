"""Plain text in, and the folded form that search compares."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.text import clean, fold, search_words, snippet

ANYTHING = st.text(st.characters(), max_size=300)


def test_what_was_typed_is_kept_as_it_was_meant() -> None:
    assert clean("  Hei\r\nKaisa!\rTerv. Ben\t\x00\x07 ") == "Hei\nKaisa!\nTerv. Ben"
    assert clean("a\u0308") == "ä"
    assert clean("half an emoji \ud83d") == "half an emoji ?"


@given(ANYTHING)
def test_clean_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    found = clean(text)

    found.encode()
    assert "\0" not in found
    assert clean(found) == found
    assert unicodedata.is_normalized("NFC", found)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Äiti", "aiti"), ("STRASSE", "straße"), ("e\u0301te", "éte"), ("soft\u00adly", "softly"),
     ("\u200bzero", "zero"), ("ﬁ", "fi"), ("Ａ", "a"), ("ŠKODA", "skoda"),
     ("𝒯akki", "takki"), ("Kaa\u2066r\u034fna", "kaarna")],
)  # fmt: skip
def test_search_sees_no_difference(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(ANYTHING)
def test_folding_never_fails(text: str) -> None:
    assert isinstance(fold(text), str)
    assert all(search_words(text))


def test_words_are_what_stands_between() -> None:
    assert search_words("Tilaus #123, kiitos-terveisin: Ääkkönen_1") == [
        "tilaus", "123", "kiitos", "terveisin", "aakkonen_1",
    ]  # fmt: skip


def test_a_snippet_is_one_line_cut_at_a_word() -> None:
    assert snippet("a  b\n c") == "a b c"
    assert snippet("eka toka, kolmas", 11) == "eka toka…"
    assert snippet("x" * 200) == "x" * 160 + "…"


@given(ANYTHING, st.integers(1, 200))
def test_a_snippet_is_never_longer_than_asked(text: str, length: int) -> None:
    assert len(snippet(text, length)) <= length + 1
    assert "\n" not in snippet(text, length)
