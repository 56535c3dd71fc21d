"""Reading a channel: by one worker at a time, again after a failure, and never for the others."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditRow
from app.channels import gaps, history, polling
from app.channels.adapter import Fetched
from app.channels.connections import Connections
from app.channels.errors import AuthExpired, ChannelError, Permanent, RateLimited, Transient
from app.channels.models import Channel, ChannelState
from app.channels.polling import Polling, Taken
from tests.desks import Desk

PAGE = Fetched((b"one",), "cursor 1", False)
LAST = Fetched((b"two",), "cursor 2", True)


class Adapter:
    """Brings what it is told, page by page; an error in the list is raised there."""

    def __init__(self, *pages: Fetched | BaseException) -> None:
        self.pages = pages
        self.cursors: list[str] = []
        self.goes_on = False
        self.goes_back: bool | None = None

    def fetch(self, cursor: str, _now: Any, *, is_back: bool) -> Iterator[Fetched]:
        self.cursors.append(cursor)
        self.goes_back = is_back
        for page in self.pages[len(self.cursors) - 1 if self.goes_on else 0 :]:
            if isinstance(page, BaseException):
                raise page
            yield page


class Opening(Connections):
    """Opens the adapters of the test instead of real ones."""

    adapters: dict[int, Adapter]

    def open(self, db: Any, channel: Channel) -> Any:
        return self.adapters[channel.id]


class Reader:
    """A desk's polling with adapters of the test."""

    def __init__(self, desk: Desk, **adapters: Adapter) -> None:
        self.desk = desk
        self.taken: list[tuple[int, bytes]] = []
        self.brings: tuple[int, datetime | None] = (0, None)
        opening = Opening(desk.running.platforms, desk.running.keys.tokens)
        object.__setattr__(opening, "adapters", {int(k[1:]): a for k, a in adapters.items()})
        self.polling = Polling(desk.database, opening, desk.running.clock, self.take)

    def take(self, _db: Any, channel: Channel, bodies: Any, _now: Any) -> Taken:
        self.taken += [(channel.id, b) for b in bodies]
        return Taken(len(bodies), *self.brings)

    def channel(self, channel_id: int) -> Channel:
        with self.desk.database.reading() as db:
            return db.get_one(Channel, channel_id)


@pytest.fixture
def channel(desk: Desk) -> int:
    return desk.channel()


def reader(desk: Desk, channel: int, *pages: Fetched | BaseException) -> Reader:
    return Reader(desk, **{f"c{channel}": Adapter(*pages)})


def test_every_page_is_kept_with_the_cursor_that_follows_it(desk: Desk, channel: int) -> None:
    found = reader(desk, channel, PAGE, LAST)
    seen: list[int] = []

    assert found.polling.read(channel, progress=seen.append)

    assert [i for _, i in found.taken] == [*PAGE.bodies, *LAST.bodies]
    row = found.channel(channel)
    assert (row.cursor, row.poll_lease_until, row.poll_failures) == ("cursor 2", None, 0)
    assert row.checked_at is not None
    assert row.next_poll_at == row.checked_at + polling.EVERY
    assert seen == [1, 1]


def test_a_reading_that_was_broken_off_goes_on_where_it_was(desk: Desk, channel: int) -> None:
    broken = reader(desk, channel, PAGE, Transient("2"))
    assert not broken.polling.read(channel)

    whole = reader(desk, channel, LAST)
    adapter = whole.polling._connections.adapters[channel]  # type: ignore[attr-defined]  # Opening
    desk.advance(3600)
    assert whole.polling.read(channel)

    assert adapter.cursors == ["cursor 1"]


def test_of_two_workers_one_reads(desk: Desk, channel: int) -> None:
    gate, results = threading.Barrier(2, timeout=20), []
    found = reader(desk, channel, PAGE, LAST)

    def read() -> None:
        gate.wait()
        results.append(found.polling.read(channel))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) in ([False, True], [True, True])
    assert len(found.taken) == 2 * sum(results)


