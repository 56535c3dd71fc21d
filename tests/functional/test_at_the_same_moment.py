"""Two people, or a person and the desk, at the same thing at the same moment."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict
from app.inbox import conversations, presence, queries
from app.inbox.models import Conversation, ConversationState
from app.replies import approvals, cards, outbox, saving, submitting
from app.replies.models import Draft, DraftState
from tests import talks
from tests.desks import PROMISES, Desk, desk, postgres_desk, sqlite_desk

__all__ = ["desk", "postgres_desk", "sqlite_desk"]


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Begin it beside what is done here; it is over, and nothing went wrong, at the end."""
    problems: list[BaseException] = []

    def guarded() -> None:
        try:
            act()
        except BaseException as problem:
            problems.append(problem)

    thread = threading.Thread(target=guarded)
    thread.start()
    time.sleep(0.5)
    yield
    thread.join(timeout=30)
    assert not thread.is_alive() and problems == []


def asked(desk: Desk, text: str = "Missä pakettini on?") -> int:
    return talks.conversation_of(desk, talks.say(desk, desk.channel(), "Kaisa", text)).id


def in_one(desk: Desk, act: Callable[[Session], object]) -> None:
    with desk.database.writing() as db:
        act(db)


def submitted(desk: Desk, conversation: int, who: str = "Ben") -> int:
    actor = desk.actor(who)
    with desk.database.writing() as db:
        made = saving.save(
            db, actor, conversation, text=f"Hei! {who}", turn_ids=[], version=None, now=desk.now
        )
        submitting.submit(
            db, actor, made.id, text=made.text, turn_ids=[], question="", version=None, now=desk.now
        )
        return made.id


def approve(desk: Desk, draft: int) -> int:
    ada = desk.actor("Ada")
    with desk.database.writing() as db:
        card = cards.card(db, ada, desk.now, draft)
        return approvals.approve(
            db, ada, draft, version_id=card.version_id, seen_fingerprint=card.fingerprint,
            now=desk.now,
        ).id  # fmt: skip


def state(desk: Desk, conversation: int) -> ConversationState:
    with desk.database.reading() as db:
        return db.get_one(Conversation, conversation).state


def test_what_is_marked_done_as_its_snooze_ends_stays_done(postgres_desk: Desk) -> None:
    desk = postgres_desk
    talk, ben = asked(desk), desk.actor("Ben")
    until = desk.now + timedelta(hours=1)
    in_one(desk, lambda db: conversations.snooze(db, ben, talk, until, desk.now))
    desk.advance(3700)

    with desk.database.writing() as db:
        conversations.mark_done(db, ben, talk, PROMISES, desk.now, seen_message_id=10**6)
        db.flush()
        with meanwhile(lambda: in_one(desk, lambda o: conversations.wake_snoozed(o, desk.now))):
            db.commit()

    assert state(desk, talk) is ConversationState.DONE


