"""Whatever a platform sends: no normaliser raises, and nothing is taken for something else."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.channels import registry
from app.channels.items import Batch
from app.channels.models import Source
from app.inbox.models import EventState, RawEvent
from tests.contract.pilot import Pilot, make_world

AT = datetime(2026, 11, 21, 18, tzinfo=UTC)
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**80, 1.5, float("inf"), "", "x", "\x00", "\ud800", "9" * 400, [], {},
    [[]], [None, 7, "x", {}], {"id": None}, {"data": 7}, {"data": [None]},
)  # fmt: skip
NO_JSON = (b"", b"\xff\xfe", b"{", b"[" * 100_000, b'{"object":', b"null", b"7", b"[]", b'"x"')
ROUNDS = 400


def keys(pilot: Pilot) -> list[tuple[Source, str]]:
    pushed = [(Source.WEBHOOK, name) for name in pilot.sources]
    return [*pushed, (Source.POLL, pilot.platform.value)]


def spoilt(body: Any, chance: random.Random) -> Any:
    """One place of it replaced by something odd, left out, or doubled."""
    if isinstance(body, dict) and body and chance.random() < 0.9:
        name = chance.choice(list(body))
        if chance.random() < 0.1:
            return {k: v for k, v in body.items() if k != name}
        return {**body, name: spoilt(body[name], chance)}
    if isinstance(body, list) and body and chance.random() < 0.9:
        at = chance.randrange(len(body))
        return [*body[:at], spoilt(body[at], chance), *body[at:]]
    return chance.choice(ODD)


def bodies(pilot: Pilot) -> Iterator[tuple[tuple[Source, str], bytes]]:
    """Its own shapes: as it pushes them, and as its readings are kept."""
    for name in pilot.sources:
        yield from (((Source.WEBHOOK, name), body) for body in pilot.bodies())
    make_world(pilot)
    assert pilot.stand.read(pilot.channel)
    with pilot.stand.database.reading() as db:
        kept = db.query(RawEvent.body).filter(RawEvent.state == EventState.DONE).all()
    yield from (((Source.POLL, pilot.platform.value), body) for (body,) in kept)


def test_what_is_no_body_of_theirs_is_a_problem_and_nothing_else(pilot: Pilot) -> None:
    for key in keys(pilot):
        for body in (*NO_JSON, *(json.dumps(odd).encode() for odd in ODD)):
            found = registry.NORMALIZERS[key](body, AT)

            assert isinstance(found, Batch)
            assert not found.items
            assert found.problems


def test_a_spoilt_body_never_raises_and_loses_only_what_is_spoilt(pilot: Pilot) -> None:
    chance = random.Random(7)
    shapes = list(bodies(pilot))
    assert len(shapes) > len(pilot.sources)
    for key, body in shapes:
        whole = registry.NORMALIZERS[key](body, AT)
        assert whole.items and not whole.problems
        for _ in range(ROUNDS // len(shapes)):
            changed = json.dumps(spoilt(json.loads(body), chance)).encode()

            assert isinstance(registry.NORMALIZERS[key](changed, AT), Batch), changed
