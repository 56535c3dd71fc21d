"""The small helpers behind the screens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.audit.events import Event
from app.foundation.errors import DeskError
from app.inbox.queries import ListRow
from app.web.accounts.devices import device_name
from app.web.desk import deeds
from app.web.forms import parse
from app.web.inbox import marks
from app.web.page import reader
from app.web.page.tongue import tongue
from app.web.replies import cards

NOW = datetime(2026, 11, 17, 12, 32, tzinfo=UTC)
ROW = ListRow(
    id=1,
    name="Kaisa Virtanen",
    platform="facebook",
    channel_id=1,
    channel_name="Riekko & Rinne",
    audience="public",
    snippet="",
    due_at=NOW - timedelta(minutes=14),
    waiting_since=NOW,
    waiting_count=2,
    state="open",
    assignee_id=7,
    assignee_name="Sanna Lehto",
    answering_name="",
    answering_id=None,
    activity_at=NOW,
    snoozed_until=None,
    has_submitted=False,
)


def said(member: int = 7, **changed: Any) -> list[tuple[str, str]]:
    found = marks.row_marks(replace(ROW, **changed), member, ZoneInfo("UTC"), "en", NOW)
    return [(str(m.text), m.tone) for m in found]


def test_only_the_first_tinted_status_of_a_row_keeps_its_tone() -> None:
    assert said() == [("14 min late", "danger"), ("2 waiting", "bare"), ("Yours", "bare")]


def test_what_is_not_late_leaves_the_tone_to_whose_it_is() -> None:
    on_time = NOW + timedelta(hours=1)

    assert said(due_at=on_time, waiting_count=1) == [
        ("Answer by 13:32", "bare"),
        ("Yours", "brand"),
    ]


def test_a_colleague_who_answers_stands_for_the_due_time() -> None:
    on_time = NOW + timedelta(hours=1)

    assert said(8, due_at=on_time, answering_name="Jere", waiting_count=1) == [
        ("Jere is answering", "bare"),
        ("Taken: Sanna", "bare"),
    ]
    assert said(8, answering_name="Jere", waiting_count=1)[0] == ("14 min late", "danger")


def test_a_snoozed_row_says_when_it_comes_back() -> None:
    row = {"state": "snoozed", "snoozed_until": NOW + timedelta(hours=2), "waiting_count": 1}

    assert said(8, **row)[0] == ("Comes back 14:32", "bare")


def test_an_answer_that_waits_for_approval_is_said_and_its_writer_is_not() -> None:
    assert said(8, has_submitted=True, waiting_count=1) == [
        ("14 min late", "danger"),
        ("Waits for approval", "bare"),
    ]


def test_nobody_waits_is_said_too() -> None:
    assert said(8, due_at=None, waiting_count=0, assignee_name="", assignee_id=None) == [
        ("Nobody waits", "bare")
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Missä pakettini on? Viestiin ei vastata.", "fi"),
        ("Hej! Skickar ni till Mariehamn?", "sv"),
        ("Does the stove light below -20?", "en"),
        ("40 €", "fi"),
        ("", "fi"),
        ("👍", "fi"),
    ],
)
def test_a_texts_language_is_guessed_from_its_small_words(text: str, language: str) -> None:
    assert tongue(text, "fi") == language


def test_a_difference_marks_what_is_new_and_what_is_gone() -> None:
    html = str(cards.diff("Hei Kaisa, saat rahat takaisin.", "Hei Kaisa, lähetämme uuden."))

    assert html == ("Hei Kaisa, <del>saat rahat takaisin.</del> <ins>lähetämme uuden.</ins>")


def test_a_difference_never_lets_a_text_become_html() -> None:
    assert "<b>" not in str(cards.diff("a", "<b>a</b> & <script>"))


def test_every_event_of_the_log_has_words() -> None:
    assert set(deeds.DEEDS) == set(Event)
    assert str(deeds.deed("not:known:yet")) == "not:known:yet"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Kaisa Virtanen", "KV"),
        ("Riekko & Rinne", "RR"),
        ("Åke", "Å"),
        ("", "?"),
        ("👍", "?"),
        ("Marja-Leena van der Aho", "MA"),
    ],
)
def test_initials_come_from_the_first_and_last_word(name: str, letters: str) -> None:
    assert reader.initials(name) == letters


def test_counts_stop_at_999() -> None:
    assert (reader.capped(7), reader.capped(1000)) == ("7", "999+")


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8.5.0", "curl"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, said: str) -> None:
    assert device_name(agent) == said


@pytest.mark.parametrize("path", ["/inbox", "/audit?by=member:1&action=replies:"])
def test_a_path_of_our_own_is_kept(path: str) -> None:
    assert parse.own_path(path) == path


@pytest.mark.parametrize(
    "path", ["", None, "inbox", "//evil.example", "/\\evil", "http://x/", "/a\nb", "/" + "a" * 600]
)
def test_any_other_path_is_dropped(path: str | None) -> None:
    assert parse.own_path(path) is None


@pytest.mark.parametrize("found", ["", "-1", "1.5", "x", "9" * 19, "9" * 400, "１"])
def test_what_is_no_id_is_refused(found: str) -> None:
    with pytest.raises(DeskError):
        parse.as_number(found)


def test_a_form_without_its_number_is_refused() -> None:
    with Flask("x").test_request_context(data={"a": ""}, method="POST"), pytest.raises(DeskError):
        parse.needed_number("a")
