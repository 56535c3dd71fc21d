"""Channels, members, the audit log, the desk's settings and one's own account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Desk, Member, SignInSession
from app.channels.models import Channel, ChannelState, Gap
from tests import web_stand
from tests.stand import PASSWORD, Stand
from tests.web_page import Visitor, as_member

Visit = Callable[[str], Visitor]
DESK: dict[str, Any] = {
    "name": "Riekko & Rinne",
    "locale": "fi",
    "timezone": "Europe/Helsinki",
    "order_link": "",
    "public_promise_minutes": "120",
    "private_promise_minutes": "60",
    "public_undo_seconds": "20",
    "private_undo_seconds": "5",
    "media_megabytes": "500",
}


def test_an_owner_changes_the_desk_and_the_log_says_which_fields(visit: Visit, told: Stand) -> None:
    visitor = visit("Ada")

    page = visitor.post("/settings/desk", **DESK)

    assert "Saved." in page.text
    with told.database.reading() as db:
        assert db.get_one(Desk, 1).public_promise_minutes == 120
    log = visitor.get("/audit?action=desk:").text
    assert "mitä: " in log and "lupaus julkisesti" in log


def test_a_wrong_value_is_said_on_top_and_at_the_field(visit: Visit) -> None:
    page = visit("Ada").post("/settings/desk", **{**DESK, "public_undo_seconds": "900"}, status=422)

    assert "There is 1 thing to fix" in page.text
    assert page.one("a", href="#f-public_undo_seconds").text == "Choose a number from 5 to 60."
    field = page.one("input", id="f-public_undo_seconds")
    assert (field.attrib["value"], field.attrib["aria-invalid"]) == ("900", "true")
    assert page.one("input", id="f-public_promise_minutes").attrib["value"] == "120"


def test_a_number_that_is_none_is_refused_at_its_field(visit: Visit) -> None:
    page = visit("Ada").post(
        "/settings/desk", **{**DESK, "private_promise_minutes": "soon"}, status=422
    )

    assert page.one("a", href="#f-private_promise_minutes").text == "Write a whole number."


def test_one_changes_ones_own_language_and_look(visit: Visit) -> None:
    visitor = visit("Ben")

    page = visitor.post("/settings/account", name="Ben Berg", locale="fi", theme="dark")

    html = page.one("html")
    assert (html.attrib["lang"], html.attrib["data-theme"], html.attrib["data-keys"]) == (
        "fi",
        "dark",
        "off",
    )
    assert visitor.get("/inbox").one("h1").text == "Saapuneet"


def test_a_name_that_is_empty_is_refused(visit: Visit) -> None:
    page = visit("Ben").post("/settings/account", name=" ", locale="", theme="", status=422)

    assert "Write a name" in page.text


def test_a_new_password_needs_the_old_one(visit: Visit) -> None:
    page = visit("Ben").post(
        "/settings/password", password="wrong", new_password="hirvi-kalevala-pulkka", status=422
    )

    assert "do not belong together" in page.text
    assert page.one("input", id="f-password").attrib["aria-invalid"] == "true"


def test_a_weak_password_is_refused_at_its_own_field(visit: Visit) -> None:
    page = visit("Ben").post(
        "/settings/password", password=PASSWORD, new_password="ben berg ben", status=422
    )

    assert page.one("input", id="f-new_password").attrib["aria-invalid"] == "true"


def test_a_new_password_ends_every_other_session(app: Flask, visit: Visit, told: Stand) -> None:
    other, visitor = visit("Ben"), visit("Ben")

    page = visitor.post(
        "/settings/password", password=PASSWORD, new_password="hirvi-kalevala-pulkka"
    )

    assert "The password is changed." in page.text
    assert other.get("/inbox").one("h1").text == "Sign in"
    assert visitor.get("/inbox").one("h1").text == "Inbox"


def test_a_lost_phones_session_can_be_ended(visit: Visit, told: Stand) -> None:
    phone, visitor = visit("Ben"), visit("Ben")
    end = next(
        f.attrib["action"]
        for f in visitor.get("/settings/account").all("form")
        if f.attrib["action"].endswith("/end")
    )

    page = visitor.post(end)

    assert "That session has ended." in page.text
    assert phone.get("/inbox").one("h1").text == "Sign in"


def test_nobody_ends_anothers_session(visit: Visit, told: Stand) -> None:
    visit("Ada")
    with told.database.reading() as db:
        session = db.scalars(select(SignInSession)).one().id

    visit("Ben").post(f"/settings/sessions/{session}/end", status=404)

    with told.database.reading() as db:
        assert db.get_one(SignInSession, session).ended_at is None


def test_members_are_told_as_sentences(visit: Visit) -> None:
    page = visit("Ben").get("/members")

    assert "Can answer on every channel, cannot post without approval." in page.text
    assert "May post own answers on every channel without approval." in page.text
    assert "Has no role at the desk." in page.text
    assert "Who can change this: Ada" in page.text


def test_the_log_is_filtered_by_person_and_thing(visit: Visit, told: Stand) -> None:
    web_stand.submit(told, "Olli Niemi", "Ben")
    ben = told.actor("Ben").member_id
    visitor = visit("Ada")

    page = visitor.get(f"/audit?by=member:{ben}&action=replies:")

    rows = ["".join(li.itertext()) for li in page.one("ol").iter("li")]
    assert len(rows) == 1
    assert "Ben Berg" in rows[0] and "asked for approval of an answer" in rows[0]
    assert "Nothing matches." in visitor.get("/audit?since=2100-01-01").text


def test_the_log_goes_on_by_a_link(visit: Visit, told: Stand) -> None:
    for _ in range(60):
        visit("Ben")
    visitor = visit("Ada")

    first = visitor.get("/audit")
    older = next(a.attrib["href"] for a in first.all("a") if a.text == "Show older rows")

    assert len(list(first.one("ol").iter("li"))) == 50
    assert "made this desk" in visitor.get(older).text or "Show older rows" in first.text


@pytest.mark.parametrize("query", ["since=yesterday", "before=x", "until=31.12.2026"])
def test_a_damaged_filter_is_refused(visit: Visit, query: str) -> None:
    visit("Ada").get(f"/audit?{query}", status=422)


def test_sending_is_stopped_and_started_by_an_admin(visit: Visit, told: Stand) -> None:
    visitor = visit("Dan")

    stopped = visitor.post("/channels/1/sending")
    assert "Sending is stopped." in stopped.text
    assert not told.channel(1).is_sending
    assert (
        "This desk only reads here:"
        in visit("Ben").get(f"/inbox/{web_stand.conversation_of(told, 'Olli Niemi')}").text
    )
    visitor.post("/channels/1/sending", is_on="yes")

    assert told.channel(1).is_sending


def test_a_responder_cannot_stop_sending(visit: Visit, told: Stand) -> None:
    page = visit("Ben").post("/channels/1/sending", status=403)

    assert "Only an admin" in page.text
    assert told.channel(1).is_sending


def test_a_channel_is_tested_by_a_real_call(visit: Visit, told: Stand) -> None:
    told.advance(3600)
    before = told.channel(1).checked_at

    page = visit("Dan").post("/channels/1/test")

    after = told.channel(1).checked_at
    assert "It answered. The token works." in page.text
    assert before is not None and after is not None and after > before


def test_a_missing_permission_is_named_with_what_does_not_work_without_it(
    visit: Visit, told: Stand
) -> None:
    dan = visit("Dan")
    assert "All that are needed" in dan.get("/channels/1").text

    told.platform.post("faults", kind="no_scope", scope="pages_messaging")
    page = dan.post("/channels/1/test")

    assert "It answered, but a permission is missing." in page.text
    assert "Private messages do not come in, and none can be sent. pages_messaging" in page.text
    assert "A permission is missing" in dan.get("/channels").text
    told.platform.delete("faults")
    page = dan.post("/channels/1/test")
    assert "It answered. The token works." in page.text
    assert "lacks a permission" not in page.text


def test_what_facebook_did_not_tell_is_not_called_complete(visit: Visit, told: Stand) -> None:
    with told.database.writing() as db:
        db.get_one(Channel, 1).checked(None, told.now)

    assert "Not known: the platform did not tell" in visit("Ben").get("/channels/1").text


def test_a_frozen_channel_says_who_can_renew_it(visit: Visit, told: Stand) -> None:
    with told.database.writing() as db:
        db.get_one(Channel, 1).freeze("token 190")

    assert told.channel(1).state is ChannelState.FROZEN
    page = visit("Ben").get("/channels/1")
    assert "The platform refuses our access" in page.text
    assert "Who can renew it: Aino, Dan" in page.text


def test_a_page_is_connected_by_its_id_and_a_token(visit: Visit, told: Stand) -> None:
    told.page("901", "Toinen kauppa")
    token = next(p["token"] for p in told.platform.get("state")["pages"] if p["id"] == "901")

    page = visit("Dan").post("/channels/connect", external_id="901", token=token)

    assert "Connected." in page.text
    assert page.one("h1").text == "Facebook, Toinen kauppa"
    assert token not in page.html


def test_an_instagram_account_is_connected_with_the_token_of_its_page(
    visit: Visit, told: Stand
) -> None:
    page_id = told.page("901", "Toinen kauppa")
    account = told.platform.post("instagram", page=page_id, username="toinenkauppa")["id"]
    token = next(p["token"] for p in told.platform.get("state")["pages"] if p["id"] == page_id)
    dan = visit("Dan")

    page = dan.post("/channels/connect", platform="instagram", external_id=account, token=token)

    assert page.one("h1").text == "Instagram, toinenkauppa"
    assert account in page.text
    again = dan.get("/channels/connect?platform=instagram")
    assert again.one("input", name="platform", value="instagram", checked="").attrib


@pytest.mark.parametrize("platform", ["x", "desk", "no such", "\x00"])
def test_only_what_a_page_s_token_reaches_is_connected_with_one(
    visit: Visit, told: Stand, platform: str
) -> None:
    given = {"platform": platform, "external_id": "901", "token": "EAATOKEN"}

    page = visit("Dan").post("/channels/connect", status=422, **given)

    assert "Choose a Facebook Page or an Instagram account." in page.text
    assert "EAATOKEN" not in page.html


def test_a_wrong_token_is_refused_and_never_shown_again(visit: Visit, told: Stand) -> None:
    page = visit("Dan").post(
        "/channels/connect", external_id="106233987400001", token="EAAnonsense", status=422
    )

    assert "There is 1 thing to fix" in page.text
    assert "EAAnonsense" not in page.html
    assert page.one("input", id="f-external_id").attrib["value"] == "106233987400001"


def test_who_has_no_right_left_can_still_sign_out(app: Flask, told: Stand) -> None:
    visitor = as_member(app, told, "Mallory")

    page = visitor.get("/inbox", status=403)
    assert page.one("form", action="/sign-out") is not None
    visitor.send("/sign-out", follows=False)

    assert visitor.get("/inbox").one("h1").text == "Sign in"


def test_the_member_behind_a_session_who_left_is_out(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    with told.database.writing() as db:
        db.scalars(select(Member).where(Member.email == "ben@example.com")).one().leave(told.now)

    assert visitor.get("/inbox").one("h1").text == "Sign in"


def test_a_real_desk_says_who_can_read_it_and_has_no_practice_mark(app: Flask, told: Stand) -> None:
    about = web_stand.conversation_of(told, "Olli Niemi")
    web_stand.submit(told, "Henna Kallio", "Ben")
    with told.database.writing() as db:
        db.get_one(Desk, 1).is_practice = False
    visitor = Visitor(app)
    visitor.get("/sign-in")
    visitor.post("/sign-in", email="ada@example.com")
    visitor.send("/sign-in/password", password=PASSWORD)

    page = visitor.get(f"/inbox/{about}")

    assert "Anyone on Facebook can read this thread." in page.text
    assert "practice" not in page.html.lower().replace("/practice", "")
    assert "Anyone on Facebook can read this." in visitor.get("/approvals").text


def test_a_desk_without_a_channel_begins_with_its_first_steps(visit: Visit, told: Stand) -> None:
    visitor = visit("Ada")
    assert visitor.get("/").one("h1").text == "Inbox"
    with told.database.writing() as db:
        db.get_one(Channel, 1).remove()

    page = visitor.get("/")

    assert page.one("h1").text == "Setting up"
    assert "Riekko & Rinne, English" in page.text
    assert "12 colleagues are here" in page.text
    assert "By its id and a Page token." in page.text


def test_what_was_decided_is_told_with_who_and_why(visit: Visit, told: Stand) -> None:
    draft = web_stand.submit(told, "Olli Niemi", "Ben")
    card = web_stand.card(told, draft, "Ada")
    visitor = visit("Ada")
    visitor.post(f"/approvals/{draft}/send-back", version_id=card.version_id, reason="Lyhyemmin.")

    page = visitor.get("/approvals/decided")

    assert "Ada sent back the answer to: Olli Niemi “Lyhyemmin.”" in page.text


def test_with_one_approver_the_tab_bears_their_name(visit: Visit, told: Stand) -> None:
    with told.database.writing() as db:
        for member in db.scalars(
            select(Member).where(Member.email.not_like("ben@%"), Member.email.not_like("ada@%"))
        ):
            member.leave(told.now)

    assert "With Ada" in visit("Ben").get("/inbox").text


def test_a_channels_page_says_when_nothing_was_seen_and_what_was_fetched(
    visit: Visit, told: Stand
) -> None:
    assert "Never so far." in visit("Ben").get("/channels/1").text
    with told.database.writing() as db:
        began = told.now - timedelta(hours=5)
        db.add(Gap(channel_id=1, began_at=began, reason="token 190.460", recovered=14,
                   ended_at=told.now - timedelta(hours=1)))  # fmt: skip
        db.add(Gap(channel_id=1, began_at=told.now - timedelta(minutes=20), reason="2"))

    text = " ".join(visit("Ben").get("/channels/1").text.split())

    assert "The platform took our token no more (190.460). 14 items were fetched" in text
    assert "The platform could not be read (2). What came by itself is here." in text
