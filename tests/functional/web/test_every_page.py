"""Every page, for every role: sound HTML, or a refusal in words."""

from collections.abc import Callable

import pytest

from tests import web_stand
from tests.stand import Stand
from tests.web_page import Visitor

Visit = Callable[[str], Visitor]
OPEN, REFUSED = 200, 403

PAGES = {
    "/inbox": "Ada Ben Cleo Vera Sam",
    "/inbox?view=mine": "Ada Ben Cleo Vera Sam",
    "/inbox?view=approval": "Ada Ben Cleo Vera Sam",
    "/inbox?view=snoozed": "Ada Ben Cleo Vera Sam",
    "/inbox?view=done": "Ada Ben Cleo Vera Sam",
    "/inbox/{public}": "Ada Ben Cleo Vera Sam",
    "/inbox/{private}": "Ada Ben Cleo Vera Sam",
    "/approvals": "Ada Cleo",
    "/approvals/{draft}": "Ada Cleo",
    "/approvals/{draft}?edit=1": "Ada Cleo",
    "/approvals/{draft}?open=sendback": "Ada Cleo",
    "/approvals/decided": "Ada Cleo",
    "/sent-back": "Ada Ben Cleo Sam",
    "/channels": "Ada Ben Cleo Dan Vera Sam",
    "/channels/1": "Ada Ben Cleo Dan Vera Sam",
    "/channels/connect": "Dan",
    "/channels/sign-in/": "Dan",
    "/channels/steps/facebook": "Dan",
    "/channels/steps/x": "Dan",
    "/channels/sign-in/?channel=1": "Dan",
    "/channels/not-taken-in": "Dan",
    "/members": "Ada Ben Cleo Dan Vera Sam",
    "/audit": "Ada Dan Vera",
    "/settings/": "Ada Ben Cleo Dan Vera Sam",
    "/settings/account": "Ada Ben Cleo Dan Vera Sam",
    "/settings/desk": "Ada",
    "/setup": "Ada",
    "/settings/notices": "Ada Ben Cleo Dan Vera Sam",
    "/settings/holding-replies": "Ada",
    "/notices": "Ada Ben Cleo Dan Vera Sam",
    "/write-down": "Ada Ben Cleo Sam",
    "/inbox/{written}": "Ada Ben Cleo Vera Sam",
    "/inbox/{public}?open=holding": "Ada Ben Cleo Vera Sam",
}
CAST = ["Ada", "Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory"]


@pytest.mark.parametrize("name", CAST)
def test_every_page_is_sound_or_refused_in_words(name: str, told: Stand, visit: Visit) -> None:
    known = {
        "public": web_stand.conversation_of(told, "Olli Niemi"),
        "private": web_stand.write_privately(told),
        "draft": web_stand.submit(told, "Kaisa Virtanen", "Ben"),
        "written": web_stand.write_down(told),
    }
    web_stand.approve_holding(told)
    visitor = visit(name)

    for path, who in PAGES.items():
        is_open = name in who.split()
        page = visitor.get(path.format(**known), status=OPEN if is_open else REFUSED)
        if not is_open:
            assert "This is not open to you" in page.text, path
            assert "owner" in page.text or "admin" in page.text, f"{path} does not say who can"


def test_without_a_session_every_page_leads_to_the_sign_in(app, told: Stand) -> None:
    visitor = Visitor(app)

    for path in PAGES:
        page = visitor.get(path.format(public=1, private=1, draft=1, written=1))
        assert page.one("h1").text == "Sign in", path


def test_what_is_not_there_is_said_so(visit: Visit) -> None:
    page = visit("Ben").get("/inbox/999999999", status=404)

    assert "There is nothing here, or it is not open to you." in page.text


def test_practice_is_marked_on_every_page(visit: Visit) -> None:
    visitor = visit("Ben")

    for path in ("/inbox", "/settings/", "/nothing"):
        page = visitor.get(path, status=404 if path == "/nothing" else 200)
        assert "Nothing here reaches a customer." in page.text
        assert page.html.index("practice-bar") < page.html.index("<main")
        title = "".join(page.one("title").itertext())
        assert title.startswith("PRACTICE: ")
