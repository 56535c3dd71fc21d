"""@Name in a note, on both databases: who is told, and who is not."""

import pytest

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import members
from app.inbox import conversations, mentions
from app.inbox.models import Conversation
from app.notices.models import Kind
from tests import answers, people
from tests.stand import Stand


def note(stand: Stand, conversation_id: int, text: str, who: str = "Ben") -> None:
    with stand.database.writing() as db:
        conversations.add_note(db, stand.actor(who), conversation_id, text, stand.now)


def test_a_colleague_is_told_once_and_only_who_was_mentioned(stand: Stand) -> None:
    about, _ = answers.ask(stand)

    note(stand, about, "@Ada ja @Sam: katsokaa tätä. @Ada!")

    told = answers.told(stand, Kind.MENTIONED)
    assert set(told) == {"Ada", "Sam"}
    assert told["Ada"].conversation_id == about
    assert told["Ada"].about.startswith("note:")
    assert told["Ada"].by_id == stand.actor("Ben").member_id


def test_nobody_is_told_of_what_they_wrote_themselves(stand: Stand) -> None:
    about, _ = answers.ask(stand)

    note(stand, about, "@Ben muista tämä")

    assert answers.told(stand, Kind.MENTIONED) == {}


@pytest.mark.parametrize("who", ["Dan", "Mallory"])
def test_who_may_not_read_the_channel_is_not_told(stand: Stand, who: str) -> None:
    about, _ = answers.ask(stand)
    if who == "Mallory":
        people.give(stand, who, Role.RESPONDER, channel_id=people.channel(stand, "muu"))

    note(stand, about, f"@{who} katso tätä")

    assert answers.told(stand, Kind.MENTIONED) == {}
    with stand.database.reading() as db:
        looked = mentions.of_note(db, db.get_one(Conversation, about), f"@{who}", stand.now)
        names = mentions.names(db, db.get_one(Conversation, about), stand.now)
    assert [m.first_name for m in looked.cannot_read] == [who]
    assert who not in names and "Vera" in names


def test_of_two_with_one_first_name_the_full_name_decides(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    with stand.database.writing() as db:
        other = members.add(
            db,
            name="Ada Toinen",
            email="toinen@example.com",
            password_hash="x",
            now=stand.now,
            by=DESK,
        )
        members.give_role(db, DESK, other, Role.VIEWER, now=stand.now)

    note(stand, about, "@Ada katso")
    assert answers.told(stand, Kind.MENTIONED) == {}

    note(stand, about, "@Ada Aho katso")
    assert set(answers.told(stand, Kind.MENTIONED)) == {"Ada"}
    with stand.database.reading() as db:
        names = mentions.names(db, db.get_one(Conversation, about), stand.now)
    assert {"Ada Aho", "Ada Toinen", "Sam"} <= set(names) and "Ada" not in names


def test_the_reason_of_a_hand_over_can_mention_somebody(stand: Stand) -> None:
    about, _ = answers.ask(stand)

    with stand.database.writing() as db:
        sam = stand.actor("Sam").member_id
        assert sam is not None
        conversations.hand_over(db, stand.actor("Ben"), about, sam, "@Ada tietää.", stand.now)

    assert set(answers.told(stand, Kind.MENTIONED)) == {"Ada"}
    assert set(answers.told(stand, Kind.ASSIGNED)) == {"Sam"}
