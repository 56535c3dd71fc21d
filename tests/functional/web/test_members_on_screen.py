"""Members, roles, invitations and password links on screen, for everybody who might try."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.identity import Grant
from app.access.permissions import Permission
from app.access.roles import Role
from app.accounts.models import LinkState, Member, MemberState, OneTimeLink, SignInSession
from app.inbox import conversations
from app.web.accounts import rights
from app.web.page import qr
from tests import people, web_stand
from tests.stand import PASSWORD, Stand
from tests.web_page import Page, Visitor, check

Visit = Callable[[str], Visitor]
NEW = "hirvi-kalevala-pulkka"
JOINING: dict[str, Any] = {"name": "Nea Niemi", "email": "nea@example.com", "password": NEW}
CAST = ["Ada", "Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory", "nobody"]
MAY = ("Ada", "Dan")


@pytest.fixture
def told(sqlite_stand: Stand) -> Stand:
    """These screens need no customers."""
    return sqlite_stand


def link_on(page: Page) -> str:
    """The path of the link that a page shows once."""
    address = page.one("input", id="f-link").attrib["value"]
    return re.sub(r"^https?://[^/]+", "", address)


def invite(visitor: Visitor, **fields: Any) -> str:
    given: dict[str, Any] = {"roles": ["responder"], "where": "all", **fields}
    return link_on(visitor.post("/members/invite", **given))


PAGES = {
    "/members/{ben}": "Ada Ben Cleo Dan Vera Sam",
    "/members/roles": "Ada Ben Cleo Dan Vera Sam",
    "/members/invite": "Ada Dan",
    "/members/{ben}/roles/give": "Ada Dan",
    "/members/{ben}/roles/{grant}/end": "Ada Dan",
    "/members/{ben}/leave": "Ada Dan",
    "/members/{ben}/password-link": "Ada Dan",
    "/settings/second-factor": "Ada Ben Cleo Dan Vera Sam",
    "/settings/second-factor/codes": "Ada Ben Cleo Dan Vera Sam",
    "/settings/second-factor/off": "Ada Ben Cleo Dan Vera Sam",
}
ACTS: dict[str, dict[str, Any]] = {
    "/members/invite": {"roles": "responder", "where": "all"},
    "/members/invitations/{link}/cancel": {},
    "/members/{ben}/roles/give": {"roles": "viewer", "where": "all"},
    "/members/{ben}/roles/{grant}/end": {},
    "/members/{ben}/sessions/end": {},
    "/members/{ben}/password-link": {},
    "/members/{ben}/leave": {},
}


def known(told: Stand) -> dict[str, int]:
    link, _ = people.invite(told)
    return {
        "ben": people.member(told, "Ben").id,
        "grant": people.grants(told, "Ben")[0].id,
        "link": link.id,
    }


@pytest.mark.parametrize("name", CAST)
def test_every_page_is_sound_or_refused_in_words(
    name: str, told: Stand, visit: Visit, app: Flask
) -> None:
    ids = known(told)
    visitor = Visitor(app) if name == "nobody" else visit(name)

    for path, who in PAGES.items():
        if name == "nobody":
            assert visitor.get(path.format(**ids)).one("h1").text == "Sign in", path
            continue
        page = visitor.get(path.format(**ids), status=200 if name in who.split() else 403)
        if name not in who.split():
            assert "This is not open to you" in page.text, path


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("name", CAST)
def test_only_those_who_look_after_members_act(
    name: str, path: str, told: Stand, visit: Visit, app: Flask
) -> None:
    ids, before = known(told), people.whole_database
    visitor = Visitor(app) if name == "nobody" else visit(name)
    rows = before(told)

    answer = visitor.send(path.format(**ids), follows=False, **ACTS[path])

    if name in MAY:
        assert answer.status_code in (200, 302), answer.text[:300]
        assert "/sign-in" not in answer.headers.get("Location", "")
    elif name == "nobody":
        assert answer.headers["Location"].startswith("/sign-in")
    else:
        assert answer.status_code == 403
    if name not in MAY:
        assert before(told) == rows


def test_a_member_is_invited_comes_in_and_is_signed_in(
    visit: Visit, app: Flask, told: Stand
) -> None:
    shop = people.channel(told, "Kauppa")
    path = invite(
        visit("Ada"),
        name="Nea",
        roles=["responder", "sender"],
        where="some",
        channels=[str(shop)],
        until="2030-01-31",
    )
    newcomer = Visitor(app)

    page = newcomer.get(path)
    assert "You are invited" in page.text and "By: Ada Aho." in page.text
    assert "Can answer on Kauppa (Facebook)." in page.text
    assert "What is recorded about a colleague" in page.text
    assert page.one("input", id="f-name").attrib["value"] == "Nea"
    inside = newcomer.post(path, **JOINING)

    assert inside.one("h1").text == "Inbox"
    held = people.grants(told, "Nea")
    assert [(g.role, g.channel_id) for g in held] == [(Role.RESPONDER, shop), (Role.SENDER, shop)]
    until = held[0].until
    assert until is not None and until.isoformat() == "2030-01-31T21:59:00+00:00"
    assert "Nea Niemi" in visit("Ada").get("/members").text


def test_opening_a_link_uses_nothing_up(visit: Visit, app: Flask) -> None:
    path, newcomer = invite(visit("Ada")), Visitor(app)

    for _ in range(3):
        assert newcomer.get(path).one("h1").text == "You are invited"


def test_who_is_signed_in_is_told_that_joining_ends_it(visit: Visit, told: Stand) -> None:
    ada = visit("Ada")
    path = invite(ada)

    assert "You are signed in here as Ada Aho." in ada.get(path).text
    ada.post(path, **JOINING)

    with told.database.reading() as db:
        ends = {s.member_id: s.ended_at for s in db.scalars(select(SignInSession))}
    assert ends[people.member(told, "Ada").id] is not None
    assert ends[people.member(told, "Nea").id] is None


@pytest.mark.parametrize(
    ("fate", "words", "status"),
    [
        ("used", "was used already", 410),
        ("cancelled", "was cancelled", 410),
        ("expired", "has run out", 410),
        ("unbacked", "may not give these roles", 410),
        ("garbage", "not a link of this desk", 404),
    ],
)
def test_a_link_that_does_not_work_says_why_and_who_can_help(
    fate: str, words: str, status: int, visit: Visit, app: Flask, told: Stand
) -> None:
    path = invite(visit("Ada"))
    newcomer = Visitor(app)
    if fate == "used":
        Visitor(app).post(path, **JOINING)
    elif fate == "expired":
        told.advance(timedelta(days=7, minutes=1).total_seconds())
    elif fate == "garbage":
        path = path[:-3] + "xyz"
    else:
        with told.database.writing() as db:
            link = db.scalars(select(OneTimeLink)).one()
            if fate == "cancelled":
                link.cancel(told.now)
            else:
                link.made_by_id = people.member(told, "Ben").id

    for page in (
        newcomer.get(path, status=status),
        newcomer.post(path, status=status, **JOINING | {"email": "x@example.com"}),
    ):
        assert words in page.text
        if fate == "garbage":
            assert "Ask whoever sent it to you" in page.text and "Ada" not in page.text
        else:
            assert "Who can make you another one: " in page.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Write a name"),
        ("email", "nea", "Write a mail address"),
        ("email", "ben@example.com", "at the desk already"),
        ("password", "short", "at least 10"),
        ("password", "nea@example.com", "easy to guess"),
        ("password", "Riekko & Rinne", "easy to guess"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    field: str, value: str, words: str, visit: Visit, app: Flask
) -> None:
    path, newcomer = invite(visit("Ada")), Visitor(app)

    page = newcomer.post(path, status=422, **JOINING | {field: value})

    assert page.one("input", id=f"f-{field}").attrib["aria-invalid"] == "true"
    assert words in page.text
    kept = {"name": "Nea Niemi", "email": "nea@example.com"} | {field: value}
    assert page.one("input", id="f-email").attrib["value"] == kept["email"]
    assert not page.one("input", id="f-password").attrib.get("value")
    assert newcomer.post(path, **JOINING).one("h1").text == "Inbox"


def test_the_invitation_is_listed_and_cancelled(visit: Visit, app: Flask, told: Stand) -> None:
    ada = visit("Ada")
    path = invite(ada, name="Nea from the shop")
    page = ada.get("/members")
    assert "Nea from the shop" in page.text and "works until" in page.text
    assert "Nea from the shop" not in visit("Ben").get("/members").text
    cancel = next(f.attrib["action"] for f in page.all("form") if "cancel" in f.attrib["action"])

    after = ada.post(cancel)

    assert "The invitation is cancelled." in after.text
    assert "Nea from the shop" not in after.text
    Visitor(app).get(path, status=410)


def test_one_that_lost_its_backing_is_marked_in_the_list(visit: Visit, told: Stand) -> None:
    invite(visit("Dan"), name="Nea")
    with told.database.writing() as db:
        db.scalars(select(OneTimeLink)).one().made_by_id = people.member(told, "Ben").id

    assert "Does not work" in visit("Ada").get("/members").text


def test_the_link_stands_under_the_desks_own_address(app: Flask, told: Stand) -> None:
    """Whatever host the request names: else a stranger's address could be handed over."""
    given = told.running.settings.model_copy(update={"BASE_URL": "https://desk.example.com"})
    object.__setattr__(told.running, "settings", given)
    client, base = app.test_client(), "https://evil.example"

    def send(path: str, token_from: str, **fields: str) -> str:
        token = check(client.get(token_from, base_url=base).text).token
        fields = {"csrf_token": token, **fields}
        return client.post(path, data=fields, base_url=base, headers={"Referer": base}).text

    send(f"/practice/be/{people.member(told, 'Ada').id}", "/sign-in")
    text = send("/members/invite", "/members", roles="viewer", where="all")

    assert "evil.example" not in text
    assert 'value="https://desk.example.com/invitation/' in text


