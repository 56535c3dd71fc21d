"""Deliveries that were not taken in: one row a reason, tried again together."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.audit.events import Event
from app.audit.models import AuditRow
from app.inbox import dead_letters, intake
from app.inbox.models import RawEvent
from tests.commands import vuoro
from tests.stand import Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
HERE = "/channels/not-taken-in"
AGAIN = f"{HERE}/again"


def deliver(told: Stand, page: str, number: int, text: str = "Hei!") -> None:
    value = {"item": "comment", "verb": "add", "comment_id": f"{page}_1_{number}", "message": text,
             "post_id": f"{page}_1", "from": {"id": "77001", "name": "Kaisa"}}  # fmt: skip
    entry = {"id": page, "changes": [{"field": "feed", "value": value}]}
    body = json.dumps({"object": "page", "entry": [entry]}).encode()
    intake.store(told.database, "meta", body, told.now)


def rows(page: Page) -> list[str]:
    return [" ".join("".join(li.itertext()).split()) for li in page.one("main").iter("li")]


def connect(told: Stand, page: str) -> None:
    """Somebody connects the Page whose deliveries waited."""
    told.page(page, "Toinen kauppa")
    told.connect(page)


def test_one_that_was_not_taken_in_is_shown_without_its_words_to_who_looks_after_channels(
    visit: Visit, told: Stand
) -> None:
    deliver(told, "77", 1)
    told.take_in()
    dan = visit("Dan")

    assert "One delivery was not taken in." in dan.get("/channels").text
    page = dan.get(HERE)
    assert "1 delivery for a Page that is not connected here" in rows(page)[0]
    assert "Page 77" in rows(page)[0] and "Hei!" not in page.html
    said = vuoro("check", DATA_DIR=told.running.settings.DATA_DIR).out
    assert "not taken in: 1, newest: page 77 is not connected" in said
    assert "One delivery" not in visit("Ben").get("/channels").text
    visit("Ben").post(AGAIN, status=403)


def test_a_page_that_is_not_connected_is_one_row_and_tried_again_in_one_press(
    visit: Visit, told: Stand
) -> None:
    for number in range(37):
        deliver(told, "901", number)
    deliver(told, "77", 1)
    intake.store(told.database, "meta", b"{not json", told.now)
    told.take_in()
    dan = visit("Dan")
    found = rows(dan.get(HERE))
    assert len(found) == 3
    assert "37 deliveries for a Page that is not connected herePage 901" in found[2]

    still = dan.post(AGAIN, reason="page 901 is not connected")
    connect(told, "901")
    done = dan.post(AGAIN, reason="page 901 is not connected")

    assert "37 deliveries were tried again. Taken in: 0. Still here: 37." in still.text
    assert "37 deliveries were tried again. Taken in: 37. Still here: 0." in done.text
    assert len([m for m in told.messages() if m.text == "Hei!"]) == 37
    assert len(rows(done)) == 2
    dan.post(AGAIN, status=409, reason="page 901 is not connected")
    with told.database.reading() as db:
        logged = db.scalars(select(AuditRow).where(AuditRow.action == Event.DELIVERY_RETRIED.value))
        assert [(r.actor, r.object) for r in logged] == [
            (told.actor("Dan").log_name, "deliveries")
        ] * 2


def test_all_are_tried_again_part_by_part_and_each_once(
    visit: Visit, told: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "TOGETHER", 2)
    for number in range(3):
        deliver(told, "901", number)
    deliver(told, "77", 1)
    told.take_in()
    connect(told, "901")

    page = visit("Dan").post(AGAIN)

    assert "4 deliveries were tried again. Taken in: 3. Still here: 1." in page.text
    with told.database.reading() as db:
        (left,) = dead_letters.groups(db)
    assert (left.count, left.page) == (1, "77")


def test_what_the_customer_deleted_is_counted_and_cannot_be_tried(
    visit: Visit, told: Stand
) -> None:
    deliver(told, "77", 1)
    told.take_in()
    with told.database.writing() as db:
        db.scalars(select(RawEvent).where(RawEvent.problem != "")).one().body = b""
    dan = visit("Dan")

    page = dan.get(HERE)

    assert "deleted by the customer, nothing to try" in rows(page)[0]
    assert not [f for f in page.all("form") if f.attrib["action"] == AGAIN]
    dan.post(AGAIN, status=409)
