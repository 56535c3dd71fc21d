"""Search, several at once, labels, the customer and older messages by hand: keys, touch, live."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.accounts.models import Desk as DeskRow
from app.inbox import labels
from tests import talks, web_stand
from tests.browser.conftest import Open
from tests.stand import Stand

pytestmark = pytest.mark.browser
Desk = tuple[Stand, str]


@pytest.fixture
def stand(desk: Desk) -> Stand:
    """The story, two labels, a pattern for order numbers, all of it in the index."""
    stand, _ = desk
    private = web_stand.write_privately(stand)
    talks.write(stand, 1, "Toinen Asiakas", "Tilaus 88214 on hukassa", ago=timedelta(minutes=3))
    with stand.database.writing() as db:
        db.get_one(DeskRow, 1).order_link = "https://shop.example/orders/{number}"
        ada = stand.actor("Ada")
        for name in ("Palautus", "Toimitus viipyy"):
            made = labels.make(db, ada, name, stand.now)
        labels.put_on(db, ada, private, made.id, stand.now)
    stand.index()
    return stand


def test_search_by_its_key(stand: Stand, opened: Open) -> None:
    sanna = opened("Sanna")
    sanna.keyboard.press("/")
    expect(sanna.get_by_role("searchbox")).to_be_focused()
    sanna.keyboard.type("kilpisj")
    sanna.keyboard.press("Enter")

    expect(sanna.get_by_role("heading", name="Search: kilpisj")).to_be_visible()
    expect(sanna.locator("mark")).to_have_text("Kilpisjärvelle")
    sanna.locator("#main").click(position={"x": 5, "y": 5})
    sanna.keyboard.press("j")
    sanna.keyboard.press("Enter")
    expect(sanna.get_by_role("heading", name="Kaisa Virtanen", level=1)).to_be_visible()
    expect(sanna.locator(".pane--list .li")).to_have_count(1)


def test_search_on_a_phone(stand: Stand, opened: Open) -> None:
    sanna = opened("Sanna", "phone")
    sanna.get_by_role("link", name="Search").tap()
    sanna.get_by_role("searchbox").fill("88214")
    sanna.keyboard.press("Enter")
    sanna.get_by_role("link", name=re.compile("Toinen Asiakas")).tap()

    expect(sanna.get_by_role("link", name=re.compile("88214 +Open in the shop"))).to_be_visible()


def test_several_are_chosen_by_key_and_done_and_opened_again(stand: Stand, opened: Open) -> None:
    sanna = opened("Sanna")
    bar = sanna.locator("#bulk")
    expect(bar).to_be_hidden()
    sanna.keyboard.press("j")
    sanna.keyboard.press("x")
    sanna.keyboard.press("j")
    sanna.keyboard.press("x")
    expect(bar).to_be_visible()
    sanna.keyboard.press("e")

    expect(sanna.get_by_text("2 conversations are done.")).to_be_visible()
    sanna.keyboard.press("z")
    expect(sanna.get_by_text("2 conversations are open again.")).to_be_visible()


def test_what_was_chosen_stays_chosen_while_news_come_and_done_stops_at_it(
    stand: Stand, opened: Open
) -> None:
    sanna = opened("Sanna")
    sanna.get_by_role("checkbox", name="Choose Olli Niemi").check(force=True)
    stand.comment(web_stand.comment_of(stand, "Olli Niemi"), "Olli Niemi", "Vielä yksi asia")
    stand.comment(stand.post(web_stand.PAGE_ID), "Uusi Asiakas", "Onko teillä suksia?")
    stand.advance(1)
    stand.read(1)
    expect(sanna.get_by_text("Uusi Asiakas")).to_be_visible(timeout=6000)
    expect(sanna.get_by_role("checkbox", name="Choose Olli Niemi")).to_be_checked()

    sanna.locator("#bulk").get_by_role("button", name="Done").click()

    expect(sanna.get_by_text("Not Olli Niemi: A customer wrote while you were")).to_be_visible()
    sanna.wait_for_timeout(8500)
    expect(sanna.get_by_text("Not Olli Niemi: A customer wrote while you were")).to_be_visible()
    sanna.get_by_role("button", name="Close").last.click()
    expect(sanna.locator(".toast")).to_have_count(0)


def test_several_are_chosen_by_touch(stand: Stand, opened: Open) -> None:
    sanna = opened("Sanna", "phone")
    sanna.get_by_role("link", name="Choose several").tap()
    sanna.get_by_role("checkbox", name="Choose Olli Niemi").tap()
    sanna.get_by_role("checkbox", name="Choose Henna Kallio").tap()
    sanna.locator("#bulk summary", has_text="Label").tap()
    sanna.locator("#bulk").get_by_label("Label").select_option("Palautus")
    sanna.get_by_role("button", name="Put the label on").tap()

    expect(sanna.get_by_text("2 conversations have the label.")).to_be_visible()
    expect(sanna.locator(".li", has_text="Palautus")).to_have_count(2)


def test_labels_by_key_on_a_conversation(stand: Stand, opened: Open) -> None:
    sanna = opened("Sanna")
    sanna.goto(f"/inbox/{web_stand.conversation_of(stand, 'Olli Niemi')}")
    sanna.keyboard.press("l")
    sanna.get_by_role("checkbox", name="Palautus").check()
    sanna.get_by_role("button", name="Save").click()

    expect(
        sanna.get_by_role("complementary", name="The customer").get_by_text("Palautus")
    ).to_be_visible()


def test_older_messages_come_above_without_a_new_page(
    stand: Stand, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = talks.say(stand, 1, "Aloittaja", "Kommentti 0", ago=timedelta(minutes=300))
    for n in range(1, 260):
        talks.say(
            stand, 1, "Aloittaja", f"Kommentti {n}", under=top, ago=timedelta(minutes=300 - n)
        )
    sanna = opened("Sanna")
    sanna.goto(f"/inbox/{talks.conversation_of(stand, top).id}")
    expect(sanna.get_by_text("Kommentti 259", exact=True)).to_be_visible()
    expect(sanna.get_by_text("Kommentti 3", exact=True)).to_have_count(0)

    sanna.get_by_role("link", name="Show older").click()

    expect(sanna.get_by_text("Kommentti 3", exact=True)).to_have_count(1)
    expect(sanna.get_by_role("link", name="Show older")).to_have_count(0)
    talks.say(stand, 1, "Aloittaja", "Kommentti 260", under=top)
    expect(sanna.get_by_text("Kommentti 260", exact=True)).to_have_count(1, timeout=6000)
    found = sanna.locator(".cmt .quote").all_inner_texts()
    assert found == [f"Kommentti {n}" for n in range(261)]