def test_a_channel_in_other_hands_is_left_until_its_lease_runs_out(
    sqlite_desk: Desk,
) -> None:
    channel = sqlite_desk.channel()
    found = reader(sqlite_desk, channel, LAST)
    with sqlite_desk.database.writing() as db:
        db.get_one(Channel, channel).poll_lease_until = sqlite_desk.now + polling.LEASE

    assert not found.polling.read(channel)
    assert not found.polling.read_whole(channel, patience=0.3)
    sqlite_desk.advance(polling.LEASE.total_seconds() + 1)
    assert found.polling.read_whole(channel)


def test_a_clock_that_was_put_back_stops_no_reading(desk: Desk) -> None:
    planned, leased = desk.channel(), desk.channel()
    found = reader(desk, planned, LAST)
    with desk.database.writing() as db:
        db.get_one(Channel, planned).next_poll_at = desk.now + timedelta(days=7)
        db.get_one(Channel, leased).poll_lease_until = desk.now + timedelta(days=7)
        db.get_one(Channel, leased).next_poll_at = desk.now + timedelta(hours=24)

    assert found.polling._due() == [planned]
    assert found.polling._claim(leased) is not None


@pytest.mark.parametrize("state", [ChannelState.FROZEN, ChannelState.REMOVED])
def test_a_stopped_channel_is_not_read(sqlite_desk: Desk, state: ChannelState) -> None:
    channel = sqlite_desk.channel()
    found = reader(sqlite_desk, channel, LAST)
    with sqlite_desk.database.writing() as db:
        db.get_one(Channel, channel).state = state

    found.polling.run()
    assert not found.polling.read(channel)
    assert not found.polling.read_whole(channel)
    assert found.taken == []


@pytest.mark.parametrize(
    ("used", "minutes", "is_whole"), [(69, 2, True), (70, 4, True), (89, 4, True), (90, 60, False)]
)
def test_what_is_left_of_the_allowance_is_for_answers(
    sqlite_desk: Desk, used: int, minutes: int, is_whole: bool
) -> None:
    channel = sqlite_desk.channel()
    found = reader(sqlite_desk, channel, replace(PAGE, used=used), replace(LAST, used=used))

    assert found.polling.read(channel) is is_whole

    after = found.channel(channel)
    assert after.next_poll_at is not None
    assert round((after.next_poll_at - sqlite_desk.now).total_seconds() / 60) == minutes
    assert after.cursor == ("cursor 2" if is_whole else "cursor 1")


class TestFailing:
    @pytest.mark.parametrize(
        ("failures", "minutes"), [(0, 1), (1, 2), (2, 4), (5, 32), (6, 60), (40, 60)]
    )
    def test_the_next_try_waits_longer_each_time(
        self, sqlite_desk: Desk, failures: int, minutes: int
    ) -> None:
        channel = sqlite_desk.channel()
        with sqlite_desk.database.writing() as db:
            db.get_one(Channel, channel).poll_failures = failures
        found = reader(sqlite_desk, channel, Transient("2"))

        before = sqlite_desk.now
        assert not found.polling.read(channel)

        row = found.channel(channel)
        assert row.next_poll_at is not None
        wait = row.next_poll_at - before
        assert timedelta(minutes=minutes) <= wait < timedelta(minutes=minutes, seconds=30)
        assert (row.poll_failures, row.poll_lease_until) == (failures + 1, None)

    def test_a_limit_is_kept_until_its_time(self, desk: Desk, channel: int) -> None:
        until = desk.now + timedelta(minutes=47)
        found = reader(desk, channel, RateLimited(until, "80001"))

        found.polling.read(channel)

        assert found.channel(channel).next_poll_at == until
        assert found.channel(channel).state is ChannelState.CONNECTED

    def test_a_limit_without_a_time_backs_off(self, sqlite_desk: Desk) -> None:
        channel = sqlite_desk.channel()
        found = reader(sqlite_desk, channel, RateLimited(None, "4"))

        found.polling.read(channel)

        next_poll = found.channel(channel).next_poll_at
        assert next_poll is not None
        assert next_poll > sqlite_desk.now

    def test_a_token_that_has_ended_freezes_the_channel_and_is_in_the_log(
        self, desk: Desk, channel: int
    ) -> None:
        found = reader(desk, channel, PAGE, AuthExpired("token", "190.463"))

        assert not found.polling.read(channel)

        row = found.channel(channel)
        assert (row.state, row.frozen_reason, row.cursor) == (
            ChannelState.FROZEN, "token 190.463", "cursor 1",
        )  # fmt: skip
        with desk.database.reading() as db:
            (logged,) = db.scalars(
                select(AuditRow).where(AuditRow.action == "channels:channel:frozen")
            )
        assert '"reason_code":"token 190.463"' in logged.line

    @pytest.mark.parametrize(
        "problem", [Transient("2"), Permanent("refused", "100"), ValueError("canary"), KeyError()]
    )
    def test_what_one_channel_brings_does_not_stop_the_next(
        self, sqlite_desk: Desk, problem: BaseException, capsys: pytest.CaptureFixture[str]
    ) -> None:
        one, other = sqlite_desk.channel(), sqlite_desk.channel()
        found = Reader(sqlite_desk, **{f"c{one}": Adapter(problem), f"c{other}": Adapter(LAST)})

        found.polling.run()

        assert [c for c, _ in found.taken] == [other]
        assert found.channel(one).poll_failures == 1
        assert isinstance(problem, ChannelError) or found.channel(one).state is (
            ChannelState.CONNECTED
        )

    def test_a_channel_without_a_token_is_a_failure_like_any_other(self, sqlite_desk: Desk) -> None:
        channel = sqlite_desk.channel()
        running = sqlite_desk.running
        real = Polling(
            running.database, Connections(running.platforms, running.keys.tokens), running.clock,
            lambda *_: Taken(),
        )  # fmt: skip

        assert not real.read(channel)


