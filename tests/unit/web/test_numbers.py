"""Numbers in a customer's words: which become links, and that nothing else does."""

import re

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from app.inbox import order_numbers
from app.web.inbox import numbers

_LINKS = re.compile(r"<a [^>]*>(\d+)<span class=\"vh\">[^<]*</span></a>")
LINK = "https://shop.example/orders/{number}?from=desk"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tilaus 88214.", ["88214"]),
        ("tilausnumero:88214, kiitos", ["88214"]),
        ("#88214 ja (1234567)", ["88214", "1234567"]),
        ("Tilaus 88214-1", []),
        ("123 ja 1234567890123", []),
        ("1234 ja 123456789012", ["1234", "123456789012"]),
        ("3.11.2026 klo 12:45", []),
        ("2026-11-03", []),
        ("1234,50 € ja 1499€", []),
        ("https://shop.example/88214 www.x.fi/12345", []),
        ("kaisa.88214@example.com", []),
        ("abc12345 12345abc 12345_1", []),
        ("+358401234567", []),
        ("88214\n88215!", ["88214", "88215"]),
        ("١٢٣٤٥", []),
        ("", []),
    ],
)
def test_which_numbers_may_be_an_order_s(text: str, found: list[str]) -> None:
    assert order_numbers.found(text) == found


@pytest.fixture
def spoken() -> Flask:
    app = Flask("words")
    Babel(app)
    return app


def test_a_number_becomes_a_link_into_the_shop_s_own_system(spoken: Flask) -> None:
    with spoken.test_request_context():
        shown = numbers.linked("Tilaus 88214 <b>", LINK)

    assert shown == (
        'Tilaus <a class="found" href="https://shop.example/orders/88214?from=desk" '
        'target="_blank" rel="noopener noreferrer" title="Open in the shop system">88214'
        '<span class="vh"> Open in the shop system</span></a> &lt;b&gt;'
    )


def test_a_pattern_cannot_break_out_of_its_place(spoken: Flask) -> None:
    with spoken.test_request_context():
        shown = numbers.linked("88214", 'https://x.example/{number}"><script>')

    assert "<script>" not in shown


def test_without_a_pattern_the_words_stay_as_they_are() -> None:
    assert numbers.linked("Tilaus 88214 <b>", "") == "Tilaus 88214 &lt;b&gt;"


@given(st.text(max_size=200))
def test_the_words_themselves_are_never_changed(text: str) -> None:
    app = Flask("words")
    Babel(app)
    with app.test_request_context():
        shown = numbers.linked(text, LINK)

    rest = _LINKS.sub(r"\1", shown)
    assert rest == escape(text)
