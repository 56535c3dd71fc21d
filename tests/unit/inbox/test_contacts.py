"""A customer's page and what the side of a conversation says, on channels open to the reader."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import members
from app.accounts.models import Member
from app.foundation.errors import Invalid, NotFound
from app.inbox import contacts, conversations, queries
from app.inbox.contacts import ContactView, Known
from app.inbox.models import Contact, Conversation
from tests import talks
from tests.desks import PROMISES, Desk


def contact_id(desk: Desk, name: str) -> int:
    with desk.database.reading() as db:
        return db.scalars(select(Contact.id).where(Contact.name == name)).one()


def view(desk: Desk, name: str, who: str = "Ben", cursor: str | None = None) -> ContactView:
    with desk.database.reading() as db:
        return contacts.contact(
            db, desk.actor(who), desk.now, contact_id(desk, name), cursor=cursor
        )


def known(desk: Desk, external_id: str, who: str = "Ben") -> Known | None:
    with desk.database.reading() as db:
        talk = db.get_one(Conversation, talks.conversation_of(desk, external_id).id)
        return contacts.known(db, desk.actor(who), desk.now, talk)


def give(desk: Desk, first_name: str, channel_id: int) -> None:
    with desk.database.writing() as db:
        member = db.scalars(select(Member).where(Member.name.startswith(first_name))).one()
        members.give_role(db, DESK, member, Role.VIEWER, channel_id=channel_id, now=desk.now)


def test_every_conversation_with_a_customer_the_newest_first(desk: Desk) -> None:
    channel = desk.channel()
    own = talks.say(desk, channel, "Kaisa", "Oma kysymys", ago=timedelta(hours=3))
    top = talks.say(desk, channel, "Olli", "Muu kysymys", ago=timedelta(hours=2))
    talks.say(desk, channel, "Kaisa", "Sama täällä", under=top, ago=timedelta(hours=1))
    talks.write(desk, channel, "Kaisa", "Yksityisesti", ago=timedelta(minutes=5))
    talks.say(desk, channel, "Henna", "Aivan muuta")
    with desk.database.writing() as db:
        talk = talks.conversation_of(desk, own)
        seen = queries.rows(db, desk.actor("Ben"), desk.now, [talk.id])[talk.id].seen
        conversations.mark_done(
            db, desk.actor("Ben"), talk.id, PROMISES, desk.now, seen_message_id=seen
        )

    found = view(desk, "Kaisa")

    assert (found.contact.name, found.channel.id) == ("Kaisa", channel)
    assert (found.conversations, found.waiting) == (3, 2)
    assert [r.audience for r in found.history.rows] == ["private", "public", "public"]
    assert found.history.rows[1].name == "Olli"
    assert found.history.next is None


def test_the_side_says_what_else_there_is(desk: Desk) -> None:
    channel = desk.channel()
    old = talks.say(desk, channel, "Kaisa", "Kiitos Sanna!", ago=timedelta(days=90))
    private = talks.write(desk, channel, "Kaisa", "Yksityisesti", ago=timedelta(hours=1))
    now = talks.say(desk, channel, "Kaisa", "Missä pakettini on?")
    talks.delete(desk, channel, talks.say(desk, channel, "Kaisa", "Poistettu"))

    about = known(desk, now)

    assert about is not None and about.conversations == 4
    assert about.last_time is not None
    assert (about.last_time.text, about.last_time.is_public) == ("Yksityisesti", False)
    waiting = [(e.conversation_id, e.is_public) for e in about.also_waiting]
    assert waiting == [
        (talks.conversation_of(desk, old).id, True),
        (talks.conversation_of(desk, private).id, False),
    ]


def test_a_first_time_has_nothing_else(desk: Desk) -> None:
    about = known(desk, talks.say(desk, desk.channel(), "Kaisa", "Hei!"))

    assert about is not None
    assert (about.conversations, about.last_time, about.also_waiting) == (1, None, [])


def test_nobody_is_nobody(desk: Desk) -> None:
    assert known(desk, talks.say(desk, desk.channel(), "", "Nimetön", is_ours=True)) is None


def test_a_stranger_finds_no_contact(desk: Desk) -> None:
    channel, other = desk.channel(), desk.channel()
    talks.say(desk, channel, "Kaisa", "Hei!")
    give(desk, "Mallory", other)

    for who in ("Mallory", "Dan"):
        with pytest.raises(NotFound):
            view(desk, "Kaisa", who)
    with desk.database.reading() as db, pytest.raises(NotFound):
        contacts.contact(db, desk.actor("Ben"), desk.now, 999_999)
    for who in ("Ada", "Ben", "Cleo", "Vera", "Sam"):
        assert view(desk, "Kaisa", who).conversations == 1


def test_a_contact_known_from_two_channels_shows_each_reader_their_own(desk: Desk) -> None:
    """A call that was written down joins the history of a customer of another channel."""
    channel, other = desk.channel(), desk.channel()
    talks.say(desk, channel, "Kaisa", "Julkisesti", ago=timedelta(hours=2))
    call = talks.write(desk, other, "Soittaja", "Puhelimessa")
    with desk.database.writing() as db:
        kaisa = db.scalars(select(Contact).where(Contact.name == "Kaisa")).one()
        talk = db.get_one(Conversation, talks.conversation_of(desk, call).id)
        talk.contact = kaisa
        for message in talk.messages:
            message.contact = kaisa
    give(desk, "Mallory", channel)

    assert view(desk, "Kaisa").conversations == 2
    whole = view(desk, "Kaisa", "Mallory")
    assert (whole.conversations, len(whole.history.rows)) == (1, 1)

    give(desk, "Dan", other)
    assert known(desk, call, "Dan") is None


def test_a_long_history_goes_on_from_its_cursor(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    channel = desk.channel()
    for n in range(5):
        talks.say(desk, channel, "Kaisa", f"Kysymys {n}", ago=timedelta(hours=n))

    found, cursor = [], None
    for _ in range(3):
        page = view(desk, "Kaisa", cursor=cursor).history
        found += [r.snippet for r in page.rows]
        cursor = page.next

    assert found == [f"Kysymys {n}" for n in range(5)] and cursor is None
    with pytest.raises(Invalid):
        view(desk, "Kaisa", cursor="x")
