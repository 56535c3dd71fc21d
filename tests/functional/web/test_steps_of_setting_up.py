"""The list of what setting up a platform takes: it keeps what people say, for weeks."""

from collections.abc import Callable

import pytest

from app.practice.story import PAGE_ID
from tests.stand import Stand
from tests.web_page import Page, Visitor, words

Visit = Callable[[str], Visitor]
META = "/channels/steps/facebook"


def step(page: Page, name: str) -> str:
    return words(page.one("li", id=name))


def test_a_step_waits_for_weeks_and_says_since_when(visit: Visit, told: Stand) -> None:
    dan = visit("Dan")
    assert "Done" in step(dan.get(META), "app"), "the settings name an app"

    dan.post(f"{META}/review", state="waiting")
    told.advance(21 * 86400)
    page = visit("Dan").get(META)

    assert "Waiting for Meta since" in step(page, "review") and "said by Dan" in step(
        page, "review"
    )
    assert "pages_read_user_content" in step(page, "review")
    assert "/webhooks/meta/deletion" in step(page, "addresses")
    page = visit("Dan").post(f"{META}/review", state="done")
    assert "Not done after all" in step(page, "review")


def test_two_people_are_named_before_it_is_green(visit: Visit) -> None:
    dan = visit("Dan")

    page = dan.post(f"{META}/admins", status=422, state="done", first="Ada Aho", second="ada aho ")

    assert "two different people" in step(page, "admins")
    assert page.one("input", id="admins-first").attrib["value"] == "Ada Aho"
    page = dan.post(f"{META}/admins", state="done", first="Ada Aho", second="Dan Dahl")
    assert "Ada Aho, Dan Dahl" in step(page, "admins") and "To do" not in step(page, "admins")


def test_what_the_stranger_wrote_decides_what_is_said_next(visit: Visit, told: Stand) -> None:
    dan = visit("Dan")
    page = dan.post(f"{META}/stranger", state="waiting")
    assert "Nothing has arrived" in step(page, "stranger")
    told.advance(5)

    told.comment(told.post(PAGE_ID), "Vieras", "Hei")
    told.read(1)
    page = visit("Dan").get(META)

    assert "A comment arrived, no private message yet" in step(page, "stranger")
    told.platform.post("messages", page=PAGE_ID, name="Vieras", text="Hei taas")
    told.read(1)
    page = visit("Dan").get(META)
    assert "Both arrived" in step(page, "stranger")
    page = visit("Dan").post(f"{META}/stranger", state="done")
    assert "Done" in step(page, "stranger")


def test_the_renewal_takes_a_day_that_is_to_come(visit: Visit, told: Stand) -> None:
    dan = visit("Dan")
    for bad in ("", "tomorrow", "2001-01-01"):
        page = dan.post(f"{META}/renewal", status=422, renewal=bad)
        assert page.one("input", id="f-renewal").attrib["aria-invalid"] == "true"
    day = told.now.date().replace(year=told.now.year + 1, day=1).isoformat()

    page = dan.post(f"{META}/renewal", renewal=day)

    assert page.one("input", id="f-renewal").attrib["value"] == day
    assert "No date yet" not in page.text


@pytest.mark.parametrize("path", ["/channels/steps/nowhere", f"{META}/nothing"])
def test_what_is_not_on_the_list_is_not_there(visit: Visit, path: str) -> None:
    dan = visit("Dan")
    answer = dan.send(path, state="done") if path.endswith("nothing") else dan.client.get(path)
    assert answer.status_code == 404
    assert dan.send(f"{META}/review", state="other").status_code == 422
