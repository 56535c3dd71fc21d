"""The product's main job, from a customer's comment to our reply under it."""

import pytest

from app.foundation.errors import Conflict, Forbidden, NotFound
from app.inbox import queries
from app.inbox.models import ConversationState
from app.inbox.queries import View
from app.replies import approvals, cards, drafts, outbox, saving, submitting
from app.replies.models import DraftState, OutboxItem, OutboxState
from tests.stand import Stand

WEEK = 7 * 86400


def start(stand: Stand) -> tuple[int, str]:
    """A connected page with one customer's comment; the conversation and the comment."""
    page = stand.page()
    comment = stand.comment(stand.post(page), "Kaisa Virtanen", "Missä pakettini on?")
    channel = stand.connect(page)
    assert stand.read(channel)
    (conversation,) = stand.conversations()
    return conversation.id, comment


def draft(stand: Stand, conversation: int, who: str = "Ben", text: str = "Hei Kaisa!") -> int:
    """Somebody writes an answer and asks for its approval."""
    with stand.database.writing() as db:
        actor = stand.actor(who)
        made = saving.save(
            db, actor, conversation, text=text, turn_ids=[], version=None, now=stand.now
        )
        submitting.submit(
            db, actor, made.id, text=text, turn_ids=[], question="", version=None, now=stand.now
        )
        return made.id


def approve(stand: Stand, draft_id: int, who: str = "Ada", text: str | None = None) -> int:
    """The owner approves what the card shows."""
    with stand.database.reading() as db:
        card = cards.card(db, stand.actor(who), stand.now, draft_id)
    with stand.database.writing() as db:
        item = approvals.approve(
            db,
            stand.actor(who),
            draft_id,
            version_id=card.version_id,
            seen_fingerprint=card.fingerprint,
            text=text,
            now=stand.now,
        )
        return item.id


def item(stand: Stand, item_id: int) -> OutboxItem:
    with stand.database.reading() as db:
        return db.get_one(OutboxItem, item_id)


def replies(stand: Stand) -> list[str]:
    """What our page has written on the platform."""
    return [w["text"] for w in stand.platform.get("writes")["writes"]]


def test_a_comment_becomes_a_conversation_that_waits_for_an_answer(stand: Stand) -> None:
    conversation, _ = start(stand)

    with stand.database.reading() as db:
        page = queries.conversation_list(db, stand.actor("Ben"), stand.now, view=View.TO_ANSWER)

    (row,) = page.rows
    assert (row.id, row.name, row.snippet) == (
        conversation,
        "Kaisa Virtanen",
        "Missä pakettini on?",
    )
    assert row.due_at is not None and row.waiting_since is not None
    assert (row.due_at - row.waiting_since).total_seconds() == 4 * 3600


def test_an_approved_answer_stands_under_the_comment_once(stand: Stand) -> None:
    conversation, _ = start(stand)
    sent = approve(stand, draft(stand, conversation))

    stand.deliver()
    assert item(stand, sent).state is OutboxState.HELD
    stand.advance(11)
    stand.deliver()
    stand.deliver()

    assert item(stand, sent).state is OutboxState.SENT
    assert replies(stand) == ["Hei Kaisa!"]
    (found,) = stand.conversations()
    assert (found.state, found.waiting_count) == (ConversationState.DONE, 0)
    assert [m.text for m in stand.messages()] == ["Missä pakettini on?", "Hei Kaisa!"]


def test_a_clock_that_was_put_back_holds_no_answer(stand: Stand) -> None:
    conversation, _ = start(stand)
    stand.advance(WEEK)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(-WEEK)

    stand.deliver()

    assert (item(stand, sent).state, replies(stand)) == (OutboxState.SENT, ["Hei Kaisa!"])


def test_reading_again_does_not_show_our_answer_twice(stand: Stand) -> None:
    conversation, _ = start(stand)
    approve(stand, draft(stand, conversation))
    stand.advance(11)
    stand.deliver()

    stand.advance(200)
    assert stand.read(stand.conversations()[0].channel_id)

    assert len(stand.messages()) == 2


