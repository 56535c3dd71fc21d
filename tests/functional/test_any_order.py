"""Whatever the order, number and batch of deliveries, the desk looks the same afterwards."""

import json
import random
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.channels.models import Channel, Kind
from app.inbox import intake
from app.inbox.models import (
    Change,
    Contact,
    Conversation,
    EarlyMark,
    Message,
    Post,
    RawEvent,
    Turn,
    TurnState,
)
from tests.functional.messaging import PAGE, connect, hear, pushing, write
from tests.stand import Stand

TABLES = (Turn, Message, Conversation, Contact, Post, EarlyMark, Change, RawEvent)
SEEDS = {"sqlite": 15, "postgresql": 5}

Event = tuple[str, dict[str, Any]]


def test_the_order_number_and_batches_of_deliveries_make_no_difference(stand: Stand) -> None:
    in_any_order(stand, range(SEEDS[stand.database.engine.dialect.name]))


@pytest.mark.soak
def test_no_order_of_many_makes_a_difference(sqlite_stand: Stand) -> None:
    in_any_order(sqlite_stand, range(1000, 1500))


def in_any_order(stand: Stand, seeds: Iterable[int]) -> None:
    """Each seed is another order of the same events, on an empty desk."""
    events = recorded(stand)
    expected = looks(stand)
    assert (len(events), len(expected["conversations"])) == (41, 11)

    for seed in seeds:
        forget(stand)
        for body in shuffled(events, random.Random(seed)):
            intake.store(stand.database, "meta", body, stand.now)
        stand.take_in()

        assert problems(stand) == set(), f"seed {seed}"
        assert looks(stand) == expected, f"seed {seed}"


def test_what_is_read_later_adds_only_names(stand: Stand) -> None:
    recorded(stand)
    expected = looks(stand)
    stand.advance(4000)
    for _ in range(2):
        assert stand.read(1)

    assert nameless(looks(stand)) == nameless(expected)
    assert all(name for _, name in looks(stand)["contacts"])


def test_what_was_read_first_is_the_same_when_it_is_pushed_late(stand: Stand) -> None:
    with pushing(stand):
        channel = connect(stand)
        stand.platform.post("webhooks/pause")
        tell(stand)
        stand.advance(150)
        stand.read(channel)
        hear(stand)
    found = looks(stand)

    bodies = stored(stand)
    forget(stand)
    for body in bodies:
        take(stand, body)

    assert nameless(looks(stand)) == nameless(found)


def recorded(stand: Stand) -> list[Event]:
    """Everything of both kinds that customers and the Page do, as it was pushed in order."""
    with pushing(stand):
        connect(stand)
        tell(stand)
        hear(stand)
    return [
        (name, row)
        for body in stored(stand)
        for entry in json.loads(body)["entry"]
        for name in ("changes", "messaging")
        for row in entry.get(name, [])
    ]


def stored(stand: Stand) -> list[bytes]:
    with stand.database.reading() as db:
        return list(db.scalars(select(RawEvent.body).order_by(RawEvent.id)))


def take(stand: Stand, body: bytes) -> None:
    intake.store(stand.database, "meta", body, stand.now)
    stand.take_in()


def nameless(seen: dict[str, Any]) -> dict[str, Any]:
    """All but the names: webhooks of private messages bring none, those of mentions no author."""
    named = {m[1] for m in seen["messages"] if m[6] is Kind.MENTION}
    return {
        **seen,
        "contacts": [i for i, _ in seen["contacts"]],
        "messages": [(*m[:3], "" if m[1] in named else m[3], *m[4:]) for m in seen["messages"]],
        "turns": [(t[0], "" if t[2] in named else t[1], *t[2:]) for t in seen["turns"]],
    }


def tell(stand: Stand) -> None:
    """A busy hour in public and in private; every event in a second of its own."""
    post = stand.post(PAGE)
    first = public(stand, post, "Kaisa Virtanen", "Missä pakettini on?")
    public(stand, first, "Antti Laine", "Sama täällä.")
    done(stand, "comments", on=first, message="Kaisa Virtanen, lähti tänään.")
    late = public(stand, first, "Antti Laine", "Entä minun?")
    done(stand, f"comments/{late}/edit", message="Entä minun pakettini?")
    done(stand, f"comments/{late}/edit", message="Entä minun pakettini, tilaus 7?")
    gone = public(stand, post, "Olli Niemi", "Törkeää.")
    done(stand, f"comments/{gone}/edit", message="Aika törkeää.")
    done(stand, f"comments/{gone}/delete")
    hidden = public(stand, post, "Bo Ek", "Halpoja laukkuja!")
    done(stand, f"comments/{hidden}/hide")

    posted(stand)

    one = private(stand, "Petteri Heino", "Voinko vaihtaa teltan?")
    done(stand, f"messages/{one}/edit", text="Voinko vaihtaa Halla-teltan?")
    private(stand, "Petteri Heino", "Tilaus 88214.")
    private(stand, "Petteri Heino", "Voit.", as_="page")
    private(stand, "Petteri Heino", "Kiitos! Entä kuitti?")
    two = private(stand, "Emma Lindqvist", "Skickar ni till Mariehamn?")
    done(stand, f"messages/{two}/edit", text="Skickar ni till Jomala?")
    done(stand, f"messages/{two}/edit", text="Skickar ni till Lemland?")
    private(stand, "Emma Lindqvist", "", attachment={"type": "image", "url": "https://x.test/1"})
    three = private(stand, "Saara Rinne", "Väärä ikkuna, anteeksi.")
    done(stand, f"messages/{three}/unsend")
    private(stand, "Saara Rinne", "Vetoketju petti.")
    private(stand, "Saara Rinne", "Korjaamme.", as_="page")