def test_a_customer_who_wrote_meanwhile_stops_a_snooze(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    first = talks.say(desk, desk.channel(), "Kaisa", "Missä?")
    talk = talks.conversation_of(desk, first)
    seen = talks.message(desk, first).id
    talks.say(desk, talk.channel_id, "Kaisa", "Löytyi jo!", under=first)

    with desk.database.writing() as db, pytest.raises(Conflict, match="wrote while you"):
        conversations.snooze(
            db, desk.actor("Ben"), talk.id, desk.now + timedelta(hours=1), desk.now,
            seen_message_id=seen,
        )  # fmt: skip

    assert state(desk, talk.id) is ConversationState.OPEN


def test_a_snooze_and_a_customer_s_new_message_leave_it_open(postgres_desk: Desk) -> None:
    """Whoever of the two is first: the new words are not hidden until tomorrow."""
    desk = postgres_desk
    first = talks.say(desk, desk.channel(), "Kaisa", "Missä?")
    talk, ben = talks.conversation_of(desk, first), desk.actor("Ben")
    until = desk.now + timedelta(hours=1)

    with desk.database.writing() as db:
        conversations.snooze(db, ben, talk.id, until, desk.now)
        db.flush()
        with meanwhile(lambda: talks.say(desk, talk.channel_id, "Kaisa", "Hei?", under=first)):
            db.commit()

    assert state(desk, talk.id) is ConversationState.OPEN


def test_two_windows_of_one_person_open_a_conversation_at_once(postgres_desk: Desk) -> None:
    desk = postgres_desk
    talk, ben = asked(desk), desk.actor("Ben")

    with desk.database.writing() as db:
        presence.seen(db, ben, talk, desk.now)
        db.flush()
        with meanwhile(lambda: in_one(desk, lambda o: presence.seen(o, ben, talk, desk.now))):
            db.commit()

    with desk.database.reading() as db:
        assert [m.name for m in presence.here(db, talk, desk.now)] == [ben.name]


def test_undoing_and_approving_take_their_rows_in_the_same_order(postgres_desk: Desk) -> None:
    """Who holds the conversation gets its draft too, whatever the other wants with it."""
    desk = postgres_desk
    talk, ada = asked(desk), desk.actor("Ada")
    draft = submitted(desk, talk)
    item = approve(desk, draft)

    with desk.database.writing() as db:
        db.get_one(Conversation, talk, with_for_update=True)
        with meanwhile(lambda: in_one(desk, lambda o: outbox.undo(o, ada, item, desk.now))):
            db.get_one(Draft, draft, with_for_update={"nowait": True})
            db.commit()

    with desk.database.reading() as db:
        assert db.get_one(Draft, draft).state is DraftState.SUBMITTED


def test_of_two_answers_to_one_customer_only_one_is_approved(sqlite_desk: Desk) -> None:
    """Two conversations that turned out to be one may each have brought an answer."""
    desk = sqlite_desk
    talk = asked(desk)
    first = submitted(desk, talk, "Ben")
    in_one(desk, lambda db: setattr(db.get_one(Draft, first), "state", DraftState.DRAFT))
    second = submitted(desk, talk, "Sam")
    in_one(desk, lambda db: setattr(db.get_one(Draft, first), "state", DraftState.SUBMITTED))
    approve(desk, first)

    with pytest.raises(Conflict, match="Ben Berg has already answered"):
        approve(desk, second)


def test_two_windows_that_begin_the_same_answer_keep_both_texts(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    talk, ben = asked(desk), desk.actor("Ben")
    with desk.database.reading() as db:
        turn_ids = [t.turn_id for t in queries.open_turns(db, talk)]

    def save(text: str) -> None:
        with desk.database.writing() as db:
            saving.save(db, ben, talk, text=text, turn_ids=turn_ids, version=None, now=desk.now)

    save("Ensimmäinen ikkuna")
    with pytest.raises(Conflict, match="another window") as clash:
        save("Toinen ikkuna")

    assert clash.value.theirs == "Ensimmäinen ikkuna"


def test_who_was_given_it_meanwhile_does_not_lose_it_unseen(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    talk, ada, ben, sam = asked(desk), desk.actor("Ada"), desk.actor("Ben"), desk.actor("Sam")
    assert ben.member_id is not None
    to, now = ben.member_id, desk.now
    in_one(desk, lambda db: conversations.hand_over(db, ada, talk, to, "Tunnet hänet.", now, had=0))

    for act in (
        lambda db: conversations.claim(db, sam, talk, now, had=0),
        lambda db: conversations.hand_over(db, sam, talk, sam.member_id or 0, "", now, had=0),
        lambda db: conversations.release(db, sam, talk, now, had=sam.member_id),
    ):
        with pytest.raises(Conflict, match="Meanwhile Ben has it"):
            in_one(desk, act)

    in_one(desk, lambda db: conversations.claim(db, sam, talk, now, had=to))
    with desk.database.reading() as db:
        assert db.get_one(Conversation, talk).assignee_id == sam.member_id