def link_address(page: Page) -> str:
    return page.one("input", id="f-link").attrib["value"]


def test_a_link_that_only_this_machine_can_open_is_said_so(visit: Visit, told: Stand) -> None:
    ada = visit("Ada")
    here = ada.post("/members/invite", roles="viewer", where="all")
    assert "works on this machine only" in here.text

    given = told.running.settings.model_copy(update={"BASE_URL": "http://192.168.1.10:8000"})
    object.__setattr__(told.running, "settings", given)
    assert (
        "works on this machine only"
        not in ada.post("/members/invite", roles="viewer", where="all").text
    )


def test_the_qr_code_is_the_link_drawn_with_attributes(visit: Visit) -> None:
    page = visit("Ada").post("/members/invite", roles="viewer", where="all")

    drawing = qr.draw(link_address(page))
    (svg,) = page.all("{http://www.w3.org/2000/svg}svg", class_="qr")
    assert svg.attrib["role"] == "img" and svg.attrib["aria-label"]
    assert "style" not in svg.attrib
    (path,) = [e for e in svg if str(e.tag).endswith("path")]
    assert path.attrib["d"] == drawing.path


def test_an_admin_is_offered_no_owners_roles_and_cannot_sneak_them_in(
    visit: Visit, told: Stand
) -> None:
    dan = visit("Dan")
    page = dan.get("/members/invite")
    offered = {e.attrib["value"] for e in page.all("input", name="roles")}
    assert offered == {"responder", "approver", "viewer", "admin"}
    itself = people.member(told, "Dan").id

    for role in ("owner", "sender"):
        dan.post("/members/invite", roles=role, where="all", status=403)
        dan.post(f"/members/{itself}/roles/give", roles=role, where="all", status=403)

    assert people.roles(told, "Dan") == ["admin"]


