"""What a reading brings is kept as it came before it is understood, once, and not for ever."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from app.channels import registry
from app.channels.adapters.facebook import pulled
from app.channels.items import Batch, Problem
from app.channels.models import Channel, Platform, Source
from app.inbox import dead_letters, intake, upkeep
from app.inbox.models import EventState, RawEvent
from tests.desks import PROMISES
from tests.stand import Stand

FACEBOOK = (Source.POLL, Platform.FACEBOOK.value)


def kept(stand: Stand) -> list[RawEvent]:
    with stand.database.reading() as db:
        return list(db.scalars(select(RawEvent).order_by(RawEvent.id)))


def connected(stand: Stand) -> tuple[int, str]:
    """A channel whose readings find one comment; its id and the comment's."""
    page = stand.page()
    comment = stand.comment(stand.post(page), "Kaisa Virtanen", "Missä pakettini on?")
    return stand.connect(page), comment


def test_a_reading_is_kept_as_it_came(stand: Stand) -> None:
    channel_id, comment = connected(stand)
    assert stand.read(channel_id)

    (event,) = kept(stand)

    assert (event.source, event.platform, event.channel_id) == (
        Source.POLL, "facebook", channel_id,
    )  # fmt: skip
    assert (event.state, event.tries, event.problem) == (EventState.DONE, 1, "")
    (row,) = json.loads(event.body)["comments"]
    assert (row["id"], row["message"]) == (comment, "Missä pakettini on?")
    assert stand.channel(channel_id).last_push_at is None


def test_the_same_again_is_not_kept_twice_and_what_is_new_is(sqlite_stand: Stand) -> None:
    channel_id, comment = connected(sqlite_stand)
    for _ in range(3):
        assert sqlite_stand.read(channel_id)
        sqlite_stand.advance(120)
    assert len(kept(sqlite_stand)) == 1

    sqlite_stand.platform.post(f"comments/{comment}/edit", message="Missä pakettini viipyy?")
    assert sqlite_stand.read(channel_id)

    assert len(kept(sqlite_stand)) == 2
    assert [m.text for m in sqlite_stand.messages()] == ["Missä pakettini viipyy?"]


def test_one_row_that_cannot_be_read_is_set_aside_and_tried_again(
    sqlite_stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel_id, _ = connected(sqlite_stand)

    def half(body: bytes, at: object) -> Batch:
        return Batch(problems=(Problem("unreadable: KeyError"),))

    with monkeypatch.context() as patched:
        patched.setitem(registry.NORMALIZERS, FACEBOOK, half)
        assert sqlite_stand.read(channel_id)
    assert [(e.state, e.problem) for e in kept(sqlite_stand)] == [
        (EventState.DEAD, "unreadable: KeyError")
    ]
    assert sqlite_stand.messages() == []

    with sqlite_stand.database.writing() as db:
        dead_letters.again(db, sqlite_stand.actor("Dan"), PROMISES, sqlite_stand.now)

    assert [m.text for m in sqlite_stand.messages()] == ["Missä pakettini on?"]
    assert [e.state for e in kept(sqlite_stand)] == [EventState.DONE]


def test_what_the_customer_deleted_is_erased_from_readings_too(sqlite_stand: Stand) -> None:
    channel_id, comment = connected(sqlite_stand)
    assert sqlite_stand.read(channel_id)
    assert comment.encode() in kept(sqlite_stand)[0].body
    sqlite_stand.platform.post(f"comments/{comment}/delete")
    sqlite_stand.platform.post("webhooks/flush")
    with sqlite_stand.database.writing() as db:
        upkeep.look_for(db, channel_id, comment, sqlite_stand.now)

    with sqlite_stand.database.writing() as db:
        upkeep.erase(db, sqlite_stand.now)

    assert [e.body for e in kept(sqlite_stand) if e.source is Source.POLL] == [b""]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", b"7", b"[]", b"null", b'{"page":""}', b"[" * 100_000,
        b'{"page":"900","comments":[{"id":"1"}]}',
    ],
)  # fmt: skip
def test_a_damaged_body_is_a_problem_and_no_error(sqlite_stand: Stand, body: bytes) -> None:
    found = pulled.normalize(body, sqlite_stand.now)

    assert (found.items, len(found.problems)) == ((), 1)


def test_rows_that_are_none_are_left_out_and_the_rest_goes_on(sqlite_stand: Stand) -> None:
    rows: list[Any] = [
        7,
        None,
        [],
        {"id": {}},
        {"id": "1_2", "message": 7, "from": "?"},
        {"id": "1_3"},
    ]
    body = {"page": 900, "post": {"id": "900_1"}, "comments": rows, "messages": rows, "talk": 7}
    channel_id = sqlite_stand.connect(sqlite_stand.page())

    with sqlite_stand.database.writing() as db:
        channel = db.get_one(Channel, channel_id)
        bodies = [json.dumps(body).encode()] * 2
        taken = intake.pulled(
            db, channel, bodies, sqlite_stand.running.promises(), sqlite_stand.now
        )

    assert (taken.seen, taken.new) == (2, 2)
    assert [m.external_id for m in sqlite_stand.messages()] == ["1_2", "1_3"]
    assert [e.state for e in kept(sqlite_stand)] == [EventState.DONE]
