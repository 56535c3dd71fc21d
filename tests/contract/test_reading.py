"""Reading a channel, by whichever adapter: everything comes in, once, and stays as it is."""

from typing import Any

import pytest

from app.channels import registry
from app.channels.items import CommentItem, DirectItem
from app.channels.models import Channel, Source
from app.inbox.models import Conversation, EventState, Message, RawEvent
from tests.contract.pilot import Pilot, World, make_world
from tests.stand import Stand

DAY = 86400


def stands(stand: Stand) -> dict[str, tuple[Any, ...]]:
    """Each thing as the desk holds it: where, whose, what."""
    with stand.database.reading() as db:
        rows = db.query(Message, Conversation.external_key).join(Conversation).all()
        return {
            m.external_id: (
                key, m.is_ours, m.text, m.parent_external_id, m.author_key, m.kind,
                m.edited_at, m.deleted_at, m.attachments,
            )
            for m, key in rows
        }  # fmt: skip


def read(pilot: Pilot) -> None:
    assert pilot.stand.read(pilot.channel)


@pytest.fixture
def world(pilot: Pilot) -> World:
    return make_world(pilot)


def fetched(pilot: Pilot) -> set[str]:
    """The ids of all that the adapter brings, from the beginning."""
    normalize = registry.NORMALIZERS[Source.POLL, pilot.platform.value]
    pages = pilot.adapter().fetch("", pilot.stand.now)
    batches = [normalize(body, pilot.stand.now) for page in pages for body in page.bodies]
    assert not [p for batch in batches for p in batch.problems]
    things = [item for batch in batches for _, item in batch.items]
    return {i.external_id for i in things if isinstance(i, CommentItem | DirectItem)}


def test_all_is_read_whatever_the_platform_does(pilot: Pilot, world: World) -> None:
    for fault in pilot.reading_faults:
        pilot.heal()
        if fault:
            pilot.fault(**fault)

        assert fetched(pilot) == set(world.all), fault


def test_all_comes_in_once_however_often_it_is_read(pilot: Pilot, world: World) -> None:
    for _ in range(2):
        with pilot.stand.database.writing() as db:
            db.get_one(Channel, pilot.channel).cursor = ""

        read(pilot)

        assert sorted(stands(pilot.stand)) == sorted(world.all)
    with pilot.stand.database.reading() as db:
        assert not db.query(RawEvent).filter(RawEvent.state == EventState.DEAD).all()
    ours = {m.external_id for m in pilot.stand.messages() if m.is_ours}
    assert ours == {world.ours, world.messages[1]}


def test_what_comes_later_is_read_from_where_the_last_reading_ended(
    pilot: Pilot, world: World
) -> None:
    read(pilot)
    pilot.stand.advance(600)
    new = [
        pilot.comment(world.top, "Entä nyt?", "kaisa"),
        pilot.comment(world.post, "Onko punaisena?", "liisa"),
        pilot.write("petteri", "Kiitos!"),
    ]

    read(pilot)

    assert sorted(stands(pilot.stand)) == sorted([*world.all, *new])


def test_webhook_and_reading_tell_the_same(pilot: Pilot) -> None:
    with pilot.pushing():
        world = make_world(pilot)
        pilot.hear()
    told = stands(pilot.stand)
    untold = set() if pilot.tells_ours else {world.ours}
    assert set(told) == set(world.all) - untold

    read(pilot)

    shown = stands(pilot.stand)
    assert set(shown) == set(world.all)
    assert {thing: shown[thing] for thing in told} == told
    with pilot.stand.database.reading() as db:
        assert not any(not c.contact.name for c in db.query(Conversation) if c.contact)


def test_what_was_changed_and_deleted_is_seen(pilot: Pilot) -> None:
    """At once where webhooks tell of it, else with the next whole reading."""
    with pilot.pushing():
        world = make_world(pilot)
        pilot.hear()
        read(pilot)
        pilot.stand.advance(DAY)
        pilot.edit(world.top, "Paketti tuli.")
        pilot.delete(world.comments[2])
        pilot.delete(world.ours)
        pilot.hear()
    if not pilot.tells_all:
        read(pilot)

    found = {m.external_id: m for m in pilot.stand.messages()}
    assert found[world.top].text.endswith("Paketti tuli.")
    assert found[world.top].edited_at is not None
    gone = {m.external_id for m in found.values() if m.deleted_at is not None}
    assert gone == {world.comments[2], world.ours}


def test_an_empty_answer_never_counts_as_deleted(pilot: Pilot, world: World) -> None:
    read(pilot)
    pilot.stand.advance(DAY)
    pilot.fault(**pilot.blind)

    read(pilot)

    assert not [m for m in pilot.stand.messages() if m.deleted_at is not None]
