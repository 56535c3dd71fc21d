"""Connecting by signing in at the platform, through its own dialog, over HTTP."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import select

from app.audit.models import AuditRow
from app.channels import logins
from app.channels.models import Channel, Login, Platform
from app.credentials.models import ChannelToken
from app.practice.login.staff import OWNER_ID
from app.practice.story import PAGE_ID
from tests.stand import Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
BEGIN = "/channels/sign-in/facebook"


def begin(visitor: Visitor, path: str = BEGIN, **fields: str) -> str:
    """Off to the platform; the address that it is asked at."""
    answer = visitor.send(path, follows=False, **fields)
    assert answer.status_code == 302, answer.text[:500]
    return answer.headers["Location"]


def allow(stand: Stand, dialog: str, *pages: str, answer: str = "allow") -> str:
    """What a person does in Facebook's dialog; the path they come back to."""
    asked = parse_qs(urlsplit(dialog).query)
    form = {
        "staff": OWNER_ID,
        "answer": answer,
        "pages": list(pages),
        "scopes": asked["scope"][0].split(","),
    }
    return led_back(dialog, form)


def allow_x(dialog: str, account: str) -> str:
    asked = {name: found[0] for name, found in parse_qs(urlsplit(dialog).query).items()}
    form = asked | {"decision": "allow", "account": account}
    return led_back(dialog.partition("?")[0], form)


def led_back(dialog: str, form: Mapping[str, object]) -> str:
    home = "{0.scheme}://{0.netloc}".format(urlsplit(dialog))
    answer = requests.post(
        dialog, data=form, headers={"Origin": home}, allow_redirects=False, timeout=20
    )
    assert answer.status_code == 302, answer.text[:500]
    parts = urlsplit(answer.headers["Location"])
    assert parts.netloc == "127.0.0.1:8000"
    return f"{parts.path}?{parts.query}"


def channels(stand: Stand) -> dict[str, Channel]:
    with stand.database.reading() as db:
        return {c.external_id: c for c in db.scalars(select(Channel))}


def refusals(stand: Stand) -> list[str]:
    with stand.database.reading() as db:
        rows = db.scalars(select(AuditRow).order_by(AuditRow.sequence))
        return [r.line for r in rows if r.action == "channels:sign-in:refused"]


def keys(page: Page) -> dict[str, bool]:
    """What can be chosen, and whether it is ticked already."""
    return {b.attrib["value"]: "checked" in b.attrib for b in page.all("input", name="chosen")}


def test_pages_and_their_accounts_are_let_in_chosen_and_connected(
    visit: Visit, told: Stand
) -> None:
    for number in range(120):
        told.platform.post("pages", id=f"7{number:04}", name=f"Sivu {number}")
    told.platform.post("instagram", page=PAGE_ID, id="17841000000000001", username="riekkoja")
    dan, every = visit("Dan"), [f"7{number:04}" for number in range(120)]

    dialog = begin(dan, is_reading_only="no", has_instagram="yes")
    page = dan.get(allow(told, dialog, PAGE_ID, *every))

    found = keys(page)
    assert len(found) == 122, "all pages of the list are read"
    assert (found[f"facebook:{PAGE_ID}"], found["facebook:70119"]) == (False, True)
    assert "Connected already" in page.text
    chosen = ["facebook:70119", "instagram:17841000000000001"]
    page = dan.post(path_of(page), chosen=chosen)
    assert "2 channels connected" in page.text
    assert {"70119", "17841000000000001"} <= channels(told).keys()
    assert "70118" not in channels(told)
    assert channels(told)["70119"].is_sending
    with told.database.reading() as db:
        assert db.query(ChannelToken).count() == 3, "no person's own token is kept"


def path_of(page: Page) -> str:
    (form,) = [f for f in page.all("form") if "/choose/" in f.attrib["action"]]
    return form.attrib["action"]