def test_undo_takes_the_answer_back_to_its_approver(stand: Stand) -> None:
    conversation, _ = start(stand)
    made = draft(stand, conversation)
    sent = approve(stand, made)

    with stand.database.writing() as db:
        outbox.undo(db, stand.actor("Ada"), sent, stand.now)
    stand.advance(60)
    stand.deliver()

    assert item(stand, sent).state is OutboxState.UNDONE
    assert replies(stand) == []
    with stand.database.reading() as db:
        assert [d.id for d in approvals.waiting(db, stand.actor("Ada"), stand.now)] == [made]


def test_author_cannot_approve_own_draft(stand: Stand) -> None:
    conversation, _ = start(stand)
    made = draft(stand, conversation, who="Cleo")

    with pytest.raises(Forbidden, match="Nobody approves their own"):
        approve(stand, made, who="Cleo")


def test_responder_cannot_approve(stand: Stand) -> None:
    conversation, _ = start(stand)
    made = draft(stand, conversation)

    with pytest.raises(NotFound):
        approve(stand, made, who="Sam")


def test_stranger_finds_nothing(stand: Stand) -> None:
    conversation, _ = start(stand)
    made = draft(stand, conversation)

    for act in (
        lambda db: queries.conversation(db, stand.actor("Mallory"), stand.now, conversation),
        lambda db: cards.card(db, stand.actor("Mallory"), stand.now, made),
        lambda db: drafts.get(db, stand.actor("Mallory"), made, stand.now),
    ):
        with stand.database.reading() as db, pytest.raises(NotFound):
            act(db)


def test_sent_back_draft_carries_the_reason(stand: Stand) -> None:
    conversation, _ = start(stand)
    made = draft(stand, conversation)

    with stand.database.writing() as db:
        version = drafts.get(db, stand.actor("Ada"), made, stand.now).versions[-1].id
        approvals.send_back(
            db,
            stand.actor("Ada"),
            made,
            version_id=version,
            reason="Älä lupaa päivää.",
            now=stand.now,
        )

    with stand.database.reading() as db:
        (back,) = approvals.sent_back(db, stand.actor("Ben"))
        returned = drafts.last_return(db, back)
    assert back.state is DraftState.RETURNED
    assert returned is not None and returned.reason == "Älä lupaa päivää."


def test_approver_can_edit_and_approve(stand: Stand) -> None:
    conversation, _ = start(stand)
    approve(stand, draft(stand, conversation), text="Hei Kaisa, paketti lähti tänään.")

    stand.advance(11)
    stand.deliver()

    assert replies(stand) == ["Hei Kaisa, paketti lähti tänään."]


def test_a_customer_who_edits_meanwhile_stops_the_approval(stand: Stand) -> None:
    conversation, comment = start(stand)
    made = draft(stand, conversation)
    with stand.database.reading() as db:
        card = cards.card(db, stand.actor("Ada"), stand.now, made)
    stand.platform.post(f"comments/{comment}/edit", message="Paketti tuli jo, kiitos!")
    stand.advance(200)
    assert stand.read(stand.conversations()[0].channel_id)

    with stand.database.writing() as db, pytest.raises(Conflict, match="changed while"):
        approvals.approve(
            db,
            stand.actor("Ada"),
            made,
            version_id=card.version_id,
            seen_fingerprint=card.fingerprint,
            now=stand.now,
        )

    with stand.database.reading() as db:
        again = cards.card(db, stand.actor("Ada"), stand.now, made)
    assert [str(w) for w in again.changed] == [
        "The customer's words changed after this was written."
    ]
    assert again.said[0].text == "Paketti tuli jo, kiitos!"


def test_a_customer_who_writes_after_the_approval_stops_the_sending(stand: Stand) -> None:
    conversation, comment = start(stand)
    made = draft(stand, conversation)
    sent = approve(stand, made)
    stand.comment(comment, "Kaisa Virtanen", "Ei enää tarvitse.")

    stand.advance(11)
    stand.deliver()

    assert item(stand, sent).state is OutboxState.STOPPED
    assert replies(stand) == []
    with stand.database.reading() as db:
        assert [d.id for d in approvals.waiting(db, stand.actor("Ada"), stand.now)] == [made]


def test_two_people_answering_the_same_comment(stand: Stand) -> None:
    conversation, _ = start(stand)
    draft(stand, conversation, who="Ben", text="Benin vastaus")

    with pytest.raises(Conflict, match="Ben Berg has already answered") as stopped:
        draft(stand, conversation, who="Sam", text="Samin vastaus")

    assert stopped.value.theirs == "Benin vastaus"


