"""What a refused sign-in leaves behind, and what a right one changes."""

from itertools import pairwise

from flask import Flask
from sqlalchemy import select

from app.accounts.models import SignInSession
from tests import people
from tests.stand import PASSWORD, Stand
from tests.web_page import Visitor


def attempt(app: Flask, email: str, password: str):
    visitor = Visitor(app)
    visitor.post("/sign-in", email=email)
    return visitor.send("/sign-in/password", password=password, follows=False)


def test_a_wrong_password_is_logged_for_a_name_that_exists_and_one_that_does_not(
    app: Flask, told: Stand
) -> None:
    known = attempt(app, "ben@example.com", "my-other-password")
    unknown = attempt(app, "my-other-password", "wrong")

    assert (known.status_code, unknown.status_code) == (422, 422)
    ben = f"member:{people.member(told, 'Ben').id}"
    rows = people.logged(told, "accounts:session:refused")
    assert [row[:2] for row in rows] == [("nobody", ben), ("nobody", "sign-in")]
    assert "my-other-password" not in people.whole_database(told)


def test_who_has_to_wait_leaves_no_rows(app: Flask, told: Stand) -> None:
    """Else anybody could fill the log."""
    for _ in range(9):
        attempt(app, "ben@example.com", "wrong")

    assert len(people.logged(told, "accounts:session:refused")) == 5


def test_a_right_sign_in_gives_new_ids_and_forgets_the_wrong_tries(app: Flask, told: Stand) -> None:
    visitor = Visitor(app)
    visitor.post("/sign-in", email="ben@example.com")
    visitor.send("/sign-in/password", password="wrong")
    with visitor.client.session_transaction() as before:
        token = before["csrf_token"]

    visitor.send("/sign-in/password", password=PASSWORD)

    cookie = visitor.client.get_cookie("vuoro_session")
    assert cookie is not None and cookie.http_only and cookie.same_site == "Lax"
    with visitor.client.session_transaction() as after:
        assert after.get("csrf_token") != token and "email" not in after
    for _ in range(4):
        assert attempt(app, "ben@example.com", "wrong").status_code == 422
    assert attempt(app, "ben@example.com", PASSWORD).status_code == 302


def test_a_cookie_chosen_by_somebody_else_is_never_taken_over(app: Flask, told: Stand) -> None:
    visitor = Visitor(app)
    visitor.client.set_cookie("vuoro_session", "chosen-by-an-attacker")
    visitor.post("/sign-in", email="ben@example.com")
    visitor.send("/sign-in/password", password=PASSWORD)

    cookie = visitor.client.get_cookie("vuoro_session")
    assert cookie is not None and cookie.value != "chosen-by-an-attacker"
    with told.database.reading() as db:
        assert db.scalars(select(SignInSession)).one().ended_at is None


def test_another_password_may_be_chosen_as_often_as_one_likes(app: Flask, told: Stand) -> None:
    visitor = Visitor(app)
    visitor.post("/sign-in", email="ben@example.com")
    visitor.send("/sign-in/password", password=PASSWORD)
    visitor.get("/settings/account")
    passwords = [PASSWORD, *(f"hirvi-kalevala-pulkka-{n}" for n in range(7))]

    for old, new in pairwise(passwords):
        answer = visitor.send("/settings/password", password=old, new_password=new)
        assert answer.status_code == 200, answer.text[:300]
