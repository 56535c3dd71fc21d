"""Whatever stands in a field about members and signing in: an answer in words, never a crash."""

import itertools

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from app.accounts.models import SignInAttempt
from tests import people
from tests.stand import PASSWORD, Stand
from tests.web_page import Visitor, as_member

ODD = [
    "",
    " ",
    "\u0000",
    "\ud7ff",
    "\uffff",
    "9" * 30,
    "-1",
    "1e9",
    "NaN",
    "null",
    "[]",
    "{}",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "%s%(x)s",
    "{{7*7}}",
    "<b>",
    "'\"--",
    "\r\nX: y",
    "a@b",
    "a@\u0000b",
    "Ä" * 300,
    "💥" * 90,
    "x" * 5000,
    "٣٤٥",
    "owner",
    "responder",
    "all",
    "some",
]
TYPED = st.one_of(st.sampled_from(ODD), st.text(max_size=60))
FORMS = {
    "/members/invite": ("name", "roles", "where", "channels", "until"),
    "/members/{ben}/roles/give": ("roles", "where", "channels", "until"),
    "/settings/second-factor/confirm": ("code",),
    "/settings/second-factor/off": ("password",),
    "/sign-in": ("email",),
    "/sign-in/password": ("password",),
    "/sign-in/code": ("code",),
    "/sign-in/recovery": ("code",),
    "/sign-in/forgotten": ("email",),
    "/invitation/{invitation}": ("name", "email", "password"),
    "/password/{password}": ("password",),
}
SIGNED_OUT = ("/sign-in", "/invitation", "/password")


@pytest.fixture
def told(stand: Stand) -> Stand:
    """On both databases: PostgreSQL takes no NUL in a text."""
    given = stand.running.settings.model_copy(update={"SMTP_URL": "smtp://127.0.0.1:1"})
    object.__setattr__(stand.running, "settings", given)
    return stand


def known(told: Stand) -> dict[str, object]:
    _, invitation = people.invite(told)
    return {"ben": people.member(told, "Ben").id, "invitation": invitation, "password": "x" * 43}


@pytest.mark.parametrize("path", FORMS)
def test_no_field_breaks_a_page(path: str, app: Flask, told: Stand) -> None:
    address = path.format(**known(told))
    is_out = path.startswith(SIGNED_OUT)
    visitor = Visitor(app) if is_out else as_member(app, told, "Ada")
    if path in ("/sign-in/code", "/sign-in/recovery"):
        visitor.post("/sign-in", email="ben@example.com")
        with visitor.client.session_transaction() as kept:
            kept["proven"] = [people.member(told, "Ben").id, int(told.now.timestamp())]
    if path.endswith("/confirm"):
        visitor.post("/settings/second-factor/setup")
    seen = set()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({name: st.lists(TYPED, max_size=3) for name in FORMS[path]}))
    def send(fields: dict[str, list[str]]) -> None:
        with told.database.writing() as db:
            db.execute(delete(SignInAttempt))
        answer = visitor.send(address, follows=False, **fields)
        if path == "/sign-in":
            answer = visitor.send("/sign-in/password", follows=False, password=PASSWORD)
        seen.add(answer.status_code)
        assert answer.status_code < 500, (fields, answer.text[-500:])

    send()
    assert seen <= {200, 302, 400, 403, 404, 409, 410, 413, 422, 429}


NUMBERS = ["0", "-1", "99999999999999999999999999", "1.5", "x", "%00", "9223372036854775808"]
PLACES = [
    "/members/{n}",
    "/members/{n}/roles/give",
    "/members/{n}/leave",
    "/members/{n}/password-link",
    "/members/{n}/roles/{n}/end",
]


@pytest.mark.parametrize("email", ["a@\u0000b", "\u0000", "ben@example.com\u0000"])
def test_a_nul_in_an_address_is_nobodys(email: str, app: Flask, told: Stand) -> None:
    visitor = Visitor(app)
    visitor.post("/sign-in", email=email)

    assert visitor.send("/sign-in/password", password="not-it").status_code == 422
    assert visitor.send("/sign-in/forgotten", email=email).status_code in (200, 422)


def test_no_number_in_an_address_breaks_a_page(app: Flask, told: Stand) -> None:
    visitor = as_member(app, told, "Ada")

    for place, number in itertools.product(PLACES, NUMBERS):
        path = place.format(n=number)
        assert visitor.client.get(path).status_code == 404, path
        assert visitor.send(path, follows=False).status_code in (404, 405), path
    for number in NUMBERS:
        for place in (f"/members/{number}/sessions/end", f"/members/invitations/{number}/cancel"):
            assert visitor.send(place, follows=False).status_code == 404, place


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "..%2f..%2fetc", "ä", "%f0%9f%92%a5"])
@pytest.mark.parametrize("kind", ["invitation", "password"])
def test_no_token_in_an_address_breaks_a_page(
    kind: str, token: str, app: Flask, told: Stand
) -> None:
    visitor = Visitor(app)

    assert visitor.client.get(f"/{kind}/{token}").status_code == 404
    assert visitor.send(f"/{kind}/{token}", password=PASSWORD).status_code == 404
