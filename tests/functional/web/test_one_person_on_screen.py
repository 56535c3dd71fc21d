"""One customer on two channels: what the screens say of it, and what can be pressed."""

from collections.abc import Callable
from typing import Any

import pytest

from app.inbox import looking
from tests import people, talks
from tests.stand import Stand
from tests.web_page import Page, Visitor, words

Visit = Callable[[str], Visitor]
WHY = "Both wrote the same number, perhaps of an order."


@pytest.fixture
def pages(told: Stand) -> tuple[str, str]:
    """The conversation and the customer of a proposal."""
    own = people.channel(told, "muu")
    talks.say(told, 1, "Liisa Aho", "Missä on tilaus 1042331?")
    talk = talks.conversation_of(told, talks.write(told, own, "liisa", "Tilaus 1042331 puuttuu"))
    while True:
        with told.database.writing() as db:
            if not looking.look(db, told.now):
                break
    return f"/inbox/{talk.id}", f"/contacts/{talk.contact_id}"


def press(visitor: Visitor, page: Page, label: str) -> Page:
    """The form whose button says so."""
    for form in page.all("form"):
        if any(words(b).startswith(label) for b in form.iter("button")):
            inputs = form.iter("input")
            fields: dict[str, Any] = {i.attrib["name"]: i.attrib["value"] for i in inputs}
            return visitor.post(form.attrib["action"], **fields)
    raise AssertionError(label)


def test_it_is_proposed_with_its_reason_joined_and_taken_apart(
    visit: Visit, pages: tuple[str, str]
) -> None:
    visitor, (talk, customer) = visit("Ben"), pages
    beside = visitor.get(talk)
    assert "Perhaps the same person: Liisa Aho" in beside.text and WHY in beside.text

    joined = press(visitor, beside, "Same person")
    page = visitor.get(customer)

    assert "They are one person now." in joined.text
    assert "The same person: Liisa Aho" in joined.text and WHY not in page.text
    assert len(page.all("a", class_="li")) == 2
    apart = press(visitor, page, "Not the same person after all")
    assert "two customers again" in apart.text and WHY in apart.text
    kept = press(visitor, apart, "Two people")
    assert "You will not be asked again." in kept.text and WHY not in kept.text


def test_who_only_reads_sees_it_and_who_decides(visit: Visit, pages: tuple[str, str]) -> None:
    page = visit("Vera").get(pages[1])

    assert WHY in page.text and "Whoever handles conversations on both" in page.text
    assert not any("same" in f.attrib.get("action", "") for f in page.all("form"))
