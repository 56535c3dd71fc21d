"""The door of time: each topic runs one service, and comes back when there is more to do."""

from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from app.foundation.heartbeat import last_beat
from app.inbox import intake
from app.jobs import topics
from tests.desks import Desk
from tests.telling import PAGE, Telling, body, take


def test_each_topic_runs_its_service(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    services = {
        "intake": "intake_events", "deliver": "deliver_replies", "fetch": "fetch_messages",
        "housekeeping": "housekeeping",
    }  # fmt: skip
    for name in services.values():
        monkeypatch.setattr(topics, name, lambda runtime, name=name: ran.append(name))
    topics.install(sqlite_desk.running)

    for topic in services:
        sqlite_desk.running.queue.topics[topic]()

    assert ran == list(services.values())


def test_intake_goes_on_until_nothing_is_left(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_desk.channel(PAGE)
    page = Telling()
    for number in range(1, 8):
        page.comment(number, f"no {number}", "Kaisa")
    some = intake.new_events
    monkeypatch.setattr(intake, "new_events", lambda db: some(db, most=3))

    take(sqlite_desk, *(body([e]) for e in page.events))

    with sqlite_desk.database.reading() as db:
        assert some(db) == []


def test_housekeeping_beats(sqlite_desk: Desk) -> None:
    topics.housekeeping(sqlite_desk.running)

    with sqlite_desk.database.reading() as db:
        beat = last_beat(db)
    assert beat is not None
    assert sqlite_desk.now - beat < timedelta(seconds=10)


def test_a_duty_that_fails_keeps_none_from_its_work(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[datetime] = []

    def fails(*_: object) -> None:
        raise KeyError("Kaisa's words")

    monkeypatch.setattr("app.audit.restoring.notice", fails)
    monkeypatch.setattr(topics, "DUTIES", (fails, lambda _, now: done.append(now)))
    with capture_logs() as said:
        topics.housekeeping(sqlite_desk.running)

    with sqlite_desk.database.reading() as db:
        assert [last_beat(db)] == done
    assert [row["error"].startswith("KeyError at ") for row in said] == [True, True]
    assert "Kaisa" not in str(said)


def test_trouble_with_password_mails_holds_no_notice(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed: list[object] = []

    def fails(_: object) -> None:
        raise KeyError

    monkeypatch.setattr(topics, "mail_passwords", fails)
    monkeypatch.setattr(topics, "mail_notices", mailed.append)
    topics.mail(sqlite_desk.running)

    assert mailed == [sqlite_desk.running]


@pytest.mark.parametrize(
    ("later", "least", "most"),
    [(-60.0, 0.2, 0.2), (0.0, 0.2, 0.2), (7.0, 6.0, 7.0), (9000.0, 50.0, 50.0)],
)
def test_it_comes_back_in_time_and_looks_at_least_once_a_minute(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch, later: float, least: float, most: float
) -> None:
    woken: list[tuple[str, float]] = []
    due = sqlite_desk.now + timedelta(seconds=later)

    class Next:
        def run(self) -> object:
            return due

    monkeypatch.setattr(topics, "delivery", lambda runtime: Next())
    monkeypatch.setattr(
        sqlite_desk.running.queue, "wake", lambda topic, delay: woken.append((topic, delay))
    )

    topics.deliver_replies(sqlite_desk.running)

    ((topic, delay),) = woken
    assert topic == "deliver"
    assert least <= delay <= most


def test_with_nothing_due_it_does_not_come_back(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(sqlite_desk.running.queue, "wake", lambda topic, delay: woken.append(topic))

    topics.deliver_replies(sqlite_desk.running)

    assert woken == []
