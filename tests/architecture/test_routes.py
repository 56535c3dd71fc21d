"""Rules about all routes, made from the routes themselves."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.accounts import sessions
from app.accounts.models import Member
from app.api import BLUEPRINTS as MACHINES
from app.factory import create_app
from tests.desks import Desk, sqlite_desk

__all__ = ["sqlite_desk"]

PUBLIC = {
    "health.alive", "health.ready", "push.worker", "webhooks.receive_meta", "webhooks.verify_meta",
    "webhooks.deauthorize", "webhooks.delete_data", "privacy.show", "privacy.deletion",
    "privacy.status", "webhooks.receive_x", "webhooks.verify_x",
    "sign_in.show", "sign_in.email", "sign_in.password", "sign_in.check_password", "sign_in.code",
    "sign_in.check_code", "sign_in.out", "sign_in.be", "sign_in.be_named", "second_factor.recovery",
    "second_factor.check_recovery", "invitations.show", "invitations.accept",
    "passwords.forgotten", "passwords.ask", "passwords.show", "passwords.renew", "passwords.done",
}  # fmt: skip
"""What anybody may ask. A new one is a decision: write it here."""
WITHOUT_FORM_TOKEN = {"webhooks", "health"}
EVERYBODY = ("Ada", "Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory")


@pytest.fixture
def app(sqlite_desk: Desk) -> Flask:
    return create_app(sqlite_desk.running)


def rules(app: Flask) -> Iterator[tuple[Rule, object]]:
    """Every route but the folder of static files, with its right (None: public)."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            view = app.view_functions[rule.endpoint]
            yield rule, getattr(view, gate.MARK, "nothing said")


def address(rule: Rule) -> str:
    """The route with a number that nothing has, or some words, in each place."""
    parts = {name: 987654 if isinstance(c, IntegerConverter) else "nowhere"
             for name, c in rule._converters.items()}  # fmt: skip
    return str(rule.build(parts, append_unknown=False)[1])  # type: ignore[index]  # built above


def methods(rule: Rule) -> set[str]:
    return set(rule.methods or ()) - {"HEAD", "OPTIONS"}


def undeclared(app: Flask) -> list[str]:
    """The routes that say nothing about who may use them."""
    return [r.endpoint for r, right in rules(app) if not isinstance(right, Permission | None)]


def sign_in(desk: Desk, client: FlaskClient, who: str) -> None:
    """A browser with a live session of its own."""
    with desk.database.writing() as db:
        member = db.get_one(Member, desk.actor(who).member_id)
        _, token = sessions.start(db, member, device="test", address="", now=desk.now)
    client.set_cookie(gate.COOKIE, token)


def test_every_route_says_which_right_it_needs_or_that_it_is_public(app: Flask) -> None:
    assert undeclared(app) == []
    assert len(list(rules(app))) > 40


def test_a_route_that_says_nothing_is_found_and_refused(app: Flask, sqlite_desk: Desk) -> None:
    app.add_url_rule("/planted", "planted", lambda: "open to all")
    client = app.test_client()

    assert undeclared(app) == ["planted"]
    assert client.get("/planted").status_code == 403
    sign_in(sqlite_desk, client, "Ada")
    answer = client.get("/planted")
    assert answer.status_code == 403
    assert "open to all" not in answer.text


def test_what_is_public_is_a_list_somebody_wrote(app: Flask) -> None:
    public = {r.endpoint for r, right in rules(app) if right is None}

    assert public == PUBLIC


def test_nobody_who_is_not_signed_in_gets_further(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()

    for rule, right in rules(app):
        for method in methods(rule) if right is not None else ():
            answer = client.open(address(rule), method=method)
            assert answer.status_code == 302, rule.endpoint
            assert answer.headers["Location"].startswith("/sign-in"), rule.endpoint
            asked = client.open(address(rule), method=method, headers={"HX-Request": "true"})
            assert (asked.status_code, asked.data) == (401, b""), rule.endpoint


@pytest.mark.parametrize("who", EVERYBODY)
def test_role_by_route_every_refusal(app: Flask, sqlite_desk: Desk, who: str) -> None:
    """Whoever lacks the right is refused before anything is looked at; nobody else is."""
    app.config["WTF_CSRF_ENABLED"] = False
    actor, now, client = sqlite_desk.actor(who), sqlite_desk.now, app.test_client()
    sign_in(sqlite_desk, client, who)

    for rule, right in rules(app):
        for method in sorted(methods(rule)) if isinstance(right, Permission) else ():
            answer = client.open(address(rule), method=method)
            may = policy.can(actor, right, now) if isinstance(right, Permission) else True
            place = f"{who} {method} {rule.rule}: {answer.status_code}"
            assert not answer.headers.get("Location", "").startswith("/sign-in?"), place
            assert answer.status_code < 500, place
            assert (answer.status_code != 403) == may, place


def test_every_form_carries_a_token_of_its_own(app: Flask) -> None:
    client = app.test_client()

    for rule, _ in rules(app):
        if "POST" in methods(rule) and rule.endpoint.split(".")[0] not in WITHOUT_FORM_TOKEN:
            answer = client.post(address(rule))
            assert answer.status_code == 400, rule.endpoint
            assert "Nothing was done" in answer.text, rule.endpoint
    assert {b.name for b in MACHINES} <= WITHOUT_FORM_TOKEN


def test_what_changes_something_is_never_a_get(app: Flask) -> None:
    for rule, _ in rules(app):
        assert methods(rule) <= {"GET", "POST", "PUT", "PATCH", "DELETE"}
        assert not {"GET", "POST"} <= methods(rule), f"{rule.endpoint} does both"


def test_every_answer_carries_the_protecting_headers(app: Flask, sqlite_desk: Desk) -> None:
    client = app.test_client()
    sign_in(sqlite_desk, client, "Ada")

    for path in ("/", "/inbox", "/nowhere", "/healthz", "/webhooks/meta", "/sign-in"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cache-Control"] == "no-store", path
        assert "Strict-Transport-Security" not in headers, path
    secure = client.get("/healthz", base_url="https://localhost").headers
    assert secure["Strict-Transport-Security"] == "max-age=31536000"
