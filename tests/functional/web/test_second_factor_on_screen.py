"""The code from the phone on screen, and signing in with it, with a recovery code, or not."""

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask

from app.accounts.models import Member
from tests import people
from tests.stand import PASSWORD, Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
HERE = "/settings/second-factor"


@pytest.fixture
def told(sqlite_stand: Stand) -> Stand:
    """These screens need no customers."""
    return sqlite_stand


def secret_on(page: Page) -> str:
    """The key as the setup page writes it out for those who cannot scan."""
    key = page.one("p", class_="num strong")
    return "".join("".join(key.itertext()).split())


def codes_on(page: Page) -> list[str]:
    return ["".join(li.itertext()) for li in page.all("li", class_="num strong")]


def settle(told: Stand) -> None:
    """To the beginning of a later time step, so that no test stands on the edge of one."""
    told.advance(62 - told.now.timestamp() % 30)


def switch_on(visitor: Visitor, told: Stand) -> tuple[str, list[str]]:
    """Set it up as a person does; returns the secret and the recovery codes."""
    settle(told)
    secret = secret_on(visitor.post(f"{HERE}/setup"))
    page = visitor.post(f"{HERE}/confirm", code=pyotp.TOTP(secret).at(told.now))
    settle(told)
    return secret, codes_on(page)


def sign_in(app: Flask, email: str = "ben@example.com") -> Visitor:
    """As far as the page that asks for the code."""
    visitor = Visitor(app)
    visitor.post("/sign-in", email=email)
    visitor.send("/sign-in/password", password=PASSWORD)
    return visitor


