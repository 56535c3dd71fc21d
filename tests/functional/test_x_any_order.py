"""On X, too, the order, number and batch of what comes makes no difference, pushed or read."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app.channels.models import Channel, Source
from app.inbox import intake
from app.inbox.models import RawEvent
from tests.functional.test_any_order import forget, looks, problems
from tests.functional.tweeting import NAME, US, account, connect, hear, post, pushing, write
from tests.stand import Stand

SEEDS = {"sqlite": 12, "postgresql": 4}


@dataclass(frozen=True)
class Piece:
    """One event that was pushed, or one row that was read, as it came."""

    is_pushed: bool
    content: dict[str, Any]


def test_the_order_number_and_batches_make_no_difference_on_x(stand: Stand) -> None:
    in_any_order(stand, range(SEEDS[stand.database.engine.dialect.name]))


@pytest.mark.soak
def test_no_order_of_many_makes_a_difference_on_x(sqlite_stand: Stand) -> None:
    in_any_order(sqlite_stand, range(1000, 1300))


def in_any_order(stand: Stand, seeds: Iterable[int]) -> None:
    pieces = recorded(stand)
    expected = looks(stand)
    assert len(pieces) >= 27 and len(expected["conversations"]) == 7

    for seed in seeds:
        forget(stand)
        chance = random.Random(seed)
        for some in shuffled(pieces, chance):
            bring(stand, some)

        assert problems(stand) == set(), f"seed {seed}"
        assert looks(stand) == expected, f"seed {seed}"


def recorded(stand: Stand) -> list[Piece]:
    """Everything of both ways, in order: first what was pushed, then what was read."""
    with pushing(stand):
        ours = account(stand)
        channel = connect(stand, ours)
        tell(stand, ours)
        hear(stand)
        assert stand.read(channel)
    with stand.database.reading() as db:
        rows = db.execute(select(RawEvent.source, RawEvent.body).order_by(RawEvent.id)).all()
    return [piece for source, body in rows for piece in pieces_of(source, json.loads(body))]


def pieces_of(source: Source, body: dict[str, Any]) -> Iterator[Piece]:
    if source is Source.WEBHOOK:
        data = body["data"]
        yield from (Piece(True, event) for event in (data if isinstance(data, list) else [data]))
        return
    answer = body["answer"]
    for row in answer["data"]:
        yield Piece(False, {**body, "answer": {**answer, "data": [row]}})


def tell(stand: Stand, ours: str) -> None:
    """A busy hour in public and in private; everything in a second of its own."""
    own = said(stand, US, "Talvikengät tulivat.")
    first = said(stand, NAME, f"@{US} milloin?", reply_to=own)
    answer = said(stand, US, "Huomenna!", reply_to=first)
    said(stand, US, "Kello kymmenen.", reply_to=answer)
    said(stand, NAME, "Kiitos!", reply_to=answer)
    said(stand, "Antti", "Ei koske meitä.", reply_to=first)
    strange = said(stand, "Outi", f"Onko @{US} auki?")
    said(stand, "Petri", f"@{US} kerro minullekin", reply_to=strange)
    said(stand, US, "On, Outi.", reply_to=strange)
    said(stand, "Outi", "Hieno!", quote=own)
    edited = said(stand, "Liisa", f"@{US} rikki")
    stand.advance(2)
    stand.platform.post(f"x/posts/{edited}/edit", text=f"@{US} vetoketju rikki")
    gone = said(stand, "Olli", f"@{US} törkeää")
    stand.advance(2)
    stand.platform.post(f"x/posts/{gone}/delete")
    for words, more in (("Voinko vaihtaa?", {}), ("Voit.", {"as_": "account"}), ("Kiitos", {})):
        stand.advance(2)
        write(stand, ours, words, **more)


def said(stand: Stand, name: str, text: str, **more: Any) -> str:
    stand.advance(2)
    return post(stand, name, text, **more)


def shuffled(pieces: list[Piece], chance: random.Random) -> Iterator[list[Piece]]:
    """The same pieces in another order, some of them twice, in batches of any size."""
    rows = [p for p in pieces for _ in range(chance.choice((1, 1, 2)))]
    chance.shuffle(rows)
    while rows:
        size = chance.choice((1, 2, 5, 20))
        some, rows = rows[:size], rows[size:]
        yield some


def bring(stand: Stand, some: list[Piece]) -> None:
    """Events of one batch in one delivery, rows in one reading."""
    events = [p.content for p in some if p.is_pushed]
    if events:
        body = json.dumps({"data": events if len(events) > 1 else events[0]}).encode()
        intake.store(stand.database, "x", body, stand.now)
    bodies = [json.dumps(p.content).encode() for p in some if not p.is_pushed]
    with stand.database.writing() as db:
        channel = db.scalars(select(Channel)).one()
        intake.pulled(db, channel, bodies, stand.running.promises(), stand.now)
    stand.take_in()
