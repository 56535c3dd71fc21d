"""Push in a browser: each state of the settings, and what the service worker does with a push."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.push_service import Browser, text
from tests.stand import Stand

pytestmark = pytest.mark.browser
Desk = tuple[Stand, str]

FAKE = """
Object.defineProperty(Notification, 'permission', { get: () => localStorage.getItem('permission') ?? 'default' });
Notification.requestPermission = async () => { localStorage.setItem('permission', '%(answer)s'); return '%(answer)s'; };
const subscription = key => ({
  endpoint: 'https://push.example.com/one', options: { applicationServerKey: key },
  toJSON: () => (%(json)s), unsubscribe: async () => { localStorage.removeItem('key'); return true; } });
const key = () => { const k = localStorage.getItem('key'); return k && Uint8Array.from(JSON.parse(k)).buffer; };
PushManager.prototype.getSubscription = async () => key() ? subscription(key()) : null;
PushManager.prototype.subscribe = async given => {
  localStorage.setItem('key', JSON.stringify([...given.applicationServerKey])); return subscription(key()); };
"""

SHOWN = """async title => {
    const worker = await navigator.serviceWorker.ready
    for (let tries = 100; tries; tries--) {
        const found = await worker.getNotifications()
        if (found.some(n => n.title === title))
            return found.map(n => [n.tag, n.title, n.body, n.data.path])
        await new Promise(go => setTimeout(go, 100))
    }
}"""


def fake(answer: str = "granted") -> str:
    """A browser whose maker's push service is elsewhere; everything else of it is real."""
    browser = Browser("/one")
    keys = {"p256dh": text(browser.point), "auth": text(browser.auth)}
    shown = json.dumps({"endpoint": "https://push.example.com/one", "keys": keys})
    return FAKE % {"answer": answer, "json": shown}


@pytest.fixture
def states() -> dict[str, str]:
    return {
        "unsupported": "delete window.PushManager;",
        "iphone": "delete window.PushManager; Object.defineProperty(navigator, 'userAgent', { get: () => 'iPhone' });",
        "denied": "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });",
        "insecure": "Object.defineProperty(window, 'isSecureContext', { get: () => false });",
    }


def test_the_settings_say_why_this_browser_cannot_be_told(
    opened: Open, states: dict[str, str]
) -> None:
    said = {
        "unsupported": "This browser cannot be told by push.",
        "iphone": "Choose “Add to Home Screen”, then “Add”.",
        "denied": "This browser was told not to show notices of the desk.",
        "insecure": "an address that begins with https://",
    }
    for name, script in states.items():
        sanna = opened("Sanna")
        sanna.add_init_script(script)
        sanna.goto("/settings/notices")

        expect(sanna.locator("#push").get_by_text(said[name])).to_be_visible()
        expect(sanna.get_by_role("button", name="Turn on here")).to_be_hidden()


def test_push_is_turned_on_kept_up_and_turned_off(desk: Desk, opened: Open) -> None:
    sanna = opened("Sanna")
    sanna.add_init_script(fake())
    sanna.goto("/settings/notices")
    sanna.get_by_role("button", name="Turn on here").click()

    expect(sanna.get_by_text("This browser is told from now on.")).to_be_visible()
    card = sanna.locator("#push")
    expect(card.get_by_text("On. This browser tells you")).to_be_visible()
    expect(card.get_by_text("This one")).to_be_visible()
    chosen = sanna.locator(".told input:checked").count()
    assert chosen
    sanna.evaluate("sessionStorage.clear(); localStorage.setItem('key', '[1]')")
    with sanna.expect_response("**/settings/notices/push") as kept:
        sanna.goto("/inbox")
    assert kept.value.status == 204

    sanna.goto("/settings/notices")
    expect(card.get_by_text("This one")).to_be_visible()
    expect(sanna.locator(".told input:checked")).to_have_count(chosen)  # no visit chose anything
    card.get_by_role("button", name="Turn off").click()
    expect(sanna.get_by_text("That browser is not told any more.")).to_be_visible()
    expect(sanna.get_by_role("button", name="Turn on here")).to_be_visible()
    assert sanna.evaluate("localStorage.getItem('key')") is None


def test_whoever_says_no_reads_what_to_do(opened: Open) -> None:
    sanna = opened("Sanna", "phone")
    sanna.add_init_script(fake("denied"))
    sanna.goto("/settings/notices")
    sanna.get_by_role("button", name="Turn on here").tap()

    expect(sanna.get_by_text("Allow them in the browser’s settings")).to_be_visible()


def test_a_push_is_shown_with_its_words_and_takes_its_place(desk: Desk, opened: Open) -> None:
    """The real service worker; the browser's own tools hand it the push."""
    sanna = opened("Sanna", permissions=["notifications"])
    sanna.evaluate(
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)"
    )
    tools = sanna.context.new_cdp_session(sanna)
    versions: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: versions.extend(r["registrationId"] for r in told["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    sanna.wait_for_function("() => true")
    for title in ("First", "Second"):
        shown = {"title": title, "body": "Body", "path": "/notices/1", "tag": "one", "lang": "fi"}
        tools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": desk[1], "registrationId": versions[0], "data": json.dumps(shown)},
        )
        assert sanna.evaluate(SHOWN, title) == [["one", title, "Body", "/notices/1"]]
