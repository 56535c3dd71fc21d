"""Every screen, on a phone and on a desk, light and dark: no violation of the axe rules."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from app.accounts.models import Member
from tests import web_stand
from tests.browser.conftest import Open, be
from tests.stand import Stand

pytestmark = pytest.mark.browser
Desk = tuple[Stand, str]
AXE = Axe()
LOOKS = [(size, scheme) for size in ("phone", "desktop") for scheme in ("light", "dark")]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_no_screen_of_a_responder_has_a_barrier(
    desk: Desk, opened: Open, size: str, scheme: str
) -> None:
    stand, _ = desk
    private = web_stand.write_privately(stand)
    web_stand.submit(stand, "Olli Niemi", "Sanna", question="Ok?")
    public = web_stand.conversation_of(stand, "Kaisa Virtanen")
    page = opened("", size, scheme=scheme)
    found = [look(page, "/sign-in")]
    be(page, "Sanna")

    for path in (
        "/inbox",
        "/inbox?view=done",
        f"/inbox/{public}",
        f"/inbox/{private}",
        f"/inbox/{web_stand.conversation_of(stand, 'Olli Niemi')}",
        f"/inbox/{public}?open=handover",
        f"/inbox/{public}?open=snooze",
        f"/inbox/{public}?open=done",
        f"/inbox/{public}?open=actions",
        "/inbox?open=keys",
        "/sent-back",
        "/settings/",
        "/settings/account",
        "/channels",
        "/channels/1",
        "/members",
        "/approvals",
        "/nothing",
    ):
        found.append(look(page, path))
    page.goto(f"/inbox/{public}")
    page.get_by_role("button", name="Note").click()
    page.get_by_role("button", name="Add the note").wait_for()
    found.append(look(page))

    assert not any(found), "\n".join(filter(None, found))


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_no_screen_of_an_owner_has_a_barrier(
    desk: Desk, opened: Open, size: str, scheme: str
) -> None:
    stand, _ = desk
    page = opened("Aino", size, scheme=scheme)
    found = [look(page, "/approvals")]
    draft = web_stand.submit(stand, "Kaisa Virtanen", "Sanna", question="Ok?")

    for path in (
        "/approvals",
        f"/approvals/{draft}?edit=1",
        f"/approvals/{draft}?open=sendback",
        "/approvals/decided",
        "/settings/",
        "/settings/desk",
        "/setup",
        "/channels/connect",
        "/audit",
        "/members",
    ):
        found.append(look(page, path))
    page.goto("/approvals")
    page.wait_for_timeout(900)
    read = page.get_by_role("link", name="Read to the end")
    if read.is_visible():
        read.click()
    page.get_by_role("button", name="Approve and post publicly").click()
    page.get_by_text("Posting publicly in").wait_for()
    found.append(look(page))
    page.goto("/settings/desk")
    page.get_by_label("In public, seconds").fill("900")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("There is 1 thing to fix").wait_for()
    found.append(look(page))

    assert not any(found), "\n".join(filter(None, found))


@pytest.mark.parametrize("path", ["/inbox", "/inbox/{public}", "/approvals", "/settings/desk"])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_nothing_runs_over_the_edge_at_320_pixels(
    desk: Desk, opened: Open, path: str, language: str
) -> None:
    stand, _ = desk
    web_stand.submit(stand, "Olli Niemi", "Sanna", question="Ok?")
    speak(stand, "Aino", language)
    page = opened("Aino", "phone")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path.format(public=web_stand.conversation_of(stand, "Kaisa Virtanen")))

    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    cut = page.evaluate(
        "[...document.querySelectorAll('.tabbar a span:not(.n):not(.vh), .btn')]"
        ".filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.textContent.trim())"
    )
    assert (over, cut) == (0, [])


def speak(stand: Stand, first_name: str, language: str) -> None:
    """Somebody's own language."""
    with stand.database.writing() as db:
        db.scalars(select(Member).where(Member.name.startswith(first_name))).one().locale = language


def look(page: Page, path: str = "") -> str:
    """What axe finds on a page; empty is good."""
    if path:
        page.goto(path)
    found = AXE.run(page)
    if not found.violations_count:
        return ""
    return f"{page.url}: {found.generate_report()}"