def test_it_is_set_up_by_scanning_and_a_first_code(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    settle(told)
    assert "It is off" in ben.get(HERE).text
    shown = ben.post(f"{HERE}/setup")
    secret = secret_on(shown)
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    (svg,) = shown.all("{http://www.w3.org/2000/svg}svg", class_="qr")
    assert svg.attrib["aria-label"]

    wrong = ben.post(f"{HERE}/confirm", code="000000", status=422)
    assert "This code is not right." in wrong.text and secret_on(wrong) == secret
    page = ben.post(f"{HERE}/confirm", code=pyotp.TOTP(secret).at(told.now))

    assert len(codes_on(page)) == 10
    assert "It is on" in ben.get(HERE).text and "Recovery codes left: 10" in ben.get(HERE).text
    assert ben.get(f"{HERE}/setup").one("h1").text == "Code from the phone"


def test_the_secret_is_not_shown_to_a_session_that_is_not_fresh(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    ben.post(f"{HERE}/setup")
    told.advance(16 * 60)

    for path in (f"{HERE}/setup", f"{HERE}/confirm", f"{HERE}/codes", f"{HERE}/off"):
        assert ben.get(path).one("h1").text == "Is it still you?", path
        answer = ben.send(path, follows=False, code="000000", password=PASSWORD)
        assert answer.headers["Location"].startswith("/sign-in/again"), path
    assert ben.get(HERE).one("h1").text == "Code from the phone"


def test_nothing_is_confirmed_that_was_not_begun(visit: Visit) -> None:
    ben = visit("Ben")

    assert "nothing to confirm" in ben.post(f"{HERE}/confirm", code="1", status=409).text
    assert ben.get(f"{HERE}/setup").one("h1").text == "Code from the phone"
    assert ben.get(f"{HERE}/confirm").one("h1").text == "Code from the phone"


def test_a_code_lets_in_once(visit: Visit, app: Flask, told: Stand) -> None:
    secret, _ = switch_on(visit("Ben"), told)
    code = pyotp.TOTP(secret).at(told.now)

    first = sign_in(app).send("/sign-in/code", code=code)
    second = sign_in(app).send("/sign-in/code", code=code)

    assert first.request.path == "/inbox"
    assert second.status_code == 422 and "used already" in second.text


def test_wrong_codes_are_counted_and_logged(visit: Visit, app: Flask, told: Stand) -> None:
    switch_on(visit("Ben"), told)
    visitor = sign_in(app)
    answers = [visitor.send("/sign-in/code", code=f"{n:06}").status_code for n in range(3)]

    assert answers == [422, 422, 422]
    refused = people.logged(told, "accounts:session:refused")
    ben = f"member:{people.member(told, 'Ben').id}"
    assert [row[1] for row in refused] == [ben] * 3
    assert '"code"' in refused[0][2] and "000000" not in refused[0][2]


def test_codes_and_recovery_codes_wait_together(visit: Visit, app: Flask, told: Stand) -> None:
    secret, codes = switch_on(visit("Ben"), told)
    visitor = sign_in(app)
    for n in range(2):
        visitor.send("/sign-in/code", code=f"{n:06}")
        visitor.send("/sign-in/recovery", code=f"wrong-{n}")
    visitor.send("/sign-in/code", code="999999")

    assert visitor.send("/sign-in/code", code=pyotp.TOTP(secret).at(told.now)).status_code == 429
    assert visitor.send("/sign-in/recovery", code=codes[0]).status_code == 429


def test_a_recovery_code_stands_in_for_the_phone_once(
    visit: Visit, app: Flask, told: Stand
) -> None:
    _, codes = switch_on(visit("Ben"), told)
    visitor = sign_in(app)
    assert "I do not have my phone" in visitor.get("/sign-in/code").text
    assert visitor.get("/sign-in/recovery").one("h1").text == "Without your phone"

    inside = visitor.post("/sign-in/recovery", code=codes[0].upper())
    again = sign_in(app).send("/sign-in/recovery", code=codes[0])

    assert inside.one("h1").text == "Inbox"
    assert "Recovery codes you still have: 9." in inside.text
    assert again.status_code == 422 and "not one of your recovery codes" in again.text


def test_nobody_reaches_the_recovery_codes_without_the_password(app: Flask) -> None:
    visitor = Visitor(app)

    assert visitor.get("/sign-in/recovery").one("h1").text == "Sign in"
    assert visitor.send("/sign-in/recovery", code="x").request.path == "/sign-in"


def test_new_codes_make_the_old_ones_void(visit: Visit, app: Flask, told: Stand) -> None:
    ben = visit("Ben")
    _, old = switch_on(ben, told)
    assert "do not work any more" in ben.get(f"{HERE}/codes").text

    new = codes_on(ben.post(f"{HERE}/codes"))

    assert len(new) == 10 and not set(new) & set(old)
    assert sign_in(app).send("/sign-in/recovery", code=old[0]).status_code == 422
    assert sign_in(app).send("/sign-in/recovery", code=new[0]).request.path == "/inbox"


def test_without_a_second_factor_there_are_no_codes(visit: Visit) -> None:
    assert "Set it up first" in visit("Ben").post(f"{HERE}/codes", status=409).text


def test_switching_off_asks_for_the_password(visit: Visit, app: Flask, told: Stand) -> None:
    ben = visit("Ben")
    switch_on(ben, told)

    wrong = ben.post(f"{HERE}/off", password="wrong", status=422)
    assert "do not belong together" in wrong.text
    assert people.member(told, "Ben").totp_sealed is not None
    page = ben.post(f"{HERE}/off", password=PASSWORD)

    assert "Your password alone lets you in." in page.text
    assert sign_in(app).get("/inbox").one("h1").text == "Inbox"


def test_proving_oneself_again_and_again_locks_nobody_out(visit: Visit, told: Stand) -> None:
    """With a second factor the password's counter is cleared by the proof alone."""
    ben = visit("Ben")
    switch_on(ben, told)
    away = told.running.settings.model_copy(update={"BIND": "192.168.1.10:8000"})
    object.__setattr__(told.running, "settings", away)

    for _ in range(7):
        assert ben.send("/sign-in/again", password=PASSWORD).status_code == 200


def test_a_secret_that_cannot_be_read_is_said(visit: Visit, app: Flask, told: Stand) -> None:
    switch_on(visit("Ben"), told)
    with told.database.writing() as db:
        db.get_one(Member, people.member(told, "Ben").id).totp_sealed = b"damaged"

    answer = sign_in(app).send("/sign-in/code", code="123456")

    assert answer.status_code == 422
    assert "cannot read your second factor" in answer.text
    ((_, about, _),) = people.logged(told, "accounts:second-factor:unreadable")
    assert about == f"member:{people.member(told, 'Ben').id}"
    shown = visit("Ada").get("/audit").text
    assert "was refused: the second factor could not be read" in shown


def test_a_shown_secret_that_cannot_be_read_is_begun_anew(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    ben.post(f"{HERE}/setup")
    with told.database.writing() as db:
        db.get_one(Member, people.member(told, "Ben").id).totp_pending = b"damaged"

    for page in (ben.get(f"{HERE}/setup"), ben.post(f"{HERE}/confirm", code="123456")):
        assert "You need an app that makes such codes on your phone." in page.text


def test_ones_account_says_whether_it_is_on(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    assert "It is off: your password alone lets you in." in ben.get("/settings/account").text
    switch_on(ben, told)

    assert "every sign-in asks for six digits" in ben.get("/settings/account").text
    members = visit("Ada").get(f"/members/{people.member(told, 'Ben').id}")
    assert "The code from the phone is on." in members.text


def test_somebody_who_left_after_the_password_is_not_let_in(
    visit: Visit, app: Flask, told: Stand
) -> None:
    secret, _ = switch_on(visit("Ben"), told)
    visitor = sign_in(app)
    visit("Ada").post(f"/members/{people.member(told, 'Ben').id}/leave")

    answer = visitor.send("/sign-in/code", code=pyotp.TOTP(secret).at(told.now))

    assert answer.status_code == 404
    assert visitor.get("/inbox").one("h1").text == "Sign in"