def test_what_is_due_is_read_and_what_is_not_is_left(sqlite_desk: Desk) -> None:
    due, new, later = (sqlite_desk.channel() for _ in range(3))
    with sqlite_desk.database.writing() as db:
        db.get_one(Channel, due).next_poll_at = sqlite_desk.now - timedelta(seconds=1)
        db.get_one(Channel, later).next_poll_at = sqlite_desk.now + timedelta(minutes=1)
    found = Reader(sqlite_desk, **{f"c{c}": Adapter(LAST) for c in (due, new, later)})

    found.polling.run()

    assert {c for c, _ in found.taken} == {due, new}


def test_much_history_holds_up_no_other_channel(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "A_TURN", 0.0)
    long, short = sqlite_desk.channel(), sqlite_desk.channel()
    pages = Adapter(*[replace(PAGE, cursor=str(n)) for n in range(1, 4)], LAST)
    pages.goes_on = True
    found = Reader(sqlite_desk, **{f"c{long}": pages, f"c{short}": Adapter(LAST)})

    found.polling.run()

    assert [c for c, _ in found.taken] == [long, short, long, long, long]
    assert found.channel(long).cursor == "cursor 2"
    assert pages.cursors == ["", "1", "2", "3"]


def test_the_way_back_is_counted_and_can_be_stopped_and_gone_on(sqlite_desk: Desk) -> None:
    desk, channel = sqlite_desk, sqlite_desk.channel()
    early = desk.now - timedelta(days=400)

    def stop(*, is_stopped: bool) -> None:
        with desk.database.writing() as db:
            row = db.get_one(Channel, channel)
            history.stop(db, desk.actor("Dan"), row, is_stopped=is_stopped, now=desk.now)

    def read(*pages: Fetched) -> tuple[bool | None, int, bool]:
        adapter = Adapter(*pages)
        found = Reader(desk, **{f"c{channel}": adapter})
        assert found.polling.read(channel)
        row = found.channel(channel)
        return adapter.goes_back, row.history_items, row.history_done_at is not None

    stop(is_stopped=True)
    assert read(LAST) == (False, 0, False)
    stop(is_stopped=False)
    assert read(replace(PAGE, reached=early), replace(PAGE, reached=desk.now), LAST) == (
        True,
        2,
        True,
    )
    with desk.database.reading() as db:
        assert db.get_one(Channel, channel).history_to == early