def test_what_comes_back_twice_late_or_to_somebody_else_changes_nothing(
    visit: Visit, told: Stand
) -> None:
    dan, other = visit("Dan"), visit("Dan")
    back = allow(told, begin(dan), PAGE_ID)
    stolen = allow(told, begin(dan), PAGE_ID)
    late = allow(told, begin(dan), PAGE_ID)
    used_code = parse_qs(urlsplit(back).query)["code"][0]

    assert "begun in another browser" in other.get(stolen, status=422).text
    dan.get(back)
    assert "come back once already" in dan.get(back, status=422).text
    replayed = parse_qs(urlsplit(begin(dan)).query)["state"][0]
    address = f"{BEGIN}/back?state={replayed}&code={used_code}"
    assert "used already" in dan.get(address, status=422).text
    told.advance(3601)
    assert "more than an hour old" in dan.get(late, status=422).text
    assert "more than an hour old" in dan.get(f"{BEGIN}/back?state=x&code=y", status=422).text

    assert list(channels(told)) == [PAGE_ID]
    assert len(refusals(told)) == 5
    with told.database.writing() as db:
        logins.forget(db, told.now)
    with told.database.reading() as db:
        assert db.query(Login).count() == 0


def test_a_code_that_has_expired_and_a_no_are_said(visit: Visit, told: Stand) -> None:
    dan = visit("Dan")
    back = allow(told, begin(dan), PAGE_ID)
    told.advance(601)

    assert "lasts only a short time" in dan.get(back, status=422).text
    said_no = allow(told, begin(dan), PAGE_ID, answer="refuse")
    assert "access was not given" in dan.get(said_no, status=422).text
    assert "access_denied" in refusals(told)[-1]


def test_whoever_signs_in_with_the_wrong_account_is_told_which_is_expected(
    visit: Visit, told: Stand
) -> None:
    told.page("901", "Toinen kauppa")
    ours, dan = channels(told)[PAGE_ID], visit("Dan")

    wrong = dan.get(allow(told, begin(dan, channel=str(ours.id)), "901"))
    right = dan.get(allow(told, begin(dan, channel=str(ours.id)), "901", PAGE_ID))

    assert f"{ours.name} is not among them" in wrong.text and ours.external_id in wrong.text
    assert keys(wrong) == {"facebook:901": False}
    assert keys(right) == {"facebook:901": False, f"facebook:{PAGE_ID}": True}
    before = told.conversations()
    dan.post(path_of(right), chosen=f"facebook:{PAGE_ID}")
    assert channels(told)[PAGE_ID].connected_at > ours.connected_at
    assert len(told.conversations()) == len(before)
    again = begin(dan, channel=str(ours.id))
    assert "auth_type=rerequest" in again
    refused = dan.get(allow(told, again, answer="refuse"), status=422)
    assert refused.one("input", name="channel").attrib["value"] == str(ours.id)


def test_only_reading_asks_for_no_more_and_sends_nothing(visit: Visit, told: Stand) -> None:
    told.page("901", "Toinen kauppa")
    dan = visit("Dan")

    dialog = begin(dan, is_reading_only="yes")
    asked = parse_qs(urlsplit(dialog).query)["scope"][0].split(",")
    page = dan.get(allow(told, dialog, "901"))
    dan.post(path_of(page), chosen="facebook:901")

    assert "pages_manage_engagement" not in asked and "instagram_basic" not in asked
    made = channels(told)["901"]
    assert not made.is_sending and "pages_manage_engagement" in made.missing


def test_an_account_on_x_is_connected_with_pkce_within_thirty_seconds(
    visit: Visit, told: Stand
) -> None:
    account = told.platform.post("x/accounts", username="riekko", name="Riekko & Rinne")
    dan, path = visit("Dan"), "/channels/sign-in/x"

    page = dan.get(allow_x(begin(dan, path), account["id"]))
    page = dan.post(path_of(page), chosen=f"x:{account['id']}")

    assert "One channel connected." in page.text
    assert channels(told)[account["id"]].platform is Platform.X
    late = allow_x(begin(dan, path), account["id"])
    told.advance(31)
    assert "30 seconds on X" in dan.get(late, status=422).text


def test_nobody_else_sees_what_was_let_in(visit: Visit, told: Stand) -> None:
    dan = visit("Dan")
    page = dan.get(allow(told, begin(dan), PAGE_ID))

    assert "more than an hour old" in visit("Dan").get(path_of(page), status=404).text
    visit("Ben").get(path_of(page), status=403)
    with told.database.reading() as db:
        assert b"EAA" not in db.scalars(select(Login.sealed)).one()
