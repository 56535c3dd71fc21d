"""A very long thread: its newest part, what is older, and nothing lost between the two."""

from datetime import timedelta
from typing import Any

import pytest

from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.paging import to_cursor
from app.inbox import conversations, queries, threads
from app.inbox.queries import ConversationView
from app.inbox.threads import OlderPart
from tests import talks
from tests.desks import PROMISES, Desk


@pytest.fixture
def long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """A thread of twelve comments, of which a page shows five; two and two in one second."""
    monkeypatch.setattr(threads, "NEWEST", 5)
    channel = desk.channel()
    top = talks.say(desk, channel, "Kaisa", "0", ago=timedelta(minutes=60))
    for n in range(1, 12):
        talks.say(desk, channel, f"N{n}", str(n), under=top, ago=timedelta(minutes=60 - n // 2 * 2))
    return talks.conversation_of(desk, top).id


def newest(desk: Desk, talk: int, **more: Any) -> ConversationView:
    with desk.database.reading() as db:
        return queries.conversation(db, desk.actor("Ben"), desk.now, talk, **{"newest": 5, **more})


def older(desk: Desk, talk: int, before: str, who: str = "Ben") -> OlderPart:
    with desk.database.reading() as db:
        return threads.older(db, desk.actor(who), desk.now, talk, before)


def said(part: ConversationView | OlderPart) -> list[str]:
    return [entry.text for entry in part.thread]


def test_the_parts_together_are_the_thread(desk: Desk, long: int) -> None:
    page = newest(desk, long)
    one = older(desk, long, page.oldest)
    two = older(desk, long, one.oldest)

    assert [page.has_older, one.has_older, two.has_older] == [True, True, False]
    assert said(two) + said(one) + said(page) == [str(n) for n in range(12)]
    assert said(older(desk, long, two.oldest)) == []


def test_notes_stand_in_the_part_in_which_they_were_written(desk: Desk, long: int) -> None:
    ben = desk.actor("Ben")
    with desk.database.writing() as db:
        conversations.add_note(db, ben, long, "vanha", desk.now - timedelta(minutes=59))
        conversations.add_note(db, ben, long, "uusi", desk.now)

    page = newest(desk, long)
    one = older(desk, long, page.oldest)
    two = older(desk, long, one.oldest)

    assert "uusi" in said(page) and "vanha" not in said(page) + said(one)
    assert "vanha" in said(two) and "uusi" not in said(one) + said(two)


def test_a_page_that_stays_open_loses_nothing_while_more_comes(desk: Desk, long: int) -> None:
    page = newest(desk, long)
    talks.say(desk, page.channel.id, "Uusi", "12", under=page.conversation.external_key)

    again = newest(desk, long, since=page.oldest)

    assert said(again) == [*said(page), "12"]
    assert (again.has_older, again.oldest) == (True, page.oldest)
    assert said(newest(desk, long)) == said(again)[1:]


def test_the_waiting_ones_of_an_older_part_are_marked(desk: Desk, long: int) -> None:
    page = newest(desk, long)

    assert all(e.turn is not None for e in older(desk, long, page.oldest).thread)


def test_whoever_saw_the_page_has_seen_everything_also_what_came_late(
    desk: Desk, long: int
) -> None:
    """A message of long ago that comes in now stands among the older ones; done must not wait
    for it to be seen."""
    page = newest(desk, long)
    late = talks.say(
        desk,
        page.channel.id,
        "Myöhäinen",
        "vanha",
        under=page.conversation.external_key,
        ago=timedelta(hours=9),
    )
    ben = desk.actor("Ben")
    with desk.database.writing() as db, pytest.raises(Conflict):
        conversations.mark_done(db, ben, long, PROMISES, desk.now, seen_message_id=page.newest_id)

    again = newest(desk, long)

    assert again.newest_id == talks.message(desk, late).id
    assert "vanha" not in said(again)
    with desk.database.writing() as db:
        conversations.mark_done(db, ben, long, PROMISES, desk.now, seen_message_id=again.newest_id)


def test_a_short_thread_has_nothing_older(desk: Desk) -> None:
    talk = talks.conversation_of(desk, talks.say(desk, desk.channel(), "Kaisa", "Hei!")).id

    page = newest(desk, talk)

    assert not page.has_older
    assert said(older(desk, talk, page.oldest)) == []


def test_a_stranger_finds_no_older_part(desk: Desk, long: int) -> None:
    place = newest(desk, long).oldest
    for who in ("Mallory", "Dan"):
        with pytest.raises(NotFound):
            older(desk, long, place, who)


@pytest.mark.parametrize(
    "place",
    [
        "",
        "x",
        to_cursor("2026-11-17T12:00:00", 1),
        to_cursor("2026-11-17T12:00:00+00:00", "1"),
        to_cursor("0001-01-01T00:00:00+14:00", 1),
        to_cursor(None, 1),
        to_cursor(1, 2, 3),
    ],
)
def test_a_damaged_place_is_refused(sqlite_desk: Desk, place: str) -> None:
    desk = sqlite_desk
    talk = talks.conversation_of(desk, talks.say(desk, desk.channel(), "Kaisa", "Hei!")).id

    with pytest.raises(Invalid):
        older(desk, talk, place)
    if place:
        with pytest.raises(Invalid):
            newest(desk, talk, since=place)
