"""Every screen, on a phone and on a desk, light and dark, in both languages: no barrier, no overflow.

One walk a size over one desk. The phone speaks Finnish, whose words are longer; light and dark
differ in colours only, so in the dark only the rules about colour are asked again.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import template_rendered
from jinja2 import Template
from playwright.sync_api import Browser, ConsoleMessage, Page

from app.factory import create_app
from app.runtime import ROOT
from tests import web_stand
from tests.browser import story
from tests.browser.conftest import EXPECTED, SIZES
from tests.browser.screens import NOBODY, PRACTICE, SCREENS, STANDING_STILL, Screen
from tests.stand import Stand

pytestmark = pytest.mark.browser
NO_SCREEN = {
    "static", "health.alive", "health.ready", "sign_in.be_named", "webhooks.verify_meta",
    "webhooks.verify_x", "home.index", "media.show",
    "second_factor.confirming", "notices.open_one", "notices.open_many",
    "approvals.live", "inbox.rows", "inbox.live_thread", "notices.live", "written.people",
    "push.worker", "signing_in.back", "signing_in.choose",
}  # fmt: skip
"""What only a sign-in at a platform leads to, machines' own, addresses that lead elsewhere, and
parts of a page that a script asks for."""
UNSEEN = {"channels/choose.html", "passwords/asked.html"}
"""Need somebody who comes back from a platform, and a mail server."""
OVER = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"
CUT = """[...document.querySelectorAll(
    '.tabbar a span:not(.n):not(.vh), .btn, .chip, .listbar a, .narrow summary, .input, .area, .st')]
    .filter(e => e.offsetParent && (e.matches(':not(.input, .area)') && e.scrollWidth > e.clientWidth + 1
        || e.getBoundingClientRect().right > innerWidth + 1))
    .map(e => e.textContent.trim() || e.id)"""
AT_REST = """async options => {
    await new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations().map(one => one.finished))
    return axe.run(options)
}"""
QUICK = {"resultTypes": ["violations"], "preload": False}
COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.fixture
def full(told: Stand) -> Iterator[tuple[Stand, str, story.Known]]:
    """The served desk on which every screen has something to show."""
    known = story.tell(told)
    with web_stand.served(told) as address:
        yield told, address, known


def test_every_page_of_the_desk_is_in_the_list_of_screens(sqlite_stand: Stand) -> None:
    app = create_app(sqlite_stand.running)
    pages = {r.endpoint for r in app.url_map.iter_rules() if "GET" in (r.methods or ())}

    assert {screen.route for screen in SCREENS} == pages - NO_SCREEN


@pytest.mark.long
@pytest.mark.parametrize(("size", "language"), [("phone", "fi"), ("desktop", "en")])
def test_no_screen_has_a_barrier_or_runs_over_the_edge(
    full: tuple[Stand, str, story.Known], browser: Browser, size: str, language: str
) -> None:
    stand, address, known = full
    story.speak(stand, language)
    rendered: set[str] = set()
    look = {**SIZES[size], "locale": language, "reduced_motion": "reduce"}

    def note(_app: object, template: Template, **_: object) -> None:
        rendered.add(template.name or "")

    with template_rendered.connected_to(note), Visitors(browser, stand, address, look) as visitors:
        found = {s.picture: visitors.look(s, known) for s in (*PRACTICE, *SCREENS)}
        story.put_back(stand)
        found |= {s.picture: visitors.look(s, known) for s in STANDING_STILL}

    wrong = [f"{name}: {problem}" for name, problems in found.items() for problem in problems]
    assert not wrong, "\n".join(wrong)
    assert page_templates() - rendered == UNSEEN


class Visitors:
    """One browser for each who looks, kept for all their screens; their script errors count."""

    def __init__(
        self, browser: Browser, stand: Stand, address: str, options: dict[str, Any]
    ) -> None:
        self._browser, self._stand, self._address = browser, stand, address
        self._options = options
        self._pages: dict[str, Page] = {}
        self._said: list[str] = []

    def __enter__(self) -> "Visitors":
        return self

    def __exit__(self, *_: object) -> None:
        for page in self._pages.values():
            page.context.close()

    def look(self, screen: Screen, known: story.Known) -> list[str]:
        """What is wrong with a screen; empty is good."""
        page = self.at(screen, known)
        found = violations(page) + overflow(page)
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {v}" for v in violations(page, **COLOUR)]
        page.emulate_media(color_scheme="light")
        said, self._said = self._said, []
        return found + said

    def at(self, screen: Screen, known: story.Known) -> Page:
        """The browser of who looks, on the screen."""
        page = self._pages.get(screen.who) or self._open(screen.who)
        page.goto(screen.path.format(**known))
        if screen.act:
            screen.act(page)
        return page

    def _open(self, who: str) -> Page:
        context = self._browser.new_context(base_url=self._address, **self._options)
        if who != NOBODY:
            story.sign_in(self._stand, context, who, self._address)
        context.add_init_script(AXE_SCRIPT)
        page = self._pages[who] = context.new_page()
        page.on("pageerror", lambda problem: self._said.append(str(problem)))
        page.on("console", self._hear)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(e in message.text for e in EXPECTED):
            self._said.append(message.text)


def violations(page: Page, **only: object) -> list[str]:
    """What axe says, by all its rules or by some."""
    found = page.evaluate(AT_REST, {**QUICK, **only})
    return [AxeResults(found).generate_report()] if found["violations"] else []


def overflow(page: Page) -> list[str]:
    """What sticks out or is cut off, at this width and at 320 pixels."""
    found = []
    before = page.viewport_size
    assert before is not None
    for width in (before["width"], 320):
        if width != before["width"]:
            page.set_viewport_size({**before, "width": width})
        over, cut = page.evaluate(f"[{OVER}, {CUT}]")
        found += [f"{over} px over the edge at {width}"] if over else []
        found += [f"cut at {width}: {words}" for words in cut]
    page.set_viewport_size(before)
    return found


def page_templates() -> set[str]:
    """The templates that are a whole page of the desk."""
    folder = ROOT / "templates"
    return {
        str(file.relative_to(folder))
        for file in folder.rglob("*.html")
        if "practice" not in file.parent.parts and "{% extends" in file.read_text()
    }
