"""What is asked all day long asks little of the database."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from app.factory import build, create_app
from app.inbox import intake
from app.jobs.topics import delivery
from app.replies import outbox
from tests.stand import Stand
from tests.web_page import as_member


@contextmanager
def asked(stand: Stand) -> Iterator[list[str]]:
    """The statements of a request, but for BEGIN and the like."""
    found: list[str] = []

    def note(_db: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            found.append(statement)

    event.listen(stand.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(stand.database.engine, "before_cursor_execute", note)


def test_a_poll_that_finds_nothing_new_asks_for_the_desk_the_person_and_the_feed(
    sqlite_stand: Stand,
) -> None:
    visitor = as_member(create_app(sqlite_stand.running), sqlite_stand, "Ben")

    with asked(sqlite_stand) as statements:
        answer = visitor.client.get("/inbox/list?feed=0")

    assert answer.status_code == 204
    tables = [s.split("FROM ")[1].split()[0] for s in statements]
    assert tables == ["desk", "sign_in_sessions", "changes"]


def test_the_application_that_a_server_forks_from_still_tells_the_worker(
    sqlite_stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VUORO_DATA_DIR", str(sqlite_stand.running.settings.DATA_DIR))
    monkeypatch.setenv("VUORO_META_APP_SECRET", "s" * 32)
    signature = hmac.new(b"s" * 32, b"{}", hashlib.sha256).hexdigest()

    app = build()
    client = app.test_client()
    client.post(
        "/webhooks/meta", data=b"{}", headers={"X-Hub-Signature-256": f"sha256={signature}"}
    )
    app.extensions["vuoro"].close()

    task = sqlite_stand.running.queue.huey.dequeue()
    assert task is not None
    assert task.args == ("intake",)


def test_a_delivery_is_one_insert_whoever_brings_it(sqlite_stand: Stand) -> None:
    client = create_app(sqlite_stand.running).test_client()

    with asked(sqlite_stand) as statements:
        client.get("/webhooks/meta")
        client.post("/webhooks/meta", data=b"{}")

    (refused,) = statements
    assert refused.startswith("INSERT INTO refused_deliveries")


def test_what_the_worker_looks_for_all_day_is_found_by_an_index(sqlite_stand: Stand) -> None:
    running, now = sqlite_stand.running, sqlite_stand.now

    ben = sqlite_stand.actor("Ben")
    with asked(sqlite_stand) as statements:
        with sqlite_stand.database.writing() as db:
            intake.new_events(db)
            outbox.release(db, now)
            outbox.holding(db, ben, now)
        delivery(running).run()

    looks = [s for s in statements if "FROM raw_events" in s or "FROM outbox" in s]
    assert len(looks) >= 3
    with sqlite_stand.database.reading() as db:
        for statement in looks:
            plan = db.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", ("",) * statement.count("?")
            )
            scans = [row.detail for row in plan if row.detail.startswith("SCAN")]
            assert not {"SCAN raw_events", "SCAN outbox"} & set(scans), statement
