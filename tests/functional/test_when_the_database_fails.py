"""What people, programs and the log hear of a database that refuses or cannot be reached."""

import json
import logging
import sqlite3
from contextlib import closing

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import gate
from app.accounts import sessions
from app.accounts.models import Member
from app.factory import create_app
from app.foundation import log
from tests.desks import Desk, desk, sqlite_desk

__all__ = ["desk", "sqlite_desk"]


def application(desk: Desk) -> Flask:
    """With a view that writes what the database does not take."""
    app = create_app(desk.running)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/taken/<token>", "taken", gate.public(take_a_name_twice))
    return app


def take_a_name_twice(token: str) -> str:
    db = gate.db(is_writing=True)
    known = db.get_one(Member, 1).email
    db.add(Member(name="secret-name", email=known, created_at=gate.now()))
    db.flush()
    return token


def signed_in(desk: Desk, app: Flask) -> FlaskClient:
    with desk.database.writing() as db:
        member = db.get_one(Member, desk.actor("Ben").member_id)
        _, token = sessions.start(db, member, device="test", address="", now=desk.now)
    browser = app.test_client()
    browser.set_cookie(gate.COOKIE, token)
    return browser


def take_away(desk: Desk) -> None:
    """The database cannot be opened any more."""
    desk.database.close()
    for path in desk.folder.glob("vuoro.sqlite3*"):
        path.unlink()
    (desk.folder / "vuoro.sqlite3").mkdir()


def test_after_a_refused_statement_the_page_is_still_the_desk_s_own(desk: Desk) -> None:
    answer = signed_in(desk, application(desk)).get("/taken/twice")

    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert 'aria-label="Main"' in answer.text


def test_a_get_that_has_to_write_takes_the_lock_at_once(sqlite_desk: Desk) -> None:
    app = application(sqlite_desk)

    def write() -> str:
        gate.db(is_writing=True).get_one(Member, 1)
        other = sqlite3.connect(sqlite_desk.folder / "vuoro.sqlite3", timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return "mine"

    app.add_url_rule("/write", "write", gate.public(write))

    assert signed_in(sqlite_desk, app).get("/write").text == "mine"


def test_the_log_names_the_view_and_the_error_and_nothing_that_was_sent(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    browser, handlers = application(desk).test_client(), logging.root.handlers[:]
    config = structlog.get_config()
    log.set_up("INFO")
    try:
        browser.get("/taken/secret-token")
    finally:
        logging.root.handlers[:] = handlers
        structlog.configure(**config)

    (line,) = capsys.readouterr().err.splitlines()

    told = json.loads(line)
    assert (told["event"], told["view"], told["method"]) == ("request failed", "taken", "GET")
    assert told["error"].startswith("IntegrityError at ")
    assert "secret" not in line
    assert "@" not in line


def test_no_error_of_the_database_quotes_what_was_stored(desk: Desk) -> None:
    with desk.database.writing() as db:
        known = db.get_one(Member, 1).email
        db.add(Member(name="secret-name", email=known, created_at=desk.now))

        with pytest.raises(Exception, match="members") as refused:
            db.flush()
        db.rollback()

    assert "secret-name" not in str(refused.value)


def test_a_full_disk_stops_nobody_from_reading(sqlite_desk: Desk) -> None:
    browser = signed_in(sqlite_desk, application(sqlite_desk))
    take_no_more(sqlite_desk)

    sqlite_desk.advance(120)

    assert browser.get("/inbox").status_code == 200


def take_no_more(desk: Desk) -> None:
    """Every write is refused, as on a full disk."""
    desk.database.close()
    event.listen(desk.database.engine, "connect", lambda c, _: c.execute("PRAGMA query_only=ON"))


def test_while_the_database_is_away_the_reason_stands_alone(sqlite_desk: Desk) -> None:
    browser = signed_in(sqlite_desk, application(sqlite_desk))
    take_away(sqlite_desk)

    answer = browser.get("/inbox")

    assert answer.status_code == 500
    assert answer.text.startswith("Something went wrong on our side.")


def test_meanwhile_the_process_lives_and_is_not_ready(sqlite_desk: Desk) -> None:
    browser = application(sqlite_desk).test_client()
    take_away(sqlite_desk)

    assert browser.get("/healthz").status_code == 200
    ready = browser.get("/readyz")

    assert ready.status_code == 503
    assert ready.json == {"database": False, "migrations": False, "worker": False}