def two_who_ask(stand: Stand) -> tuple[int, queries.OpenTurn, queries.OpenTurn]:
    """One public thread in which Kaisa and Antti wait; the conversation and their turns."""
    page = stand.page()
    first = stand.comment(stand.post(page), "Kaisa Virtanen", "Missä pakettini on?")
    stand.comment(first, "Antti Laine", "Sama täällä.")
    stand.read(stand.connect(page))
    (conversation,) = stand.conversations()
    with stand.database.reading() as db:
        antti, kaisa = sorted(queries.open_turns(db, conversation.id), key=lambda t: t.name)
    return conversation.id, kaisa, antti


def answer(stand: Stand, conversation: int, turn_ids: list[int], text: str) -> int:
    """Ben answers these and asks for approval."""
    with stand.database.writing() as db:
        ben = stand.actor("Ben")
        made = saving.save(
            db, ben, conversation, text=text, version=None, turn_ids=turn_ids, now=stand.now
        )
        submitting.submit(
            db, ben, made.id, text=text, turn_ids=turn_ids, question="", version=None, now=stand.now
        )
        return made.id


def test_two_customers_in_one_thread_have_their_own_turns(stand: Stand) -> None:
    conversation, kaisa, antti = two_who_ask(stand)
    approve(stand, answer(stand, conversation, [kaisa.turn_id], "Hei Kaisa"))

    stand.advance(11)
    stand.deliver()

    with stand.database.reading() as db:
        (left,) = queries.open_turns(db, conversation)
    assert (left.name, left.due_at) == ("Antti Laine", antti.due_at)
    (found,) = stand.conversations()
    assert (found.state, found.waiting_count) == (ConversationState.OPEN, 1)


def test_the_second_customer_is_answered_while_the_first_answer_waits(stand: Stand) -> None:
    conversation, kaisa, antti = two_who_ask(stand)
    first = answer(stand, conversation, [kaisa.turn_id], "Hei Kaisa")
    second = answer(stand, conversation, [antti.turn_id], "Hei Antti")

    assert first != second
    with stand.database.reading() as db:
        assert [t.due_at for t in queries.open_turns(db, conversation)] == [
            kaisa.due_at,
            antti.due_at,
        ]
    approve(stand, second)
    stand.advance(11)
    stand.deliver()
    with stand.database.reading() as db:
        (left,) = queries.open_turns(db, conversation)
    assert (left.name, left.due_at) == ("Kaisa Virtanen", kaisa.due_at)

    approve(stand, first)
    stand.advance(11)
    stand.deliver()
    assert replies(stand) == ["Hei Antti", "Hei Kaisa"]
    assert stand.conversations()[0].waiting_count == 0


def test_what_waits_for_one_customer_is_not_written_again(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, kaisa, antti = two_who_ask(stand)
    first = answer(stand, conversation, [kaisa.turn_id], "Hei Kaisa")

    with pytest.raises(Conflict, match="with its approver already"):
        answer(stand, conversation, [kaisa.turn_id], "Hei taas Kaisa")
    with pytest.raises(Conflict, match="with its approver already") as stopped:
        answer(stand, conversation, [antti.turn_id, kaisa.turn_id], "Hei molemmat")

    assert stopped.value.theirs == "Hei Kaisa"
    with stand.database.reading() as db:
        assert [d.id for d in drafts.own(db, stand.actor("Ben"), conversation)] == [first]


def test_each_customers_draft_is_kept_apart(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, kaisa, antti = two_who_ask(stand)
    ben = stand.actor("Ben")
    first = answer(stand, conversation, [kaisa.turn_id], "Hei Kaisa")
    with stand.database.writing() as db:
        saving.save(
            db,
            ben,
            conversation,
            text="Hei An",
            turn_ids=[antti.turn_id],
            version=None,
            now=stand.now,
        )
    with stand.database.writing() as db:
        submitting.withdraw(db, ben, first, stand.now)

    with stand.database.reading() as db:
        for turn, text in ((kaisa, "Hei Kaisa"), (antti, "Hei An")):
            draft = drafts.mine(db, ben, conversation, [turn.turn_id])
            assert draft is not None and draft.text == text
