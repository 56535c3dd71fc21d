"""Contacts that may be one person: proposed with the reason, said by a member, undone as it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import members
from app.accounts.models import Member
from app.foundation.errors import Conflict, Forbidden, NotFound
from app.inbox import contacts, looking, recognising, same_person
from app.inbox.models import Clue, Contact, SamePerson
from app.inbox.same_person import Same
from tests import talks
from tests.desks import Desk

EMAIL, PHONE, ORDER, NAME, DAYS = Clue


@pytest.mark.parametrize(
    ("shared", "enough"),
    [
        ({EMAIL}, True), ({PHONE}, True), ({ORDER}, True), ({ORDER, NAME}, True),
        ({NAME, DAYS}, True), ({NAME}, False), ({DAYS}, False), (set(), False),
    ],
)  # fmt: skip
def test_a_weak_clue_alone_proposes_nothing(shared: set[Clue], enough: bool) -> None:
    assert recognising.is_enough(shared) is enough


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (("Kaisa", "", "", []), set()),
        (("Äkäs\u00adlompolo Matti", "", "", []), {(NAME, "akaslompolo matti")}),
        (("", "kaisa@example.com", "+358 40 123 4567", []),
         {(EMAIL, "kaisa@example.com"), (PHONE, "401234567")}),
        (("", "", "040 123 4567", []), {(PHONE, "401234567")}),
        (("", "", "", ["Tilaus 1042331 vuodelta 2026, 33100 Tampere, puh. 0401234567"]),
         {(ORDER, "1042331")}),
    ],
)  # fmt: skip
def test_what_is_compared(
    known: tuple[str, str, str, list[str]], found: set[tuple[Clue, str]]
) -> None:
    assert recognising.clues(*known) == found


def number_of(desk: Desk, name: str, channel_id: int) -> int:
    with desk.database.reading() as db:
        mine = (Contact.name == name, Contact.channel_id == channel_id)
        return db.scalars(select(Contact.id).where(*mine)).one()


def look(desk: Desk) -> None:
    with desk.database.writing() as db:
        looking.look(db, desk.now)


def around(desk: Desk, contact_id: int, who: str = "Ben") -> Same:
    with desk.database.reading() as db:
        found = db.get_one(Contact, contact_id)
        return same_person.around(db, desk.actor(who), desk.now, found)


def decide(desk: Desk, verb: Callable[..., None], one: int, other: int, who: str = "Ben") -> None:
    with desk.database.writing() as db:
        verb(db, desk.actor(who), one, other, desk.now)


def give(desk: Desk, first_name: str, role: Role, channel_id: int) -> None:
    with desk.database.writing() as db:
        member = db.scalars(select(Member).where(Member.name.startswith(first_name))).one()
        members.give_role(db, DESK, member, role, channel_id=channel_id, now=desk.now)


class Two:
    """Somebody who wrote the same order number on two channels, and a third person."""

    def __init__(self, desk: Desk) -> None:
        self.here, self.there = desk.channel(), desk.channel()
        hour = timedelta(hours=1)
        self.said = talks.say(desk, self.here, "Kaisa", "Missä on tilaus 1042331?", ago=hour)
        talks.write(desk, self.there, "kaisa_m", "Tilaus 1042331 puuttuu", ago=2 * hour)
        talks.say(desk, self.here, "Olli", "Entä 555666?")
        look(desk)
        self.kaisa = number_of(desk, "Kaisa", self.here)
        self.other = number_of(desk, "kaisa_m", self.there)


def test_joined_contacts_have_one_history_and_are_taken_apart_in_one_step(desk: Desk) -> None:
    two = Two(desk)
    ben = desk.actor("Ben")

    proposed = around(desk, two.kaisa).proposed
    assert [(a.contact.name, a.reasons, a.may_decide) for a in proposed] == [
        ("kaisa_m", [ORDER], True)
    ]
    decide(desk, same_person.join, two.kaisa, two.other)
    decide(desk, same_person.join, two.kaisa, two.other)

    with desk.database.reading() as db:
        for number in (two.kaisa, two.other):
            page = contacts.contact(db, ben, desk.now, number)
            assert (page.conversations, page.waiting) == (2, 2)
            assert [r.name for r in page.history.rows] == ["Kaisa", "kaisa_m"]
        talk = talks.conversation_of(desk, two.said)
        known = contacts.known(db, ben, desk.now, db.merge(talk, load=False))
        assert known is not None and known.conversations == 2
        assert [e.is_public for e in known.also_waiting] == [False]
    decide(desk, same_person.take_apart, two.other, two.kaisa)
    with desk.database.reading() as db:
        assert contacts.contact(db, ben, desk.now, two.kaisa).conversations == 1
    assert around(desk, two.kaisa).joined == []
    assert len(around(desk, two.kaisa).proposed) == 1


def test_two_people_are_never_proposed_again(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    two = Two(desk)

    decide(desk, same_person.keep_apart, two.kaisa, two.other)
    talks.say(desk, two.here, "Kaisa", "Se 1042331!")
    look(desk)

    assert around(desk, two.kaisa).proposed == []
    with pytest.raises(Conflict):
        decide(desk, same_person.join, two.kaisa, two.other)


def test_a_channel_that_is_not_open_stays_unseen(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    two = Two(desk)
    give(desk, "Mallory", Role.RESPONDER, two.here)

    assert around(desk, two.kaisa, "Mallory") == Same([two.kaisa])
    for verb in (same_person.join, same_person.keep_apart):
        with pytest.raises(NotFound):
            decide(desk, verb, two.kaisa, two.other, "Mallory")
    decide(desk, same_person.join, two.kaisa, two.other)
    assert around(desk, two.kaisa, "Mallory") == Same([two.kaisa])
    with pytest.raises(NotFound):
        decide(desk, same_person.take_apart, two.kaisa, two.other, "Mallory")


def test_who_only_reads_decides_nothing(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    two = Two(desk)

    assert [a.may_decide for a in around(desk, two.kaisa, "Vera").proposed] == [False]
    with pytest.raises(Forbidden):
        decide(desk, same_person.join, two.kaisa, two.other, "Vera")


def test_a_proposal_falls_with_its_reason_and_many_share_none(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    two = Two(desk)

    for name in ("Henna", "Liisa"):
        talks.say(desk, two.here, name, "Tuote 1042331 on hyvä")
    talks.say(desk, two.here, "Kaisa", "Huomenta")
    look(desk)

    assert around(desk, two.kaisa).proposed == []


def test_the_same_name_in_the_same_days_on_two_channels_is_proposed(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    here, there = desk.channel(), desk.channel()
    talks.say(desk, here, "Matti Virtanen", "Hei", ago=timedelta(hours=3))
    talks.write(desk, there, "Virtanen, MATTI", "Hei")
    talks.say(desk, here, "Anna Laine", "Hei", ago=timedelta(days=4))
    talks.write(desk, there, "Anna Laine", "Hei")
    look(desk)

    with desk.database.reading() as db:
        found = db.scalars(select(SamePerson)).all()
        assert [p.reasons for p in found] == [[NAME, DAYS]]


def test_what_the_team_wrote_down_is_compared_and_each_change_is_looked_at_once(
    sqlite_desk: Desk,
) -> None:
    desk = sqlite_desk
    here, there = desk.channel(), desk.channel()
    talks.say(desk, here, "Kaisa", "Hei")
    talks.say(desk, there, "Kaija", "Hei")
    with desk.database.writing() as db:
        db.execute(update(Contact).values(phone="040 123 4567"))
    look(desk)
    with desk.database.reading() as db:
        assert [p.reasons for p in db.scalars(select(SamePerson))] == [[PHONE]]
    with desk.database.writing() as db:
        db.execute(update(SamePerson).values(clues="email"))

    look(desk)

    with desk.database.reading() as db:
        assert [p.clues for p in db.scalars(select(SamePerson))] == ["email"]
