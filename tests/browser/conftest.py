"""Chromium on the served desk; every page must keep to its content security policy."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import web_stand
from tests.stand import Stand

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
EXPECTED = (
    "the server responded with a status of",
    "ERR_INTERNET_DISCONNECTED",
    "htmx:sendError",
    "Response Status Error Code",
    "htmx:afterRequest",
)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def desk(told: Stand) -> Iterator[tuple[Stand, str]]:
    """The story's desk and its address."""
    with web_stand.served(told) as address:
        yield told, address


@pytest.fixture
def opened(browser: Browser, desk: tuple[Stand, str]) -> Iterator[Open]:
    """Somebody's browser: `opened("Sanna", "phone", scheme="dark")`. Fails on any script error."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_for(name: str, size: str = "desktop", *, scheme: Any = "light", **more: Any) -> Page:
        context = browser.new_context(base_url=desk[1], color_scheme=scheme, **SIZES[size], **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        page.on(
            "console",
            lambda message: (
                problems.append(message.text)
                if message.type in ("error", "warning")
                and not any(known in message.text for known in EXPECTED)
                else None
            ),
        )
        if name:
            be(page, name)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert not problems, problems


def be(page: Page, name: str) -> None:
    """One press on the practice desk's first page."""
    page.goto("/sign-in")
    page.get_by_role("button", name=f"Be {name}").click()
    page.wait_for_url("**/inbox**")
