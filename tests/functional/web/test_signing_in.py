"""Signing in by hand, with a code from the phone, and by one press in practice."""

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Member, SignInSession
from tests.stand import PASSWORD, Stand
from tests.web_page import Visitor


def sign_in(visitor: Visitor, email: str = "ben@example.com", password: str = PASSWORD):
    visitor.get("/sign-in")
    visitor.post("/sign-in", email=email)
    return visitor.send("/sign-in/password", password=password)


def test_the_right_password_opens_the_inbox(app: Flask) -> None:
    answer = sign_in(Visitor(app))

    assert answer.status_code == 200
    assert answer.request.path == "/inbox"


def test_after_signing_in_one_is_where_one_was_going(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/members")
    visitor.post("/sign-in", email="ben@example.com")

    answer = visitor.send("/sign-in/password", password=PASSWORD)

    assert answer.request.path == "/members"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_another_sites_address_is_never_gone_to(app: Flask, target: str) -> None:
    visitor = Visitor(app)
    visitor.get(f"/sign-in?next={target}")
    visitor.post("/sign-in", email="ben@example.com")

    assert visitor.send("/sign-in/password", password=PASSWORD).request.path == "/inbox"


@pytest.mark.parametrize("email", ["ben@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_name_look_alike(app: Flask, email: str) -> None:
    answer = sign_in(Visitor(app), email, "not-the-password")

    assert answer.status_code == 422
    assert "do not belong together" in answer.text


def test_after_five_wrong_tries_one_has_to_wait(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(5):
        sign_in(visitor, password="wrong")

    answer = sign_in(visitor)

    assert answer.status_code == 429
    assert "Too many tries" in answer.text


def test_with_a_second_factor_the_code_is_asked_too(app: Flask, told: Stand) -> None:
    secret = pyotp.random_base32()
    with told.database.writing() as db:
        ben = db.scalars(select(Member).where(Member.email == "ben@example.com")).one()
        ben.totp_sealed = told.running.keys.tokens.seal_for(
            f"member:{ben.id}", "totp", secret, version=ben.totp_version
        )
    visitor = Visitor(app)

    asked = sign_in(visitor)
    wrong = visitor.send("/sign-in/code", code="000000")
    right = visitor.send("/sign-in/code", code=pyotp.TOTP(secret).at(told.now))

    assert asked.request.path == "/sign-in/code"
    assert wrong.status_code == 422
    assert right.request.path == "/inbox"


def test_nobody_reaches_the_code_without_the_password(app: Flask) -> None:
    visitor = Visitor(app)

    assert visitor.get("/sign-in/code").one("h1").text == "Sign in"
    assert visitor.send("/sign-in/code", code="123456").request.path == "/sign-in"


def test_one_press_is_offered_in_practice_on_this_machine(app: Flask) -> None:
    page = Visitor(app).get("/sign-in")

    assert "Be Sanna" in page.text and "Be Aino" in page.text


def test_one_press_is_not_there_where_others_can_reach_the_desk(app: Flask, told: Stand) -> None:
    away = told.running.settings.model_copy(update={"BIND": "192.168.1.10:8000"})
    object.__setattr__(told.running, "settings", away)
    visitor = Visitor(app)

    assert "Be Sanna" not in visitor.get("/sign-in").text
    assert visitor.send("/practice/be/1").status_code == 404
    visitor.get("/practice/be/sanna", 404)


@pytest.mark.parametrize(("name", "who"), [("sanna", "Sanna Lehto"), ("aino", "Aino Rinne")])
def test_the_links_that_a_run_prints_open_the_inbox(app: Flask, name: str, who: str) -> None:
    page = Visitor(app).get(f"/practice/be/{name}")

    assert page.one("h1").text == "Inbox"
    assert who in page.text


def test_such_a_link_may_lead_further_but_not_to_another_site(app: Flask) -> None:
    visitor = Visitor(app)

    assert visitor.get("/practice/be/aino?next=/approvals").one("h1").text == "Approvals"
    assert visitor.get("/practice/be/aino?next=//evil.example").one("h1").text == "Inbox"


def test_such_a_link_knows_the_cast_alone_and_this_machine_alone(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/practice/be/nobody", 404)
    visitor.get("/practice/be/1", 404)

    away = visitor.client.get("/practice/be/sanna", environ_base={"REMOTE_ADDR": "192.168.1.7"})

    assert away.status_code == 404


def test_one_press_is_not_there_on_a_real_desk(app: Flask, told: Stand) -> None:
    with told.database.writing() as db:
        from_desk = db.execute(select(Member.id)).first()
        db.connection().exec_driver_sql("UPDATE desk SET is_practice = 0")
    visitor = Visitor(app)

    assert from_desk is not None
    assert "Be Sanna" not in visitor.get("/sign-in").text
    assert visitor.send(f"/practice/be/{from_desk[0]}").status_code == 404
    visitor.get("/practice/be/sanna", 404)


def test_being_somebody_else_ends_the_session_before(app: Flask, told: Stand) -> None:
    visitor = Visitor(app)
    visitor.send("/practice/be/1")
    visitor.get("/sign-in")
    visitor.send("/practice/be/2")

    with told.database.reading() as db:
        first, second = db.scalars(select(SignInSession).order_by(SignInSession.id))
    assert first.ended_at is not None
    assert second.ended_at is None


def test_signing_out_ends_the_session_and_what_the_browser_kept(app: Flask, told: Stand) -> None:
    visitor = Visitor(app)
    sign_in(visitor)

    page = visitor.get("/settings/")
    assert page.token
    answer = visitor.send("/sign-out", follows=False)

    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert visitor.get("/inbox").one("h1").text == "Sign in"
    with told.database.reading() as db:
        assert db.scalars(select(SignInSession)).one().ended_at is not None


def test_a_post_without_the_pages_token_does_nothing(app: Flask) -> None:
    answer = app.test_client().post("/practice/be/1")

    assert answer.status_code == 400
    assert "Nothing was done" in answer.text
