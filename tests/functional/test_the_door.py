"""What the web server itself says: health, mistakes, and pages that are not there."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm.exc import StaleDataError

from app import gate
from app.accounts import sessions
from app.accounts.models import Member
from app.factory import create_app
from app.foundation.errors import Conflict, TooSoon
from app.foundation.heartbeat import beat
from app.foundation.words import Words
from tests.desks import Desk, desk, sqlite_desk

__all__ = ["desk", "sqlite_desk"]


def client(desk: Desk, who: str = "") -> FlaskClient:
    """A browser, signed in as one of the cast."""
    made = create_app(desk.running).test_client()
    if who:
        with desk.database.writing() as db:
            member = db.get_one(Member, desk.actor(who).member_id)
            _, token = sessions.start(db, member, device="test", address="", now=desk.now)
        made.set_cookie(gate.COOKIE, token)
    return made


class TestHealth:
    def ready(self, desk: Desk) -> tuple[int, dict[str, bool]]:
        answer = client(desk).get("/readyz")
        return answer.status_code, answer.json or {}

    def test_the_process_lives(self, sqlite_desk: Desk) -> None:
        answer = client(sqlite_desk).get("/healthz")

        assert (answer.status_code, answer.json) == (200, {"alive": True})

    def test_the_desk_is_ready_while_its_worker_beats(self, desk: Desk) -> None:
        assert self.ready(desk)[1] == {"database": True, "migrations": True, "worker": False}
        with desk.database.writing() as db:
            beat(db, desk.now)
        assert self.ready(desk) == (
            200, {"database": True, "migrations": True, "worker": True},
        )  # fmt: skip

        desk.advance(91)

        assert self.ready(desk) == (
            503, {"database": True, "migrations": True, "worker": False},
        )  # fmt: skip

    def test_people_are_told_when_the_worker_has_ended(self, sqlite_desk: Desk) -> None:
        browser, words = client(sqlite_desk, "Ben"), "worker has stopped"
        with sqlite_desk.database.writing() as db:
            beat(db, sqlite_desk.now)
        assert words not in browser.get("/inbox").text

        sqlite_desk.advance(91)

        assert words in browser.get("/inbox").text
        assert words not in client(sqlite_desk).get("/sign-in").text

    def test_a_schema_of_another_version_is_named(self, desk: Desk) -> None:
        with desk.database.writing() as db:
            beat(db, desk.now)
            db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        assert self.ready(desk) == (
            503, {"database": True, "migrations": False, "worker": True},
        )  # fmt: skip


class TestMistakes:
    @pytest.fixture
    def app(self, sqlite_desk: Desk) -> Flask:
        app = create_app(sqlite_desk.running)
        app.testing = False
        app.config["PROPAGATE_EXCEPTIONS"] = False
        problems = {
            "conflict": Conflict(Words("Somebody was first."), "their <b>words</b>"),
            "stale": StaleDataError(), "soon": TooSoon(Words("Wait %(n)d s.", {"n": 5})),
            "bug": ZeroDivisionError("secret-canary"),
        }  # fmt: skip
        for name, problem in problems.items():
            app.add_url_rule(f"/{name}", name, gate.public(_raise(problem)))
        return app

    @pytest.mark.parametrize(
        ("path", "status", "words"),
        [
            ("/conflict", 409, "Somebody was first."), ("/stale", 409, "Somebody changed this"),
            ("/soon", 429, "Wait 5 s."), ("/bug", 500, "Something went wrong on our side."),
            ("/nowhere", 404, "There is nothing here"), ("/static/nowhere.css", 404, ""),
        ],
    )  # fmt: skip
    def test_each_is_a_page_in_plain_words(
        self, app: Flask, path: str, status: int, words: str
    ) -> None:
        answer = app.test_client().get(path)

        assert answer.status_code == status
        assert words in answer.text
        assert "secret-canary" not in answer.text
        assert "Traceback" not in answer.text

    def test_the_wrong_kind_of_request_is_said(self, app: Flask) -> None:
        answer = app.test_client().get("/inbox/1/take")

        assert answer.status_code == 405
        assert "does not take that kind of request" in answer.text

    def test_too_much_at_once_is_said(self, sqlite_desk: Desk) -> None:
        answer = client(sqlite_desk, "Ben").post("/inbox/1/note", data={"text": "x" * 11_000_000})

        assert answer.status_code == 413
        assert "Nothing was saved" in answer.text

    def test_a_form_without_its_token_does_nothing(self, sqlite_desk: Desk) -> None:
        answer = client(sqlite_desk, "Ben").post("/inbox/1/take")

        assert answer.status_code == 400
        assert "Nothing was done" in answer.text


def _raise(problem: Exception):
    def view() -> str:
        raise problem

    return view


class TestLanguage:
    @pytest.mark.parametrize(
        ("asked", "shown"), [("fi", "fi"), ("en", "en"), ("sv, fi;q=0.5", "fi"), ("de", "en")]
    )
    def test_a_stranger_reads_the_desk_s_language(
        self, sqlite_desk: Desk, asked: str, shown: str
    ) -> None:
        with sqlite_desk.database.writing() as db:
            db.execute(text("UPDATE desk SET locale = ''"))

        page = client(sqlite_desk).get("/sign-in", headers={"Accept-Language": asked}).text

        assert f'lang="{shown}"' in page

    def test_a_member_s_own_language_counts_most(self, sqlite_desk: Desk) -> None:
        with sqlite_desk.database.writing() as db:
            db.execute(text("UPDATE desk SET locale = 'en'"))
            db.execute(text("UPDATE members SET locale = 'fi' WHERE email = 'ben@example.com'"))

        assert 'lang="fi"' in client(sqlite_desk, "Ben").get("/inbox").text
        assert 'lang="en"' in client(sqlite_desk, "Ada").get("/inbox").text


class TestSessions:
    def test_a_change_of_rights_gives_the_browser_a_new_id(self, sqlite_desk: Desk) -> None:
        browser = client(sqlite_desk, "Ben")
        before = browser.get_cookie(gate.COOKIE)
        with sqlite_desk.database.writing() as db:
            db.get_one(Member, sqlite_desk.actor("Ben").member_id).rights_version += 1

        assert browser.get("/inbox").status_code == 200

        after = browser.get_cookie(gate.COOKIE)
        assert before is not None
        assert after is not None
        assert before.value != after.value

    def test_an_unused_session_ends(self, sqlite_desk: Desk) -> None:
        browser = client(sqlite_desk, "Ben")
        assert browser.get("/inbox").status_code == 200

        sqlite_desk.advance(timedelta(days=40).total_seconds())

        assert browser.get("/inbox").status_code == 302

    def test_cookies_are_read_by_no_script_and_sent_to_no_other_site(
        self, sqlite_desk: Desk
    ) -> None:
        browser = client(sqlite_desk, "Ben")
        with sqlite_desk.database.writing() as db:
            db.get_one(Member, sqlite_desk.actor("Ben").member_id).rights_version += 1

        (cookie,) = [c for c in browser.get("/inbox").headers.getlist("Set-Cookie")
                     if c.startswith(gate.COOKIE)]  # fmt: skip

        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
