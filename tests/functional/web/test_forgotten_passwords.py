"""A forgotten password on screen: nobody learns whether an address exists."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Member, PasswordRequest
from app.jobs import topics
from tests import people
from tests.mail_server import Inbox, listening
from tests.stand import PASSWORD, Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
NEW = "hirvi-kalevala-pulkka"


@pytest.fixture
def told(sqlite_stand: Stand) -> Stand:
    """These screens need no customers."""
    return sqlite_stand


def has_mail(told: Stand, inbox: Inbox) -> None:
    given = told.running.settings.model_copy(update={"SMTP_URL": inbox.url})
    object.__setattr__(told.running, "settings", given)


def link(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.one("input", id="f-link").attrib["value"])


def make_link(visit: Visit, told: Stand, name: str = "Ben", by: str = "Dan") -> str:
    visitor, path = visit(by), f"/members/{people.member(told, name).id}/password-link"
    assert "You get a link to hand over" in visitor.get(path).text
    return link(visitor.post(path))


def sign_in(app: Flask, password: str) -> Visitor:
    visitor = Visitor(app)
    visitor.post("/sign-in", email="ben@example.com")
    visitor.send("/sign-in/password", password=password)
    return visitor


def test_without_a_mail_server_it_says_who_can_help(app: Flask, told: Stand) -> None:
    visitor = Visitor(app)
    visitor.post("/sign-in", email="ben@example.com")
    assert "I forgot my password" in visitor.get("/sign-in/password").text

    for page in (
        visitor.get("/sign-in/forgotten"),
        visitor.post("/sign-in/forgotten", email="ben@example.com"),
    ):
        assert "An owner or an admin makes you a link" in page.text
        assert "vuoro member reset" in page.text
        assert "Ada" not in page.text
    with told.database.reading() as db:
        assert list(db.scalars(select(PasswordRequest))) == []


def test_the_link_comes_by_mail_and_opens_the_door(app: Flask, told: Stand) -> None:
    with listening() as inbox:
        has_mail(told, inbox)
        visitor = Visitor(app)
        visitor.get("/sign-in/forgotten")
        asked = visitor.post("/sign-in/forgotten", email="ben@example.com")
        topics.mail_passwords(told.running)

    assert asked.one("h1").text == "Look into your mail"
    ((_, mail),) = inbox.mails
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    found = re.search(r"(/password/[\w-]{43})", body.decode())
    assert found
    page = visitor.post(found.group(1), password=NEW)
    assert page.one("h1").text == "The password is changed"
    assert sign_in(app, NEW).get("/inbox").one("h1").text == "Inbox"


def test_an_address_that_nobody_has_is_answered_alike(app: Flask, told: Stand) -> None:
    with listening() as inbox:
        has_mail(told, inbox)
        known = Visitor(app).send("/sign-in/forgotten", email="ben@example.com")
        unknown = Visitor(app).send("/sign-in/forgotten", email="nil@example.com")
        topics.mail_passwords(told.running)

    assert known.status_code == unknown.status_code == 200
    shown = [
        re.sub(r'content="[^"]+"', "", page.text.replace(email, ""))
        for page, email in ((known, "ben@example.com"), (unknown, "nil@example.com"))
    ]
    assert shown[0] == shown[1]
    assert [to for to, _ in inbox.mails] == ["ben@example.com"]


def test_asking_on_and_on_has_to_wait_and_locks_no_sign_in(app: Flask, told: Stand) -> None:
    with listening() as inbox:
        has_mail(told, inbox)
        visitor = Visitor(app)
        for _ in range(5):
            visitor.post("/sign-in/forgotten", email="ben@example.com")
        page = visitor.post("/sign-in/forgotten", email="ben@example.com", status=429)

    assert "Too many tries" in page.text
    assert page.one("input", id="f-email").attrib["value"] == "ben@example.com"
    assert sign_in(app, PASSWORD).get("/inbox").one("h1").text == "Inbox"


@pytest.mark.parametrize("email", ["", "ben", " "])
def test_what_is_no_address_is_said(app: Flask, told: Stand, email: str) -> None:
    with listening() as inbox:
        has_mail(told, inbox)
        page = Visitor(app).post("/sign-in/forgotten", email=email, status=422)

    assert "Write a mail address" in page.text


def test_a_link_that_an_admin_hands_over_gives_a_new_password(
    visit: Visit, app: Flask, told: Stand
) -> None:
    signed_in, visitor = visit("Ben"), Visitor(app)
    path = make_link(visit, told)
    page = visitor.get(path)
    assert "For: Ben Berg" in page.text and "signed out everywhere" in page.text

    for weak in ("short", "ben@example.com", "Riekko & Rinne"):
        again = visitor.post(path, password=weak, status=422)
        assert again.one("input", id="f-password").attrib["aria-invalid"] == "true"
    done = visitor.post(path, password=NEW)

    assert done.one("h1").text == "The password is changed"
    assert signed_in.get("/inbox").one("h1").text == "Sign in"
    assert visitor.get("/inbox").one("h1").text == "Sign in"
    assert sign_in(app, NEW).get("/inbox").one("h1").text == "Inbox"
    assert sign_in(app, PASSWORD).get("/inbox").one("h1").text == "Sign in"


@pytest.mark.parametrize(
    ("fate", "words", "status"),
    [
        ("used", "was used already", 410),
        ("newer", "was cancelled", 410),
        ("expired", "has run out", 410),
        ("garbage", "not a link of this desk", 404),
    ],
)
def test_a_link_that_does_not_work_says_why(
    fate: str, words: str, status: int, visit: Visit, app: Flask, told: Stand
) -> None:
    path = make_link(visit, told)
    if fate == "used":
        Visitor(app).post(path, password=NEW)
    elif fate == "newer":
        make_link(visit, told)
    elif fate == "expired":
        told.advance(timedelta(days=1, minutes=1).total_seconds())
    else:
        path = path[:-3] + "xyz"

    for page in (
        Visitor(app).get(path, status=status),
        Visitor(app).post(path, status=status, password="sauna-mustikka-reki"),
    ):
        assert words in page.text
        assert "An owner or an admin can make you another link." in page.text
        assert "Ben" not in page.text


def test_the_second_factor_is_still_asked_afterwards(visit: Visit, app: Flask, told: Stand) -> None:
    secret = pyotp.random_base32()
    with told.database.writing() as db:
        ben = db.get_one(Member, people.member(told, "Ben").id)
        ben.totp_sealed = told.running.keys.tokens.seal_for(
            f"member:{ben.id}", "totp", secret, version=ben.totp_version
        )
    path = make_link(visit, told)
    assert "The code from your phone stays as it is." in Visitor(app).get(path).text

    Visitor(app).post(path, password=NEW)
    asked = sign_in(app, NEW).get("/sign-in/code")

    assert asked.one("h1").text == "The code from your phone"


def test_an_admin_makes_no_link_for_an_owner(visit: Visit, told: Stand) -> None:
    path = f"/members/{people.member(told, 'Ada').id}/password-link"

    assert "Only an owner can do this." in visit("Dan").post(path, status=403).text
    assert link(visit("Mikael").post(path)).startswith("/password/")


def test_the_derivation_holds_no_transaction(visit: Visit, app: Flask, told: Stand) -> None:
    """Another writer gets through while the password is derived."""
    path, seen, real = make_link(visit, told), [], passwords.hash_password

    def slow(password: str, profile: passwords.Profile | None = None) -> str:
        with told.database.writing() as db:
            seen.append(db.get_one(Member, people.member(told, "Ada").id).name)
        return real(password, profile)

    passwords.hash_password = slow
    try:
        Visitor(app).post(path, password=NEW)
    finally:
        passwords.hash_password = real

    assert seen == ["Ada Aho"]
