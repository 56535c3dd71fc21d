"""The code from the phone: set up, used once each, replaced by recovery codes, switched off."""

import threading
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from app.accounts import members, second_factor
from app.accounts.models import Member, RecoveryCode
from app.credentials.rootkey import KeyProblem
from app.foundation.errors import Conflict, Invalid, NotFound
from app.gate import NOBODY
from tests import people
from tests.stand import Stand


def box(stand: Stand) -> second_factor.Box:
    return stand.running.keys.tokens


def secret(stand: Stand) -> str:
    """Ben's secret, sealed in the database and opened with the desk's key."""
    found = people.member(stand, "Ben")
    sealed = found.totp_sealed or found.totp_pending
    assert sealed is not None
    return box(stand).open_for(f"member:{found.id}", "totp", sealed, version=found.totp_version)


def code(stand: Stand, apart: int = 0) -> str:
    return pyotp.TOTP(secret(stand)).at(stand.now + timedelta(seconds=30 * apart))


def settle(stand: Stand) -> None:
    """To the beginning of a later time step, so that no test stands on the edge of one."""
    stand.advance(62 - stand.now.timestamp() % 30)


def begin(stand: Stand) -> None:
    with stand.database.writing() as db:
        second_factor.begin(db, stand.actor("Ben"), box(stand))


def switch_on(stand: Stand) -> list[str]:
    settle(stand)
    begin(stand)
    with stand.database.writing() as db:
        return second_factor.confirm(db, stand.actor("Ben"), box(stand), code(stand), stand.now)


def check(stand: Stand, given: str) -> bool:
    with stand.database.writing() as db:
        return second_factor.check(db, box(stand), people.member(stand, "Ben").id, given, stand.now)


def recover(stand: Stand, given: str, who: str = "Ben") -> bool:
    with stand.database.writing() as db:
        return second_factor.use_recovery(db, people.member(stand, who).id, given, stand.now)


def test_it_is_on_after_a_first_right_code(stand: Stand) -> None:
    begin(stand)
    assert people.member(stand, "Ben").totp_sealed is None

    with stand.database.writing() as db:
        codes = second_factor.confirm(db, stand.actor("Ben"), box(stand), code(stand), stand.now)

    assert len(set(codes)) == 10
    ben = people.member(stand, "Ben")
    assert ben.totp_sealed is not None and ben.totp_pending is None
    assert len(people.logged(stand, "accounts:second-factor:on")) == 1


def test_a_wrong_first_code_leaves_it_off(stand: Stand) -> None:
    begin(stand)

    for wrong in ("000000", "", "12345", "abcdef", "１２３４５６", "1234567", "9" * 10_000):
        with stand.database.writing() as db, pytest.raises(Invalid):
            second_factor.confirm(db, stand.actor("Ben"), box(stand), wrong, stand.now)

    assert people.member(stand, "Ben").totp_sealed is None


def test_nothing_is_confirmed_that_was_not_begun(stand: Stand) -> None:
    with stand.database.writing() as db, pytest.raises(Conflict, match="nothing to confirm"):
        second_factor.confirm(db, stand.actor("Ben"), box(stand), "123456", stand.now)


def test_beginning_again_makes_the_shown_secret_void(stand: Stand) -> None:
    begin(stand)
    old = code(stand)
    begin(stand)

    with stand.database.writing() as db, pytest.raises(Invalid):
        second_factor.confirm(db, stand.actor("Ben"), box(stand), old, stand.now)


def test_one_that_is_on_is_not_replaced_unasked(stand: Stand) -> None:
    switch_on(stand)

    with pytest.raises(Conflict, match="on already"):
        begin(stand)


def test_no_code_works_twice_not_even_the_first(stand: Stand) -> None:
    switch_on(stand)
    assert not check(stand, code(stand))

    stand.advance(30)
    assert check(stand, f" {code(stand)[:3]} {code(stand)[3:]} ")
    assert not check(stand, code(stand))
    assert not check(stand, code(stand, -1))


def test_a_phone_whose_clock_is_half_a_minute_off_is_let_in(stand: Stand) -> None:
    switch_on(stand)
    settle(stand)

    assert check(stand, code(stand, -1))
    assert check(stand, code(stand, 1))


def test_a_code_of_a_minute_ago_is_not(stand: Stand) -> None:
    switch_on(stand)
    settle(stand)

    assert not check(stand, code(stand, -2))
    assert not check(stand, code(stand, 2))


def test_one_code_given_twice_at_the_same_moment_counts_once(stand: Stand) -> None:
    switch_on(stand)
    settle(stand)
    given, began, outcome = code(stand), threading.Barrier(3, timeout=20), []

    def enter() -> None:
        began.wait()
        outcome.append(check(stand, given))

    threads = [threading.Thread(target=enter) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcome) == [False, False, True]


