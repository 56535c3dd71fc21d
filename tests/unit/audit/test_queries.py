"""The audit log on the screen: for who may read it, filtered, a page at a time."""

from datetime import timedelta

import pytest

from app.audit import log, queries
from app.audit.events import Event
from app.foundation.errors import Forbidden
from tests.desks import Desk


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Rows of two people about two things, an hour apart."""
    for number, (event, who, about) in enumerate(
        [
            (Event.NOTE_WRITTEN, "member:1", "conversation:1"),
            (Event.NOTE_WRITTEN, "member:2", "conversation:1"),
            (Event.DRAFT_SUBMITTED, "member:1", "draft:1"),
            (Event.DRAFT_APPROVED, "member:2", "draft:1"),
        ]
    ):
        with desk.database.writing() as db:
            at = desk.now + timedelta(hours=number + 1)
            log.record(db, event, who, about, now=at, version=number)
    return desk


def shown(desk: Desk, who: str = "Ada", **filters: object) -> list[tuple[str, str, str]]:
    with desk.database.reading() as db:
        page = queries.rows(db, desk.actor(who), desk.now, **filters)  # type: ignore[arg-type]  # filters by name
    return [(e.action, e.actor, e.about) for e in page.rows]


def test_the_newest_comes_first_with_its_details(told: Desk) -> None:
    with told.database.reading() as db:
        page = queries.rows(db, told.actor("Ada"), told.now, size=1)

    (entry,) = page.rows
    assert (entry.action, dict(entry.detail)) == (
        "replies:draft:approved",
        {"version": 3, "practice": True},
    )


def test_each_filter_leaves_out_the_rest(told: Desk) -> None:
    since, until = told.now + timedelta(hours=1.5), told.now + timedelta(hours=3.5)

    assert [a for a, _, _ in shown(told, action="replies:")] == [
        "replies:draft:approved",
        "replies:draft:submitted",
    ]
    assert shown(told, action="replies:draft:approved") == [
        ("replies:draft:approved", "member:2", "draft:1")
    ]
    assert {w for _, w, _ in shown(told, by="member:2")} == {"member:2"}
    assert {o for _, _, o in shown(told, about="draft:1")} == {"draft:1"}
    assert [w for _, w, _ in shown(told, since=since, until=until)] == ["member:1", "member:2"]
    assert shown(told, action="%") == []


def test_pages_follow_each_other_without_a_gap(told: Desk) -> None:
    everything, found, before = shown(told, size=100), [], None
    while True:
        with told.database.reading() as db:
            page = queries.rows(db, told.actor("Ada"), told.now, before=before, size=3)
        found += [(e.action, e.actor, e.about) for e in page.rows]
        if page.next is None:
            break
        before = int(page.next)

    assert found == everything


@pytest.mark.parametrize("who", ["Ada", "Dan", "Vera"])
def test_who_may_read_the_log_reads_it(told: Desk, who: str) -> None:
    assert shown(told, who)


@pytest.mark.parametrize("who", ["Ben", "Cleo", "Sam", "Mallory"])
def test_nobody_else_does(told: Desk, who: str) -> None:
    with pytest.raises(Forbidden):
        shown(told, who)
