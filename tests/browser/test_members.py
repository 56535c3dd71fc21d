"""Members and the second factor in a browser: a way in by link, and rights that change meanwhile."""

import re

import pyotp
import pytest

from app.access.roles import Role
from tests import people
from tests.browser.conftest import Open, be
from tests.stand import Stand

pytestmark = pytest.mark.browser
Desk = tuple[Stand, str]
NEW = "hirvi-kalevala-pulkka"


def test_a_colleague_joins_by_link_and_signs_in_with_a_code(desk: Desk, opened: Open) -> None:
    stand, _ = desk
    aino = opened("Aino", permissions=["clipboard-read", "clipboard-write"])
    aino.goto("/members")
    aino.get_by_role("link", name="Invite a colleague").click()
    aino.get_by_label("For whom").fill("Nea")
    aino.get_by_role("button", name="Make the link").click()
    aino.get_by_role("button", name="Copy", exact=True).press("Enter")
    aino.get_by_role("button", name="Copied").wait_for()
    link = aino.evaluate("navigator.clipboard.readText()")

    nea = opened("", "phone")
    nea.goto(re.sub(r"^https?://[^/]+", "", link))
    nea.get_by_label("Your name").fill("Nea Niemi")
    nea.get_by_label("Your mail address").fill("nea@example.com")
    nea.get_by_label("A password").fill(NEW)
    nea.get_by_role("button", name="Join the desk").click()
    nea.wait_for_url("**/inbox**")
    nea.goto("/settings/second-factor")
    nea.get_by_role("button", name="Set it up").click()
    secret = nea.locator("p.num.strong").inner_text().replace(" ", "")
    stand.advance(62 - stand.now.timestamp() % 30)
    nea.get_by_label("The six digits it shows now").fill(pyotp.TOTP(secret).at(stand.now))
    nea.get_by_role("button", name="Switch it on").click()
    nea.get_by_role("heading", name="Your recovery codes").wait_for()
    code = nea.locator("li.num.strong").first.inner_text()

    again = opened("")
    again.goto("/sign-in")
    again.get_by_label("Email").fill("nea@example.com")
    again.get_by_role("button", name="Continue").click()
    again.get_by_label("Password").fill(NEW)
    again.get_by_role("button", name="Sign in").click()
    again.get_by_role("link", name="I do not have my phone").click()
    again.get_by_label("One of your recovery codes").fill(code)
    again.get_by_role("button", name="Sign in").click()
    again.wait_for_url("**/inbox**")

    assert again.get_by_text("Recovery codes you still have: 9.").is_visible()


def test_who_loses_the_right_while_the_page_is_open_is_not_thrown_out(
    desk: Desk, opened: Open
) -> None:
    """The live list asks every two seconds; the new session id must not race with it."""
    stand, _ = desk
    page = opened("")
    be(page, "Sanna")
    before = {c["value"] for c in page.context.cookies() if c["name"] == "vuoro_session"}
    for role in (Role.APPROVER, Role.VIEWER, Role.ADMIN):
        people.give(stand, "Sanna", role)
        page.evaluate("for (let i = 0; i < 4; i++) document.body.dispatchEvent(new Event('tick'))")
        page.goto("/inbox")
        assert page.get_by_role("heading", name="Inbox").first.is_visible()

    after = {c["value"] for c in page.context.cookies() if c["name"] == "vuoro_session"}
    assert not before & after
