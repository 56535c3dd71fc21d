"""How soon what a customer writes is on a colleague's screen: the real programs, by webhook."""

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from app.gate import COOKIE
from tests.soak.programs import Programs, free_port, wait_for
from tools.benches import desk
from tools.benches.delivering import SECRET, body
from tools.benches.measure import Measure, percentile
from tools.benches.visitor import signed_in

ITEMS, APART = 40, 0.73
"""So many comments, so many seconds apart: no step with the browser's own two."""
TICK = 2.0
FEED = re.compile(r'data-feed="(\d+)"')


def another_browser(folder: Path) -> Iterator[Measure]:
    """From the platform's delivery to the answer of the poll that shows it."""
    running = desk.make(folder)
    cookie = signed_in(running, "ben")
    running.close()
    base = f"http://127.0.0.1:{free_port()}"
    environ = {"VUORO_BIND": base.removeprefix("http://"), "VUORO_META_APP_SECRET": SECRET}
    programs = Programs(folder / "desk", environ)
    try:
        programs.start("serve")
        programs.start("worker")
        wait_for(f"{base}/healthz")
        waits = _waits(base, cookie)
    finally:
        programs.stop()
    yield Measure(
        "new item visible in another browser, seconds at p95", percentile(waits, 0.95), 3.0,
        seen={"median_s": percentile(waits, 0.5)},
    )  # fmt: skip


def _waits(base: str, cookie: str) -> list[float]:
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    over = time.monotonic() + ITEMS * APART + 60
    browser = threading.Thread(target=_watch, args=(base, cookie, seen, over))
    browser.start()
    for number in range(ITEMS):
        name = f"Asiakas {number:03}"
        sent[name] = time.monotonic()
        _deliver(base, number, name)
        time.sleep(APART)
    browser.join()
    return [seen.get(name, over) - at for name, at in sent.items()]


def _watch(base: str, cookie: str, seen: dict[str, float], over: float) -> None:
    """A browser in use: every two seconds it asks for the list, with the number it has seen."""
    browser = requests.Session()
    browser.cookies.set(COOKIE, cookie)
    feed = "0"
    while len(seen) < ITEMS and time.monotonic() < over:
        answer = browser.get(f"{base}/inbox/list", params={"feed": feed}, timeout=30)
        if answer.status_code == 200:
            found = FEED.search(answer.text)
            feed = found[1] if found else feed
            for name in set(re.findall(r"Asiakas \d{3}", answer.text)):
                seen.setdefault(name, time.monotonic())
        time.sleep(TICK)


def _deliver(base: str, number: int, name: str) -> None:
    raw = json.dumps(body(number, name)).encode()
    signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}"}
    requests.post(f"{base}/webhooks/meta", data=raw, headers=headers, timeout=30).raise_for_status()
