"""A call written down in twenty seconds: the form, who it may be, and what becomes of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.access.roles import Role
from app.inbox.models import ConversationState
from tests import people, web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
HELSINKI = ZoneInfo("Europe/Helsinki")
CALL: dict[str, Any] = {
    "how": "call",
    "name": "Lauri Pöysti",
    "text": "Varaa kolme telttaa.",
    "promise": "none",
    "is_mine": "yes",
}


def write(visitor: Visitor, status: int = 200, **changed: Any) -> Page:
    return visitor.post("/write-down", status=status, **(CALL | changed))


def newest(told: Stand) -> Any:
    return told.conversations()[-1]


def test_three_fields_are_enough(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    form = visitor.get("/write-down")
    assert [i.attrib["value"] for i in form.all("input", name="how") if "checked" in i.attrib] == [
        "call"
    ]

    page = write(visitor, mark=form.one("input", name="mark").attrib["value"])

    assert page.one("h1").text == "Lauri Pöysti"
    assert "Written down." in page.text and "Varaa kolme telttaa." in page.text
    assert "Team only. Only your team can read this. Nothing goes out from here." in page.text
    assert "written down by Ben Berg" in page.text and "Yours" in page.text
    assert page.all("span", data_clear="write-down")
    listed = visitor.get("/inbox")
    row = next(a for a in listed.all("a", class_="li") if "Lauri" in "".join(a.itertext()))
    assert "Team only" in "".join(row.itertext())


def test_there_is_no_way_to_answer_and_it_says_so(visit: Visit) -> None:
    page = write(visit("Sam"))

    assert "What was written down can’t be answered from here." in page.text
    assert "Add the note" in page.text
    assert not page.all("button", name="mode")
    assert "Post publicly" not in page.text and "Send to" not in page.text


def test_a_forged_answer_is_refused(visit: Visit, told: Stand) -> None:
    visitor = visit("Sam")
    write(visitor)
    path = f"/inbox/{newest(told).id}"

    for way in ("send", "submit", "draft"):
        answer = visitor.send(f"{path}/{way}", text="Hei!", turn_ids=1)
        assert answer.status_code == 422 and "answered from here" in answer.text, way


def test_the_note_mode_of_other_conversations_stays_as_it_was(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    write(visitor)

    page = visitor.get(f"/inbox/{web_stand.conversation_of(told, 'Olli Niemi')}")

    pressed = page.all("button", name="mode", aria_pressed="true")
    assert [b.attrib["value"] for b in pressed] == ["reply"]


def test_a_known_customer_is_offered_while_the_name_is_typed(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")

    part = visitor.client.get("/write-down/people?name=kaisa")

    assert "Kaisa Virtanen" in part.text and "No, somebody new" in part.text
    assert 'value="new" checked' in part.text
    known = part.text.split('name="contact_id" value="')[1].split('"')[0]
    page = write(visitor, name="kaisa", contact_id=known, phone="040 123 4567")
    assert page.one("h1").text == "Kaisa Virtanen"
    assert page.all("a", href="tel:0401234567")
    assert newest(told).contact_id == int(known)
    history = visitor.get(f"/contacts/{known}")
    assert "Varaa kolme telttaa." in history.text and "040 123 4567" in history.text


def test_without_a_script_one_looks_by_a_button_and_nothing_is_lost(visit: Visit) -> None:
    page = write(visit("Ben"), name="Kaisa", look="yes", text="Soittaa klo 15.", is_mine="")

    assert "Kaisa Virtanen" in page.one("div", id="people-found").findtext(".//b", "")
    assert (page.one("textarea", id="f-text").text or "").strip() == "Soittaa klo 15."
    assert "checked" not in page.one("input", name="is_mine").attrib


def test_a_promise_by_a_chip_or_by_the_clock_is_the_due_date(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    at = (told.now.astimezone(HELSINKI) + timedelta(days=2)).replace(
        hour=15, minute=30, second=0, microsecond=0
    )

    page = write(visitor, promised_at=at.strftime("%Y-%m-%dT%H:%M"))
    assert newest(told).due_at == at.astimezone(newest(told).due_at.tzinfo)
    assert "Promised:" in page.text and "15:30" in page.text

    write(visitor, promise="hour")
    assert newest(told).due_at - told.now < timedelta(hours=1, seconds=1)


def test_done_works_as_for_others(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    page = write(visitor)
    seen = next(iter(page.all("input", name="seen"))).attrib["value"]

    visitor.post(f"/inbox/{newest(told).id}/done", seen=seen)

    assert newest(told).state is ConversationState.DONE


@pytest.mark.parametrize(("changed", "field"), [
    ({"text": " "}, "text"), ({"name": ""}, "name"), ({"phone": "abc"}, "phone"),
    ({"email": "lauri"}, "email"), ({"promised_at": "huomenna"}, "promised_at"),
    ({"promised_at": "2020-01-01T12:00"}, "promised_at"),
    ({"promised_at": "2026-11-17T12:00+02:00"}, "promised_at"),
    ({"promised_at": "0001-01-01T00:00"}, "promised_at"),
    ({"promise": "other"}, "promised_at"),
])  # fmt: skip
def test_a_mistake_is_said_at_its_field_and_the_words_stay(
    visit: Visit, told: Stand, changed: dict[str, str], field: str
) -> None:
    before = len(told.conversations())

    page = write(visit("Ben"), status=422, **changed)

    assert "There is 1 thing to fix" in page.text
    assert page.all("a", href=f"#f-{field}")
    assert page.tree.find(f".//*[@id='e-{field}']") is not None
    assert (page.one("textarea", id="f-text").text or "").strip() == (
        changed.get("text", CALL["text"]).strip()
    )
    assert len(told.conversations()) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"how": "fax"},
        {"contact_id": "x"},
        {"contact_id": "9" * 30},
        {"contact_id": "-1"},
        {"promise": "never"},
        {"contact_id": "999999"},
    ],
)
def test_a_damaged_form_is_refused(visit: Visit, told: Stand, changed: dict[str, str]) -> None:
    before = len(told.conversations())

    answer = visit("Ben").send("/write-down", **(CALL | changed))

    assert answer.status_code in (404, 422)
    assert len(told.conversations()) == before


def test_sent_twice_it_is_there_once(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    mark = visitor.get("/write-down").one("input", name="mark").attrib["value"]
    before = len(told.conversations())

    write(visitor, mark=mark)
    write(visitor, mark=mark)

    assert len(told.conversations()) == before + 1


def test_a_role_on_one_page_only_is_told_why_not(visit: Visit, told: Stand) -> None:
    people.give(told, "Mallory", Role.RESPONDER, channel_id=told.conversations()[0].channel_id)
    mallory = visit("Mallory")

    assert "what is written down is none of them" in mallory.get("/write-down").text
    assert "what is written down is none of them" in write(mallory, status=403).text


def test_the_page_of_its_channel_is_sound_and_offers_nothing_to_switch(
    visit: Visit, told: Stand
) -> None:
    write(visit("Ben"))
    dan = visit("Dan")
    listed = dan.get("/channels")
    assert "Written down" in listed.text
    channel = newest(told).channel_id

    page = dan.get(f"/channels/{channel}")

    assert "Calls, visits and mails" in page.text
    assert "Test now" not in page.text and "Start sending" not in page.text
    assert dan.send(f"/channels/{channel}/sending", is_on="yes").status_code == 422


def test_a_link_from_a_customers_page_brings_the_customer_along(visit: Visit, told: Stand) -> None:
    found = next(
        c for c in told.conversations() if c.id == web_stand.conversation_of(told, "Kaisa Virtanen")
    )

    page = visit("Ben").get(f"/write-down?contact_id={found.contact_id}")

    assert page.one("input", id="f-name").attrib["value"] == "Kaisa Virtanen"
    checked = [
        i.attrib["value"] for i in page.all("input", name="contact_id") if "checked" in i.attrib
    ]
    assert checked == [str(found.contact_id)]


def test_the_time_of_writing_is_the_desks_own(visit: Visit, told: Stand) -> None:
    write(visit("Ben"))

    assert isinstance(newest(told).activity_at, datetime)
    assert abs(newest(told).activity_at - told.now) < timedelta(minutes=1)
