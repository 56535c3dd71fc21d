"""The product's main job by hand: a responder writes, the owner approves on a phone, it is sent."""

import re

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect
from sqlalchemy import select, update

from app.accounts.models import RoleGrant
from app.replies.models import Draft, DraftState
from tests import web_stand
from tests.browser.conftest import Open, be
from tests.stand import Stand

pytestmark = pytest.mark.browser
Desk = tuple[Stand, str]
LONG = f"{web_stand.ANSWER}\n\nTerveisin\nSanna ja koko väki\nRiekko & Rinne, Tampere"


def written(stand: Stand) -> list[str]:
    return [w["text"] for w in stand.platform.get("writes")["writes"]]


def go(page: Page, stand: Stand, name: str) -> None:
    page.goto(f"/inbox/{web_stand.conversation_of(stand, name)}")


def test_a_responder_writes_and_the_owner_approves_on_a_phone(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    sanna.get_by_role("link", name=re.compile("Kaisa Virtanen")).click()
    expect(sanna.get_by_text("Antti Laine is waiting too")).to_be_visible()
    sanna.get_by_label("Your public reply").fill(LONG)
    expect(sanna.get_by_text(re.compile("^saved "))).to_be_visible(timeout=6000)
    sanna.get_by_label("Your public reply").press("Control+Enter")
    expect(sanna.get_by_text("Waits for approval").last).to_be_visible()

    aino = opened("Aino", "phone")
    aino.get_by_role("link", name="Approvals").tap()
    read = aino.get_by_role("link", name="Read to the end")
    approve = aino.get_by_role("button", name="Approve and post publicly")
    expect(read).to_be_visible()
    expect(approve).to_be_hidden()
    read.tap()
    expect(approve).to_be_visible()
    box = approve.bounding_box()
    assert box is not None and box["height"] >= 52
    approve.tap()
    expect(aino.get_by_role("status").get_by_text("Posting publicly in")).to_be_visible()
    expect(aino.get_by_text("To Kaisa Virtanen, on Facebook")).to_be_visible()

    stand.advance(11)
    stand.deliver()
    assert written(stand) == [LONG]
    expect(sanna.locator("#thread").get_by_text("written by Sanna Lehto")).to_be_visible(
        timeout=8000
    )
    expect(sanna.get_by_text("Answer by").first).to_be_visible()


def test_asking_while_the_words_are_being_saved_is_no_clash_with_oneself(
    desk: Desk, opened: Open
) -> None:
    stand, _ = desk
    sanna, held = opened("Sanna"), list[tuple[Route, APIResponse]]()
    go(sanna, stand, "Olli Niemi")
    field = sanna.get_by_label("Your public reply")
    field.fill("Hei Olli!")
    expect(sanna.get_by_text(re.compile("^saved "))).to_be_visible(timeout=6000)

    sanna.route("**/draft", lambda route: held.append((route, route.fetch())))
    with sanna.expect_request("**/draft"):
        field.fill("Hei Olli! Hinta")
    field.fill("Hei Olli! Hinta nousi. Sanna")
    field.press("Control+Enter")
    sanna.wait_for_timeout(300)
    for route, response in held:
        route.fulfill(response=response)

    expect(sanna.get_by_text("Waits for approval").last).to_be_visible()
    assert [d.text for d in stand_drafts(stand)] == ["Hei Olli! Hinta nousi. Sanna"]


def stand_drafts(stand: Stand) -> list[Draft]:
    with stand.database.reading() as db:
        return list(db.scalars(select(Draft).where(Draft.state == DraftState.SUBMITTED)))


def test_undo_by_its_key_brings_the_card_back(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    web_stand.submit(stand, "Olli Niemi", "Sanna", "Hei Olli! Sanna")
    aino = opened("Aino")
    aino.goto("/approvals")
    aino.wait_for_timeout(900)
    aino.keyboard.press("a")
    expect(aino.get_by_text("Posting publicly in")).to_be_visible()

    aino.keyboard.press("z")

    expect(aino.get_by_text("Taken back. Nothing was posted.")).to_be_visible()
    expect(aino.get_by_text("Goes out exactly like this")).to_be_visible()
    stand.advance(60)
    stand.deliver()
    assert written(stand) == []


def test_a_double_tap_cannot_approve_the_next_card(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    web_stand.submit(stand, "Olli Niemi", "Sanna", "Hei Olli! Sanna")
    web_stand.submit(stand, "Henna Kallio", "Sanna", "Hei Henna! Sanna")
    aino = opened("Aino", "phone")
    aino.goto("/approvals")
    aino.wait_for_timeout(900)
    aino.get_by_role("button", name="Approve and post publicly").tap()
    aino.wait_for_url("**/approvals")

    assert aino.locator(".thumb-bar").evaluate("bar => bar.inert") is True
    aino.wait_for_timeout(900)
    assert aino.locator(".thumb-bar").evaluate("bar => bar.inert") is False


def test_sending_back_from_the_dialog(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    web_stand.submit(stand, "Olli Niemi", "Sanna", "Hei Olli! Sanna")
    aino = opened("Aino", "phone")
    aino.goto("/approvals")
    aino.wait_for_timeout(900)
    aino.get_by_role("link", name="Send back").last.tap()
    expect(aino.get_by_role("heading", name="Send back to Sanna")).to_be_focused()
    aino.get_by_text("Make it shorter").tap()
    aino.get_by_label("Note to Sanna").fill("Kiitä ensin.")
    aino.get_by_role("button", name="Send back with note").tap()
    expect(aino.get_by_text("Nothing waits for you.").first).to_be_visible()

    sanna = opened("Sanna")
    sanna.goto("/sent-back")
    expect(sanna.get_by_text(re.compile("Make it shorter"))).to_be_visible()


def test_edit_first_opens_with_the_cursor_at_the_end(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    web_stand.submit(stand, "Olli Niemi", "Sanna", "Hei Olli!")
    aino = opened("Aino")
    aino.goto("/approvals")
    aino.wait_for_timeout(900)
    aino.keyboard.press("e")
    expect(aino.get_by_role("textbox")).to_be_focused()
    aino.keyboard.type(" Aino")
    aino.keyboard.press("Control+Enter")
    expect(aino.get_by_text("Posting publicly in")).to_be_visible()
    stand.advance(11)
    stand.deliver()

    assert written(stand) == ["Hei Olli! Aino"]


def test_a_new_comment_shows_up_without_reload(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    before = int(sanna.locator("#waiting").inner_text().split()[0])
    post = stand.post(web_stand.PAGE_ID)
    stand.comment(post, "Uusi Asiakas", "Onko teillä suksia?")
    stand.read(1)

    expect(sanna.get_by_role("link", name="Uusi Asiakas")).to_be_visible(timeout=5000)
    expect(sanna.locator("#waiting")).to_contain_text(f"{before + 1} waiting")


def test_updates_from_others_never_touch_the_composer(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    go(sanna, stand, "Olli Niemi")
    area = sanna.get_by_label("Your public reply")
    area.fill("Hei Olli, katson")
    area.evaluate("area => area.setSelectionRange(3, 3)")
    jere = opened("Jere")
    go(jere, stand, "Olli Niemi")
    jere.get_by_role("button", name="Note").click()
    jere.get_by_label("Note, team only").fill("Tukkuri nosti hintoja.")
    jere.get_by_role("button", name="Add the note").click()

    expect(sanna.locator("#thread").get_by_text("Tukkuri nosti hintoja.")).to_be_visible(
        timeout=6000
    )
    expect(area).to_have_value("Hei Olli, katson")
    expect(area).to_be_focused()
    assert area.evaluate("area => area.selectionStart") == 3


def test_a_text_that_is_too_long_is_said_before_it_is_sent(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    private = web_stand.write_privately(stand)
    sanna = opened("Sanna")
    sanna.goto(f"/inbox/{private}")
    area, ask = sanna.locator("#draft"), sanna.locator("[data-main]")

    area.fill("a" * 2001)
    expect(sanna.get_by_text("This is more than the platform takes.")).to_be_visible()
    expect(ask).to_have_attribute("aria-disabled", "true")
    area.fill("a" * 2000)
    expect(sanna.get_by_text("This is more than the platform takes.")).to_be_hidden()
    expect(ask).not_to_have_attribute("aria-disabled", "true")


def test_a_colleague_sees_who_is_answering(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    ville, sanna, jere = opened("Ville"), opened("Sanna"), opened("Jere")
    go(jere, stand, "Olli Niemi")
    jere.get_by_role("button", name="Take it").click()
    go(sanna, stand, "Olli Niemi")
    expect(jere.locator("#people").get_by_text("Here now: Sanna")).to_be_visible(timeout=8000)
    sanna.get_by_label("Your public reply").fill("Hei Olli")

    expect(jere.locator("#people").get_by_text("Sanna is answering")).to_be_visible(timeout=8000)
    expect(ville.locator("#list").get_by_text("Sanna is answering")).to_be_visible(timeout=8000)
    expect(jere.get_by_role("button", name="Take over")).to_be_visible()


def test_the_note_mode_stays_after_a_reload_and_in_another_conversation(
    desk: Desk, opened: Open
) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    go(sanna, stand, "Olli Niemi")
    sanna.get_by_label("Your public reply").fill("Sama teksti")
    sanna.keyboard.press("Escape")
    sanna.keyboard.press("n")
    expect(sanna.get_by_label("Note, team only")).to_have_value("Sama teksti")

    sanna.reload()
    expect(sanna.get_by_role("button", name="Add the note")).to_be_visible()
    go(sanna, stand, "Henna Kallio")
    expect(sanna.get_by_role("button", name="Add the note")).to_be_visible()
    expect(sanna.get_by_role("button", name="Ask for approval")).to_have_count(0)


def test_without_a_connection_nothing_typed_is_lost(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    go(sanna, stand, "Olli Niemi")
    sanna.context.set_offline(True)
    sanna.get_by_label("Your public reply").fill("Hei Olli, ilman verkkoa kirjoitettu")
    expect(sanna.get_by_text("No connection. Your draft is safe on this device.")).to_be_visible(
        timeout=5000
    )
    expect(sanna.get_by_role("button", name="Ask for approval")).to_have_attribute(
        "aria-disabled", "true"
    )
    sanna.get_by_role("button", name="Ask for approval").click(force=True)
    sanna.wait_for_timeout(2500)
    sanna.context.set_offline(False)
    be(sanna, "Aino")
    go(sanna, stand, "Olli Niemi")
    expect(sanna.get_by_label("Your public reply")).to_have_value("")
    be(sanna, "Sanna")
    go(sanna, stand, "Olli Niemi")

    expect(sanna.get_by_label("Your public reply")).to_have_value(
        "Hei Olli, ilman verkkoa kirjoitettu"
    )
    expect(sanna.get_by_text(re.compile("^saved "))).to_be_visible(timeout=6000)


def test_two_windows_of_one_writer_show_both_texts(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna")
    other = sanna.context.new_page()
    go(sanna, stand, "Olli Niemi")
    go(other, stand, "Olli Niemi")
    sanna.get_by_label("Your public reply").fill("Ensimmäinen ikkuna")
    expect(sanna.get_by_text(re.compile("^saved "))).to_be_visible(timeout=6000)
    go(other, stand, "Olli Niemi")
    sanna.get_by_label("Your public reply").fill("Ensimmäinen ikkuna, lisää")
    expect(sanna.get_by_label("Your public reply")).to_have_value("Ensimmäinen ikkuna, lisää")
    sanna.wait_for_timeout(3000)
    other.get_by_label("Your public reply").fill("Toinen ikkuna")
    expect(other.get_by_text("You changed this answer in another window.")).to_be_visible(
        timeout=6000
    )
    expect(other.get_by_text("Ensimmäinen ikkuna, lisää")).to_be_visible()
    other.get_by_role("button", name="Go on with mine").click()
    other.wait_for_timeout(3000)

    other.reload()
    expect(other.get_by_label("Your public reply")).to_have_value("Toinen ikkuna")


def test_what_is_refused_is_said_beside_the_words_until_it_goes_well(
    desk: Desk, opened: Open
) -> None:
    """By the mode's button, by what saves every two seconds, by the live thread: one place."""
    stand, _ = desk
    sanna = opened("Sanna")
    go(sanna, stand, "Kaisa Virtanen")
    told, draft = sanna.locator("#refused"), sanna.locator("#draft")
    draft.fill("Hei Kaisa, tarkistan")
    expect(sanna.locator("[data-saved]")).to_contain_text("saved")
    expect(told).to_be_hidden()

    lasts = update(RoleGrant).where(RoleGrant.member_id == stand.actor("Sanna").member_id)
    with stand.database.writing() as db:
        db.execute(lasts.values(ended_at=stand.now))
    sanna.get_by_role("button", name="Note").click()

    expect(told).to_contain_text("This is not open to you.")
    expect(told).to_contain_text("What you typed is still here.")
    expect(sanna.get_by_role("alert")).to_have_count(1)
    expect(draft).to_have_value("Hei Kaisa, tarkistan")
    expect(sanna.locator("h1")).to_have_text("Kaisa Virtanen")
    draft.press_sequentially(" heti.")
    with stand.database.writing() as db:
        db.execute(lasts.values(ended_at=None))
    sanna.get_by_role("button", name="Note").click()

    expect(sanna.locator(".composer--note textarea")).to_have_value("Hei Kaisa, tarkistan heti.")
    expect(told).to_be_hidden()


def test_after_sending_the_words_do_not_come_back(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    jere = opened("Jere")
    go(jere, stand, "Olli Niemi")
    jere.get_by_label("Your public reply").fill("Hei Olli! Jere")
    jere.get_by_role("button", name="Post publicly").click()
    expect(jere.get_by_text("Posting publicly in")).to_be_visible()
    stand.advance(11)
    stand.deliver()
    stand.advance(5)
    stand.comment(web_stand.comment_of(stand, "Olli Niemi"), "Olli Niemi", "Kiitos!")
    stand.read(1)
    go(jere, stand, "Olli Niemi")

    expect(jere.get_by_label("Your public reply")).to_have_value("")
    jere.wait_for_timeout(2500)
    expect(jere.get_by_label("Your public reply")).to_have_value("")


def test_the_whole_list_by_keyboard(desk: Desk, opened: Open) -> None:
    sanna = opened("Sanna")
    sanna.keyboard.press("j")
    sanna.keyboard.press("j")
    expect(sanna.locator(".li").nth(1)).to_be_focused()
    sanna.keyboard.press("k")
    sanna.keyboard.press("Enter")
    sanna.wait_for_url("**/inbox/*")
    sanna.keyboard.press("r")
    expect(sanna.get_by_label("Your public reply")).to_be_focused()
    sanna.keyboard.type("jjj n")
    expect(sanna.get_by_label("Your public reply")).to_have_value("jjj n")
    sanna.keyboard.press("Escape")
    sanna.keyboard.press("h")
    expect(sanna.get_by_role("heading", name="Hand over")).to_be_focused()
    sanna.keyboard.press("s")
    expect(sanna.get_by_role("heading", name="Snooze")).to_be_hidden()
    sanna.keyboard.press("Escape")
    sanna.keyboard.press("?")
    expect(sanna.get_by_role("heading", name="Keyboard")).to_be_visible()
    sanna.keyboard.press("Escape")
    sanna.keyboard.press("g")
    sanna.keyboard.press("a")
    sanna.wait_for_url("**/sent-back")


def test_shortcuts_can_be_turned_off(desk: Desk, opened: Open) -> None:
    sanna = opened("Sanna")
    sanna.goto("/settings/account")
    sanna.get_by_label("One-key shortcuts").uncheck()
    sanna.get_by_role("button", name="Save").click()
    sanna.goto("/inbox")
    sanna.keyboard.press("?")
    sanna.keyboard.press("j")

    expect(sanna.get_by_role("heading", name="Keyboard")).to_be_hidden()
    expect(sanna.locator(".li:focus")).to_have_count(0)


def test_everything_works_without_a_script(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    sanna = opened("Sanna", java_script_enabled=False)
    go(sanna, stand, "Olli Niemi")
    sanna.get_by_label("Your public reply").fill("Hei Olli! Sanna")
    sanna.get_by_role("button", name="Ask for approval").click()
    expect(sanna.get_by_text("Waits for approval").last).to_be_visible()

    aino = opened("Aino", "phone", java_script_enabled=False)
    aino.goto("/approvals")
    aino.get_by_role("link", name="Send back").last.click()
    aino.get_by_label("Note to Sanna").fill("Lyhyemmin.")
    aino.get_by_role("button", name="Send back with note").click()
    go(sanna, stand, "Olli Niemi")
    expect(sanna.get_by_text("Lyhyemmin.", exact=True)).to_be_visible()
    sanna.get_by_role("button", name="Ask for approval").click()
    aino.goto("/approvals")
    aino.get_by_role("button", name="Approve and post publicly").click()
    expect(aino.get_by_text("Posting publicly in")).to_be_visible()
    stand.advance(11)
    stand.deliver()

    assert written(stand) == ["Hei Olli! Sanna"]


def test_one_can_be_somebody_else_from_the_practice_bar(desk: Desk, opened: Open) -> None:
    sanna = opened("Sanna", "phone")
    sanna.get_by_role("link", name="Be somebody else").tap()
    be(sanna, "Aino")

    expect(sanna.get_by_role("link", name="Approvals")).to_be_visible()


def test_a_draft_shows_up_on_the_owners_phone_without_reload(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    aino = opened("Aino", "phone")
    aino.goto("/approvals")
    expect(aino.get_by_text("Nothing waits for you.").first).to_be_visible()
    web_stand.submit(stand, "Olli Niemi", "Sanna", "Hei Olli! Sanna")

    aino.get_by_role("link", name="Open the 1 that waits for you").tap(timeout=6000)

    expect(aino.get_by_role("button", name="Approve and post publicly")).to_be_visible()
