"""The wrong tries: counted first, waiting longer each time, forgotten after a day."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import sign_in
from app.accounts.models import SignInAttempt
from app.foundation.errors import TooSoon
from tests import people
from tests.stand import Stand

KEYS = ["email:ben@example.com", "address:192.0.2.1"]


def count(stand: Stand, *keys: str) -> None:
    with stand.database.writing() as db:
        sign_in.count_try(db, list(keys or KEYS), stand.now)


def seconds_to_wait(stand: Stand, *keys: str) -> int:
    """How long the next try has to wait; 0 when it need not."""
    try:
        with stand.database.session(is_writing=True) as db:
            sign_in.count_try(db, list(keys or KEYS), stand.now)
    except TooSoon as refused:
        return int(str(refused.reason.values["seconds"]))
    return 0


def test_five_tries_are_free_and_then_each_waits_twice_as_long(stand: Stand) -> None:
    waits = []
    for _ in range(5):
        count(stand)

    for _ in range(9):
        wait = seconds_to_wait(stand)
        waits.append(wait)
        stand.advance(wait + 1)
        count(stand)

    assert [round(w, -1) for w in waits] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_try_that_had_to_wait_counts_under_no_key(stand: Stand) -> None:
    for _ in range(5):
        count(stand, "email:a")

    for _ in range(5):
        assert seconds_to_wait(stand, "address:x", "email:a") > 0

    assert seconds_to_wait(stand, "address:x") == 0


def test_a_name_and_an_address_wait_apart(stand: Stand) -> None:
    for _ in range(5):
        count(stand, "email:a", "address:x")

    assert seconds_to_wait(stand, "email:b", "address:x") > 0
    assert seconds_to_wait(stand, "email:a", "address:y") > 0
    assert seconds_to_wait(stand, "email:b", "address:y") == 0


def test_the_right_person_begins_anew(stand: Stand) -> None:
    for _ in range(5):
        count(stand)
    with stand.database.writing() as db:
        sign_in.clear_tries(db, KEYS)

    assert seconds_to_wait(stand) == 0


def test_after_a_day_without_a_try_the_count_begins_anew(stand: Stand) -> None:
    for _ in range(4):
        count(stand)
    stand.advance(timedelta(days=1).total_seconds() + 1)
    for _ in range(4):
        count(stand)

    assert seconds_to_wait(stand) == 0


def test_a_clock_that_was_put_back_locks_nobody_out_for_years(stand: Stand) -> None:
    stand.advance(timedelta(days=3650).total_seconds())
    for _ in range(5):
        count(stand)
    assert seconds_to_wait(stand) > 0

    stand.advance(-timedelta(days=3650).total_seconds())

    assert seconds_to_wait(stand) == 0


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:0:7::1", "2001:db8:0:7:ffff::9", True),
        ("2001:db8:0:7::1", "2001:db8:0:8::1", False),
        ("192.0.2.1", "192.0.2.2", False), ("", "", True),
    ],
)  # fmt: skip
def test_a_whole_ipv6_network_is_one_address(one: str, other: str, is_same: bool) -> None:
    assert (sign_in.address_key(one) == sign_in.address_key(other)) is is_same


def test_within_a_day_it_goes_on(stand: Stand) -> None:
    for _ in range(4):
        count(stand)
    stand.advance(timedelta(hours=23).total_seconds())
    count(stand)

    assert seconds_to_wait(stand) > 0


def test_capitals_and_spaces_around_a_name_make_no_other_name(stand: Stand) -> None:
    for name in ("a@x.fi", "A@x.fi", " a@X.fi", "a@x.FI ", "a@x.fi"):
        count(stand, f"email:{name}".replace("email: ", "email:"))

    assert seconds_to_wait(stand, "email:a@x.fi") > 0


def test_first_tries_at_the_same_moment_make_one_counter(stand: Stand) -> None:
    began, problems = threading.Barrier(4, timeout=20), []

    def attempt() -> None:
        began.wait()
        try:
            count(stand)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert problems == []
    with stand.database.reading() as db:
        assert {row.count for row in db.scalars(select(SignInAttempt))} == {4}


def test_what_was_typed_is_not_kept(stand: Stand) -> None:
    count(stand, "email:my-secret-password")
    with stand.database.writing() as db:
        sign_in.refused(db, None, "password", stand.now)
        sign_in.refused(db, people.member(stand, "Ben").id, "password", stand.now)

    assert "my-secret-password" not in people.whole_database(stand)
    ben = f"member:{people.member(stand, 'Ben').id}"
    found = [row[:2] for row in people.logged(stand, "accounts:session:refused")]
    assert found == [("nobody", "sign-in"), ("nobody", ben)]


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (17, 3600), (10**9, 3600)],
)
def test_the_arithmetic_of_waiting(tries: int, seconds: int) -> None:
    assert sign_in.wait_after(tries) == timedelta(seconds=seconds)