def test_an_owner_gives_a_role_on_one_channel(visit: Visit, told: Stand) -> None:
    shop, ben = people.channel(told, "Kauppa"), people.member(told, "Ben").id
    ada = visit("Ada")

    page = ada.post(
        f"/members/{ben}/roles/give",
        roles="approver",
        where="some",
        channels=str(shop),
        until="2030-01-31",
    )

    assert "The role is given." in page.text
    assert "Can answer and approve on Kauppa (Facebook). Until 31 Jan 2030 23:59." in page.text


def test_what_was_chosen_stays_when_something_is_wrong(visit: Visit, told: Stand) -> None:
    shop, ben = people.channel(told, "Kauppa"), people.member(told, "Ben").id

    page = visit("Ada").post(
        f"/members/{ben}/roles/give",
        status=422,
        roles=["approver", "viewer"],
        where="some",
        channels=str(shop),
        until="2001-01-31",
    )

    assert "in the past" in page.text
    on = [e.attrib["value"] for e in page.all("input") if "checked" in e.attrib]
    assert on == ["approver", "viewer", "some", str(shop)]
    assert page.one("input", id="f-until").attrib["value"] == "2001-01-31"
    assert people.roles(told, "Ben") == ["responder"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"roles": [], "where": "all"}, "at least one role"),
        ({"roles": "king", "where": "all"}, "damaged"),
        ({"roles": "viewer", "where": "moon"}, "damaged"),
        ({"roles": "viewer", "where": "some"}, "at least one channel"),
        ({"roles": "viewer", "where": "some", "channels": "999"}, "not there any more"),
        ({"roles": "viewer", "where": "some", "channels": "x"}, "damaged"),
        ({"roles": "viewer", "where": "all", "until": "soon"}, "year-month-day"),
        ({"roles": "viewer", "where": "all", "until": "0001-01-01"}, "year-month-day"),
        ({"roles": "viewer", "where": "all", "until": "9999-12-31"}, "year-month-day"),
    ],
)
def test_what_the_form_does_not_offer_is_refused(
    fields: dict[str, Any], words: str, visit: Visit, told: Stand
) -> None:
    ben = people.member(told, "Ben").id

    for path in ("/members/invite", f"/members/{ben}/roles/give"):
        assert words in visit("Ada").post(path, status=422, **fields).text

    assert people.roles(told, "Ben") == ["responder"]


