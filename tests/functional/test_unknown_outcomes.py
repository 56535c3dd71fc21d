"""What becomes of a reply when the platform does not answer, or answers with a refusal."""

import threading
from typing import Any

import pytest

from app.channels import connections
from app.channels.models import Channel, ChannelState
from app.inbox.models import ConversationState
from app.jobs import topics
from app.notices.models import Kind
from app.replies.models import OutboxItem, OutboxState
from tests import answers
from tests.functional.test_answering import approve, draft, item, replies, start
from tests.stand import Stand


def sending(stand: Stand, **fault: Any) -> int:
    """An approved reply whose sending meets a fault; the outbox row after the first try."""
    conversation, _ = start(stand)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(11)
    stand.platform.post("faults", **fault)
    stand.deliver()
    return sent


def settle(stand: Stand, item_id: int, seconds: int = 300) -> OutboxItem:
    """Let time pass until the row has come to rest."""
    for _ in range(seconds // 5):
        if item(stand, item_id).ended_at is not None:
            break
        stand.advance(5)
        stand.deliver()
    return item(stand, item_id)


def test_done_without_an_answer_is_found_by_reading_back(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_after", seconds=0, method="write", count=1)
    assert item(stand, sent).state is OutboxState.UNKNOWN

    row = settle(stand, sent)

    assert (row.state, row.attempts, replies(stand)) == (OutboxState.SENT, 1, ["Hei Kaisa!"])
    assert stand.conversations()[0].state is ConversationState.DONE
    assert len(stand.messages()) == 2


def test_not_done_without_an_answer_is_sent_again_once(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_before", seconds=0, method="write", count=1)
    assert item(stand, sent).state is OutboxState.UNKNOWN

    row = settle(stand, sent)

    assert (row.state, row.attempts, replies(stand)) == (OutboxState.SENT, 2, ["Hei Kaisa!"])


def test_a_reply_that_shows_late_is_not_sent_again(stand: Stand) -> None:
    conversation, _ = start(stand)
    stand.advance(120)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(11)
    stand.platform.post("faults", kind="read_delay", seconds=50)
    stand.platform.post("faults", kind="timeout_after", seconds=0, method="write", count=1)
    stand.deliver()

    row = settle(stand, sent)

    assert (row.state, row.attempts, replies(stand)) == (OutboxState.SENT, 1, ["Hei Kaisa!"])


def test_a_worker_that_froze_does_not_take_the_next_ones_claim_for_its_own(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, _ = start(stand)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(11)
    frozen, second = topics.delivery(stand.running), topics.delivery(stand.running)
    has_claimed, wakes, has_started, is_over = (threading.Event() for _ in range(4))

    def read(job: Any) -> Any:
        has_claimed.set()
        wakes.wait(30)
        return type(frozen)._read(frozen, job)

    def begin(*given: Any) -> Any:
        begun = type(frozen)._start(frozen, *given)
        has_started.set()
        is_over.wait(30)
        return begun

    def read_while_the_first_wakes(job: Any) -> Any:
        wakes.set()
        has_started.wait(30)
        return type(second)._read(second, job)

    monkeypatch.setattr(frozen, "_read", read)
    monkeypatch.setattr(frozen, "_start", begin)
    monkeypatch.setattr(second, "_read", read_while_the_first_wakes)
    thread = threading.Thread(target=frozen.run, args=(1,))
    thread.start()
    assert has_claimed.wait(30)
    stand.advance(61)
    second.run(2)
    is_over.set()
    thread.join(30)

    assert (item(stand, sent).state, replies(stand)) == (OutboxState.SENT, ["Hei Kaisa!"])


def test_unknown_twice_waits_for_a_person(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_before", seconds=0, method="write")

    row = settle(stand, sent)

    assert (row.state, row.reason, row.attempts) == (OutboxState.NEEDS_PERSON, "twice", 2)
    assert replies(stand) == []


def test_a_failing_reading_never_leads_to_sending_again(stand: Stand) -> None:
    conversation, _ = start(stand)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(11)
    stand.platform.post("faults", kind="timeout_after", seconds=0, method="write", count=1)
    stand.deliver()
    stand.platform.post("faults", kind="html", method="read")

    row = settle(stand, sent)

    assert (row.state, row.reason) == (OutboxState.NEEDS_PERSON, "unreadable")
    assert replies(stand) == ["Hei Kaisa!"]


def test_an_earlier_equal_reply_is_not_taken_for_this_one(stand: Stand) -> None:
    conversation, comment = start(stand)
    stand.platform.post("comments", on=comment, message="Hei Kaisa!")
    stand.comment(comment, "Kaisa Virtanen", "Entä palautus?")
    stand.advance(200)
    stand.read(stand.conversations()[0].channel_id)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(11)
    stand.platform.post("faults", kind="timeout_before", seconds=0, method="write", count=1)
    stand.deliver()

    row = settle(stand, sent)

    assert (row.state, row.attempts) == (OutboxState.SENT, 2)
    assert replies(stand) == ["Hei Kaisa!"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html"},
        {"kind": "empty"},
        {"kind": "error", "code": 2},
        {"kind": "error", "code": 1, "status": 200},
        {"kind": "error", "code": 999, "status": 500},
    ],
)
def test_a_write_that_was_refused_unclearly_is_settled(
    sqlite_stand: Stand, fault: dict[str, Any]
) -> None:
    sent = sending(sqlite_stand, method="write", count=1, **fault)
    assert item(sqlite_stand, sent).state is OutboxState.UNKNOWN

    assert settle(sqlite_stand, sent).state is OutboxState.SENT

    assert replies(sqlite_stand) == ["Hei Kaisa!"]


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492, 2069032])
def test_a_broken_token_freezes_the_channel_and_keeps_the_queue(
    sqlite_stand: Stand, subcode: int
) -> None:
    stand = sqlite_stand
    sent = sending(stand, kind="token", subcode=subcode)
    channel = stand.conversations()[0].channel_id
    assert stand.channel(channel).state is ChannelState.FROZEN
    assert item(stand, sent).state is OutboxState.QUEUED

    stand.platform.delete("faults")
    stand.advance(30)
    stand.deliver()
    assert item(stand, sent).state is OutboxState.QUEUED
    stand.connect("900")
    stand.deliver()

    assert item(stand, sent).state is OutboxState.SENT
    assert replies(stand) == ["Hei Kaisa!"]


@pytest.mark.parametrize(
    ("code", "subcode", "reason"),
    [
        (368, 0, "policy"),
        (100, 33, "gone"),
        (100, 0, "refused"),
        (551, 0, "unreachable"),
    ],
)
def test_a_final_refusal_fails_and_keeps_the_words(
    sqlite_stand: Stand, code: int, subcode: int, reason: str
) -> None:
    sent = sending(sqlite_stand, kind="error", method="write", code=code, subcode=subcode)

    row = settle(sqlite_stand, sent)

    assert (row.state, row.reason, row.text) == (OutboxState.FAILED, reason, "Hei Kaisa!")
    assert replies(sqlite_stand) == []


def test_a_block_for_breaking_rules_stops_the_channel_until_a_person_starts_it(
    sqlite_stand: Stand,
) -> None:
    stand = sqlite_stand
    sent = sending(stand, kind="error", method="write", code=368, count=1)
    channel = stand.conversations()[0].channel_id

    assert item(stand, sent).state is OutboxState.FAILED
    assert stand.channel(channel).is_blocked and not stand.channel(channel).can_send
    assert stand.channel(channel).state is ChannelState.CONNECTED
    told = answers.told(stand, Kind.CHANNEL_FROZEN)
    assert {n: t.detail for n, t in told.items()} == {"Ada": "blocked", "Dan": "blocked"}

    again = approve(stand, draft(stand, stand.conversations()[0].id))
    settle(stand, again)
    assert item(stand, again).state is OutboxState.QUEUED
    with stand.database.writing() as db:
        row = db.get_one(Channel, channel)
        connections.set_sending(db, stand.actor("Dan"), row, is_sending=True, now=stand.now)
    assert settle(stand, again).state is OutboxState.SENT
    assert answers.told(stand, Kind.CHANNEL_FROZEN) == {}


def test_a_limit_waits_until_the_platform_allows_again(sqlite_stand: Stand) -> None:
    sent = sending(sqlite_stand, kind="error", method="write", code=32, count=1)
    assert item(sqlite_stand, sent).state is OutboxState.QUEUED

    assert settle(sqlite_stand, sent).state is OutboxState.SENT

    assert replies(sqlite_stand) == ["Hei Kaisa!"]


def test_a_deleted_comment_is_said_and_nothing_is_posted(stand: Stand) -> None:
    conversation, comment = start(stand)
    sent = approve(stand, draft(stand, conversation))
    stand.platform.post(f"comments/{comment}/delete")

    row = settle(stand, sent)

    assert (row.state, row.reason) == (OutboxState.FAILED, "gone")
    assert replies(stand) == []


def test_a_worker_that_died_before_the_call_is_simply_tried_again(stand: Stand) -> None:
    conversation, _ = start(stand)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(11)
    with stand.database.writing() as db:
        row = db.get_one(OutboxItem, sent)
        row.move(OutboxState.QUEUED)
        row.move(OutboxState.SENDING)
        row.next_at = stand.now

    settle(stand, sent)

    assert item(stand, sent).attempts == 1
    assert replies(stand) == ["Hei Kaisa!"]


def test_a_worker_that_died_during_the_call_is_read_back(stand: Stand) -> None:
    conversation, comment = start(stand)
    sent = approve(stand, draft(stand, conversation))
    stand.advance(11)
    with stand.database.writing() as db:
        row = db.get_one(OutboxItem, sent)
        row.move(OutboxState.QUEUED)
        row.move(OutboxState.SENDING)
        row.started_at, row.next_at, row.attempts = stand.now, stand.now, 1
    stand.platform.post("comments", on=comment, message="Hei Kaisa!")

    row = settle(stand, sent)

    assert (row.state, row.attempts) == (OutboxState.SENT, 1)
    assert replies(stand) == []
