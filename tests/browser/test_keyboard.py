"""Every action of the inbox with the keyboard alone: no pointer is touched in this file."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests import web_stand
from tests.browser.conftest import Open
from tests.stand import Stand

pytestmark = pytest.mark.browser
Desk = tuple[Stand, str]


def to(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, name: str, role: Literal["button", "combobox"] = "button") -> None:
    """On with Tab until something of this name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(90):
        if wanted.evaluate_all("found => found.some(e => e === document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}")


def test_one_conversation(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    about = web_stand.conversation_of(stand, "Olli Niemi")
    sanna = opened("Sanna")
    sanna.goto(f"/inbox/{about}")
    to(sanna, "t")
    expect(sanna.get_by_text("It is yours now.")).to_be_visible()

    to(sanna, "s")
    expect(sanna.get_by_role("heading", name="Snooze")).to_be_focused()
    tab_to(sanna, "Snooze")
    to(sanna, "Enter")
    expect(sanna.get_by_text("Snoozed. It comes back by itself.")).to_be_visible()

    sanna.goto(f"/inbox/{about}")
    to(sanna, "?")
    expect(sanna.get_by_role("dialog").get_by_text("Open again")).to_be_visible()
    to(sanna, "Escape", "o")
    expect(sanna.get_by_text("Open again.", exact=True)).to_be_visible()
    to(sanna, "e")
    expect(sanna.get_by_role("heading", name="Done without an answer?")).to_be_focused()
    to(sanna, "Escape", "h")
    expect(sanna.get_by_role("heading", name="Hand over")).to_be_focused()
    tab_to(sanna, "To whom?", "combobox")
    sanna.keyboard.type("Jere")
    to(sanna, "Tab")
    sanna.keyboard.type("@Aino tietää hinnan.")
    tab_to(sanna, "Hand over")
    to(sanna, "Enter")
    expect(sanna.get_by_text("Handed over.")).to_be_visible()
    expect(sanna.locator("#thread").get_by_text("@Aino tietää hinnan.")).to_be_visible()

    to(sanna, "e")
    tab_to(sanna, "Done")
    to(sanna, "Enter")
    expect(sanna.get_by_text("Done.", exact=True)).to_be_visible()


def test_several_at_once(desk: Desk, opened: Open) -> None:
    sanna = opened("Sanna")
    to(sanna, "j", "x", "j", "x", "h")
    tab_to(sanna, "To whom?", "combobox")
    sanna.keyboard.type("Jere")
    tab_to(sanna, "Hand over")
    to(sanna, "Enter")
    expect(sanna.get_by_text("2 conversations are handed over.")).to_be_visible()

    to(sanna, "j", "x", "s")
    tab_to(sanna, "Snooze")
    to(sanna, "Enter")
    expect(sanna.get_by_text("1 conversation is snoozed.")).to_be_visible()

    to(sanna, "j", "x", "t")
    expect(sanna.get_by_text("1 conversation is yours.")).to_be_visible()
