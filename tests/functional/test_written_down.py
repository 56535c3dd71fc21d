"""A call, a visit or a mail that somebody wrote down, on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.roles import Role
from app.channels import connections, desk
from app.channels.models import Channel, Platform
from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.inbox import callers, conversations, queries, threads, written
from app.inbox.models import Contact, Conversation, ConversationState, How, Message, Turn
from app.inbox.queries import View
from app.inbox.written import Given
from app.jobs import topics
from app.replies import saving
from tests import answers, people
from tests.stand import Stand

CALL = Given(
    How.CALL, "Haluaa varata kolme telttaa elokuuksi.", name="Lauri Pöysti", phone="040 123 4567"
)


def write(stand: Stand, given: Given = CALL, who: str = "Ben") -> int:
    with stand.database.writing() as db:
        made = written.write_down(db, stand.actor(who), given, stand.running.promises(), stand.now)
        return made.id


def conversation(stand: Stand, conversation_id: int) -> Conversation:
    with stand.database.reading() as db:
        found = db.get_one(Conversation, conversation_id)
        assert found.contact is not None
        return found


def test_a_call_is_a_conversation_of_its_own_that_waits(stand: Stand) -> None:
    made = conversation(stand, write(stand))

    assert (made.state, made.waiting_count) == (ConversationState.OPEN, 1)
    assert made.snippet == CALL.text
    assert made.due_at is not None and made.due_at - made.activity_at == timedelta(hours=4)
    assert made.assignee_id == stand.actor("Ben").member_id
    with stand.database.reading() as db:
        (row,) = queries.conversation_list(
            db, stand.actor("Sam"), stand.now, view=View.TO_ANSWER
        ).rows
        (message,) = db.scalars(select(Message))
        contact = db.scalars(select(Contact)).one()
    assert (row.name, row.platform) == ("Lauri Pöysti", "desk")
    assert (message.how, message.member_id, message.is_ours) == (
        How.CALL,
        stand.actor("Ben").member_id,
        False,
    )
    assert contact.phone == "040 123 4567"


def test_the_same_form_twice_at_one_moment_is_one_on_the_one_channel(stand: Stand) -> None:
    """The very first ones, so that the channel is made at that moment too."""
    given = replace(CALL, mark="0123456789abcdef")
    forms = [given, given, CALL]
    began, made = threading.Barrier(len(forms), timeout=20), []

    def send(form: Given) -> None:
        began.wait()
        made.append(write(stand, form))

    threads_ = [threading.Thread(target=send, args=(form,)) for form in forms]
    for thread in threads_:
        thread.start()
    for thread in threads_:
        thread.join(30)

    assert len(made) == 3
    assert len(set(made)) == 2
    with stand.database.reading() as db:
        assert len(db.scalars(select(Channel).where(Channel.platform == Platform.DESK)).all()) == 1


def test_what_was_promised_is_when_it_is_due_and_stays_so(stand: Stand) -> None:
    promised = people.later(stand, hours=30)
    made = write(stand, Given(How.VISIT, "Palautti teltan.", name="Lauri", promised_at=promised))
    assert conversation(stand, made).due_at == promised

    with stand.database.writing() as db:
        ben, promises = stand.actor("Ben"), stand.running.promises()
        seen = threads.newest_ids(db, [made])[made]
        conversations.mark_done(db, ben, made, promises, stand.now, seen_message_id=seen)
        conversations.reopen(db, ben, made, promises, stand.now)

    assert conversation(stand, made).due_at == promised


def test_a_known_customer_keeps_one_history(stand: Stand) -> None:
    facebook, _ = answers.ask(stand, "Kaisa Virtanen")
    known = conversation(stand, facebook).contact_id
    assert known is not None

    made = write(
        stand, Given(How.MAIL, "Kysyi uudestaan.", contact_id=known, email="Kaisa@Example.com")
    )

    assert conversation(stand, made).contact_id == known
    with stand.database.reading() as db:
        assert db.get_one(Contact, known).email == "kaisa@example.com"
        assert len(list(db.scalars(select(Contact)))) == 1
        assert {
            c.id for c in db.scalars(select(Conversation).where(Conversation.contact_id == known))
        } == {facebook, made}


def test_a_customer_is_found_while_the_name_is_typed(stand: Stand) -> None:
    answers.ask(stand, "Äijö Kettunen")
    write(stand)
    ben = stand.actor("Ben")

    def found(asked: str) -> list[str]:
        with stand.database.reading() as db:
            return [c.name for c in callers.search(db, ben, asked, stand.now)]

    assert found("Äij") == found("äijö ket") == found("kett") == ["Äijö Kettunen"]
    assert found("040123") == ["Lauri Pöysti"]
    assert found("ä") == found("%%") == found("ijö") == found("  ") == []


def test_nobody_finds_customers_of_channels_that_are_not_theirs(stand: Stand) -> None:
    facebook, _ = answers.ask(stand, "Kaisa Virtanen")
    known = conversation(stand, facebook).contact_id
    write(stand)
    people.give(stand, "Mallory", Role.RESPONDER, channel_id=people.channel(stand, "muu"))
    people.give(stand, "Mallory", Role.RESPONDER, channel_id=desk_channel(stand))
    mallory = stand.actor("Mallory")

    with stand.database.reading() as db:
        assert callers.search(db, mallory, "Kaisa", stand.now) == []
        assert [c.name for c in callers.search(db, mallory, "Lau", stand.now)] == ["Lauri Pöysti"]
    with pytest.raises(NotFound):
        write(stand, Given(How.CALL, "Hei", contact_id=known), "Mallory")


def desk_channel(stand: Stand) -> int:
    with stand.database.reading() as db:
        found = desk.find(db)
        assert found is not None
        return found.id


@pytest.mark.parametrize("first", [True, False])
def test_a_role_on_some_channels_covers_it_only_where_it_was_given(
    stand: Stand, first: bool
) -> None:
    people.give(stand, "Mallory", Role.RESPONDER, channel_id=people.channel(stand, "sivu"))
    if not first:
        write(stand)

    with pytest.raises(Forbidden, match="what is written down is none of them"):
        write(stand, who="Mallory")

    if not first:
        made = conversation(stand, 1)
        with stand.database.reading() as db, pytest.raises(NotFound):
            threads.conversation(db, stand.actor("Mallory"), stand.now, made.id)
        people.give(stand, "Mallory", Role.RESPONDER, channel_id=desk_channel(stand))
        assert write(stand, who="Mallory")


@pytest.mark.parametrize("who", ["Dan", "Vera", "Mallory"])
def test_who_handles_nothing_writes_nothing_down(stand: Stand, who: str) -> None:
    with pytest.raises(Forbidden):
        write(stand, who=who)

    assert stand.conversations() == []


@pytest.mark.parametrize("who", ["Ada", "Ben", "Cleo", "Sam"])
def test_whoever_handles_everything_writes_down(stand: Stand, who: str) -> None:
    assert write(stand, who=who)


def test_the_same_form_sent_twice_is_written_down_once(stand: Stand) -> None:
    given = Given(How.CALL, "Soitti.", name="Lauri", mark=written.new_mark())

    assert write(stand, given) == write(stand, given)
    assert len(stand.messages()) == 1


@pytest.mark.parametrize(("given", "field"), [
    (Given(How.CALL, "  ", name="Lauri"), "text"),
    (Given(How.CALL, "x" * 20_001, name="Lauri"), "text"),
    (Given(How.CALL, "Hei", name=" \n "), "name"),
    (Given(How.CALL, "Hei", name="L" * 201), "name"),
    (Given(How.CALL, "Hei", name="Lauri", phone="soita <b>"), "phone"),
    (Given(How.CALL, "Hei", name="Lauri", email="lauri"), "email"),
])  # fmt: skip
def test_what_cannot_be_right_is_refused_at_its_field(
    stand: Stand, given: Given, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        write(stand, given)

    assert refused.value.field == field
    assert stand.conversations() == []


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_promise_lies_ahead_and_within_a_year(stand: Stand, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        write(
            stand,
            Given(How.CALL, "Hei", name="Lauri", promised_at=stand.now + timedelta(days=days)),
        )

    assert refused.value.field == "promised_at"


def test_nothing_is_read_there_and_nothing_can_be_sent(stand: Stand) -> None:
    made = write(stand)
    with stand.database.reading() as db:
        channel = db.scalars(select(Channel).where(Channel.platform == Platform.DESK)).one()
    assert (channel.can_send, channel.next_poll_at) == (False, None)

    topics.fetch_messages(stand.running)

    with stand.database.writing() as db, pytest.raises(Invalid, match="can't be answered"):
        saving.save(
            db, stand.actor("Sam"), made, text="Hei!", turn_ids=[], version=None, now=stand.now
        )
    with stand.database.writing() as db, pytest.raises(Invalid):
        connections.set_sending(
            db, stand.actor("Dan"), db.get_one(Channel, channel.id), is_sending=True, now=stand.now
        )
    assert stand.channel(channel.id).checked_at is None


def test_done_and_notes_work_as_for_others(stand: Stand) -> None:
    made = write(stand)
    with stand.database.writing() as db:
        conversations.add_note(db, stand.actor("Sam"), made, "Soitin takaisin.", stand.now)
        conversations.claim(db, stand.actor("Sam"), made, stand.now)
        seen = threads.newest_ids(db, [made])[made]
        with pytest.raises(Conflict):
            conversations.mark_done(
                db,
                stand.actor("Sam"),
                made,
                stand.running.promises(),
                stand.now,
                seen_message_id=seen - 1,
            )
        conversations.mark_done(
            db, stand.actor("Sam"), made, stand.running.promises(), stand.now, seen_message_id=seen
        )

    assert conversation(stand, made).state is ConversationState.DONE
    with stand.database.reading() as db:
        assert db.scalars(select(Turn.state)).one().value == "closed"


def test_the_log_names_it_by_number_and_never_by_words(stand: Stand) -> None:
    made = write(stand)

    ((actor, ref, line),) = people.logged(stand, "inbox:conversation:written-down")
    assert (actor, ref) == (f"member:{stand.actor('Ben').member_id}", f"conversation:{made}")
    assert "Lauri" not in line and "telttaa" not in line and "040 123" not in line
