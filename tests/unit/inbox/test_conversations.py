"""What the team does with a conversation: every action tried by all of the cast."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import DESK, Actor, Grant
from app.access.permissions import Permission
from app.access.roles import Role
from app.accounts.models import Member
from app.audit.models import AuditRow
from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.inbox import changes, conversations, threads
from app.inbox.models import Conversation, ConversationState, Message, Turn, TurnState
from tests import talks
from tests.desks import PROMISES, Desk
from tests.telling import PAGE, Telling, told

Act = Callable[[Session, Actor, int, Any], object]


@pytest.fixture
def page(desk: Desk) -> Telling:
    """Kaisa waits in one conversation, Antti in another."""
    desk.channel(PAGE)
    made = Telling()
    made.comment(1, "Missä pakettini on?", "Kaisa Virtanen")
    made.comment(2, "Onko kokoa 42?", "Antti Laine")
    told(desk, made)
    return made


@pytest.fixture
def kaisa(desk: Desk, page: Telling) -> int:
    return ids(desk)[0]


def ids(desk: Desk) -> list[int]:
    with desk.database.reading() as db:
        return list(db.scalars(select(Conversation.id).order_by(Conversation.id)))


def find(desk: Desk, conversation: int) -> Conversation:
    with desk.database.reading() as db:
        return db.get_one(Conversation, conversation)


def newest(desk: Desk) -> int:
    with desk.database.reading() as db:
        return max(db.scalars(select(Message.id)))


def act(desk: Desk, who: str | Actor, conversation: int, do: Act) -> object:
    actor = desk.actor(who) if isinstance(who, str) else who
    with desk.database.writing() as db:
        return do(db, actor, conversation, desk.now)


def member(desk: Desk, who: str) -> int:
    number = desk.actor(who).member_id
    assert number is not None
    return number


def done(desk: Desk, seen: int | None = None) -> Act:
    last = newest(desk) if seen is None else seen
    return lambda db, who, c, now: conversations.mark_done(
        db, who, c, PROMISES, now, seen_message_id=last
    )


def acts(desk: Desk) -> dict[str, tuple[Act, str]]:
    """Every action, and what the log calls it."""
    ada = member(desk, "Ada")
    return {
        "claim": (conversations.claim, "inbox:conversation:assigned"),
        "release": (conversations.release, "inbox:conversation:assigned"),
        "hand over": (lambda db, who, c, now: conversations.hand_over(db, who, c, ada, "", now),
                      "inbox:conversation:assigned"),
        "note": (lambda db, who, c, now: conversations.add_note(db, who, c, "x", now),
                 "inbox:note:written"),
        "snooze": (lambda db, who, c, now: conversations.snooze(
            db, who, c, now + timedelta(hours=1), now), "inbox:conversation:snoozed"),
        "done": (done(desk), "inbox:conversation:done"),
        "reopen": (lambda db, who, c, now: conversations.reopen(db, who, c, PROMISES, now),
                   "inbox:conversation:reopened"),
    }  # fmt: skip


class TestWhoMay:
    @pytest.mark.parametrize("who", ["Ada", "Ben", "Cleo", "Sam"])
    def test_who_answers_here_does_everything_and_it_is_logged(
        self, desk: Desk, kaisa: int, who: str
    ) -> None:
        for name, (do, event) in acts(desk).items():
            act(desk, who, kaisa, do)

            with desk.database.reading() as db:
                last = db.scalars(select(AuditRow).order_by(AuditRow.sequence.desc())).first()
            assert last is not None
            assert (last.action, last.actor) == (event, f"member:{member(desk, who)}"), name

    @pytest.mark.parametrize(
        ("who", "refusal"), [("Vera", Forbidden), ("Dan", NotFound), ("Mallory", NotFound)]
    )
    def test_nobody_else_does_anything(
        self, desk: Desk, kaisa: int, who: str, refusal: type[Exception]
    ) -> None:
        for name, (do, _) in acts(desk).items():
            with pytest.raises(refusal):
                act(desk, who, kaisa, do)
            assert name

    def test_who_answers_on_another_channel_finds_nothing(self, desk: Desk, kaisa: int) -> None:
        other = Actor(member(desk, "Mallory"), "Mallory", (Grant(Role.OWNER, channel_id=9999),))

        for do, _ in acts(desk).values():
            with pytest.raises(NotFound):
                act(desk, other, kaisa, do)
        with pytest.raises(NotFound), desk.database.reading() as db:
            threads.conversation(db, other, desk.now, kaisa)

    def test_what_is_not_there_is_not_found(self, desk: Desk, kaisa: int) -> None:
        for do, _ in acts(desk).values():
            with pytest.raises(NotFound):
                act(desk, "Ada", kaisa + 999, do)


class TestTaking:
    def test_a_conversation_is_taken_also_from_a_colleague_and_let_go(
        self, desk: Desk, kaisa: int
    ) -> None:
        for who in ("Ben", "Cleo"):
            act(desk, who, kaisa, conversations.claim)
            assert find(desk, kaisa).assignee_id == member(desk, who)

        act(desk, "Cleo", kaisa, conversations.release)

        assert find(desk, kaisa).assignee_id is None
        assert find(desk, ids(desk)[1]).assignee_id is None

    def test_it_is_handed_over_with_the_reason_as_a_note(self, desk: Desk, kaisa: int) -> None:
        cleo = member(desk, "Cleo")
        act(desk, "Ben", kaisa, lambda db, who, c, now: conversations.hand_over(
            db, who, c, cleo, "Osaat saksaa.", now))  # fmt: skip

        assert find(desk, kaisa).assignee_id == cleo
        with desk.database.reading() as db:
            seen = threads.conversation(db, desk.actor("Ben"), desk.now, kaisa)
        assert [(e.kind, e.text, e.author) for e in seen.thread][-1] == (
            "note", "Osaat saksaa.", "Ben Berg",
        )  # fmt: skip

    @pytest.mark.parametrize("heir", ["Vera", "Dan", "Mallory", None])
    def test_only_to_somebody_who_can_answer_there(
        self, desk: Desk, kaisa: int, heir: str | None
    ) -> None:
        to = member(desk, heir) if heir else 99999

        with pytest.raises(Invalid) as refused:
            act(desk, "Ben", kaisa, lambda db, who, c, now: conversations.hand_over(
                db, who, c, to, "", now))  # fmt: skip

        assert refused.value.field == "to"

    def test_not_to_somebody_who_has_left(self, desk: Desk, kaisa: int) -> None:
        cleo = member(desk, "Cleo")
        with desk.database.writing() as db:
            db.get_one(Member, cleo).leave(desk.now)

        with pytest.raises(Invalid):
            act(desk, "Ben", kaisa, lambda db, who, c, now: conversations.hand_over(
                db, who, c, cleo, "", now))  # fmt: skip

    def test_what_a_leaver_had_taken_is_everybody_s_again(self, desk: Desk, kaisa: int) -> None:
        act(desk, "Ben", kaisa, conversations.claim)
        act(desk, "Cleo", ids(desk)[1], conversations.claim)
        ben = member(desk, "Ben")

        with desk.database.writing() as db:
            count = conversations.release_all(db, desk.actor("Dan"), ben, desk.now)
        with pytest.raises(Forbidden), desk.database.writing() as db:
            conversations.release_all(db, desk.actor("Cleo"), ben, desk.now)

        assert count == 1
        assert [find(desk, c).assignee_id for c in ids(desk)] == [None, member(desk, "Cleo")]


class TestNotes:
    @pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 20_001])
    def test_a_note_says_something(self, sqlite_desk: Desk, text: str) -> None:
        sqlite_desk.channel(PAGE)
        page = Telling()
        page.comment(1, "Hei?", "Kaisa")
        told(sqlite_desk, page)

        with pytest.raises(Invalid):
            act(sqlite_desk, "Ben", 1, lambda db, who, c, now: conversations.add_note(
                db, who, c, text, now))  # fmt: skip

    def test_the_desk_itself_writes_none(self, desk: Desk, kaisa: int) -> None:
        with pytest.raises(NotFound):
            act(desk, DESK, kaisa, lambda db, who, c, now: conversations.add_note(
                db, who, c, "x", now))  # fmt: skip


class TestDone:
    def test_it_ends_every_turn_and_leaves_the_list(self, desk: Desk, kaisa: int) -> None:
        act(desk, "Ben", kaisa, done(desk))

        found = find(desk, kaisa)
        assert (found.state, found.waiting_count, found.due_at) == (
            ConversationState.DONE, 0, None,
        )  # fmt: skip
        assert find(desk, ids(desk)[1]).state is ConversationState.OPEN

    def test_what_was_answered_before_stays_answered(self, sqlite_desk: Desk) -> None:
        channel, ago = sqlite_desk.channel(), timedelta(minutes=30)
        first = talks.say(sqlite_desk, channel, "Kaisa", "Missä paketti?", ago=ago * 3)
        talks.say(sqlite_desk, channel, "", "Tulossa.", under=first, is_ours=True, ago=ago * 2)
        talks.say(sqlite_desk, channel, "Kaisa", "Kiitos!", under=first, ago=ago)
        (talk,) = ids(sqlite_desk)

        act(sqlite_desk, "Ben", talk, done(sqlite_desk))

        with sqlite_desk.database.reading() as db:
            said = db.scalars(select(Message).order_by(Message.sent_at))
            turns = db.scalars(select(Turn.state).order_by(Turn.opened_at))
            assert [m.is_settled for m in said] == [False, False, True]
            assert list(turns) == [TurnState.ANSWERED, TurnState.CLOSED]

    def test_a_customer_who_wrote_meanwhile_stops_it(
        self, desk: Desk, page: Telling, kaisa: int
    ) -> None:
        seen = newest(desk)
        page.comment(3, "Haloo?", "Kaisa Virtanen", on=1)
        told(desk, page)

        with pytest.raises(Conflict, match="wrote while you were reading"):
            act(desk, "Ben", kaisa, done(desk, seen))

        assert find(desk, kaisa).state is ConversationState.OPEN

    def test_one_that_was_deleted_meanwhile_does_not(
        self, desk: Desk, page: Telling, kaisa: int
    ) -> None:
        seen = newest(desk)
        page.comment(3, "Haloo?", "Kaisa Virtanen", on=1)
        page.remove(3)
        told(desk, page)

        act(desk, "Ben", kaisa, done(desk, seen))

        assert find(desk, kaisa).state is ConversationState.DONE

    def test_a_customer_who_writes_later_opens_it_again(
        self, desk: Desk, page: Telling, kaisa: int
    ) -> None:
        act(desk, "Ben", kaisa, done(desk))
        page.comment(3, "Haloo?", "Kaisa Virtanen", on=1)
        told(desk, page)

        found = find(desk, kaisa)
        assert (found.state, found.waiting_count, found.snippet) == (
            ConversationState.OPEN, 1, "Haloo?",
        )  # fmt: skip

    def test_it_can_be_taken_back(self, desk: Desk, kaisa: int) -> None:
        before = find(desk, kaisa)
        act(desk, "Ben", kaisa, done(desk))
        act(desk, "Ben", kaisa, lambda db, who, c, now: conversations.reopen(
            db, who, c, PROMISES, now))  # fmt: skip

        after = find(desk, kaisa)
        assert (after.state, after.waiting_count) == (ConversationState.OPEN, 1)
        assert (after.due_at, after.waiting_since) == (before.due_at, before.waiting_since)


class TestSnoozing:
    def until(self, **later: int) -> Act:
        return lambda db, who, c, now: conversations.snooze(
            db, who, c, now + timedelta(**later), now
        )

    def test_it_comes_back_at_its_time(self, desk: Desk, kaisa: int) -> None:
        act(desk, "Ben", kaisa, self.until(hours=1))
        assert find(desk, kaisa).state is ConversationState.SNOOZED
        with desk.database.writing() as db:
            assert conversations.wake_snoozed(db, desk.now) == 0

        desk.advance(3601)
        with desk.database.writing() as db:
            assert conversations.wake_snoozed(db, desk.now) == 1

        found = find(desk, kaisa)
        assert (found.state, found.snoozed_until, found.waiting_count) == (
            ConversationState.OPEN, None, 1,
        )  # fmt: skip

    @pytest.mark.parametrize("later", [{"seconds": 0}, {"seconds": -5}, {"days": 366}])
    def test_only_until_a_time_that_makes_sense(
        self, desk: Desk, kaisa: int, later: dict[str, int]
    ) -> None:
        with pytest.raises(Invalid) as refused:
            act(desk, "Ben", kaisa, self.until(**later))

        assert refused.value.field == "until"


class TestTheFeed:
    def test_each_action_is_seen_by_whoever_may_read_it_and_by_nobody_else(
        self, desk: Desk, kaisa: int
    ) -> None:
        with desk.database.reading() as db:
            before = changes.head(db)
            channel = db.get_one(Conversation, kaisa).channel_id
        for name, (do, _) in acts(desk).items():
            act(desk, "Ben", kaisa, do)
            with desk.database.reading() as db:
                now = changes.head(db)
                on = Actor(1, "x", (Grant(Role.VIEWER, channel_id=channel),))
                off = Actor(1, "x", (Grant(Role.VIEWER, channel_id=channel + 1),))
                for actor, is_seen in ((desk.actor("Ada"), True), (on, True), (off, False)):
                    readable = policy.channels_open_to(
                        actor, Permission.CONVERSATION_READ, desk.now
                    )
                    assert changes.is_changed(db, readable, before) is is_seen, name
                    assert changes.is_changed(db, readable, before, kaisa) is is_seen, name
                    assert not changes.is_changed(db, readable, before, kaisa + 1), name
                    assert not changes.is_changed(db, readable, now), name
            assert now > before
            before = now

    def test_numbers_are_given_in_the_order_of_commits_without_a_gap(self, desk: Desk) -> None:
        channel = desk.channel()
        with desk.database.reading() as db:
            start = changes.head(db)
        for number in range(5):
            with desk.database.writing() as db:
                changes.note(db, channel, number, desk.now)
                changes.note(db, channel, number, desk.now)
        with desk.database.reading() as db:
            assert changes.head(db) == start + 5

    def test_old_news_is_forgotten(self, desk: Desk, kaisa: int) -> None:
        desk.advance(changes.KEPT.total_seconds() + 60)
        with desk.database.writing() as db:
            changes.forget_old(db, desk.now)

        with desk.database.reading() as db:
            everything = policy.Channels(is_all=True)
            assert not changes.is_changed(db, everything, 0)
            assert changes.head(db) > 0
