"""What was not taken in, by reason, as both databases count it."""

from datetime import UTC, datetime, timedelta

from app.channels.models import Source
from app.inbox import dead_letters
from app.inbox.models import EventState, RawEvent
from tests.desks import PROMISES, Desk

THEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
EMPTY = b'{"object": "page", "entry": []}'
LONELY = "page 77 is not connected"


def set_aside(desk: Desk, problem: str, *, body: bytes = EMPTY, hours: int = 0) -> None:
    with desk.database.writing() as db:
        db.add(RawEvent(platform="meta", source=Source.WEBHOOK, body=body, state=EventState.DEAD,
                        problem=problem, received_at=THEN - timedelta(hours=hours)))  # fmt: skip


def test_groups_are_counted_by_reason_the_newest_delivery_first(desk: Desk) -> None:
    set_aside(desk, LONELY, hours=3)
    set_aside(desk, "unreadable: KeyError", hours=2)
    set_aside(desk, LONELY, body=b"", hours=1)

    with desk.database.reading() as db:
        found, total = dead_letters.groups(db), dead_letters.count(db)
        newest = dead_letters.groups(db, most=1)

    assert total == 3
    assert [(g.reason, g.count, g.triable) for g in found] == [
        (LONELY, 2, 1), ("unreadable: KeyError", 1, 1),
    ]  # fmt: skip
    assert (newest, found[0].newest_at) == (found[:1], THEN - timedelta(hours=1))
    assert [g.page for g in found] == ["77", ""]


def test_a_part_is_tried_by_reason_and_goes_on_where_it_stopped(desk: Desk) -> None:
    set_aside(desk, LONELY)
    set_aside(desk, "not JSON", body=b"{")

    with desk.database.writing() as db:
        first = dead_letters.again(db, desk.actor("Dan"), PROMISES, desk.now, reason=LONELY)
        rest = dead_letters.again(
            db, desk.actor("Dan"), PROMISES, desk.now, reason=LONELY, after=first.last
        )

    assert (first.count, first.taken, rest) == (1, 1, dead_letters.Tried(0, 0, 0))
    with desk.database.reading() as db:
        assert [g.reason for g in dead_letters.groups(db)] == ["not JSON"]
