"""Labels: made by who looks after the desk, put on by who handles the conversation."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import members
from app.accounts.models import Member
from app.audit.models import AuditRow
from app.foundation.errors import Forbidden, Invalid, NotFound
from app.inbox import changes, labels, queries
from app.inbox.models import ConversationLabel, Label
from app.inbox.queries import View
from tests import talks
from tests.desks import Desk

EVERYBODY = {"Ada", "Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory"}


@pytest.fixture
def talk(desk: Desk) -> int:
    """A conversation."""
    return talks.conversation_of(desk, talks.say(desk, desk.channel(), "Kaisa", "Hei!")).id


def make(desk: Desk, name: str = "Palautus") -> int:
    with desk.database.writing() as db:
        return labels.make(db, desk.actor("Ada"), name, desk.now).id


def put_on(desk: Desk, talk: int, label: int, who: str = "Ben") -> None:
    with desk.database.writing() as db:
        labels.put_on(db, desk.actor(who), talk, label, desk.now)


def names(desk: Desk, talk: int) -> list[str]:
    with desk.database.reading() as db:
        return [label.name for label in labels.of_conversation(db, talk)]


def live(desk: Desk) -> list[str]:
    with desk.database.reading() as db:
        return [label.name for label in labels.live(db)]


def logged(desk: Desk) -> list[tuple[str, str, object, object]]:
    """What the log says of labels: who, about what, which label, what became of it."""
    with desk.database.reading() as db:
        rows = db.scalars(
            select(AuditRow).where(AuditRow.action.contains("label")).order_by(AuditRow.sequence)
        ).all()
    details = [json.loads(r.line)["detail"] for r in rows]
    return [
        (r.actor, r.object, d.get("label"), d["state"]) for r, d in zip(rows, details, strict=True)
    ]


def test_a_label_is_put_on_and_taken_off_and_the_log_says_so(desk: Desk, talk: int) -> None:
    label = make(desk)
    put_on(desk, talk, label)
    put_on(desk, talk, label, "Sam")
    assert names(desk, talk) == ["Palautus"]

    with desk.database.writing() as db:
        labels.take_off(db, desk.actor("Sam"), talk, label, desk.now)
        labels.take_off(db, desk.actor("Sam"), talk, label, desk.now)

    assert names(desk, talk) == []
    ada, ben, sam = (f"member:{desk.actor(n).member_id}" for n in ("Ada", "Ben", "Sam"))
    assert logged(desk) == [
        (ada, f"label:{label}", None, "made"),
        (ben, f"conversation:{talk}", label, "on"),
        (sam, f"conversation:{talk}", label, "off"),
    ]
    assert "Palautus" not in str(logged(desk))


def test_colleagues_browsers_hear_of_a_label(desk: Desk, talk: int) -> None:
    label = make(desk)
    with desk.database.reading() as db:
        before = changes.head(db)

    put_on(desk, talk, label)

    with desk.database.reading() as db:
        assert changes.head(db) == before + 1


def test_the_rows_bear_their_labels_and_can_be_narrowed_to_one(desk: Desk) -> None:
    channel = desk.channel()
    first, second = (
        talks.conversation_of(desk, talks.say(desk, channel, name, "Hei!")).id
        for name in ("Kaisa", "Olli")
    )
    one, other = make(desk, "Ö-takki"), make(desk, "alennus")
    for label in (one, other):
        put_on(desk, first, label)
    put_on(desk, second, other)

    with desk.database.reading() as db:
        ben = desk.actor("Ben")
        whole = queries.conversation_list(db, ben, desk.now, view=View.TO_ANSWER).rows
        some = queries.conversation_list(db, ben, desk.now, view=View.TO_ANSWER, label_id=one).rows
        none = queries.conversation_list(db, ben, desk.now, view=View.DONE, label_id=one).rows

    assert {r.id: r.labels for r in whole} == {first: ("alennus", "Ö-takki"), second: ("alennus",)}
    assert [r.id for r in some] == [first]
    assert none == []


def test_a_label_that_was_put_away_is_shown_nowhere_and_comes_back_whole(
    desk: Desk, talk: int
) -> None:
    label = make(desk)
    put_on(desk, talk, label)
    with desk.database.writing() as db:
        labels.put_away(db, desk.actor("Ada"), label, desk.now)
    assert (live(desk), names(desk, talk)) == ([], [])
    with pytest.raises(Invalid, match="put away"):
        put_on(desk, talk, label)
    with desk.database.reading() as db:
        assert [found.name for found in labels.ended(db)] == ["Palautus"]

    with desk.database.writing() as db:
        labels.bring_back(db, desk.actor("Ada"), label, desk.now)

    assert (live(desk), names(desk, talk)) == (["Palautus"], ["Palautus"])
    assert [state for *_, state in logged(desk)] == ["made", "on", "ended", "back"]


def test_making_one_of_a_name_that_was_put_away_brings_that_one_back(desk: Desk) -> None:
    label = make(desk)
    with desk.database.writing() as db:
        labels.put_away(db, desk.actor("Ada"), label, desk.now)

    assert make(desk, "palautus") == label


def test_no_two_labels_in_use_have_one_name(desk: Desk) -> None:
    first, second = make(desk, "Palautus"), make(desk, "Toimitus")
    ada = desk.actor("Ada")
    with desk.database.writing() as db:
        labels.put_away(db, ada, first, desk.now)
        labels.rename(db, ada, second, "  PALAUTUS ", desk.now)
    assert live(desk) == ["PALAUTUS"]

    with desk.database.writing() as db:
        with pytest.raises(Invalid, match="of this name already"):
            labels.bring_back(db, ada, first, desk.now)
        with pytest.raises(Invalid, match="of this name already"):
            labels.make(db, ada, "pälautus", desk.now)
        labels.rename(db, ada, second, "Palautus", desk.now)


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 41])
def test_a_name_has_one_to_forty_characters(sqlite_desk: Desk, name: str) -> None:
    with sqlite_desk.database.writing() as db, pytest.raises(Invalid, match="1 to 40"):
        labels.make(db, sqlite_desk.actor("Ada"), name, sqlite_desk.now)


def test_a_hundred_are_enough(sqlite_desk: Desk) -> None:
    with sqlite_desk.database.writing() as db:
        db.add_all(Label(name=f"L{n}", made_at=sqlite_desk.now) for n in range(labels.MOST))
    with sqlite_desk.database.writing() as db, pytest.raises(Invalid, match="100 labels"):
        labels.make(db, sqlite_desk.actor("Ada"), "Yksi vielä", sqlite_desk.now)


Deed = Callable[[Session, Desk, str, int, int], object]
DEEDS: dict[str, tuple[Deed, set[str]]] = {
    "make": (lambda db, d, who, _t, _l: labels.make(db, d.actor(who), "Uusi", d.now), {"Ada"}),
    "rename": (lambda db, d, who, _t, n: labels.rename(db, d.actor(who), n, "Uusi", d.now),
               {"Ada"}),
    "put away": (lambda db, d, who, _t, n: labels.put_away(db, d.actor(who), n, d.now), {"Ada"}),
    "bring back": (lambda db, d, who, _t, n: labels.bring_back(db, d.actor(who), n, d.now),
                   {"Ada"}),
    "put on": (lambda db, d, who, t, n: labels.put_on(db, d.actor(who), t, n, d.now),
               {"Ada", "Ben", "Cleo", "Sam"}),
    "take off": (lambda db, d, who, t, n: labels.take_off(db, d.actor(who), t, n, d.now),
                 {"Ada", "Ben", "Cleo", "Sam"}),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_who_may_do_what(desk: Desk, talk: int, deed: str) -> None:
    do, allowed = DEEDS[deed]
    label = make(desk)

    for who in sorted(EVERYBODY):
        with desk.database.session(is_writing=True) as db:
            if who in allowed:
                do(db, desk, who, talk, label)
                continue
            with pytest.raises((Forbidden, NotFound)):
                do(db, desk, who, talk, label)


def test_on_another_channel_it_is_not_found(desk: Desk, talk: int) -> None:
    label, other = make(desk), desk.channel()
    with desk.database.writing() as db:
        mallory = db.scalars(select(Member).where(Member.name.startswith("Mallory"))).one()
        members.give_role(db, DESK, mallory, Role.RESPONDER, channel_id=other, now=desk.now)

    with pytest.raises(NotFound):
        put_on(desk, talk, label, "Mallory")
    with pytest.raises(NotFound):
        put_on(desk, talk, 999)
    with desk.database.writing() as db, pytest.raises(NotFound):
        labels.rename(db, desk.actor("Ada"), 999, "Uusi", desk.now)

    own = talks.conversation_of(
        desk, talks.say(desk, other, "Olli", "Hei!", ago=timedelta(minutes=1))
    ).id
    put_on(desk, own, label, "Mallory")
    with desk.database.reading() as db:
        (row,) = db.scalars(select(ConversationLabel)).all()
    assert (row.conversation_id, row.member_id) == (own, desk.actor("Mallory").member_id)
