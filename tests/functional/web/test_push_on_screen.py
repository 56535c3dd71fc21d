"""Push on the notice settings: turned on and off, and how each browser does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.notices.models import MailState, Notice, PushDevice, PushProblem
from tests.push_service import PushService, text
from tests.stand import Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
LIST = "card card--flush rowlist notices"
SERVICE = PushService("https://push.example.com")
ON, OFF = "/settings/notices/push", "/settings/notices/push/{}/off"


def turn_on(visitor: Visitor, browser: str = "phone", status: int = 204, **more: str) -> None:
    fields: dict[str, Any] = {**SERVICE.fields(browser), **more}
    answer = visitor.send(ON, **fields)
    assert answer.status_code == status, answer.text


def devices(told: Stand) -> list[PushDevice]:
    with told.database.reading() as db:
        return list(db.scalars(select(PushDevice).order_by(PushDevice.id)))


def rows(page: Page) -> list[str]:
    card = page.one("section", id="push")
    return [
        " ".join("".join(li.itertext()).split())
        for li in card.iter("li")
        if "data-device" in li.attrib
    ]


def test_the_worker_s_script_is_at_the_root_and_asks_nobody_who_they_are(visit: Visit) -> None:
    answer = visit("Ben").app.test_client().get("/sw.js")

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "fetch" not in answer.text and "caches" not in answer.text


def test_a_browser_is_turned_on_and_off_by_its_owner_alone(visit: Visit, told: Stand) -> None:
    ben, sam = visit("Ben"), visit("Sam")
    assert len(ben.send(ON + "/key").get_json()["key"]) == 87
    turn_on(ben)
    (device,) = devices(told)

    page = ben.get("/settings/notices")
    assert "This browser is told from now on." in page.text
    assert "Not told anything yet." in rows(page)[0]
    sam.post(OFF.format(device.id), status=404)
    assert rows(sam.get("/settings/notices")) == []
    after = ben.post(OFF.format(device.id))

    assert "That browser is not told any more." in after.text
    assert (rows(after), devices(told)) == ([], [])
    ben.post(OFF.format(device.id), status=404)


def test_the_address_and_keys_of_a_browser_are_sealed(visit: Visit, told: Stand) -> None:
    turn_on(visit("Ben"))

    (device,) = devices(told)
    browser = SERVICE.browser()
    for secret in (b"push.example", browser.auth, browser.point, text(browser.auth).encode()):
        assert secret not in device.sealed


def test_a_browser_that_was_turned_off_elsewhere_stays_off(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    turn_on(ben)
    (device,) = devices(told)
    turn_on(ben, "renewed", was=device.endpoint_hash)
    assert len(devices(told)) == 1

    turn_on(ben, status=404, was=device.endpoint_hash)
    turn_on(visit("Sam"), "renewed", status=404, was=devices(told)[0].endpoint_hash)


@pytest.mark.parametrize(
    "wrong", [{"endpoint": "https://127.0.0.1/x"}, {"point": "x"}, {"auth": ""}, {"endpoint": ""}]
)
def test_nonsense_is_refused_in_words(visit: Visit, told: Stand, wrong: dict[str, str]) -> None:
    fields: dict[str, Any] = {**SERVICE.fields(), **wrong}
    answer = visit("Ben").send(ON, **fields)

    assert answer.status_code == 422
    assert "Nothing was turned on." in answer.text
    assert devices(told) == []


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (PushProblem.REFUSED, "refused the last one"),
        (PushProblem.BUSY, "asked the desk to wait"),
        (PushProblem.TROUBLE, "problem of its own"),
        (PushProblem.UNREACHABLE, "could not be reached"),
        (None, "Last told:"),
    ],
)
def test_the_settings_say_how_each_browser_does(
    visit: Visit, told: Stand, problem: PushProblem | None, said: str
) -> None:
    ben = visit("Ben")
    turn_on(ben)
    with told.database.writing() as db:
        device = db.scalars(select(PushDevice)).one()
        device.told_at, device.problem, device.problem_at = told.now, problem, told.now

    assert said in rows(ben.get("/settings/notices"))[0]


def test_a_browser_that_is_signed_out_by_time_says_so(visit: Visit, told: Stand) -> None:
    turn_on(visit("Ben"))
    told.advance(timedelta(days=31).total_seconds())

    assert "You are signed out there." in rows(visit("Ben").get("/settings/notices"))[0]


@pytest.mark.parametrize(
    ("state", "tries", "said"),
    [
        (MailState.SENT, 1, "Last push to you:"),
        (MailState.FAILED, 6, "The last push to you could not be delivered."),
        (MailState.WAITS, 1, "The last push to you has not gone out yet."),
    ],
)
def test_the_settings_say_how_the_last_push_did(
    visit: Visit, told: Stand, state: MailState, tries: int, said: str
) -> None:
    ben = visit("Ben")
    turn_on(ben)
    ben.post("/settings/notices/test")
    with told.database.writing() as db:
        notice = db.scalars(select(Notice)).one()
        notice.push, notice.push_tries, notice.push_at = state, tries, told.now

    assert said in ben.get("/settings/notices").text


@pytest.mark.parametrize(
    ("state", "tries", "problem", "said"),
    [(MailState.FAILED, 6, PushProblem.REFUSED,
      "Could not be delivered to Another browser. The push service refused the last one."),
     (MailState.WAITS, 2, PushProblem.UNREACHABLE, "Could not be delivered to Another browser. "
      "The push service could not be reached. It is tried again."),
     (MailState.FAILED, 1, None, "Could not be delivered to any browser of yours."),
     (MailState.SENT, 2, None, ""), (MailState.WAITS, 0, None, ""), (MailState.NONE, 3, None, "")],
)  # fmt: skip
def test_a_push_that_did_not_arrive_is_said_on_the_notice_s_own_line(
    visit: Visit, told: Stand, state: MailState, tries: int, problem: PushProblem | None, said: str,
) -> None:  # fmt: skip
    ben = visit("Ben")
    turn_on(ben)
    turn_on(ben, "tablet")
    ben.post("/settings/notices/test")
    with told.database.writing() as db:
        notice = db.scalars(select(Notice)).one()
        notice.push, notice.push_tries, notice.push_at = state, tries, told.now
        broken, well = db.scalars(select(PushDevice).order_by(PushDevice.id))
        broken.name, broken.problem = "Another browser", problem
        broken.problem_at = told.now if problem else None
        well.problem, well.problem_at = PushProblem.BUSY, told.now - timedelta(days=9)

    line = " ".join(
        "".join(next(ben.get("/notices").one("ul", class_=LIST).iter("li")).itertext()).split()
    )

    assert said in line
    assert ("Could not be delivered" in line) == bool(said) and "asked the desk to wait" not in line


def test_push_is_chosen_for_each_kind_and_so_are_the_customers_words(visit: Visit) -> None:
    ben = visit("Ben")

    page = ben.post("/settings/notices", push=["mentioned"], has_push_words="yes")

    chosen = {i.attrib["value"]: "checked" in i.attrib for i in page.all("input", name="push")}
    assert [kind for kind, is_on in chosen.items() if is_on] == ["mentioned"]
    assert "checked" in page.one("input", name="has_push_words").attrib
    assert "checked" not in page.one("input", name="has_words").attrib
