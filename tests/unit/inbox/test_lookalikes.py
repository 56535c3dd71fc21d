"""Accounts that call themselves like us: who is flagged, who is told, and whose word ends it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Member
from app.foundation.errors import NotFound
from app.inbox import changes, lookalikes, looking, queries
from app.inbox.models import Contact, Likeness, Lookalike
from app.inbox.queries import View
from app.notices.models import Kind, Notice
from tests import talks
from tests.desks import Desk


def look(desk: Desk) -> None:
    with desk.database.writing() as db:
        looking.look(db, desk.now)


def flagged(desk: Desk) -> list[tuple[str, Likeness]]:
    with desk.database.reading() as db:
        found = select(Contact.name, Lookalike.likeness).join_from(Contact, Lookalike)
        return [(r.name, r.likeness) for r in db.execute(found.where(lookalikes.LIVE))]


def unread(desk: Desk) -> list[str]:
    """Who has been told and has not read it."""
    with desk.database.reading() as db:
        found = select(Member.name).join(Notice, Notice.member_id == Member.id)
        told = found.where(Notice.kind == Kind.LOOKALIKE, Notice.read_at.is_(None))
        return [name.split()[0] for name in db.scalars(told.order_by(Member.name))]


def dismiss(desk: Desk, who: str) -> None:
    with desk.database.writing() as db:
        number = db.scalars(select(Lookalike.contact_id)).one()
        lookalikes.dismiss(db, desk.actor(who), number, desk.now)


def test_one_is_flagged_and_its_readers_told_once(desk: Desk) -> None:
    channel = desk.channel()
    top = talks.say(desk, channel, "Kaisa", "Missä pakettini on?", ago=timedelta(hours=1))
    talks.say(desk, channel, "Testikauppa Tuki", "Kirjoita meille", under=top)
    talks.say(desk, channel, "Testi\u00adkauppa", "Kiitos!", is_ours=True)
    talks.write(desk, channel, "Asiakaspalvelu", "Yksityisesti")
    look(desk)
    talks.say(desk, channel, "Testikauppa Tuki", "Vastaa nyt", under=top)
    look(desk)

    assert flagged(desk) == [("Testikauppa Tuki", Likeness.OUR_SUPPORT)]
    assert unread(desk) == ["Ada", "Aino", "Mikael"]
    with desk.database.reading() as db:
        page = queries.conversation_list(
            db, desk.actor("Ben"), desk.now, view=View.TO_ANSWER, is_lookalikes=True
        )
        assert [(r.name, r.has_lookalike) for r in page.rows] == [("Kaisa", True)]
        assert lookalikes.is_any(db, desk.actor("Ben"), desk.now)
        assert not lookalikes.is_any(db, desk.actor("Mallory"), desk.now)


def test_a_real_person_is_one_for_good(desk: Desk) -> None:
    channel = desk.channel()
    talks.say(desk, channel, "Testikauppa", "Hei")
    look(desk)
    with pytest.raises(NotFound):
        dismiss(desk, "Vera")

    dismiss(desk, "Ben")
    talks.say(desk, channel, "Testikauppa", "Hei taas")
    look(desk)

    assert flagged(desk) == [] and unread(desk) == []


def test_another_channel_of_ours_is_us(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    channel = desk.channel()
    desk.channel("pTestikauppa")
    talks.say(desk, channel, "Testikauppa", "Me täällä")
    look(desk)

    assert flagged(desk) == []


def test_a_new_name_ends_it(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    channel = desk.channel()
    said = talks.say(desk, channel, "Testikauppa Support", "Hei")
    look(desk)
    with desk.database.writing() as db:
        db.execute(update(Contact).values(name="Matti Meikäläinen"))
        changes.note(db, channel, talks.conversation_of(desk, said).id, desk.now)

    look(desk)

    assert flagged(desk) == [] and unread(desk) == []