def test_a_recovery_code_works_once_however_it_is_typed(stand: Stand) -> None:
    codes = switch_on(stand)

    assert recover(stand, f"  {codes[3].upper().replace('-', ' ')} ")
    assert not recover(stand, codes[3])
    assert recover(stand, codes[4])
    with stand.database.reading() as db:
        assert second_factor.codes_left(db, people.member(stand, "Ben").id) == 8
    rows = people.logged(stand, "accounts:recovery-code:used")
    assert len(rows) == 2
    assert '"count":8' in rows[-1][2].replace(" ", "")


def test_one_recovery_code_at_the_same_moment_counts_once(stand: Stand) -> None:
    codes = switch_on(stand)
    began, outcome = threading.Barrier(3, timeout=20), []

    def enter() -> None:
        began.wait()
        outcome.append(recover(stand, codes[0]))

    threads = [threading.Thread(target=enter) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcome) == [False, False, True]


def test_somebody_elses_recovery_code_is_none(stand: Stand) -> None:
    codes = switch_on(stand)

    assert not recover(stand, codes[0], "Cleo")
    assert not recover(stand, "")
    assert not recover(stand, "-" * 100)


def test_new_recovery_codes_make_the_old_ones_void(stand: Stand) -> None:
    old = switch_on(stand)
    with stand.database.writing() as db:
        new = second_factor.new_codes(db, stand.actor("Ben"), stand.now)

    assert not recover(stand, old[0])
    assert recover(stand, new[0])
    assert not set(old) & set(new)
    assert len(people.logged(stand, "accounts:recovery-codes:made")) == 1


def test_recovery_codes_need_the_second_factor(stand: Stand) -> None:
    with stand.database.writing() as db, pytest.raises(Conflict):
        second_factor.new_codes(db, stand.actor("Ben"), stand.now)


def test_switched_off_nothing_of_it_is_left(stand: Stand) -> None:
    codes, ben = switch_on(stand), people.member(stand, "Ben").id
    with stand.database.writing() as db:
        assert second_factor.switch_off(db, stand.actor("Ben"), ben, stand.now)
        assert not second_factor.switch_off(db, stand.actor("Ben"), ben, stand.now)

    assert not recover(stand, codes[0])
    assert not check(stand, "123456")
    with stand.database.reading() as db:
        assert list(db.scalars(select(RecoveryCode))) == []
    assert len(people.logged(stand, "accounts:second-factor:off")) == 1


def test_neither_secret_nor_codes_stand_in_the_database(stand: Stand) -> None:
    codes = switch_on(stand)

    everything = people.whole_database(stand)

    assert secret(stand) not in everything
    for each in codes:
        assert each not in everything and each.replace("-", "") not in everything


def test_a_secret_moved_to_another_member_does_not_open(stand: Stand) -> None:
    switch_on(stand)
    settle(stand)
    given = code(stand)
    with stand.database.writing() as db:
        cleo = db.get_one(Member, people.member(stand, "Cleo").id)
        cleo.totp_sealed = people.member(stand, "Ben").totp_sealed

    with stand.database.writing() as db, pytest.raises(KeyProblem):
        second_factor.check(db, box(stand), cleo.id, given, stand.now)


@pytest.mark.parametrize("is_new_one_made", [True, False])
def test_an_older_secret_put_back_does_not_open(stand: Stand, is_new_one_made: bool) -> None:
    switch_on(stand)
    old, given = people.member(stand, "Ben").totp_sealed, code(stand, 1)
    with stand.database.writing() as db:
        second_factor.switch_off(
            db, stand.actor("Ben"), stand.actor("Ben").member_id or 0, stand.now
        )
    if is_new_one_made:
        switch_on(stand)

    with stand.database.writing() as db:
        db.get_one(Member, people.member(stand, "Ben").id).totp_sealed = old

    with pytest.raises(KeyProblem):
        check(stand, given)


def test_a_shown_secret_put_back_cannot_be_confirmed(stand: Stand) -> None:
    begin(stand)
    old, given = people.member(stand, "Ben").totp_pending, code(stand)
    begin(stand)
    with stand.database.writing() as db:
        db.get_one(Member, people.member(stand, "Ben").id).totp_pending = old

    with stand.database.writing() as db, pytest.raises(KeyProblem):
        second_factor.confirm(db, stand.actor("Ben"), box(stand), given, stand.now)


def test_nobody_and_leavers_have_none(stand: Stand) -> None:
    ben = stand.actor("Ben")
    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), ben.member_id or 0, stand.now)

    for actor in (ben, NOBODY):
        with stand.database.writing() as db, pytest.raises(NotFound):
            second_factor.begin(db, actor, box(stand))
