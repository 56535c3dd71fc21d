"""X's pairs of tokens: renewed before their end, by one at a time, stored before they are used."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.channels.errors import AuthExpired
from app.channels.models import ChannelState
from app.channels.pairs import LEASE, LOST, Kept, Pair
from app.credentials.models import ChannelToken
from tests.functional.tweeting import account, connect, post, shown
from tests.stand import Stand

TWO_HOURS = 7200
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def kept(stand: Stand, channel: int) -> Kept:
    platforms = stand.running.platforms
    return Kept(
        stand.database, stand.running.keys.tokens, platforms.clock, channel, platforms.renew
    )


def versions(stand: Stand) -> int:
    with stand.database.reading() as db:
        return db.scalar(select(func.count(ChannelToken.id))) or 0


def test_a_pair_is_renewed_before_it_ends_and_reading_goes_on(stand: Stand) -> None:
    channel = connect(stand)
    for _ in range(3):
        stand.advance(TWO_HOURS - 100)
        assert stand.read(channel)

    assert versions(stand) == 4
    assert stand.channel(channel).state is ChannelState.CONNECTED


def test_of_many_who_need_it_at_once_one_renews(stand: Stand) -> None:
    channel = connect(stand)
    stand.advance(TWO_HOURS)
    found: list[str] = []
    begin = threading.Barrier(4)

    def one() -> None:
        begin.wait(30)
        found.append(kept(stand, channel).token())

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(found) == 4 and len(set(found)) == 1
    assert versions(stand) == 2


def test_a_refused_token_is_renewed_once_and_the_call_goes_on(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    ours = account(stand)
    channel = connect(stand, ours)
    post(stand, "Outi", "@RiekkoRinne auki?")
    stand.platform.post("faults", kind="x_token", path="x_mentions", count=1)

    assert stand.read(channel)

    assert versions(stand) == 2 and len(shown(stand)) == 1


def test_a_token_that_is_refused_again_freezes_the_channel(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    channel = connect(stand)
    stand.platform.post("faults", kind="x_token", path="x_mentions")

    assert not stand.read(channel)

    assert stand.channel(channel).frozen_reason == "token 401"


def test_a_dead_renewal_freezes_the_channel_and_connecting_again_thaws_it(
    sqlite_stand: Stand,
) -> None:
    stand = sqlite_stand
    ours = account(stand)
    channel = connect(stand, ours)
    stand.platform.post("faults", kind="x_refresh_dead", path="x_sign_in")
    stand.advance(TWO_HOURS)

    assert not stand.read(channel)
    assert stand.channel(channel).frozen_reason.startswith("token refresh")

    stand.platform.delete("faults")
    assert connect(stand, ours) == channel
    assert stand.read(channel)


def test_a_worker_killed_between_answer_and_storing_is_said_to_be_so(stand: Stand) -> None:
    channel = connect(stand)
    stand.advance(TWO_HOURS)
    at_it = kept(stand, channel)

    def killed(refresh: str) -> Pair:
        at_it.renew(refresh)
        raise SystemExit

    with pytest.raises(SystemExit):
        Kept(at_it.database, at_it.tokens, at_it.clock, channel, killed).token()
    stand.advance(LEASE.total_seconds() + 1)

    with pytest.raises(AuthExpired) as problem:
        kept(stand, channel).token()
    assert problem.value.kind == LOST
    assert not stand.read(channel)
    assert stand.channel(channel).state is ChannelState.FROZEN


def test_where_x_is_out_of_order_the_old_token_serves_to_its_end(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    channel = connect(stand)
    stand.platform.post("faults", kind="x_error", status=503, path="x_sign_in")
    stand.advance(TWO_HOURS - 120)
    assert stand.read(channel)

    stand.advance(240)
    assert not stand.read(channel)
    assert stand.channel(channel).state is ChannelState.CONNECTED

    stand.platform.delete("faults")
    stand.advance(LEASE.total_seconds() + 1)
    assert stand.read(channel)


@pytest.mark.parametrize(
    "text", ["", "token", "[]", '{"access_token": "a"}', '{"access_token": 1, "refresh_token": 2}']
)
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Pair.parse(text, NOW)
