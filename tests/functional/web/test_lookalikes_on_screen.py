"""A look-alike under our post: flagged in the list, the thread and its page, and what can be done."""

from collections.abc import Callable
from typing import Any

import pytest

from app.inbox import looking
from tests import talks
from tests.stand import Stand
from tests.web_page import Visitor, words

Visit = Callable[[str], Visitor]
WHY = "Calls itself your customer service, and is not it."


@pytest.fixture
def talk(told: Stand) -> str:
    """The page of a thread with one."""
    top = talks.say(told, 1, "Liisa Aho", "Missä pakettini on?")
    under = talks.say(told, 1, f"{told.channel(1).name} Tuki", "Kirjoita meille", under=top)
    with told.database.writing() as db:
        while looking.look(db, told.now):
            pass
    return f"/inbox/{talks.conversation_of(told, under).id}"


def test_it_is_seen_narrowed_to_and_said_to_be_real(visit: Visit, talk: str) -> None:
    visitor = visit("Ben")
    page = visitor.get(talk)
    assert page.text.count(WHY) == 1
    assert [a.attrib["href"] for a in page.all("a") if words(a) == "Hide or block"] != []
    listed = visitor.get("/inbox?lookalikes=1")
    assert "Only: Look-alikes" in listed.text
    rows = [words(a) for a in listed.all("a", class_="li")]
    assert len(rows) == 1 and "Looks like you, is not" in rows[0]

    (form,) = (f for f in page.all("form") if f.attrib["action"].endswith("/real"))
    fields: dict[str, Any] = {i.attrib["name"]: i.attrib["value"] for i in form.iter("input")}
    after = visitor.post(form.attrib["action"], **fields)

    assert "will not be flagged again" in after.text and WHY not in after.text
    assert "Look-alikes" not in visitor.get("/inbox").text


def test_the_owner_is_told_and_who_only_reads_presses_nothing(visit: Visit, talk: str) -> None:
    assert "Somebody calls themselves like you" in visit("Ada").get("/notices").text
    page = visit("Vera").get(talk)

    assert WHY in page.text and "This is a real person" not in page.text
