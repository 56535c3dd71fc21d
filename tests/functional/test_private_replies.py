"""A private answer to a public comment: once, in time, to one person, and said in both places."""

from typing import Any

import pytest
from sqlalchemy import select

from app.foundation.errors import Conflict, Invalid
from app.inbox import elsewhere
from app.inbox.models import Conversation, Elsewhere, Message, Turn, TurnState
from app.replies import cards, drafts, outbox, saving, submitting
from app.replies.models import OutboxState
from tests.desks import PROMISES
from tests.functional.messaging import PAGE, hear, pushing
from tests.functional.test_answering import approve, draft, item, replies, start
from tests.functional.test_unknown_outcomes import settle
from tests.stand import Stand

DAY = 86400
WORDS = "Hei, lähetätkö tilausnumeron?"


def written(stand: Stand, conversation: int, who: str = "Ben", text: str = WORDS) -> int:
    """A private reply that waits for its approval."""
    with stand.database.writing() as db:
        actor = stand.actor(who)
        made = saving.save(
            db, actor, conversation, text=text, turn_ids=[], version=None, now=stand.now,
            is_private_reply=True,
        )  # fmt: skip
        submitting.submit(
            db, actor, made.id, text=text, turn_ids=[], question="", version=None, now=stand.now
        )
        return made.id


def sent(stand: Stand, conversation: int) -> int:
    found = approve(stand, written(stand, conversation))
    stand.advance(11)
    stand.deliver()
    return found


def privately(stand: Stand) -> list[Message]:
    """What stands in private conversations."""
    with stand.database.reading() as db:
        found = select(Message).join(Conversation).where(Conversation.external_key.like("dm:%"))
        return list(db.scalars(found))


def turn(stand: Stand) -> Turn:
    with stand.database.reading() as db:
        return db.scalars(select(Turn).order_by(Turn.id)).first() or pytest.fail("no turn")


def test_it_stands_in_private_and_ends_the_public_turn(stand: Stand) -> None:
    conversation, comment = start(stand)

    found = item(stand, sent(stand, conversation))

    assert (found.state, found.kind, found.target) == (OutboxState.SENT, "private_reply", comment)
    assert replies(stand) == [WORDS]
    (message,) = privately(stand)
    assert (message.text, message.is_ours, message.outbox_id) == (WORDS, True, found.id)
    asked = next(m for m in stand.messages() if m.external_id == comment)
    assert (asked.is_settled, asked.settled_as) == (True, Elsewhere.PRIVATELY)
    assert turn(stand).state is TurnState.ANSWERED
    assert stand.conversations()[0].waiting_count == 0
    assert WORDS not in stand.conversations()[0].snippet


def test_what_the_platform_tells_of_it_changes_nothing(stand: Stand) -> None:
    with pushing(stand):
        stand.connect(stand.page(PAGE))
        stand.comment(stand.post(PAGE), "Kaisa Virtanen", "Missä pakettini on?")
        hear(stand)
        sent(stand, stand.conversations()[0].id)
        hear(stand)
    stand.advance(200)
    stand.read(1)

    assert [m.text for m in privately(stand)] == [WORDS]
    assert len(stand.conversations()) == 2


