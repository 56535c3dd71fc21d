"""The pictures of docs/tour, which `make tour` writes anew; every time the same to the last dot.

The practice clock is set before each picture, so that no "4 h 14 min" moves on.
"""

import base64
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.practice import clock as practice_clock
from app.runtime import ROOT
from tests import web_stand
from tests.browser import story
from tests.browser.conftest import DESKTOP
from tests.browser.conftest import PHONE as SMALL
from tests.stand import Stand

MOMENT = datetime(2026, 11, 17, 12, 52, 20, tzinfo=UTC)
PHONE = {**SMALL, "device_scale_factor": 2}
TOUR = ROOT / "docs" / "tour"
BESIDE = """<body style="margin:0;background:#f4f3ef;display:flex;gap:24px;padding:24px;
align-items:center;inline-size:1480px"><img src="data:image/png;base64,{wide}"
style="inline-size:1080px;border-radius:12px;box-shadow:0 4px 24px #0003"><img
src="data:image/png;base64,{narrow}"
style="inline-size:340px;border-radius:28px;box-shadow:0 4px 24px #0004;border:8px solid #222">"""


@pytest.fixture
def told(sqlite_stand: Stand) -> Iterator[tuple[Stand, str]]:
    """The story's Tuesday, some minutes before three."""
    set_clock(sqlite_stand)
    web_stand.tell_story(sqlite_stand)
    with web_stand.served(sqlite_stand) as address:
        yield sqlite_stand, address


@pytest.mark.browser
def test_the_tour(told: tuple[Stand, str], browser: Browser, tmp_path: Path) -> None:
    tour = Tour(*told, browser, Path(os.environ.get("TOUR_DIR") or tmp_path))

    wide = tour.take("inbox", "Sanna", "/inbox/{Kaisa Virtanen}", typed=web_stand.ANSWER)
    tour.take("private", "Sanna", "/inbox/{Petteri Heino}")
    tour.submit("Kaisa Virtanen", web_stand.ANSWER, "Takkeja on vielä kaksi. Sopiiko pikalähetys?")
    tour.submit("Olli Niemi", "Hei Olli! Tukkuhinta nousi, ja me sen mukana. Sanna", "")
    narrow = tour.take("approve", "Aino", "/approvals", PHONE)
    tour.take("approve-wide", "Aino", "/approvals")
    tour.take("members", "Aino", "/members")
    tour.take("dark", "Aino", "/inbox", {**PHONE, "color_scheme": "dark"})
    story.speak(told[0], "fi")
    tour.take("finnish", "Aino", "/approvals", PHONE)
    tour.put_beside("readme", wide, narrow)

    assert {file.name for file in tour.folder.glob("*.png")} == shown()


def test_every_picture_that_is_shown_is_there() -> None:
    assert {file.name for file in TOUR.glob("*.png")} == shown()


def shown() -> set[str]:
    """The pictures in the README and on the tour's own page."""
    texts = [(ROOT / "README.md").read_text(), (TOUR / "README.md").read_text()]
    return set(re.findall(r"\]\((?:docs/tour/)?([\w-]+\.png)\)", "\n".join(texts)))


class Tour:
    """Takes pictures of one desk."""

    def __init__(self, stand: Stand, address: str, browser: Browser, folder: Path) -> None:
        self.stand, self.address, self.browser, self.folder = stand, address, browser, folder
        self.later = 0

    def take(
        self, name: str, who: str, path: str, size: dict[str, Any] = DESKTOP, typed: str = ""
    ) -> bytes:
        """A page as somebody sees it, perhaps with an answer half written."""
        set_clock(self.stand, self.later)
        with self.browser.new_context(base_url=self.address, **size) as context:
            story.sign_in(self.stand, context, who, self.address)
            page = context.new_page()
            page.goto(re.sub(r"{(.+)}", lambda m: str(self._talk(m[1])), path))
            if typed:
                page.locator("#draft").fill(typed)
                page.locator("[data-saved]", has_text=":").wait_for()
                page.locator("#draft").blur()
            return self._keep(name, page)

    def submit(self, customer: str, text: str, question: str) -> None:
        set_clock(self.stand, self.later)
        web_stand.submit(self.stand, customer, "Sanna", text, question=question)
        self.later += 15

    def put_beside(self, name: str, wide: bytes, narrow: bytes) -> None:
        """The README's picture: what one writes, and what the other approves."""
        pictures = {
            key: base64.b64encode(picture).decode()
            for key, picture in {"wide": wide, "narrow": narrow}.items()
        }
        with self.browser.new_context(
            viewport={"width": 1528, "height": 790}, device_scale_factor=1.5
        ) as context:
            page = context.new_page()
            page.set_content(BESIDE.format(**pictures))
            self._keep(name, page)

    def _talk(self, customer: str) -> int:
        return web_stand.conversation_of(self.stand, customer)

    def _keep(self, name: str, page: Page) -> bytes:
        page.evaluate("document.fonts.ready")
        return page.screenshot(path=self.folder / f"{name}.png", animations="disabled")


def set_clock(stand: Stand, later: float = 0) -> None:
    """The moment again, however long the last picture took."""
    ahead = later + (MOMENT - datetime.now(UTC)).total_seconds()
    practice_clock.move(stand.running.settings.DATA_DIR, wall=ahead, monotonic=ahead)
