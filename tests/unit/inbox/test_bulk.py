"""Several conversations at once: each is done or left, and the reason is told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import members
from app.accounts.models import Member
from app.audit.models import AuditRow
from app.foundation.errors import Invalid
from app.inbox import bulk, conversations, queries
from app.inbox.bulk import Chosen, Outcome
from app.inbox.models import Conversation, ConversationState, Note
from tests import talks
from tests.desks import PROMISES, Desk


@pytest.fixture
def three(desk: Desk) -> list[Chosen]:
    """Three conversations as they stand in the list."""
    channel = desk.channel()
    for n, name in enumerate(("Kaisa", "Olli", "Henna")):
        talks.say(desk, channel, name, "Hei!", ago=timedelta(minutes=30 - n))
    return chosen(desk)


def chosen(desk: Desk, who: str = "Ben") -> list[Chosen]:
    with desk.database.reading() as db:
        page = queries.conversation_list(db, desk.actor(who), desk.now, view=queries.View.TO_ANSWER)
    return [Chosen(row.id, row.seen) for row in page.rows]


def state(desk: Desk, one: Chosen) -> ConversationState:
    with desk.database.reading() as db:
        return db.get_one(Conversation, one.conversation_id).state


def done(desk: Desk, some: list[Chosen], who: str = "Ben") -> Outcome:
    with desk.database.writing() as db:
        return bulk.each(
            db,
            desk.actor(who),
            some,
            lambda one: conversations.mark_done(
                db,
                desk.actor(who),
                one.conversation_id,
                PROMISES,
                desk.now,
                seen_message_id=one.seen_message_id,
            ),
            desk.now,
        )


def test_all_are_done_and_each_is_in_the_log(desk: Desk, three: list[Chosen]) -> None:
    outcome = done(desk, three)

    assert outcome.done == sorted(c.conversation_id for c in three)
    assert outcome.refused == []
    assert {state(desk, c) for c in three} == {ConversationState.DONE}
    with desk.database.reading() as db:
        rows = db.scalars(
            select(AuditRow.object).where(AuditRow.action == "inbox:conversation:done")
        ).all()
    assert sorted(rows) == sorted(f"conversation:{c.conversation_id}" for c in three)


def test_where_a_customer_wrote_meanwhile_it_stays_open_and_is_named(
    desk: Desk, three: list[Chosen]
) -> None:
    olli = next(c for c in three if row_name(desk, c) == "Olli")
    with desk.database.reading() as db:
        top = db.get_one(Conversation, olli.conversation_id).external_key
        channel = db.get_one(Conversation, olli.conversation_id).channel_id
    talks.say(desk, channel, "Olli", "Vielä yksi asia", under=top)

    outcome = done(desk, three)

    (refused,) = outcome.refused
    assert (refused.conversation_id, refused.name) == (olli.conversation_id, "Olli")
    assert "A customer wrote while you were reading." in str(refused.reason)
    assert len(outcome.done) == 2
    assert state(desk, olli) is ConversationState.OPEN
    with desk.database.reading() as db:
        assert db.get_one(Conversation, olli.conversation_id).waiting_count == 1


def row_name(desk: Desk, one: Chosen) -> str:
    with desk.database.reading() as db:
        return queries.rows(db, desk.actor("Ada"), desk.now, [one.conversation_id])[
            one.conversation_id
        ].name


def test_who_may_not_handle_it_changes_nothing(desk: Desk, three: list[Chosen]) -> None:
    for who, is_known in (("Vera", True), ("Dan", False), ("Mallory", False)):
        outcome = done(desk, three, who)

        assert outcome.done == []
        assert [r.is_known for r in outcome.refused] == [is_known] * 3, who
        if not is_known:
            assert {r.name for r in outcome.refused} == {""}
    assert {state(desk, c) for c in three} == {ConversationState.OPEN}
    with desk.database.reading() as db:
        assert (
            db.scalar(
                select(func.count())
                .select_from(AuditRow)
                .where(AuditRow.action.startswith("inbox:"))
            )
            == 0
        )


def test_a_stranger_learns_nothing_about_another_channel(desk: Desk, three: list[Chosen]) -> None:
    other = desk.channel()
    talks.say(desk, other, "Oma", "Hei!")
    with desk.database.writing() as db:
        mallory = db.scalars(select(Member).where(Member.name.startswith("Mallory"))).one()
        members.give_role(db, DESK, mallory, Role.RESPONDER, channel_id=other, now=desk.now)
    (own,) = chosen(desk, "Mallory")

    outcome = done(desk, [*three, own, Chosen(999_999, 1)], "Mallory")

    assert outcome.done == [own.conversation_id]
    assert {(r.name, r.is_known, str(r.reason)) for r in outcome.refused} == {
        ("", False, "There is nothing here, or it is not open to you.")
    }


def test_a_refused_one_leaves_nothing_half_done(desk: Desk, three: list[Chosen]) -> None:
    with desk.database.writing() as db:
        ben, vera = desk.actor("Ben"), desk.actor("Vera")
        outcome = bulk.each(
            db,
            ben,
            three,
            lambda one: conversations.hand_over(
                db, ben, one.conversation_id, vera.member_id or 0, "Katsotko?", desk.now
            ),
            desk.now,
        )

    assert outcome.done == [] and len(outcome.refused) == 3
    with desk.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Note)) == 0
        assert (
            db.scalar(
                select(func.count())
                .select_from(AuditRow)
                .where(AuditRow.action.startswith("inbox:"))
            )
            == 0
        )


def test_the_same_one_twice_is_done_once(desk: Desk, three: list[Chosen]) -> None:
    assert len(done(desk, [three[0], three[0]]).done) == 1


@pytest.mark.parametrize(("count", "words"), [(0, "at least one"), (101, "100 conversations")])
def test_none_and_too_many_are_refused(sqlite_desk: Desk, count: int, words: str) -> None:
    def deed(chosen: Chosen) -> object:
        return pytest.fail(str(chosen))

    with sqlite_desk.database.writing() as db, pytest.raises(Invalid, match=words):
        bulk.each(
            db,
            sqlite_desk.actor("Ben"),
            [Chosen(n, 0) for n in range(1, count + 1)],
            deed,
            sqlite_desk.now,
        )
