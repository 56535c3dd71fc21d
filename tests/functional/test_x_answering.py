"""Answers on X: under the customer's newest post, once, and what each refusal leads to."""

from typing import Any

import pytest

from app.channels.connections import answered
from app.channels.models import Channel, ChannelState
from app.jobs import topics
from app.notices.models import Kind
from app.replies.models import OutboxItem, OutboxState
from tests import answers
from tests.functional.test_answering import approve, draft, item
from tests.functional.tweeting import NAME, US, account, connect, post, shown, stands, write
from tests.stand import Stand

WORDS = "Hei, se lähti tänään: riekko.test/88214"


def asked(stand: Stand, *, in_private: bool = False) -> tuple[int, str]:
    """A connected account with one question; the conversation, and the post or the account."""
    ours = account(stand)
    channel = connect(stand, ours)
    there = ours
    if in_private:
        write(stand, ours, "Missä pakettini on?")
    else:
        there = post(stand, NAME, f"@{US} missä pakettini on?")
    assert stand.read(channel)
    (conversation,) = stand.conversations()
    return conversation.id, there


def answer(stand: Stand, conversation: int, **fault: Any) -> int:
    """An approved answer on its way, which may meet a fault."""
    sent = approve(stand, draft(stand, conversation, text=WORDS))
    stand.advance(11)
    if fault:
        stand.platform.post("faults", **fault)
    stand.deliver()
    return sent


def settle(stand: Stand, item_id: int, seconds: int = 300) -> OutboxItem:
    for _ in range(seconds // 5):
        if item(stand, item_id).ended_at is not None:
            break
        stand.advance(5)
        stand.deliver()
    return item(stand, item_id)


def ours_there(stand: Stand, there: str, *, in_private: bool = False) -> list[str]:
    if in_private:
        rows = stand.platform.get(f"x/accounts/{there}/messages/{NAME}")["messages"]
        return [r["text"] for r in rows if str(r["sender_id"]) == there]
    return [text.removeprefix(f"@{NAME} ") for name, text in stands(stand, there) if name == US]


@pytest.mark.parametrize("in_private", [False, True])
def test_an_answer_stands_there_once_and_is_shown_once(stand: Stand, in_private: bool) -> None:
    conversation, there = asked(stand, in_private=in_private)

    sent = answer(stand, conversation)
    stand.deliver()
    stand.advance(4000)
    assert stand.read(1)

    assert item(stand, sent).state is OutboxState.SENT
    assert ours_there(stand, there, in_private=in_private) == [WORDS]
    (said,) = shown(stand).values()
    assert said[1:] == [f"→ {WORDS}"]


def test_an_answer_stands_under_the_customers_newest_post(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, root = asked(stand)
    stand.advance(5)
    newest = post(stand, NAME, f"@{US} huhuu", reply_to=root)
    stand.advance(150)
    assert stand.read(1)

    settle(stand, answer(stand, conversation))

    rows = stand.platform.get(f"x/posts/{root}")["conversation"]
    assert [r["reply_to"] for r in rows if r["username"] == US] == [newest]


@pytest.mark.parametrize("in_private", [False, True])
@pytest.mark.parametrize(
    ("fault", "attempts"),
    [
        ({"kind": "timeout_after", "seconds": 0, "method": "write"}, 1),
        ({"kind": "timeout_before", "seconds": 0, "method": "write"}, 2),
        ({"kind": "html", "method": "write"}, 2),
        ({"kind": "x_error", "status": 503, "method": "write"}, 2),
        ({"kind": "x_error", "status": 500, "body": "list", "method": "write"}, 2),
    ],
)
def test_an_unclear_outcome_is_settled_without_a_double(
    sqlite_stand: Stand, in_private: bool, fault: dict[str, Any], attempts: int
) -> None:
    stand = sqlite_stand
    conversation, there = asked(stand, in_private=in_private)
    sent = answer(stand, conversation, path="x", count=1, **fault)
    assert item(stand, sent).state is OutboxState.UNKNOWN

    row = settle(stand, sent)

    assert (row.state, row.attempts) == (OutboxState.SENT, attempts)
    assert ours_there(stand, there, in_private=in_private) == [WORDS]


@pytest.mark.parametrize("fault", [{"kind": "x_no_data"}, {"kind": "x_partial"}])
def test_a_reading_that_leaves_something_out_proves_nothing(
    sqlite_stand: Stand, fault: dict[str, Any]
) -> None:
    stand = sqlite_stand
    conversation, there = asked(stand)
    sent = answer(
        stand, conversation, kind="timeout_after", seconds=0, method="write", path="x", count=1
    )
    stand.platform.post("faults", path="x", method="read", **fault)

    row = settle(stand, sent)

    assert (row.state, row.reason) == (OutboxState.NEEDS_PERSON, "unreadable")
    assert ours_there(stand, there) == [WORDS]


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ({"kind": "x_reply_rule", "words": "engaged"}, OutboxState.FAILED, "reply-rule"),
        ({"kind": "x_reply_rule", "words": "mentioned"}, OutboxState.FAILED, "reply-rule"),
        ({"kind": "x_error", "status": 403, "detail": "No."}, OutboxState.FAILED, "refused"),
        ({"kind": "x_error", "status": 400, "detail": "No."}, OutboxState.FAILED, "refused"),
        ({"kind": "x_error", "status": 404, "detail": "No."}, OutboxState.FAILED, "gone"),
        ({"kind": "x_rate_limited"}, OutboxState.QUEUED, ""),
        ({"kind": "x_rate_limited", "reset": "missing"}, OutboxState.QUEUED, ""),
        ({"kind": "x_rate_limited", "reset": "broken"}, OutboxState.QUEUED, ""),
        ({"kind": "x_error", "status": 429, "body": "list"}, OutboxState.QUEUED, ""),
        ({"kind": "x_error", "status": 429, "body": "errors"}, OutboxState.QUEUED, ""),
    ],
)
def test_a_clear_refusal_is_what_it_says(
    sqlite_stand: Stand, fault: dict[str, Any], state: OutboxState, reason: str
) -> None:
    stand = sqlite_stand
    conversation, there = asked(stand)

    sent = answer(stand, conversation, method="write", path="x", count=1, **fault)

    assert (item(stand, sent).state, item(stand, sent).reason) == (state, reason)
    assert ours_there(stand, there) == []
    assert stand.channel(1).state is ChannelState.CONNECTED
    if state is OutboxState.QUEUED:
        assert settle(stand, sent, 1200).state is OutboxState.SENT