def test_a_role_that_is_held_already_is_said(visit: Visit, told: Stand) -> None:
    ben = people.member(told, "Ben").id

    page = visit("Ada").post(
        f"/members/{ben}/roles/give", status=409, roles=["approver", "responder"], where="all"
    )

    assert "Ben holds this role already." in page.text
    assert people.roles(told, "Ben") == ["responder"]


def test_ending_a_role_shows_what_is_left_first(visit: Visit, told: Stand) -> None:
    ben, grant = people.member(told, "Ben").id, people.grants(told, "Ben")[0].id
    people.give(told, "Ben", Role.VIEWER)
    ada = visit("Ada")

    page = ada.get(f"/members/{ben}/roles/{grant}/end")
    assert "What is left then" in page.text and "Can read every channel" in page.text
    after = ada.post(f"/members/{ben}/roles/{grant}/end")

    assert "The role has ended." in after.text
    assert people.roles(told, "Ben") == ["viewer"]
    ada.get(f"/members/{ben}/roles/{grant}/end", status=404)
    ada.post(f"/members/{ben}/roles/{grant}/end", status=404)


def test_somebody_elses_role_is_not_ended_by_a_wrong_address(visit: Visit, told: Stand) -> None:
    ben, cleos = people.member(told, "Ben").id, people.grants(told, "Cleo")[0].id

    visit("Ada").post(f"/members/{ben}/roles/{cleos}/end", status=404)

    assert people.roles(told, "Cleo") == ["approver"]


def test_the_last_owner_is_told_what_to_do_first(visit: Visit, told: Stand) -> None:
    people.make_sole_owners(told, "Ada")
    ada, itself = visit("Ada"), people.member(told, "Ada").id
    grant = people.grants(told, "Ada")[0].id

    for path in (f"/members/{itself}/leave", f"/members/{itself}/roles/{grant}/end"):
        assert "Make somebody else an owner for good first." in ada.post(path, status=403).text

    assert people.roles(told, "Ada") == ["owner"]


def test_who_loses_a_role_loses_it_in_open_pages_and_gets_a_new_session_id(
    visit: Visit, told: Stand
) -> None:
    dan, ada = visit("Dan"), visit("Ada")
    before = dan.client.get_cookie("vuoro_session")
    grant, itself = people.grants(told, "Dan")[0].id, people.member(told, "Dan").id
    people.give(told, "Dan", Role.VIEWER)
    ada.post(f"/members/{itself}/roles/{grant}/end")

    dan.send("/members/invite", roles="viewer", where="all")
    dan.get("/members/invite", status=403)

    after = dan.client.get_cookie("vuoro_session")
    assert before is not None and after is not None
    assert before.value != after.value


def test_who_is_removed_is_out_and_what_they_had_taken_is_free(visit: Visit, told: Stand) -> None:
    web_stand.tell_story(told)
    ben, talk = people.member(told, "Ben").id, web_stand.conversation_of(told, "Olli Niemi")
    with told.database.writing() as db:
        conversations.claim(db, told.actor("Ben"), talk, told.now)
    bens, dan = visit("Ben"), visit("Dan")
    assert "cannot sign in again" in dan.get(f"/members/{ben}/leave").text

    page = dan.post(f"/members/{ben}/leave")

    assert "No longer at the desk: Ben Berg" in page.text
    assert bens.get("/inbox").one("h1").text == "Sign in"
    found = next(c for c in told.conversations() if c.id == talk)
    assert found.assignee_id is None
    assert people.member(told, "Ben").state is MemberState.LEFT
    for path in (f"/members/{ben}", f"/members/{ben}/leave", f"/members/{ben}/roles/give"):
        dan.get(path, status=404)
    assert "Ben Berg" in visit("Ada").get("/audit").text


