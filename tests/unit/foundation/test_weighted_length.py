"""The length of a post as X counts it."""

import time

import pytest

from app.foundation.weighted_length import addresses, weighted_length
from tests.unit.foundation.twitter_text_cases import CASES


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_it_agrees_with_the_conformance_suite(text, expected):
    assert weighted_length(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("Hyvää yötä", 10),
        ("Привет", 6),
        ("\u10ff\u1100", 3),
        ("\u2000\u200d\u200e\u2010\u201f\u2020\u2032\u2037\u2038", 12),
        ("A\u0301", 1),
        ("\U0001f1eb\U0001f1ee\U0001f1f8\U0001f1ea", 4),
        ("1\ufe0f\u20e3 #\u20e3 1", 7),
        ("\u2764\ufe0f \u00a9 \u00a9\ufe0f", 7),
        ("\U0001f468\u200dx", 4),
    ],
)
def test_letters_count_one_and_emoji_two(text, expected):
    assert weighted_length(text) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Katso https://riekko.fi/talvi?koko=42#a.", ["https://riekko.fi/talvi?koko=42#a"]),
        ("(riekko.fi) tai HTTPS://RIEKKO.FI:8080/a_(b),", ["riekko.fi", "HTTPS://RIEKKO.FI:8080/a_(b)"]),
        ("sahko@riekko.fi @riekko.fi riekko.fi@home", []),
        ("riekko.fissä juu.Katso https://riekko.invalid/a 1.50", []),
        ("katso...riekko.fi -riekko.fi http://-riekko.fi xhttp://riekko.fi", []),
        ("katso riekko.fi:stä ja http://räyskälä.fi日", ["riekko.fi", "http://räyskälä.fi"]),
        ("http://例え.xn--q9jyb4c/ http://例え.みんな/", ["http://例え.xn--q9jyb4c/", "http://例え.みんな/"]),
        ("http://a.fi/" + "x" * 4090, []),
    ],
)  # fmt: skip
def test_an_address_is_found_as_x_would_find_it(text, found):
    assert [text[start:end] for start, end in addresses(text)] == found
    assert weighted_length(text) == len(text) - sum(map(len, found)) + 23 * len(found) + text.count(
        "日"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@shop Hei", 3),
        ("@shop @kaisa_v  Hei @shop", 9),
        ("@shop", 0),
        ("@shopkeepers_of_the_north Hei", 29),
        ("Hei @shop", 9),
        ("@shop.fi Hei", 7),
    ],
)
def test_the_names_a_reply_begins_with_are_free(text, expected):
    assert weighted_length(text, is_reply=True) == expected


@pytest.mark.parametrize(
    "piece", ["a.a.a.", "@@@@", "@a ", "a.fi/)(", "http://a.", "\U0001f468\u200d"]
)
def test_the_time_grows_with_the_length_alone(piece):
    """A square would be a hundred times as long; ten is the line, thirty leaves room for noise."""

    def fastest(count):
        text = (piece * count)[:count]
        times = []
        for _ in range(5):
            begin = time.thread_time()
            weighted_length(text, is_reply=True)
            times.append(time.thread_time() - begin)
        return min(times)

    assert fastest(100_000) < 30 * fastest(10_000)