def test_the_card_says_that_it_is_private(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, _ = start(stand)
    with stand.database.reading() as db:
        card = cards.card(db, stand.actor("Ada"), stand.now, written(stand, conversation))
        held = outbox.holding(db, stand.actor("Ada"), stand.now)

    assert (card.audience, card.obstacle) == ("private", None)
    assert card.window is not None and card.window.until is not None and held == []
    approve(stand, card.draft.id)
    with stand.database.reading() as db:
        (held_back,) = outbox.holding(db, stand.actor("Ada"), stand.now)
    assert held_back.audience == "private"


def test_a_public_and_a_private_draft_stand_beside_each_other(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, _ = start(stand)
    for text, is_private in (("Kaikille", False), ("Sinulle", True), ("Kaikille!", False)):
        with stand.database.writing() as db:
            known = None
            for d in drafts.own(db, stand.actor("Ben"), conversation):
                known = d.version if (d.audience == "private") is is_private else known
            saving.save(
                db, stand.actor("Ben"), conversation, text=text, turn_ids=[], version=known,
                now=stand.now, is_private_reply=is_private,
            )  # fmt: skip

    with stand.database.reading() as db:
        own = {d.audience: d.text for d in drafts.own(db, stand.actor("Ben"), conversation)}
    assert own == {"public": "Kaikille!", "private": "Sinulle"}


def test_it_goes_out_once_for_each_comment(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, comment = start(stand)
    sent(stand, conversation)
    stand.advance(2)
    stand.comment(comment, "Kaisa Virtanen", "Entä nyt?")
    stand.advance(200)
    stand.read(1)

    again = item(stand, sent(stand, conversation))

    assert again.state is OutboxState.SENT and again.target != comment
    with stand.database.writing() as db, pytest.raises(Conflict):
        submitting.submit(
            db, stand.actor("Ben"), again.draft_id, text="x", turn_ids=[], question="",
            version=None, now=stand.now,
        )  # fmt: skip


def test_after_seven_days_it_is_refused_when_asked_approved_and_sent(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, _ = start(stand)
    waiting = written(stand, conversation)
    stand.advance(7 * DAY - 5)
    found = approve(stand, waiting)
    stand.advance(11)
    stand.deliver()
    assert (item(stand, found).state, item(stand, found).reason) == (
        OutboxState.FAILED, "no-private-reply",
    )  # fmt: skip

    with pytest.raises(Invalid):
        written(stand, conversation)

    assert replies(stand) == []


def test_after_a_native_one_it_is_refused_and_said(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, _ = start(stand)
    found = approve(stand, written(stand, conversation))
    stand.advance(11)
    stand.platform.post("faults", kind="error", code=10900, method="write", count=1)
    stand.deliver()

    assert (item(stand, found).state, item(stand, found).reason) == (
        OutboxState.FAILED, "private-reply-done",
    )  # fmt: skip
    assert stand.conversations()[0].waiting_count == 1


def test_to_a_visitor_s_post(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    given = {"page": stand.page(), "name": "Sanna Salo", "message": "Onko kokoa 38?"}
    stand.platform.post("visitor-posts", **given)
    stand.read(stand.connect("900"))

    found = item(stand, sent(stand, stand.conversations()[0].id))

    assert (found.state, [m.text for m in privately(stand)]) == (OutboxState.SENT, [WORDS])


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
def test_without_an_answer_it_is_there_once(stand: Stand, kind: str) -> None:
    unanswered(stand, kind=kind)


def test_without_an_answer_and_unreadable_it_is_sent_again_and_there_once(
    sqlite_stand: Stand,
) -> None:
    """10900 on the second try says that the first was taken."""
    stand = sqlite_stand
    conversation, _ = start(stand)
    stand.platform.post("faults", kind="timeout_after", seconds=0, path="messages", count=1)
    stand.platform.post("faults", kind="html", path="conversations")
    found = settle(stand, sent(stand, conversation))

    assert (found.state, found.external_id, found.attempts) == (OutboxState.SENT, None, 2)
    assert replies(stand) == [WORDS] and turn(stand).state is TurnState.ANSWERED
    stand.platform.delete("faults")
    stand.advance(200)
    stand.read(1)
    assert [m.text for m in privately(stand)] == [WORDS]


def unanswered(stand: Stand, **fault: Any) -> None:
    conversation, _ = start(stand)
    stand.platform.post("faults", seconds=0, path="messages", count=1, **fault)
    found = sent(stand, conversation)
    assert item(stand, found).state is OutboxState.UNKNOWN

    row = settle(stand, found)

    assert (row.state, replies(stand)) == (OutboxState.SENT, [WORDS])
    assert [m.text for m in privately(stand)] == [WORDS]


@pytest.mark.soak
@pytest.mark.parametrize("number", range(200))
def test_no_private_reply_of_many_without_an_answer_is_there_twice(
    sqlite_stand: Stand, number: int
) -> None:
    unanswered(sqlite_stand, kind=("timeout_before", "timeout_after")[number % 2])


def test_what_was_answered_there_waits_no_more(stand: Stand) -> None:
    conversation, comment = start(stand)
    with stand.database.writing() as db:
        seen = stand.messages()[-1].id
        found = db.scalars(select(Turn)).one()
        elsewhere.answered_there(
            db, stand.actor("Ben"), conversation, found.id, PROMISES, stand.now,
            seen_message_id=seen,
        )  # fmt: skip

    assert turn(stand).state is TurnState.ANSWERED and turn(stand).answered_by_id is None
    assert stand.messages()[0].settled_as is Elsewhere.THERE
    stand.advance(2)
    stand.comment(comment, "Kaisa Virtanen", "Kiitos! Vielä yksi.")
    stand.advance(200)
    stand.read(1)
    assert stand.conversations()[0].waiting_count == 1
    assert turn(stand).state is TurnState.ANSWERED


def test_nobody_says_so_of_what_they_have_not_seen(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, _ = start(stand)
    with stand.database.writing() as db, pytest.raises(Conflict):
        found = db.scalars(select(Turn)).one()
        elsewhere.answered_there(
            db, stand.actor("Ben"), conversation, found.id, PROMISES, stand.now, seen_message_id=0
        )  # fmt: skip


def test_a_public_answer_is_as_it_was(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, _ = start(stand)
    found = approve(stand, draft(stand, conversation))
    stand.advance(11)
    stand.deliver()

    assert (item(stand, found).kind, item(stand, found).state) == ("comment", OutboxState.SENT)
