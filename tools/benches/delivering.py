"""Deliveries over HTTP: our webhook route beside a bare one, each on the same kind of server."""

import hashlib
import hmac
import json
import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import requests
from flask import Flask, request
from gunicorn.app.base import BaseApplication

from app import runtime
from app.factory import create_app
from tests.soak.programs import free_port
from tools.benches import desk
from tools.benches.measure import Measure, seconds

DELIVERIES, CLIENTS, ROUNDS = 200, 4, 25
SECRET = "s" * 32


class Server(BaseApplication):
    """gunicorn as the desk runs it: two processes of four threads."""

    def __init__(self, bind: str, app: Callable[[], Flask]) -> None:
        self._bind, self._app = bind, app
        super().__init__()

    def load_config(self) -> None:
        assert self.cfg is not None
        for name, value in {
            "bind": self._bind, "workers": 2, "threads": 4, "worker_class": "gthread",
            "loglevel": "critical", "control_socket_disable": True,
        }.items():  # fmt: skip
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app()


def compare(folder: Path) -> Iterator[Measure]:
    running = desk.make(folder)
    settings = running.settings.model_copy(update={"META_APP_SECRET": SECRET})
    running.close()
    our_port, bare_port = free_port(), free_port()
    ours = _served(lambda: _our_app(settings), our_port)
    bare = _served(lambda: _bare_app(folder / "bare.db"), bare_port)
    our_url, bare_url = (
        f"http://127.0.0.1:{our_port}/webhooks/meta",
        f"http://127.0.0.1:{bare_port}/bare",
    )
    try:
        rates = [(_rate(our_url), _rate(bare_url)) for _ in range(ROUNDS)]
    finally:
        ours.terminate()
        bare.terminate()
    yield Measure(
        "delivery: one item over HTTP, share of a bare route with the same insert",
        sorted(o / b for o, b in rates)[ROUNDS // 2], 0.6, is_minimum=True,
        seen={"per_second": sorted(o for o, _ in rates)[ROUNDS // 2]},
    )  # fmt: skip


def _our_app(settings: Any) -> Flask:
    return create_app(runtime.start(settings))


def _bare_app(path: Path) -> Flask:
    """Reads the body, checks nothing, commits one row as durably as the desk does."""
    app = Flask("bare")
    local = threading.local()
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE IF NOT EXISTS e (id INTEGER PRIMARY KEY, b BLOB)")

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "db"):
            local.db = sqlite3.connect(path, isolation_level=None, timeout=20)
            local.db.execute("PRAGMA synchronous=FULL")
        found: sqlite3.Connection = local.db
        return found

    @app.post("/bare")
    def take() -> str:
        db = connection()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO e (b) VALUES (?)", (request.get_data(),))
        db.execute("COMMIT")
        return "ok"

    return app


def _served(app: Callable[[], Flask], port: int) -> Any:
    process = multiprocessing.get_context("fork").Process(
        target=lambda: Server(f"127.0.0.1:{port}", app).run()
    )
    process.start()
    for _ in range(200):
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=1)
            break
        except requests.RequestException:
            threading.Event().wait(0.1)
    return process


def _rate(url: str) -> float:
    """Deliveries a second from a few clients at once."""
    threads = [
        threading.Thread(target=_deliver, args=(url, range(n, DELIVERIES, CLIENTS)))
        for n in range(CLIENTS)
    ]

    def run() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return DELIVERIES / seconds(run)


def _deliver(url: str, numbers: range) -> None:
    session = requests.Session()
    for number in numbers:
        raw = json.dumps(body(number, f"Asiakas {number}")).encode()
        signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        answer = session.post(
            url, data=raw, headers={"X-Hub-Signature-256": f"sha256={signature}"}, timeout=30
        )
        answer.raise_for_status()


def body(number: int, name: str) -> dict[str, Any]:
    """A customer's comment as Meta tells of it."""
    at = int(time.time())
    value = {
        "item": "comment", "verb": "add", "comment_id": f"1_{number}", "post_id": "900_1",
        "parent_id": "900_1", "from": {"id": f"u{number}", "name": name},
        "message": "Missä pakettini on?", "created_time": at,
    }  # fmt: skip
    change = {"field": "feed", "value": value}
    return {"object": "page", "entry": [{"id": "900", "time": at, "changes": [change]}]}
