"""Sessions: each can be seen and ended, gets a new id when rights change, and runs out."""

import threading

import pytest
from sqlalchemy import select

from app.access.identity import Actor
from app.access.roles import Role
from app.accounts import sessions
from app.accounts.models import Member, SignInSession
from app.foundation.errors import NotFound
from tests import people
from tests.stand import Stand

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Mobile/15E148"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
HOUR = 3600


def start(stand: Stand, name: str = "Ben", device: str = DESK) -> tuple[int, str]:
    with stand.database.writing() as db:
        who = db.get_one(Member, people.member(stand, name).id)
        made, token = sessions.start(db, who, device=device, address="127.0.0.1", now=stand.now)
        return made.id, token


def find(stand: Stand, token: str) -> sessions.Found | None:
    with stand.database.reading() as db:
        return sessions.find(db, token, stand.now)


def rotate(stand: Stand, session_id: int) -> str | None:
    with stand.database.writing() as db:
        return sessions.rotate(db, session_id, stand.now)


def test_a_session_says_who_it_is_and_what_they_may(stand: Stand) -> None:
    number, token = start(stand)

    found = find(stand, token)

    assert found is not None
    assert (found.actor.name, found.actor.session_id, found.actor.is_fresh) == (
        "Ben Berg",
        number,
        True,
    )
    assert [g.role for g in found.actor.grants] == [Role.RESPONDER]


@pytest.mark.parametrize("token", ["", "x", "a" * 10_000, "\u0000"])
def test_what_is_no_token_is_nobody(stand: Stand, token: str) -> None:
    start(stand)

    assert find(stand, token) is None


def test_proving_who_one_is_is_fresh_for_a_quarter_of_an_hour(stand: Stand) -> None:
    number, token = start(stand)
    stand.advance(14 * 60)
    assert is_fresh(stand, token)
    stand.advance(2 * 60)
    assert not is_fresh(stand, token)

    with stand.database.writing() as db:
        sessions.freshen(db, number, stand.now)
    assert is_fresh(stand, token)


def test_a_clock_that_was_put_back_makes_no_proof_fresh_for_longer(stand: Stand) -> None:
    _, token = start(stand)

    stand.advance(-3600)

    assert not is_fresh(stand, token)


def is_fresh(stand: Stand, token: str) -> bool:
    found = find(stand, token)
    return found is not None and found.actor.is_fresh


def test_a_device_of_the_shop_is_signed_out_after_three_days_unused(stand: Stand) -> None:
    _, token = start(stand)
    stand.advance(71 * HOUR)
    assert find(stand, token) is not None
    stand.advance(2 * HOUR)
    assert find(stand, token) is None


def test_and_after_two_weeks_in_any_case(stand: Stand) -> None:
    number, token = start(stand)
    for _ in range(5):
        stand.advance(70 * HOUR)
        with stand.database.writing() as db:
            sessions.touch(db, number, stand.now)
        if (now := find(stand, token)) is None:
            break

    assert now is None


def test_a_phone_stays_signed_in_for_thirty_days(stand: Stand) -> None:
    _, token = start(stand, "Ada", PHONE)
    stand.advance(29 * 24 * HOUR)
    assert find(stand, token) is not None
    with stand.database.reading() as db:
        assert len(sessions.live(db, people.member(stand, "Ada").id, stand.now)) == 1

    stand.advance(2 * 24 * HOUR)
    assert find(stand, token) is None
    with stand.database.reading() as db:
        assert sessions.live(db, people.member(stand, "Ada").id, stand.now) == []


def test_a_change_of_rights_gives_a_new_id_and_asks_for_a_fresh_proof(stand: Stand) -> None:
    number, old = start(stand)
    people.give(stand, "Ben", Role.APPROVER)
    found = find(stand, old)
    assert found is not None and found.is_outdated

    new = rotate(stand, number)

    assert new is not None and new != old
    found = find(stand, new)
    assert found is not None and not found.is_outdated and not found.actor.is_fresh


