"""By hand: a call written down, a colleague mentioned, a holding reply."""

import re

import pytest
from playwright.sync_api import expect

from tests import web_stand
from tests.browser.conftest import Open
from tests.stand import Stand

pytestmark = pytest.mark.browser
Desk = tuple[Stand, str]


def test_a_call_is_written_down_with_the_keyboard(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    sanna.keyboard.press("w")
    sanna.wait_for_url("**/write-down")
    sanna.get_by_label("Who?").press_sequentially("kais")
    sanna.get_by_text("Kaisa Virtanen").click()
    sanna.get_by_label("What was it about?").fill("Soitti paketista.")
    sanna.get_by_text("In an hour").click()
    sanna.keyboard.press("Tab")
    sanna.get_by_label("What was it about?").press("Control+Enter")

    sanna.wait_for_url("**/inbox/*")
    expect(sanna.locator("#thread").get_by_text("Soitti paketista.")).to_be_visible()
    expect(sanna.locator("#thread").get_by_text(re.compile("Promised:"))).to_be_visible()
    sanna.goto("/write-down")
    expect(sanna.get_by_label("What was it about?")).to_have_value("")
    assert stand.conversations()[-1].contact_id == next(
        c.contact_id
        for c in stand.conversations()
        if c.id == web_stand.conversation_of(stand, "Kaisa Virtanen")
    )


def test_what_was_typed_survives_a_closed_page(desk: Desk, opened: Open) -> None:
    sanna = opened("Sanna", "phone")
    sanna.get_by_role("link", name="Write down a call, a visit or a mail").first.tap()
    sanna.get_by_label("What was it about?").fill("Puhelu katkesi, soittaa uudestaan.")
    sanna.wait_for_timeout(2500)

    sanna.goto("/inbox")
    sanna.goto("/write-down")

    expect(sanna.get_by_label("What was it about?")).to_have_value(
        "Puhelu katkesi, soittaa uudestaan."
    )


def test_a_name_is_put_in_by_a_press_and_the_colleague_sees_the_count(
    desk: Desk, opened: Open
) -> None:
    stand, _ = desk
    jere, sanna = opened("Jere"), opened("Sanna")
    jere.goto("/settings/")
    sanna.goto(f"/inbox/{web_stand.conversation_of(stand, 'Olli Niemi')}")
    sanna.get_by_role("button", name="Note").click()
    note = sanna.get_by_label("Note, team only")
    note.press_sequentially("Kysy @je")
    expect(sanna.get_by_role("button", name="@Aino")).to_be_hidden()
    sanna.get_by_role("button", name="@Jere").click()
    note.press_sequentially("hinnasta")
    expect(note).to_have_value("Kysy @Jere hinnasta")
    expect(sanna.get_by_role("group", name="Tell a colleague")).to_be_hidden()
    sanna.get_by_role("button", name="Add the note").click()
    expect(sanna.get_by_text("Told: Jere Koskinen")).to_be_visible()

    expect(jere.locator("#n-rail-notices")).to_have_text(re.compile("^1"), timeout=12000)
    jere.keyboard.press("g")
    jere.keyboard.press("n")
    jere.wait_for_url("**/notices")
    jere.get_by_role("link", name="Sanna mentioned you in a note.").click()
    expect(jere.locator("#thread").get_by_text("Kysy @Jere hinnasta")).to_be_visible()
    expect(jere.locator("#n-rail-notices")).to_be_hidden()


def test_a_name_is_put_in_with_the_keyboard_alone(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    sanna.goto(f"/inbox/{web_stand.conversation_of(stand, 'Olli Niemi')}")
    sanna.keyboard.press("n")
    note = sanna.get_by_label("Note, team only")
    expect(note).to_be_focused()
    names = sanna.get_by_role("group", name="Tell a colleague")
    sanna.keyboard.type("Kysy @")
    sanna.keyboard.press("Escape")
    expect(names).to_be_hidden()
    expect(note).to_be_focused()
    sanna.keyboard.type("j")
    sanna.keyboard.press("ArrowDown")
    expect(sanna.get_by_role("button", name="@Jere")).to_be_focused()
    sanna.keyboard.press("ArrowUp")
    expect(note).to_be_focused()
    sanna.keyboard.press("ArrowDown")
    sanna.keyboard.press("Enter")
    sanna.keyboard.type("hinnasta")
    expect(note).to_have_value("Kysy @Jere hinnasta")
    sanna.keyboard.press("Control+Enter")

    expect(sanna.get_by_text("Told: Jere Koskinen")).to_be_visible()


def test_a_name_is_put_in_by_touch(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna", "phone")
    sanna.goto(f"/inbox/{web_stand.conversation_of(stand, 'Olli Niemi')}")
    sanna.get_by_role("button", name="Note").tap()
    note = sanna.get_by_label("Note, team only")
    note.press_sequentially("@")
    sanna.get_by_role("button", name="@Jere").tap()

    expect(note).to_have_value("@Jere ")
    expect(note).to_be_focused()


def test_a_holding_reply_goes_out_and_the_draft_stays(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    web_stand.approve_holding(stand)
    sanna = opened("Sanna", "phone")
    sanna.goto(f"/inbox/{web_stand.conversation_of(stand, 'Olli Niemi')}")
    sanna.get_by_label("Your public reply").fill("Hei Olli, kesken")
    expect(sanna.get_by_role("link", name="Holding reply")).to_be_visible()
    sanna.wait_for_timeout(2500)
    sanna.get_by_role("link", name="Holding reply").tap()
    expect(sanna.get_by_role("heading", name="Holding reply")).to_be_focused()
    sanna.get_by_role("button", name="Post the holding reply publicly").tap()

    expect(sanna.get_by_text("Posting publicly in")).to_be_visible()
    expect(sanna.get_by_label("Your public reply")).to_have_value("Hei Olli, kesken")
    stand.advance(11)
    stand.deliver()
    assert [w["text"][:9] for w in stand.platform.get("writes")["writes"]] == ["Hei Olli,"]
