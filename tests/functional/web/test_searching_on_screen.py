"""Search on the screen: the box, what was found, what was not, and any question at all."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from app.access.roles import Role
from tests import people, talks, web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor, words

Visit = Callable[[str], Visitor]
QUESTIONS = [
    "", "   ", '"', "''", '"takki', "OR", "NOT takki", "NEAR(a b)", "*", "(((", "a & b | !c", ":*", "\\",
    "%", "👋🏽", "\x00", "x" * 10_000, "sana " * 2_000, "<script>", "܀", "½", "·c1", "' OR 1=1 --", "\x1b[0m",
]  # fmt: skip


@pytest.fixture
def told(told: Stand) -> Stand:
    """The story, in the index."""
    told.index()
    return told


def listed(page: Page) -> list[str]:
    return [e.text or "" for e in page.all("b", class_="clip")]


def test_the_box_stands_in_the_inbox_and_finds_by_words_and_names(visit: Visit) -> None:
    visitor = visit("Ben")
    box = next(f for f in visitor.get("/inbox").all("form") if f.attrib.get("role") == "search")
    assert box.attrib["action"] == "/inbox/search"

    page = visitor.get("/inbox/search?q=kilpisj")

    assert listed(page) == ["Kaisa Virtanen"]
    assert [words(m) for m in page.all("mark")] == ["Kilpisjärvelle"]
    assert words(page.one("h1")) == "Search: kilpisj"
    assert page.one("input", id="q").attrib["value"] == "kilpisj"
    assert "hx-get" not in page.one("div", id="list").attrib


def test_a_result_opens_with_the_results_beside_it(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    row = visitor.get("/inbox/search?q=kilpisj").one("a", class_="li")

    page = visitor.get(row.attrib["href"])

    about = web_stand.conversation_of(told, "Kaisa Virtanen")
    assert row.attrib["href"] == f"/inbox/{about}?q=kilpisj"
    assert listed(page) == ["Kaisa Virtanen"]
    assert page.one("a", class_="li").attrib["aria-current"] == "true"


def test_a_note_is_named_as_one(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    about = web_stand.conversation_of(told, "Olli Niemi")
    visitor.post(f"/inbox/{about}/note", text="Tukkuri nosti hintoja.")
    told.index()

    page = visitor.get("/inbox/search?q=tukkuri")

    assert listed(page) == ["Olli Niemi"]
    assert "Found in a note" in page.text


def test_nothing_found_says_what_may_help(visit: Visit) -> None:
    visitor = visit("Ben")

    assert "What are you looking for?" in visitor.get("/inbox/search").text
    nothing = visitor.get("/inbox/search?q=olematon").text
    assert "Nothing was found." in nothing and "Try fewer words" in nothing
    assert "There is no word in this." in visitor.get("/inbox/search?q=%21%3F").text


def test_many_results_go_on_by_a_link(visit: Visit, told: Stand) -> None:
    for number in range(45):
        talks.say(
            told, 1, f"Asiakas {number}", "Onko teillä suksia?", ago=timedelta(minutes=100 - number)
        )
    told.index()
    visitor = visit("Ben")

    first = visitor.get("/inbox/search?q=suksia")
    more = next(a for a in first.all("a") if a.text == "Show more").attrib["href"]
    second = visitor.get(more)

    assert len(listed(first)) == 40 and len(listed(second)) == 5
    assert listed(first) + listed(second) == [f"Asiakas {n}" for n in reversed(range(45))]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: ascii(q)[:16])
def test_any_question_gets_a_sound_page(visit: Visit, question: str) -> None:
    visit("Ben").get(f"/inbox/search?q={quote(question)}")


@pytest.mark.parametrize("query", ["q=takki&after=x", "q=takki&after=WzEsMl0"])
def test_a_damaged_place_is_refused(visit: Visit, query: str) -> None:
    assert visit("Ben").client.get(f"/inbox/search?{query}").status_code == 422


def test_a_stranger_finds_nothing(visit: Visit, told: Stand) -> None:
    people.give(told, "Mallory", Role.RESPONDER, channel_id=people.channel(told, "Toinen"))
    mallory = visit("Mallory")

    page = mallory.get("/inbox/search?q=kilpisj")

    assert listed(page) == []
    assert "Virtanen" not in page.html
    about = web_stand.conversation_of(told, "Kaisa Virtanen")
    assert mallory.client.get(f"/inbox/{about}?q=kilpisj").status_code == 404