def test_a_duplicate_may_be_our_own_earlier_try(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    conversation, there = asked(stand)
    sent = answer(stand, conversation, kind="x_duplicate", method="write", path="x", count=1)
    assert item(stand, sent).state is OutboxState.UNKNOWN

    assert settle(stand, sent).state is OutboxState.SENT

    assert ours_there(stand, there) == [WORDS]


@pytest.mark.parametrize("body", ["old", "new"])
def test_no_credit_stops_every_account_until_there_is_some(sqlite_stand: Stand, body: str) -> None:
    stand = sqlite_stand
    conversation, there = asked(stand)
    other = connect(stand, account(stand, "RiekkoApu"))

    sent = answer(stand, conversation, kind="x_credits", body=body, path="x")

    assert [stand.channel(n).state for n in (1, other)] == [ChannelState.FROZEN] * 2
    assert stand.channel(1).is_out_of_credit
    assert set(answers.told(stand, Kind.CHANNEL_FROZEN)) == {"Ada", "Dan"}
    assert item(stand, sent).state is OutboxState.QUEUED

    stand.platform.delete("faults")
    try_now(stand, other)
    assert [stand.channel(n).state for n in (1, other)] == [ChannelState.CONNECTED] * 2
    assert settle(stand, sent).state is OutboxState.SENT
    assert ours_there(stand, there) == [WORDS]


def try_now(stand: Stand, channel_id: int) -> None:
    """What the button on the channel's page does."""
    with stand.database.reading() as db:
        call = topics.connections(stand.running).test(db, db.get_one(Channel, channel_id))
    found = call()
    with stand.database.writing() as db:
        answered(db, db.get_one(Channel, channel_id), found, stand.now)
