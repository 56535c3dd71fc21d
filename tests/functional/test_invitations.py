"""An invitation works once, for seven days, and is worth what its maker may still do."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.identity import DESK, Grant
from app.access.roles import Role
from app.accounts import invitations, members, tokens
from app.accounts.models import LinkState, Member, OneTimeLink
from app.foundation.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from tests import people
from tests.stand import Stand


def accept(stand: Stand, token: str, email: str = "nea@example.com") -> Member:
    with stand.database.writing() as db:
        return invitations.accept(
            db, token, name="Nea Niemi", email=email, password_hash="x", now=stand.now
        )


def link_of(stand: Stand, link_id: int) -> OneTimeLink:
    with stand.database.reading() as db:
        return db.get_one(OneTimeLink, link_id)


def test_who_accepts_holds_the_roles_of_the_invitation(stand: Stand) -> None:
    shop, until = people.channel(stand, "Kauppa"), people.later(stand, days=30)
    _, token = people.invite(
        stand, given=[Grant(Role.RESPONDER, shop, until), Grant(Role.SENDER, shop, until)]
    )

    made = accept(stand, token)

    held = [(g.role, g.channel_id, g.until) for g in people.grants(stand, "Nea")]
    assert held == [(Role.RESPONDER, shop, until), (Role.SENDER, shop, until)]
    assert {g.given_by_id for g in people.grants(stand, "Nea")} == {stand.actor("Ada").member_id}
    assert made.email == "nea@example.com"


def test_it_works_once(stand: Stand) -> None:
    link, token = people.invite(stand)
    member = accept(stand, token)

    with pytest.raises(Conflict, match="used already"):
        accept(stand, token, "other@example.com")

    assert link_of(stand, link.id).state(stand.now) is LinkState.USED
    assert link_of(stand, link.id).member_id == member.id


def test_two_who_accept_at_the_same_moment_are_one(stand: Stand) -> None:
    _, token = people.invite(stand)
    began, outcome = threading.Barrier(2, timeout=20), []

    def join(email: str) -> None:
        began.wait()
        try:
            accept(stand, token, email)
            outcome.append("in")
        except DeskError as refused:
            outcome.append(type(refused).__name__)

    threads = [threading.Thread(target=join, args=(f"nea{n}@example.com",)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcome) == ["Conflict", "in"]


def test_two_who_take_one_address_at_the_same_moment_are_one(stand: Stand) -> None:
    made = [people.invite(stand)[1] for _ in (1, 2)]
    began, outcome = threading.Barrier(2, timeout=20), []

    def join(token: str) -> None:
        began.wait()
        try:
            accept(stand, token)
            outcome.append("in")
        except DeskError as refused:
            outcome.append(type(refused).__name__)

    threads = [threading.Thread(target=join, args=(token,)) for token in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcome) == ["Taken", "in"]


def test_it_runs_out_after_seven_days(stand: Stand) -> None:
    _, token = people.invite(stand)

    stand.advance(timedelta(days=7).total_seconds() - 60)
    with stand.database.reading() as db:
        assert invitations.look(db, token, stand.now)
    stand.advance(120)

    with pytest.raises(Conflict, match="run out"):
        accept(stand, token)


def test_it_never_outlives_the_roles_it_gives(stand: Stand) -> None:
    until = people.later(stand, days=1)

    link, _ = people.invite(stand, given=[Grant(Role.VIEWER, None, until)])
    lasting, _ = people.invite(
        stand, given=[Grant(Role.VIEWER, None, until), Grant(Role.RESPONDER)]
    )

    assert abs(link.expires_at - until) < timedelta(seconds=5)
    assert lasting.expires_at - lasting.made_at == timedelta(days=7)


def test_a_cancelled_one_does_not_work_and_leaves_the_list(stand: Stand) -> None:
    link, token = people.invite(stand)
    ada = stand.actor("Ada")
    with stand.database.writing() as db:
        assert [x.id for x in invitations.open_ones(db, ada, stand.now)] == [link.id]
        invitations.cancel(db, ada, link.id, stand.now)
        assert invitations.open_ones(db, ada, stand.now) == []

    with pytest.raises(Conflict, match="cancelled"):
        accept(stand, token)


def test_one_that_was_used_cannot_be_cancelled(stand: Stand) -> None:
    link, token = people.invite(stand)
    accept(stand, token)

    with stand.database.writing() as db, pytest.raises(Conflict, match="used this invitation"):
        invitations.cancel(db, stand.actor("Ada"), link.id, stand.now)


def test_cancelling_twice_changes_nothing(stand: Stand) -> None:
    link, _ = people.invite(stand)
    for _ in range(2):
        with stand.database.writing() as db:
            invitations.cancel(db, stand.actor("Ada"), link.id, stand.now)

    assert len(people.logged(stand, "accounts:invitation:cancelled")) == 1


def test_what_is_no_invitation_cannot_be_cancelled(stand: Stand) -> None:
    with stand.database.writing() as db, pytest.raises(NotFound):
        invitations.cancel(db, stand.actor("Ada"), 10**9, stand.now)


@pytest.mark.parametrize("token", ["", "x", "../../etc", "a" * 5000, "\u0000", "💥" * 40])
def test_what_is_no_token_is_not_found(stand: Stand, token: str) -> None:
    people.invite(stand)

    with pytest.raises(NotFound, match="not a link of this desk"):
        accept(stand, token)


def test_a_leavers_invitation_is_cancelled(stand: Stand) -> None:
    _, token = people.invite(stand, by="Dan")
    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), people.member(stand, "Dan").id, stand.now)

    with pytest.raises(Conflict):
        accept(stand, token)


def test_an_invitation_is_worth_what_its_maker_may_still_do(stand: Stand) -> None:
    people.give(stand, "Dan", Role.OWNER)
    link, token = people.invite(stand, by="Dan", given=[Grant(Role.OWNER)])
    with stand.database.writing() as db:
        members.end_role(db, DESK, people.grants(stand, "Dan")[-1].id, stand.now)

    with pytest.raises(Conflict, match="may not give these roles"):
        accept(stand, token)

    with stand.database.reading() as db:
        assert not invitations.is_backed(db, link, stand.now)


def test_an_address_of_a_member_is_taken_and_the_link_stays_open(stand: Stand) -> None:
    link, token = people.invite(stand)

    with pytest.raises(members.Taken):
        accept(stand, token, "Ben@Example.com")

    assert link_of(stand, link.id).state(stand.now) is LinkState.OPEN
    assert accept(stand, token).name == "Nea Niemi"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "at least one role"),
        ([Grant(Role.SENDER)], "beside another role"),
        ([Grant(Role.VIEWER), Grant(Role.VIEWER)], "once"),
    ],
)
def test_an_invitation_that_gives_nothing_useful_is_refused(
    stand: Stand, given: list[Grant], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        people.invite(stand, given=given)


def test_an_end_in_the_past_is_refused(stand: Stand) -> None:
    with pytest.raises(Invalid, match="in the past"):
        people.invite(stand, given=[Grant(Role.VIEWER, None, stand.now)])


def test_only_the_hash_of_a_link_is_stored(stand: Stand) -> None:
    _, token = people.invite(stand, name="Nea")

    everything = people.whole_database(stand)

    assert token not in everything
    assert tokens.hash_token(token) in everything
    assert len(token) >= 43


def test_the_log_says_who_invited_and_who_came(stand: Stand) -> None:
    link, token = people.invite(stand, given=[Grant(Role.VIEWER), Grant(Role.RESPONDER)])
    member = accept(stand, token)
    ada, nea, it = stand.actor("Ada").log_name, f"member:{member.id}", f"invitation:{link.id}"

    ((by, about, line),) = people.logged(stand, "accounts:invitation:made")
    assert (by, about) == (ada, it)
    assert "responder, viewer" in line
    assert people.logged(stand, "accounts:invitation:used")[-1][:2] == (nea, it)
    assert people.logged(stand, "accounts:member:added")[-1][:2] == (ada, nea)
    assert people.logged(stand, "accounts:role:given")[-1][:2] == (ada, nea)
    assert "Niemi" not in str(people.logged(stand, "accounts:member:added"))


def test_an_admin_invites_no_owner(stand: Stand) -> None:
    for role in (Role.OWNER, Role.SENDER):
        with pytest.raises(Forbidden):
            people.invite(stand, by="Dan", given=[Grant(Role.RESPONDER), Grant(role)])

    with stand.database.reading() as db:
        assert list(db.scalars(select(OneTimeLink))) == []