def test_a_dated_role_that_runs_out_gives_a_new_id_once(stand: Stand) -> None:
    people.give(stand, "Ben", Role.APPROVER, until=people.later(stand, hours=1))
    number, old = start(stand)
    stand.advance(HOUR - 300)
    found = find(stand, old)
    assert found is not None and not found.is_outdated
    assert rotate(stand, number) is None
    stand.advance(300)
    found = find(stand, old)
    assert found is not None and found.is_outdated

    new = rotate(stand, number)

    assert new is not None
    found = find(stand, new)
    assert found is not None and not found.is_outdated and not found.actor.is_fresh
    assert rotate(stand, number) is None


def test_the_old_id_answers_for_a_moment_and_then_never(stand: Stand) -> None:
    """A page asks several things at once; what is on its way comes in with the old id."""
    number, old = start(stand)
    people.give(stand, "Ben", Role.APPROVER)
    rotate(stand, number)

    assert find(stand, old) is not None
    stand.advance(11)
    assert find(stand, old) is None
    stand.advance(-60)
    assert find(stand, old) is None


def test_of_several_requests_at_once_one_gets_the_new_id(stand: Stand) -> None:
    number, _ = start(stand)
    people.give(stand, "Ben", Role.APPROVER)
    began, outcome = threading.Barrier(3, timeout=20), []

    def ask() -> None:
        began.wait()
        outcome.append(rotate(stand, number))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    (new,) = [token for token in outcome if token is not None]
    assert find(stand, new) is not None


def test_an_ended_session_gets_no_new_id(stand: Stand) -> None:
    number, token = start(stand)
    people.give(stand, "Ben", Role.APPROVER)
    with stand.database.writing() as db:
        sessions.end(db, stand.actor("Ben"), number, stand.now)

    assert rotate(stand, number) is None
    assert find(stand, token) is None


def test_one_ends_ones_own_and_who_looks_after_members_anybodys(stand: Stand) -> None:
    for who in ("Ben", "Ada", "Dan"):
        number, token = start(stand)
        with stand.database.writing() as db:
            sessions.end(db, stand.actor(who), number, stand.now)
        assert find(stand, token) is None

    assert len(people.logged(stand, "accounts:session:ended")) == 3


@pytest.mark.parametrize("who", ["Cleo", "Vera", "Sam", "Mallory"])
def test_nobody_else_ends_it(stand: Stand, who: str) -> None:
    number, token = start(stand)

    with stand.database.writing() as db, pytest.raises(NotFound):
        sessions.end(db, stand.actor(who), number, stand.now)
    with stand.database.writing() as db, pytest.raises(NotFound):
        sessions.end_every(db, stand.actor(who), people.member(stand, "Ben").id, stand.now)

    assert find(stand, token) is not None


def test_every_session_of_a_member_can_be_ended_at_once(stand: Stand) -> None:
    tokens = [start(stand)[1] for _ in range(3)]
    _, other = start(stand, "Cleo")
    ben = people.member(stand, "Ben").id

    with stand.database.writing() as db:
        assert sessions.end_every(db, stand.actor("Dan"), ben, stand.now) == 3
        assert sessions.end_every(db, stand.actor("Dan"), ben, stand.now) == 0

    assert [find(stand, token) for token in tokens] == [None] * 3
    assert find(stand, other) is not None
    ((by, about, line),) = people.logged(stand, "accounts:session:ended")
    assert (by, about) == (stand.actor("Dan").log_name, f"member:{ben}")
    assert '"count":3' in line.replace(" ", "")


def test_ending_all_but_this_one_keeps_this_one(stand: Stand) -> None:
    (kept, token), (_, other) = start(stand), start(stand)
    ben = stand.actor("Ben")

    with stand.database.writing() as db:
        sessions.end_every(db, ben, ben.member_id or 0, stand.now, keep=kept)

    assert find(stand, token) is not None
    assert find(stand, other) is None


def test_only_hashes_of_the_ids_are_stored(stand: Stand) -> None:
    number, old = start(stand)
    people.give(stand, "Ben", Role.APPROVER)
    new = rotate(stand, number) or "none"

    everything = people.whole_database(stand)

    assert old not in everything and new not in everything
    with stand.database.reading() as db:
        assert len(db.scalars(select(SignInSession)).one().token_hash) == 64


def test_a_session_that_is_not_there_is_not_ended(stand: Stand) -> None:
    with stand.database.writing() as db, pytest.raises(NotFound):
        sessions.end(db, Actor(None, "nobody"), 10**9, stand.now)