def test_who_removes_themselves_is_at_the_sign_in(visit: Visit, told: Stand) -> None:
    dan = visit("Dan")

    page = dan.post(f"/members/{people.member(told, 'Dan').id}/leave")

    assert page.one("h1").text == "Sign in"


def test_a_lost_phone_is_signed_out_by_an_admin(visit: Visit, told: Stand) -> None:
    phone, dan = visit("Ben"), visit("Dan")
    ben = people.member(told, "Ben").id
    assert "Signed in on 1 device." in dan.get(f"/members/{ben}").text

    page = dan.post(f"/members/{ben}/sessions/end")

    assert "Signed out everywhere: Ben Berg" in page.text
    assert phone.get("/inbox").one("h1").text == "Sign in"


def test_a_colleague_sees_what_somebody_may_do_and_not_how_they_sign_in(
    visit: Visit, told: Stand
) -> None:
    people.give(told, "Sam", Role.RESPONDER, channel_id=people.channel(told, "Kauppa"))
    page = visit("Ben").get(f"/members/{people.member(told, 'Sam').id}")

    assert "Can answer on every channel." in page.text
    assert "May post own answers on every channel without approval." in page.text
    assert "Can answer on Kauppa (Facebook)." in page.text
    assert "Signed in on" not in page.text
    assert "Who can change this: Ada" in page.text


def test_a_role_that_is_over_is_not_told(visit: Visit, told: Stand) -> None:
    people.give(told, "Vera", Role.APPROVER, until=people.later(told, hours=1))
    ada, vera = visit("Ada"), people.member(told, "Vera").id
    assert "approve on every channel" in ada.get(f"/members/{vera}").text

    told.advance(3601)

    assert "approve on every channel" not in ada.get(f"/members/{vera}").text
    assert "Approver" not in visit("Ada").get("/members").text.partition("Vera Vuori")[2]


def test_what_is_dangerous_asks_again_after_a_quarter_of_an_hour(visit: Visit, told: Stand) -> None:
    ben = people.member(told, "Ben").id
    ada = visit("Ada")
    told.advance(16 * 60)

    for path in (
        "/members/invite",
        f"/members/{ben}/roles/give",
        f"/members/{ben}/leave",
        f"/members/{ben}/password-link",
    ):
        answer = ada.send(path, follows=False, roles="viewer", where="all")
        assert answer.headers["Location"].startswith("/sign-in/again?next="), path
    assert people.member(told, "Ben").state is MemberState.ACTIVE

    page = ada.get("/members/invite")
    assert page.one("h1").text == "Is it still you?"
    assert ada.post("/sign-in/again").one("h1").text == "Invite a colleague"


def test_on_a_real_desk_the_password_is_asked_again(visit: Visit, told: Stand) -> None:
    ada = visit("Ada")
    away = told.running.settings.model_copy(update={"BIND": "192.168.1.10:8000"})
    object.__setattr__(told.running, "settings", away)
    told.advance(16 * 60)
    ada.get("/members/invite")

    for _ in range(2):
        wrong = ada.post("/sign-in/again", password="wrong", status=422)
        assert "do not belong together" in wrong.text
    assert ada.post("/sign-in/again", password=PASSWORD).one("h1").text == "Invite a colleague"


def test_the_roles_page_is_drawn_from_the_map(visit: Visit) -> None:
    page = visit("Ben").get("/members/roles")

    assert set(rights.RIGHTS) == set(Permission)
    cards = {
        "".join(s[0].itertext()): "".join(s.itertext())
        for s in page.all("section")
        if "card" in s.attrib.get("class", "")
    }
    assert "Approve what a colleague wrote" in cards["Approver"]
    assert "Approve what a colleague wrote" not in cards["Responder"]
    assert "Read conversations" not in cards["Admin"]
    assert "Post own answers without approval" not in cards["Owner"]


def test_a_dead_link_names_its_maker_only(visit: Visit, app: Flask, told: Stand) -> None:
    _, token = people.invite(told, given=[Grant(Role.VIEWER)], name="Nea")
    told.advance(8 * 24 * 3600)

    page = Visitor(app).get(f"/invitation/{token}", status=410)

    assert "Ada Aho" in page.text
    assert "Nea" not in page.text
    with told.database.reading() as db:
        assert db.scalars(select(OneTimeLink)).one().state(told.now) is LinkState.EXPIRED
        assert db.scalars(select(Member).where(Member.name == "Nea")).first() is None