def posted(stand: Stand) -> None:
    """What customers post themselves; all that is said under it is one conversation."""
    wall = theirs(stand, "visitor-posts", "Sanna Salo", "Kiitos kengistä!")
    first = public(stand, wall, "Timo Tuuri", "Missä koossa?")
    done(stand, "comments", on=first, message="Koossa 38.")
    public(stand, first, "Sanna Salo", "Juuri niin.")
    public(stand, wall, "Bo Ek", "Halpoja laukkuja!")
    done(stand, f"posts/{wall}/edit", message="Kiitos kengistä ja avusta!")
    theirs(stand, "mentions", "Veera Vire", "Testikauppa on hyvä.")
    own = stand.post(PAGE, "Uusia takkeja.")
    above = public(stand, own, "Kaisa Virtanen", "Onko punaista?")
    theirs(stand, "mentions", "Veera Vire", "Testikauppa, entä sinistä?", on=above)
    story = theirs(stand, "ratings", "Oona Ojala", "Hidas.", opinion="negative")
    public(stand, story, "Timo Tuuri", "Samaa mieltä.")
    done(stand, f"posts/{story}/edit", message="Hidas, mutta tuli.")
    gone = theirs(stand, "visitor-posts", "Olli Niemi", "Väärä sivu.")
    done(stand, f"posts/{gone}/delete")


def theirs(stand: Stand, what: str, name: str, words: str, **more: Any) -> str:
    stand.advance(2)
    given = {"page": PAGE, "name": name, "message": words, **more}
    return str(stand.platform.post(what, **given)["id"])


def public(stand: Stand, on: str, name: str, words: str) -> str:
    stand.advance(2)
    return stand.comment(on, name, words)


def private(stand: Stand, name: str, words: str, **more: Any) -> str:
    stand.advance(2)
    return str(write(stand, words, name=name, **more)["id"])


def done(stand: Stand, what: str, **more: Any) -> None:
    stand.advance(2)
    stand.platform.post(what, **more)


def shuffled(events: list[Event], chance: random.Random) -> Iterable[bytes]:
    """The same events in another order, some of them twice or thrice, in batches of any size."""
    rows = [e for e in events for _ in range(chance.choice((1, 1, 2, 3)))]
    chance.shuffle(rows)
    while rows:
        size = chance.choice((1, 2, 5, 20))
        some, rows = rows[:size], rows[size:]
        entries = [{"id": int(PAGE) if chance.random() < 0.5 else PAGE, n: [r]} for n, r in some]
        yield json.dumps({"object": "page", "entry": entries}).encode()


def forget(stand: Stand) -> None:
    """An empty desk with the same channel."""
    with stand.database.writing() as db:
        for table in TABLES:
            db.execute(delete(table))
        for channel in db.scalars(select(Channel)):
            channel.last_item_at = None


def problems(stand: Stand) -> set[str]:
    with stand.database.reading() as db:
        return {e.problem for e in db.scalars(select(RawEvent)) if e.problem}


def looks(stand: Stand) -> dict[str, Any]:
    """All that people can see of the inbox, without row numbers and our own clock."""
    with stand.database.reading() as db:
        return {
            "conversations": conversations(db),
            "messages": said(stand),
            "turns": turns(db),
            "contacts": sorted((c.external_id, c.name) for c in db.scalars(select(Contact))),
        }


def conversations(db: Session) -> list[tuple[Any, ...]]:
    rows = db.scalars(select(Conversation).where(Conversation.merged_into_id.is_(None)))
    return sorted(
        (
            c.external_key, c.audience.value, c.state.value, c.waiting_count, c.snippet,
            c.activity_at, str(c.waiting_since), str(c.due_at),
        )
        for c in rows
    )  # fmt: skip


def said(stand: Stand) -> list[tuple[Any, ...]]:
    with stand.database.reading() as db:
        rows = db.execute(
            select(Message, Conversation.external_key)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .order_by(Message.sent_at, Message.external_id)
        )
        return [
            (
                key, m.external_id, m.is_ours, m.author_key, m.sent_at, m.hidden_at is not None,
                m.kind,
                (m.text, m.attachments, m.edited_at is not None) if not m.deleted_at else "gone",
            )
            for m, key in rows
        ]  # fmt: skip


def turns(db: Session) -> list[tuple[Any, ...]]:
    rows = db.scalars(select(Turn).where(Turn.state == TurnState.OPEN))
    return sorted(
        (
            t.conversation.external_key, t.contact_key, t.first_message.external_id,
            t.last_message.external_id, t.opened_at, t.due_at,
        )
        for t in rows
    )  # fmt: skip
