"""The inbox page with very much in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, render_template
from flask.testing import FlaskClient

from app.factory import create_app
from app.gate import COOKIE
from app.inbox.queries import View
from app.runtime import Runtime
from app.web.inbox import lists
from tools.benches import desk
from tools.benches.measure import Measure, cpu_seconds, percentile, seconds
from tools.benches.visitor import signed_in

PAGES = 60
SQL = (
    "SELECT c.*, k.name, h.name, h.platform, m.name"
    " FROM conversations c JOIN channels h ON h.id = c.channel_id"
    " LEFT JOIN contacts k ON k.id = c.contact_id LEFT JOIN members m ON m.id = c.assignee_id"
    " WHERE c.merged_into_id IS NULL AND c.state = 'open' ORDER BY c.due_at, c.id LIMIT 41"
)


def page(folder: Path) -> Iterator[Measure]:
    small = _filled(folder / "small", 2_000, 10_000)
    large = _filled(folder / "large", 200_000, 1_000_000)
    few, many = _visitor(small), _visitor(large)
    rounds = [_round(few, many, large) for _ in range(PAGES + 10)][10:]
    waits_few, waits_many, pages, bare = (list(one) for one in zip(*rounds, strict=True))
    yield Measure(
        "inbox at 1,000,000 messages: time in the application, against bare query and template",
        percentile(pages, 0.5) / percentile(bare, 0.5), 3.0,
        seen={"page_ms": percentile(pages, 0.5) * 1000, "bare_ms": percentile(bare, 0.5) * 1000},
    )  # fmt: skip
    yield Measure(
        "inbox: p95 at 1,000,000 messages against p95 at 10,000",
        percentile(waits_many, 0.95) / percentile(waits_few, 0.95), 1.5,
        seen={"p95_ms": percentile(waits_many, 0.95) * 1000},
    )  # fmt: skip
    small.close()
    large.close()


def _round(few: "Visitor", many: "Visitor", large: Runtime) -> tuple[float, float, float, float]:
    """One look each, in turn: how long both wait, and the work of a page and of the bare one."""
    return seconds(few.look), seconds(many.look), cpu_seconds(many.look), _bare(large, many)


def _filled(folder: Path, conversations: int, messages: int) -> Runtime:
    running = desk.make(folder)
    desk.fill(running, conversations, messages)
    return running


@dataclass
class Visitor:
    """Ada with her browser."""

    app: Flask
    client: FlaskClient
    cookie: str

    def look(self) -> None:
        answer = self.client.get("/inbox")
        assert answer.status_code == 200, answer.status


def _visitor(running: Runtime) -> Visitor:
    app, cookie = create_app(running), signed_in(running, "ada")
    client = app.test_client()
    client.set_cookie(COOKIE, cookie)
    return Visitor(app, client, cookie)


def _bare(running: Runtime, visitor: Visitor) -> float:
    """The list's one query by the bare driver, and the page's template with all it shows at hand:
    no session, no rights, no counts, nothing of the server."""
    with closing(sqlite3.connect(running.settings.DATA_DIR / "vuoro.sqlite3")) as db:
        query = cpu_seconds(lambda: db.execute(SQL).fetchall())
    with visitor.app.test_request_context(
        "/inbox", headers={"Cookie": f"{COOKIE}={visitor.cookie}"}
    ):
        visitor.app.preprocess_request()
        context = {**lists.context(View.TO_ANSWER), **lists.tools()}
        render_template("inbox/index.html", **context)
        return query + cpu_seconds(lambda: render_template("inbox/index.html", **context))
