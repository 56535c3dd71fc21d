"""Private messages: in by reading and by push, out within the platform's windows."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.channels.models import ChannelState
from app.channels.windows import WindowKind
from app.foundation.errors import Conflict, Invalid
from app.inbox import changes, conversations, intake, queries, upkeep
from app.inbox.models import Audience, Contact, ConversationState, EventState, RawEvent
from app.inbox.queries import View
from app.replies import approvals, cards, outbox, saving, ways
from app.replies.models import Draft, DraftState, OutboxState
from app.replies.ways import WayOut
from tests.functional.messaging import (
    NAME,
    PAGE,
    asked,
    connect,
    hear,
    last,
    pushing,
    said,
    talk,
    write,
)
from tests.functional.test_answering import approve, draft, item, replies
from tests.stand import Stand

HOUR, DAY = 3600, 86400
QUESTION = "Voinko vaihtaa teltan?"


@pytest.fixture
def pushed(stand: Stand) -> Iterator[Stand]:
    """A desk with a connected page that hears by webhook what happens there."""
    with pushing(stand):
        connect(stand)
        yield stand


def way_out(stand: Stand, who: str = "Ben") -> WayOut:
    with stand.database.reading() as db:
        actor, now = stand.actor(who), stand.now
        found = queries.conversation(db, actor, now, talk(stand).id)
        return ways.way_out(db, actor, found.conversation, now)


def stored_draft(stand: Stand, draft_id: int) -> Draft:
    with stand.database.reading() as db:
        return db.get_one(Draft, draft_id)


# In


def test_a_private_message_waits_in_a_private_conversation(stand: Stand) -> None:
    asked(stand)

    with stand.database.reading() as db:
        page = queries.conversation_list(db, stand.actor("Ben"), stand.now, view=View.TO_ANSWER)

    (row,) = page.rows
    assert (row.name, row.audience, row.snippet) == (NAME, "private", QUESTION)
    assert row.due_at is not None and row.waiting_since is not None
    assert row.due_at - row.waiting_since == timedelta(hours=4)


def test_a_pushed_message_has_no_name_until_it_is_read(pushed: Stand) -> None:
    written = write(pushed)
    hear(pushed)
    found = talk(pushed)
    assert (found.external_key, found.audience) == (f"dm:{written['person']}", Audience.PRIVATE)
    assert names(pushed) == [""]
    before = feed(pushed)

    pushed.advance(150)
    assert pushed.read(found.channel_id)

    assert names(pushed) == [NAME]
    assert said(pushed) == [(False, QUESTION)]
    assert feed(pushed) == before + 1, "open browsers are told of the name"


def feed(stand: Stand) -> int:
    with stand.database.reading() as db:
        return changes.head(db)


def names(stand: Stand) -> list[str]:
    with stand.database.reading() as db:
        return [c.name for c in db.query(Contact).order_by(Contact.id)]


def test_what_is_pushed_and_read_is_there_once(pushed: Stand) -> None:
    pushed.platform.post("faults", kind="webhooks_duplicated", copies=3)
    pushed.platform.post("faults", kind="webhooks_number_ids")
    write(pushed)
    hear(pushed)
    pushed.advance(150)
    pushed.read(talk(pushed).channel_id)
    write(pushed, "Tilaus 88214.")
    pushed.advance(150)
    pushed.read(talk(pushed).channel_id)
    hear(pushed)

    assert said(pushed) == [(False, QUESTION), (False, "Tilaus 88214.")]
    assert talk(pushed).waiting_count == 1


def test_reading_goes_through_all_conversations_and_their_newest_messages(stand: Stand) -> None:
    channel = connect(stand)
    for number in range(30):
        stand.platform.post("messages", page=PAGE, name=f"Asiakas {number}", text="Hei!")
    for number in range(25):
        stand.advance(1)
        write(stand, f"Viesti {number}")

    assert stand.read(channel)

    assert len(stand.conversations()) == 31
    (long,) = [c for c in stand.conversations() if c.snippet == "Viesti 5"]
    texts = [m.text for m in stand.messages() if m.conversation_id == long.id]
    assert texts == [f"Viesti {number}" for number in range(5, 25)]


def test_what_is_too_old_to_be_read_again_stays(stand: Stand) -> None:
    asked(stand)
    for number in range(25):
        stand.advance(1)
        write(stand, f"Viesti {number}")
    stand.advance(150)

    assert stand.read(talk(stand).channel_id)

    texts = [text for _, text in said(stand)]
    assert texts == [QUESTION, *(f"Viesti {number}" for number in range(5, 25))]


def test_a_page_without_the_right_to_messages_is_still_read(stand: Stand) -> None:
    channel = connect(stand)
    stand.comment(stand.post(PAGE), "Kaisa Virtanen", "Missä pakettini on?")
    stand.platform.post("faults", kind="error", code=200, status=403, path="conversations")

    assert stand.read(channel)

    assert said(stand) == [(False, "Missä pakettini on?")]
    assert stand.channel(channel).state is ChannelState.CONNECTED


def test_an_empty_page_of_a_list_is_not_its_end(stand: Stand) -> None:
    channel = connect(stand)
    write(stand)
    stand.comment(stand.post(PAGE), "Kaisa Virtanen", "Missä pakettini on?")
    stand.platform.post("faults", kind="empty_page")
    stand.platform.post("faults", kind="foreign_next")

    assert stand.read(channel)

    assert len(stand.conversations()) == 2


def test_who_wrote_is_told_by_the_receiver_where_nothing_names_the_writer(stand: Stand) -> None:
    channel = connect(stand)
    write(stand)
    write(stand, "Tottahan toki.", as_="page")
    stand.platform.post("faults", kind="no_from")

    stand.read(channel)

    assert said(stand) == [(True, "Tottahan toki."), (False, QUESTION)] or said(stand) == [
        (False, QUESTION),
        (True, "Tottahan toki."),
    ]


def test_an_attachment_without_words_waits_for_an_answer(pushed: Stand) -> None:
    write(pushed, "", attachment={"type": "sticker", "url": "https://example.com/1"})
    hear(pushed)

    assert (last(pushed).text, last(pushed).attachments) == ("", '["sticker"]')
    assert talk(pushed).waiting_count == 1


def test_an_edit_and_a_deletion_are_seen(pushed: Stand) -> None:
    written = write(pushed)
    hear(pushed)
    pushed.platform.post(f"messages/{written['id']}/edit", text="Voinko palauttaa teltan?")
    hear(pushed)
    assert (last(pushed).text, last(pushed).edited_at is not None) == (
        "Voinko palauttaa teltan?",
        True,
    )
    assert talk(pushed).snippet == "Voinko palauttaa teltan?"

    pushed.platform.post(f"messages/{written['id']}/unsend")
    hear(pushed)

    assert last(pushed).deleted_at is not None
    found = talk(pushed)
    assert (found.state, found.waiting_count, found.snippet) == (ConversationState.DONE, 0, "…")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("attachment", [None, {"type": "image", "url": "https://x.test/1"}])
def test_what_was_taken_back_is_erased_with_its_raw_bodies(
    pushed: Stand, order: tuple[int, int], attachment: dict[str, str] | None
) -> None:
    pushed.platform.post("webhooks/pause")
    written = write(pushed, "" if attachment else QUESTION, attachment=attachment)
    pushed.platform.post(f"messages/{written['id']}/unsend")
    hear_in(pushed, order)
    assert last(pushed).deleted_at is not None

    pushed.advance(2 * HOUR)
    with pushed.database.writing() as db:
        upkeep.erase(db, pushed.now)

    assert (last(pushed).text, last(pushed).attachments) == ("", "[]")
    with pushed.database.reading() as db:
        assert [e.body for e in db.query(RawEvent)] == [b"", b""]


def hear_in(stand: Stand, order: tuple[int, int]) -> None:
    """Let the platform push what it has, and understand it in another order."""
    assert stand.platform.post("webhooks/flush")["waiting"] == 0
    with stand.database.writing() as db:
        events = intake.new_events(db)
        for at in order:
            intake.take_apart(db, [events[at]], stand.running.promises(), stand.now)


def test_a_native_answer_ends_the_turn_and_is_shown_as_native(pushed: Stand) -> None:
    write(pushed)
    hear(pushed)
    pushed.advance(60)
    write(pushed, "Kyllä voit.", as_="page")
    hear(pushed)

    found = talk(pushed)
    assert (found.state, found.waiting_count) == (ConversationState.DONE, 0)
    with pushed.database.reading() as db:
        view = queries.conversation(db, pushed.actor("Ben"), pushed.now, found.id)
    assert [(e.is_ours, e.is_native) for e in view.thread] == [(False, False), (True, True)]


def test_a_snoozed_conversation_comes_back_when_the_customer_writes(pushed: Stand) -> None:
    write(pushed)
    hear(pushed)
    talk_id, until = talk(pushed).id, pushed.now + timedelta(days=2)
    with pushed.database.writing() as db:
        conversations.snooze(db, pushed.actor("Ben"), talk_id, until, pushed.now)
    pushed.advance(60)
    write(pushed, "Oletteko siellä?")
    hear(pushed)

    assert talk(pushed).state is ConversationState.OPEN


def test_what_cannot_be_read_does_not_stop_the_rest(pushed: Stand) -> None:
    good = {"sender": {"id": "700"}, "recipient": {"id": PAGE}, "timestamp": 1790000000123,
            "message": {"mid": "m_1", "text": "Hei!"}}  # fmt: skip
    rows: list[Any] = [None, 7, {"message": {"mid": []}}, good, {"message": 1}]
    body = {"object": "page", "entry": [{"id": PAGE, "messaging": rows}, "junk"]}

    assert pushed.platform.post("webhooks/send", body=json.dumps(body)) == {"taken": True}
    pushed.take_in()

    assert said(pushed) == [(False, "Hei!")]
    with pushed.database.reading() as db:
        (event,) = db.query(RawEvent)
    assert event.state is EventState.DEAD and "a message without ids" in event.problem


# Out


def test_the_whole_way_of_a_private_answer(pushed: Stand) -> None:
    person = write(pushed)["person"]
    hear(pushed)
    sent = approve(pushed, draft(pushed, talk(pushed).id, text="Hei Petteri, voit."))

    pushed.deliver()
    assert item(pushed, sent).state is OutboxState.HELD
    pushed.advance(7)
    pushed.deliver()
    hear(pushed)
    pushed.deliver()

    assert item(pushed, sent).state is OutboxState.SENT
    assert replies(pushed) == ["Hei Petteri, voit."]
    assert said(pushed) == [(False, QUESTION), (True, "Hei Petteri, voit.")]
    assert last(pushed).outbox_id == sent and last(pushed).echo_of is None
    assert talk(pushed).state is ConversationState.DONE

    pushed.advance(60)
    write(pushed, "Kiitos!")
    hear(pushed)

    assert (talk(pushed).state, talk(pushed).waiting_count) == (ConversationState.OPEN, 1)
    assert talk(pushed).external_key == f"dm:{person}"


def test_a_private_answer_can_be_undone_for_six_seconds(stand: Stand) -> None:
    sent = approve(stand, draft(stand, asked(stand)))
    with stand.database.reading() as db:
        (held,) = outbox.holding(db, stand.actor("Ada"), stand.now)
    assert (held.audience, held.seconds_left) == ("private", 6)

    with stand.database.writing() as db:
        outbox.undo(db, stand.actor("Ada"), sent, stand.now)
    stand.advance(60)
    stand.deliver()

    assert (item(stand, sent).state, replies(stand)) == (OutboxState.UNDONE, [])


def test_a_native_answer_a_moment_ago_stops_ours(stand: Stand) -> None:
    sent = approve(stand, draft(stand, asked(stand)))
    stand.advance(3)
    write(stand, "Kyllä voit.", as_="page")
    stand.advance(7)
    stand.deliver()

    assert (item(stand, sent).state, replies(stand)) == (OutboxState.STOPPED, [])


def test_a_customer_who_writes_after_the_approval_stops_the_sending(stand: Stand) -> None:
    sent = approve(stand, draft(stand, asked(stand)))
    stand.advance(3)
    write(stand, "Ei tarvitse enää.")
    stand.advance(7)
    stand.deliver()

    assert (item(stand, sent).state, replies(stand)) == (OutboxState.STOPPED, [])


def test_two_thousand_characters_are_taken_and_one_more_is_refused(stand: Stand) -> None:
    conversation = asked(stand)

    with pytest.raises(Invalid, match="at most 2000 characters, this has 2001"):
        draft(stand, conversation, text="ä" * 2001)
    approve(stand, draft(stand, conversation, text="🏔" * 2000))
    stand.advance(7)
    stand.deliver()

    assert replies(stand) == ["🏔" * 2000]


@pytest.mark.parametrize(
    ("code", "subcode", "reason"),
    [
        (10, 2018278, "window"),
        (551, 1545041, "unreachable"),
        (10, 2018108, "unreachable"),
        (100, 2018001, "no-recipient"),
        (100, 2534037, "other-app"),
        (368, 0, "policy"),
    ],
)
def test_a_refusal_fails_with_its_kind_and_keeps_the_draft(
    sqlite_stand: Stand, code: int, subcode: int, reason: str
) -> None:
    stand = sqlite_stand
    made = draft(stand, asked(stand))
    sent = approve(stand, made)
    stand.platform.post("faults", kind="error", path="messages", code=code, subcode=subcode)
    stand.advance(7)
    stand.deliver()

    assert (item(stand, sent).state, item(stand, sent).reason) == (OutboxState.FAILED, reason)
    assert stored_draft(stand, made).state is DraftState.RETURNED


def test_a_person_who_blocked_the_page_is_unreachable(stand: Stand) -> None:
    sent = approve(stand, draft(stand, asked(stand)))
    stand.platform.post("people", page=PAGE, name=NAME, blocks_page=True)
    stand.advance(7)
    stand.deliver()

    assert (item(stand, sent).state, item(stand, sent).reason) == (
        OutboxState.FAILED,
        "unreachable",
    )


# Windows


def test_the_composer_says_until_when_a_message_can_be_answered(stand: Stand) -> None:
    asked(stand)
    wrote = stand.messages()[0].sent_at

    first = way_out(stand)
    assert first.window is not None and first.problem is None
    assert (first.window.kind, first.window.until) == (WindowKind.RESPONSE, wrote + timedelta(1))

    stand.advance(2 * DAY)
    second = way_out(stand)
    assert second.window is not None and second.problem is None
    assert (second.window.kind, second.window.until) == (
        WindowKind.HUMAN_AGENT,
        wrote + timedelta(7),
    )

    stand.advance(6 * DAY)
    third = way_out(stand)
    assert third.window is not None and third.window.kind is WindowKind.CLOSED
    assert third.problem is not None and "more than 7 days ago" in str(third.problem)


def test_a_public_comment_has_no_window(stand: Stand) -> None:
    channel = connect(stand)
    stand.comment(stand.post(PAGE), "Kaisa Virtanen", "Missä pakettini on?")
    stand.read(channel)
    stand.advance(30 * DAY)

    assert way_out(stand).window is None
    approve(stand, draft(stand, talk(stand).id))


@pytest.mark.parametrize("age", [23 * HOUR, 25 * HOUR, 6 * DAY + 23 * HOUR])
def test_a_person_is_answered_within_seven_days(stand: Stand, age: int) -> None:
    conversation = asked(stand)
    stand.advance(age)

    approve(stand, draft(stand, conversation))
    stand.advance(7)
    stand.deliver()

    assert replies(stand) == ["Hei Kaisa!"]


def test_a_dead_window_is_refused_when_asking_for_approval(stand: Stand) -> None:
    conversation = asked(stand)
    stand.advance(7 * DAY + 60)
    with stand.database.writing() as db:
        made = saving.save(
            db, stand.actor("Ben"), conversation, text="Hei!", turn_ids=[], version=None,
            now=stand.now,
        ).id  # fmt: skip

    with pytest.raises(Invalid, match="takes no answer until they write again"):
        draft(stand, conversation, text="Hei!")

    assert (stored_draft(stand, made).state, stored_draft(stand, made).text) == (
        DraftState.DRAFT,
        "Hei!",
    )


def test_a_window_that_closed_meanwhile_is_refused_at_the_approval(stand: Stand) -> None:
    conversation = asked(stand)
    stand.advance(6 * DAY)
    made = draft(stand, conversation, text="Hei!")
    stand.advance(2 * DAY)

    with pytest.raises(Invalid, match="more than 7 days ago"):
        approve(stand, made)

    assert (stored_draft(stand, made).state, stored_draft(stand, made).text) == (
        DraftState.SUBMITTED,
        "Hei!",
    )


def test_a_window_that_closes_before_the_sending_fails_and_keeps_the_draft(stand: Stand) -> None:
    made = draft(stand, asked(stand))
    stand.advance(7 * DAY - 20)
    sent = approve(stand, made)
    stand.advance(30)
    stand.deliver()

    row = item(stand, sent)
    assert (row.state, row.reason, row.attempts) == (OutboxState.FAILED, "window", 0)
    assert (stored_draft(stand, made).state, replies(stand)) == (DraftState.RETURNED, [])


def test_a_customer_who_writes_again_opens_the_window(stand: Stand) -> None:
    conversation = asked(stand)
    stand.advance(8 * DAY)
    write(stand, "Vieläkö ehtii?")
    stand.read(talk(stand).channel_id)

    approve(stand, draft(stand, conversation))
    stand.advance(7)
    stand.deliver()

    assert replies(stand) == ["Hei Kaisa!"]


def test_a_promise_longer_than_the_window_is_due_when_the_window_ends(stand: Stand) -> None:
    channel = connect(stand)
    with stand.database.writing() as db:
        db.get_one(type(stand.channel(channel)), channel).private_promise_minutes = 3 * 24 * 60
    write(stand)
    stand.advance(HOUR)
    write(stand, "Tilaus 88214.")
    stand.read(channel)

    first, second = (m.sent_at for m in stand.messages())
    assert second > first
    assert talk(stand).due_at == second + timedelta(hours=24)


def test_the_approver_may_edit_up_to_the_length_of_a_private_message(stand: Stand) -> None:
    made = draft(stand, asked(stand))

    with pytest.raises(Invalid, match="2000"):
        approve(stand, made, text="a" * 2001)


def test_two_people_answering_the_same_message(stand: Stand) -> None:
    conversation = asked(stand)
    draft(stand, conversation, who="Ben", text="Benin vastaus")

    with pytest.raises(Conflict, match="Ben Berg has already answered") as stopped:
        draft(stand, conversation, who="Sam", text="Samin vastaus")

    assert stopped.value.theirs == "Benin vastaus"


def test_the_card_shows_all_that_the_person_wrote(stand: Stand) -> None:
    channel = connect(stand)
    write(stand)
    stand.advance(5)
    write(stand, "Tilaus 88214.")
    stand.read(channel)
    made = draft(stand, talk(stand).id)

    with stand.database.reading() as db:
        card = cards.card(db, stand.actor("Ada"), stand.now, made)
        waiting = approvals.waiting(db, stand.actor("Ada"), stand.now)

    assert (card.audience, card.names, [d.id for d in waiting]) == ("private", [NAME], [made])
    assert [s.text for s in card.said] == [QUESTION, "Tilaus 88214."]
