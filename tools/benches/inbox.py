"""The inbox page with very much in it."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from jinja2 import Environment

from app.factory import create_app
from app.gate import COOKIE
from app.runtime import Runtime
from tools.benches import desk
from tools.benches.measure import Measure, percentile
from tools.benches.visitor import signed_in

PAGES = 60
SQL = (
    "SELECT c.id, c.snippet, c.due_at, c.waiting_since, c.waiting_count, k.name, h.name"
    " FROM conversations c JOIN channels h ON h.id = c.channel_id"
    " LEFT JOIN contacts k ON k.id = c.contact_id"
    " WHERE c.state = 'open' ORDER BY c.due_at, c.id LIMIT 41"
)
TEMPLATE = (
    "<ul>{% for r in rows %}<li><a href='/inbox/{{ r[0] }}'><b>{{ r[5] }}</b>"
    "<time>{{ r[3] }}</time><span>{{ r[1] }}</span><span>{{ r[2] }}</span></a></li>"
    "{% endfor %}</ul>"
)


def page(folder: Path) -> Iterator[Measure]:
    small = _filled(folder / "small", 2_000, 10_000)
    large = _filled(folder / "large", 200_000, 1_000_000)
    times_small, times_large = _times(small), _times(large)
    bare = _bare(large)
    yield Measure(
        "inbox at 1,000,000 messages: time in the application, against bare query and template",
        percentile(times_large, 0.5) / bare, 3.0,
        seen={"page_ms": percentile(times_large, 0.5) * 1000, "bare_ms": bare * 1000},
    )  # fmt: skip
    yield Measure(
        "inbox: p95 at 1,000,000 messages against p95 at 10,000",
        percentile(times_large, 0.95) / percentile(times_small, 0.95), 1.5,
        seen={"p95_ms": percentile(times_large, 0.95) * 1000},
    )  # fmt: skip
    small.close()
    large.close()


def _filled(folder: Path, conversations: int, messages: int) -> Runtime:
    running = desk.make(folder)
    desk.fill(running, conversations, messages)
    return running


def _times(running: Runtime) -> list[float]:
    app: Flask = create_app(running)
    client = app.test_client()
    client.set_cookie(COOKIE, signed_in(running, "ada"))
    found = []
    for number in range(PAGES + 10):
        began = time.perf_counter()
        answer = client.get("/inbox")
        if number >= 10:
            found.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status
    return found


def _bare(running: Runtime) -> float:
    """The one query by the bare driver and the one template, without anything around."""
    db = sqlite3.connect(running.settings.DATA_DIR / "vuoro.sqlite3")
    template = Environment(autoescape=True).from_string(TEMPLATE)
    found = []
    for _ in range(PAGES):
        began = time.perf_counter()
        template.render(rows=db.execute(SQL).fetchall())
        found.append(time.perf_counter() - began)
    db.close()
    return percentile(found, 0.5)
