"""Roles are given and ended, people leave, and the desk always has an owner."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import DESK, Actor, Grant
from app.access.roles import Role
from app.accounts import invitations, members, password_links, sessions
from app.accounts.models import LinkState, Member, MemberState, OneTimeLink, RecoveryCode
from app.foundation.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from app.gate import NOBODY
from app.inbox import conversations
from tests import people, web_stand
from tests.stand import Stand

Action = Callable[[Session, Actor, Stand], Any]


def give(db: Session, actor: Actor, stand: Stand, role: Role = Role.VIEWER) -> object:
    found = db.get_one(Member, people.member(stand, "Ben").id)
    return members.give_role(db, actor, found, role, now=stand.now)


def end(db: Session, actor: Actor, stand: Stand, name: str = "Cleo") -> None:
    members.end_role(db, actor, people.grants(stand, name)[-1].id, stand.now)


def leave(db: Session, actor: Actor, stand: Stand, name: str = "Ben") -> object:
    return members.leave(db, actor, people.member(stand, name).id, stand.now)


def invite(db: Session, actor: Actor, stand: Stand, role: Role = Role.VIEWER) -> object:
    return invitations.make(db, actor, name="", grants=[Grant(role)], now=stand.now)


def cancel(db: Session, actor: Actor, stand: Stand) -> None:
    link = db.scalars(select(OneTimeLink)).one()
    invitations.cancel(db, actor, link.id, stand.now)


def make_link(db: Session, actor: Actor, stand: Stand, name: str = "Ben") -> object:
    return password_links.make(db, actor, people.member(stand, name).id, stand.now)


def sign_out(db: Session, actor: Actor, stand: Stand) -> object:
    return sessions.end_every(db, actor, people.member(stand, "Pirjo").id, stand.now)


def release(db: Session, actor: Actor, stand: Stand) -> object:
    return conversations.release_all(db, actor, people.member(stand, "Pirjo").id, stand.now)


OWNER, BOTH = "Ada", "Ada Dan"
ACTIONS: dict[str, tuple[Action, str]] = {
    "give a role": (give, BOTH),
    "give the role of owner": (partial(give, role=Role.OWNER), OWNER),
    "let somebody send": (partial(give, role=Role.SENDER), OWNER),
    "end a role": (end, BOTH),
    "end an owner's role": (partial(end, name="Mikael"), OWNER),
    "end a sender's role": (partial(end, name="Sam"), OWNER),
    "remove a responder": (leave, BOTH),
    "remove an owner": (partial(leave, name="Mikael"), OWNER),
    "invite": (invite, BOTH),
    "invite an owner": (partial(invite, role=Role.OWNER), OWNER),
    "list invitations": (lambda db, actor, s: invitations.open_ones(db, actor, s.now), BOTH),
    "cancel an invitation": (cancel, BOTH),
    "make a password link": (make_link, BOTH),
    "make an owner's password link": (partial(make_link, name="Mikael"), OWNER),
    "make a sender's password link": (partial(make_link, name="Sam"), OWNER),
    "sign somebody out": (sign_out, BOTH),
    "release what a leaver had": (release, BOTH),
}
CAST = ["Ada", "Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory"]


@pytest.mark.parametrize("name", ACTIONS)
def test_only_those_who_may_can(name: str, stand: Stand) -> None:
    people.invite(stand)
    action, able = ACTIONS[name]

    for who in [*CAST, "nobody"]:
        actor = NOBODY if who == "nobody" else stand.actor(who)
        with stand.database.session(is_writing=True) as db:
            if who in able.split():
                action(db, actor, stand)
                db.flush()
            else:
                with pytest.raises((Forbidden, NotFound)):
                    action(db, actor, stand)


def test_an_admin_does_not_become_an_owner(stand: Stand) -> None:
    dan = stand.actor("Dan")

    with stand.database.session(is_writing=True) as db:
        itself = db.get_one(Member, dan.member_id)
        for role in (Role.OWNER, Role.SENDER):
            with pytest.raises(Forbidden):
                members.give_role(db, dan, itself, role, now=stand.now)

    assert people.roles(stand, "Dan") == ["admin"]


def test_a_role_can_be_given_for_one_channel_and_until_a_day(stand: Stand) -> None:
    shop, other = people.channel(stand, "Kauppa"), people.channel(stand, "Huolto")
    until = people.later(stand, days=2)
    people.give(stand, "Mallory", Role.RESPONDER, channel_id=shop, until=until)

    (grant,) = people.grants(stand, "Mallory")
    assert (grant.channel_id, grant.until) == (shop, until)
    assert grant.channel_id != other


def test_the_same_role_again_takes_the_new_end(stand: Stand) -> None:
    until = people.later(stand, days=2)
    people.give(stand, "Ben", Role.RESPONDER, until=until)

    (grant,) = people.grants(stand, "Ben")
    assert grant.until == until


def test_a_role_that_is_held_already_is_not_given_twice(stand: Stand) -> None:
    with pytest.raises(Conflict, match="already"):
        people.give(stand, "Ben", Role.RESPONDER)

    assert people.roles(stand, "Ben") == ["responder"]


def test_an_end_in_the_past_is_refused(stand: Stand) -> None:
    with pytest.raises(Invalid, match="in the past"):
        people.give(stand, "Ben", Role.APPROVER, until=stand.now)


def test_nobody_gives_a_role_to_who_left(stand: Stand) -> None:
    with stand.database.writing() as db:
        ben = db.get_one(Member, people.member(stand, "Ben").id)
        members.leave(db, stand.actor("Ada"), ben.id, stand.now)

        with pytest.raises(NotFound):
            members.give_role(db, stand.actor("Ada"), ben, Role.VIEWER, now=stand.now)


def test_a_change_of_roles_makes_sessions_take_new_ids(stand: Stand) -> None:
    before = people.member(stand, "Ben").rights_version

    people.give(stand, "Ben", Role.APPROVER)

    assert people.member(stand, "Ben").rights_version > before


def test_a_role_that_ended_is_not_ended_again(stand: Stand) -> None:
    (grant,) = people.grants(stand, "Ben")
    with stand.database.writing() as db:
        members.end_role(db, stand.actor("Ada"), grant.id, stand.now)

    with stand.database.writing() as db, pytest.raises(NotFound):
        members.end_role(db, stand.actor("Ada"), grant.id, stand.now)


def test_the_last_owner_stays(stand: Stand) -> None:
    people.make_sole_owners(stand, "Ada")
    ada = stand.actor("Ada")
    (grant,) = people.grants(stand, "Ada")

    for act in (
        lambda db: members.end_role(db, ada, grant.id, stand.now),
        lambda db: members.leave(db, ada, grant.member_id, stand.now),
        lambda db: members.leave(db, DESK, grant.member_id, stand.now),
        lambda db: members.give_role(
            db,
            ada,
            db.get_one(Member, grant.member_id),
            Role.OWNER,
            now=stand.now,
            until=people.later(stand, days=90),
        ),
    ):
        refused = pytest.raises(Forbidden, match="last owner")
        with stand.database.session(is_writing=True) as db, refused:
            act(db)

    (kept,) = people.grants(stand, "Ada")
    assert (kept.id, kept.until) == (grant.id, None)


def test_an_owner_until_a_day_or_on_one_channel_does_not_count(stand: Stand) -> None:
    people.make_sole_owners(stand, "Ada")
    people.give(stand, "Ben", Role.OWNER, until=people.later(stand, days=365))
    people.give(stand, "Cleo", Role.OWNER, channel_id=people.channel(stand, "Kauppa"))
    (grant,) = people.grants(stand, "Ada")

    with stand.database.writing() as db, pytest.raises(Forbidden, match="last owner"):
        members.end_role(db, stand.actor("Ada"), grant.id, stand.now)


def test_roles_beside_the_last_owners_own_can_be_ended(stand: Stand) -> None:
    people.make_sole_owners(stand, "Ada")
    people.give(stand, "Ada", Role.OWNER, channel_id=people.channel(stand, "Kauppa"))
    people.give(stand, "Ben", Role.OWNER, until=people.later(stand, days=1))

    with stand.database.writing() as db:
        for name in ("Ada", "Ben"):
            members.end_role(db, stand.actor("Ada"), people.grants(stand, name)[-1].id, stand.now)

    assert people.roles(stand, "Ada") == ["owner"]
    assert people.roles(stand, "Ben") == ["responder"]


def test_an_owner_may_go_where_another_stays(stand: Stand) -> None:
    people.make_sole_owners(stand, "Ada", "Cleo")
    with stand.database.writing() as db:
        leave(db, stand.actor("Ada"), stand, "Ada")

    assert people.member(stand, "Ada").state is MemberState.LEFT
    assert "owner" in people.roles(stand, "Cleo")


def test_two_owners_who_end_each_other_leave_one(stand: Stand) -> None:
    people.make_sole_owners(stand, "Ada", "Cleo")
    grants = {name: people.grants(stand, name) for name in ("Ada", "Cleo")}
    owner = {n: next(g.id for g in found if g.role is Role.OWNER) for n, found in grants.items()}
    actors = {name: stand.actor(name) for name in grants}
    began, outcome = threading.Barrier(2, timeout=20), {}

    def depose(by: str, whom: str) -> None:
        began.wait()
        try:
            with stand.database.writing() as db:
                members.end_role(db, actors[by], owner[whom], stand.now)
                threading.Event().wait(0.3)
            outcome[by] = "done"
        except DeskError as refused:
            outcome[by] = type(refused).__name__

    threads = [
        threading.Thread(target=depose, args=pair) for pair in (("Ada", "Cleo"), ("Cleo", "Ada"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcome.values()) == ["Forbidden", "done"]
    left = [name for name in grants if "owner" in people.roles(stand, name)]
    assert len(left) == 1


def test_two_owners_who_leave_at_once_leave_one(stand: Stand) -> None:
    people.make_sole_owners(stand, "Ada", "Cleo")
    actors = {name: stand.actor(name) for name in ("Ada", "Cleo")}
    began, outcome = threading.Barrier(2, timeout=20), []

    def go(name: str) -> None:
        began.wait()
        with suppress(Forbidden), stand.database.writing() as db:
            members.leave(db, actors[name], actors[name].member_id or 0, stand.now)
            threading.Event().wait(0.3)
            outcome.append(name)

    threads = [threading.Thread(target=go, args=(name,)) for name in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(outcome) == 1


def test_what_an_owner_lost_a_moment_ago_is_not_used(stand: Stand) -> None:
    """The page was opened with rights that have ended since."""
    cleo = stand.actor("Cleo")
    people.give(stand, "Cleo", Role.OWNER)
    cleo = stand.actor("Cleo")
    with stand.database.writing() as db:
        members.end_role(db, DESK, people.grants(stand, "Cleo")[-1].id, stand.now)

    with stand.database.writing() as db, pytest.raises(Forbidden):
        give(db, cleo, stand)


def test_who_leaves_is_out_at_once(stand: Stand) -> None:
    ben = people.member(stand, "Ben")
    with stand.database.writing() as db:
        _, token = sessions.start(
            db, db.get_one(Member, ben.id), device="", address="", now=stand.now
        )
        db.add(RecoveryCode(member_id=ben.id, code_hash="x"))
    people.give(stand, "Ben", Role.ADMIN)
    mine, _ = people.invite(stand, by="Ben")
    with stand.database.writing() as db:
        reset, _ = password_links.make(db, stand.actor("Ada"), ben.id, stand.now)

    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), ben.id, stand.now)

    with stand.database.reading() as db:
        assert sessions.find(db, token, stand.now) is None
        states = {db.get_one(OneTimeLink, link.id).state(stand.now) for link in (mine, reset)}
        assert list(db.scalars(select(RecoveryCode))) == []
    assert states == {LinkState.CANCELLED}
    assert people.roles(stand, "Ben") == []
    left = people.member(stand, "Ben")
    assert (left.state, left.password_hash) == (MemberState.LEFT, "")
    assert left.left_at is not None
    assert "ben@example.com" not in people.whole_database(stand)


def test_who_left_is_not_found_and_may_come_back(stand: Stand) -> None:
    ben = people.member(stand, "Ben").id
    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), ben, stand.now)

    with stand.database.writing() as db:
        with pytest.raises(NotFound):
            members.get(db, ben)
        back = members.add(
            db, name="Ben Berg", email="ben@example.com", password_hash="", now=stand.now, by=DESK
        )

    assert back.id != ben


def test_what_a_leaver_had_taken_is_everybodys_again(stand: Stand) -> None:
    web_stand.tell_story(stand)
    talk = web_stand.conversation_of(stand, "Olli Niemi")
    with stand.database.writing() as db:
        conversations.claim(db, stand.actor("Ben"), talk, stand.now)
    ben = people.member(stand, "Ben").id

    with stand.database.writing() as db:
        members.leave(db, stand.actor("Dan"), ben, stand.now)
        count = conversations.release_all(db, stand.actor("Dan"), ben, stand.now)

    assert count == 1
    found = next(c for c in stand.conversations() if c.id == talk)
    assert found.assignee_id is None
    ((actor, about, _),) = people.logged(stand, "inbox:conversations:released")
    assert (actor, about) == (stand.actor("Dan").log_name, f"member:{ben}")


def test_every_change_stands_in_the_log_by_id(stand: Stand) -> None:
    ada, ben = stand.actor("Ada"), people.member(stand, "Ben").id
    with stand.database.writing() as db:
        found = db.get_one(Member, ben)
        members.give_role(db, ada, found, Role.APPROVER, now=stand.now)
        members.leave(db, ada, ben, stand.now)

    given = people.logged(stand, "accounts:role:given")[-1]
    assert given[:2] == (ada.log_name, f"member:{ben}")
    assert '"role":"approver"' in given[2].replace(" ", "")
    ended = people.logged(stand, "accounts:role:ended")
    assert [row[:2] for row in ended] == [(ada.log_name, f"member:{ben}")] * 2
    assert people.logged(stand, "accounts:member:left")[-1][:2] == (ada.log_name, f"member:{ben}")
    assert "Berg" not in str(people.logged(stand, "accounts:member:left"))


def test_a_mail_address_is_one_whatever_its_capitals(stand: Stand) -> None:
    with stand.database.writing() as db, pytest.raises(Conflict, match="already"):
        members.add(
            db,
            name="Another Ben",
            email="BEN@Example.COM",
            password_hash="",
            now=stand.now,
            by=DESK,
        )


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ben",
        "@x.fi",
        "a@",
        "a b@x.fi",
        "a@b@c",
        "a" * 250 + "@x.fi",
        "Ben <ben@x.fi>",
        "ben@x.fi\nBcc: all@x.fi",
    ],
)
def test_what_is_no_mail_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid):
        members.checked_email(email)


@pytest.mark.parametrize("name", ["", " \n ", "a" * 121, "\u0000\u0007"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        members.checked_name(name)