class TestWebhooksAndTheNet:
    def told(self, desk: Desk, **at: datetime | None) -> int:
        """A channel to which webhooks come, read whole before."""
        channel = desk.channel()
        with desk.database.writing() as db:
            row = db.get_one(Channel, channel)
            row.last_push_at = row.whole_at = desk.now
            for name, moment in at.items():
                setattr(row, name, moment)
        return channel

    def pause(self, found: Reader, channel: int) -> timedelta:
        assert found.polling.read(channel)
        row = found.channel(channel)
        assert row.next_poll_at is not None
        assert row.checked_at is not None
        return row.next_poll_at - row.checked_at

    def test_where_webhooks_come_readings_are_only_the_net(self, sqlite_desk: Desk) -> None:
        channel = self.told(sqlite_desk)

        assert self.pause(reader(sqlite_desk, channel, LAST), channel) == polling.EVERY_PUSHED

    def test_webhooks_of_two_days_ago_are_not_counted_on(self, sqlite_desk: Desk) -> None:
        channel = self.told(sqlite_desk, last_push_at=sqlite_desk.now - timedelta(days=2))

        assert self.pause(reader(sqlite_desk, channel, LAST), channel) == polling.EVERY

    @pytest.mark.parametrize(("minutes", "pause"), [(6, polling.EVERY), (1, polling.EVERY_PUSHED)])
    def test_a_webhook_that_did_not_come_makes_readings_frequent_again(
        self, sqlite_desk: Desk, minutes: int, pause: timedelta
    ) -> None:
        channel = self.told(sqlite_desk)
        found = reader(sqlite_desk, channel, LAST)
        found.brings = (1, sqlite_desk.now - timedelta(minutes=minutes))

        assert self.pause(found, channel) == pause


class TestGaps:
    def gaps(self, desk: Desk, channel: int) -> list[tuple[str, bool, int]]:
        with desk.database.reading() as db:
            return [(g.reason, g.ended_at is None, g.recovered) for g in gaps.newest(db, channel)]

    def read_before(self, desk: Desk) -> int:
        channel = desk.channel()
        assert reader(desk, channel, LAST).polling.read(channel)
        return channel

    def test_a_refusal_begins_one_at_once_and_reading_whole_again_ends_it(self, desk: Desk) -> None:
        channel = self.read_before(desk)
        desk.advance(180)
        reader(desk, channel, AuthExpired("token", "190.460")).polling.read(channel)
        assert self.gaps(desk, channel) == [("token 190.460", True, 0)]

        with desk.database.writing() as db:
            db.get_one(Channel, channel).state = ChannelState.CONNECTED
        again = reader(desk, channel, PAGE, LAST)
        again.brings = (7, desk.now)
        assert again.polling.read(channel)

        assert self.gaps(desk, channel) == [("token 190.460", False, 14)]
        with desk.database.reading() as db:
            (found,) = gaps.newest(db, channel)
            assert found.ended_at is not None
            assert found.ended_at - found.began_at >= timedelta(seconds=180)

    def test_one_failure_is_none_and_ten_minutes_of_them_are_one(self, sqlite_desk: Desk) -> None:
        channel = self.read_before(sqlite_desk)
        seen = []
        for _ in range(3):
            sqlite_desk.advance(240)
            reader(sqlite_desk, channel, Transient("2")).polling.read(channel)
            seen.append(len(self.gaps(sqlite_desk, channel)))

        assert seen == [0, 0, 1]
        assert self.gaps(sqlite_desk, channel) == [("2", True, 0)]

    def test_a_desk_that_was_off_says_so(self, sqlite_desk: Desk) -> None:
        channel = self.read_before(sqlite_desk)
        sqlite_desk.advance(3600)

        assert reader(sqlite_desk, channel, LAST).polling.read(channel)

        assert self.gaps(sqlite_desk, channel) == [("off", False, 0)]

    def test_a_new_channel_has_a_history_and_no_gap(self, sqlite_desk: Desk) -> None:
        channel = sqlite_desk.channel()
        reader(sqlite_desk, channel, AuthExpired("token", "190")).polling.read(channel)

        assert self.gaps(sqlite_desk, channel) == []
