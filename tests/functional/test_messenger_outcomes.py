"""Private answers whose call brought no answer: settled by the echo with our mark, else by reading
back; sent again once only where a complete reading shows that nothing is there."""

import threading
from typing import Any

import pytest
import requests

from app.inbox.models import ConversationState
from app.replies import settling
from app.replies.models import OutboxItem, OutboxState
from tests.functional.messaging import (
    PAGE,
    asked,
    connect,
    delivered,
    hear,
    last,
    pushing,
    said,
    talk,
    write,
)
from tests.functional.test_answering import approve, draft, item, replies
from tests.functional.test_unknown_outcomes import settle
from tests.stand import Stand

TEXT = "Hei Petteri, voit."
QUESTION = "Voinko vaihtaa teltan?"


def approved(stand: Stand) -> int:
    """A private answer whose time to undo is over."""
    sent = approve(stand, draft(stand, asked(stand), text=TEXT))
    stand.advance(7)
    return sent


def sending(stand: Stand, **fault: Any) -> int:
    """The same, sent into a fault."""
    sent = approved(stand)
    stand.platform.post("faults", path="messages", **fault)
    stand.deliver()
    return sent


def send_as_the_worker(stand: Stand, person: str, text: str, mark: str) -> str:
    """What a worker's call does on the platform, its answer aside."""
    page = next(p for p in stand.platform.get("state")["pages"] if p["id"] == PAGE)
    answer = requests.post(
        f"{stand.running.platforms.graph_url}/v26.0/{PAGE}/messages",
        json={
            "recipient": {"id": person},
            "messaging_type": "RESPONSE",
            "message": {"text": text, "metadata": mark},
        },
        headers={"Authorization": f"Bearer {page['token']}"},
        timeout=10,
    )
    return str(answer.json()["message_id"])


def begun(stand: Stand) -> tuple[int, str]:
    """A row whose worker has recorded the start and not yet called; the row and the person."""
    channel = connect(stand)
    person = write(stand, QUESTION)["person"]
    stand.read(channel)
    sent = approve(stand, draft(stand, talk(stand).id, text=TEXT))
    stand.advance(7)
    with stand.database.writing() as db:
        row = db.get_one(OutboxItem, sent)
        row.move(OutboxState.QUEUED)
        row.move(OutboxState.SENDING)
        row.started_at, row.next_at, row.attempts = stand.now, stand.now, 1
    return sent, str(person)


def test_done_without_an_answer_is_found_by_reading_back(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_after", seconds=0, count=1)
    assert item(stand, sent).state is OutboxState.UNKNOWN

    row = settle(stand, sent)

    assert (row.state, row.attempts, replies(stand)) == (OutboxState.SENT, 1, [TEXT])
    assert said(stand) == [(False, QUESTION), (True, TEXT)]
    assert talk(stand).state is ConversationState.DONE


def test_done_without_an_answer_is_settled_at_once_by_its_echo(stand: Stand) -> None:
    with pushing(stand):
        sent = sending(stand, kind="timeout_after", seconds=0, count=1)
        assert item(stand, sent).state is OutboxState.UNKNOWN

        hear(stand)

        row = item(stand, sent)
        assert (row.state, row.attempts, row.external_id) == (
            OutboxState.SENT,
            1,
            last(stand).external_id,
        )
        assert last(stand).outbox_id == sent
        stand.advance(300)
        stand.deliver()
        assert (replies(stand), len(stand.messages())) == ([TEXT], 2)


def test_not_done_without_an_answer_is_sent_again_once(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_before", seconds=0, count=1)
    assert item(stand, sent).state is OutboxState.UNKNOWN

    row = settle(stand, sent)

    assert (row.state, row.attempts, replies(stand)) == (OutboxState.SENT, 2, [TEXT])


def test_unknown_twice_waits_for_a_person(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_before", seconds=0)

    row = settle(stand, sent)

    assert (row.state, row.reason, replies(stand)) == (OutboxState.NEEDS_PERSON, "twice", [])


@pytest.mark.parametrize("path", ["conversations", "conversation"])
def test_a_failing_reading_never_leads_to_sending_again(stand: Stand, path: str) -> None:
    sent = sending(stand, kind="timeout_after", seconds=0, count=1)
    stand.platform.post("faults", kind="html", path=path)

    row = settle(stand, sent)

    assert (row.state, row.reason) == (OutboxState.NEEDS_PERSON, "unreadable")
    assert replies(stand) == [TEXT]


def test_an_empty_list_of_conversations_proves_nothing(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_before", seconds=0, count=1)
    stand.platform.post("faults", kind="user_token")

    row = settle(stand, sent)

    assert (row.state, row.reason, row.attempts) == (OutboxState.NEEDS_PERSON, "unreadable", 1)


def test_a_late_echo_settles_what_waited_for_a_person(stand: Stand) -> None:
    with pushing(stand):
        sent = sending(stand, kind="timeout_after", seconds=0, count=1)
        stand.platform.post("webhooks/pause")
        stand.platform.post("faults", kind="html", path="conversations")
        assert settle(stand, sent).state is OutboxState.NEEDS_PERSON

        stand.platform.delete("faults")
        hear(stand)

        assert item(stand, sent).state is OutboxState.SENT
        assert (replies(stand), len(stand.messages())) == ([TEXT], 2)


def test_an_answer_that_shows_late_is_not_sent_again(stand: Stand) -> None:
    channel = connect(stand)
    write(stand, QUESTION)
    stand.read(channel)
    stand.advance(120)
    sent = approve(stand, draft(stand, talk(stand).id, text=TEXT))
    stand.advance(7)
    stand.platform.post("faults", kind="read_delay", seconds=50)
    stand.platform.post("faults", kind="timeout_after", path="messages", seconds=0, count=1)
    stand.deliver()

    row = settle(stand, sent)

    assert (row.state, row.attempts, replies(stand)) == (OutboxState.SENT, 1, [TEXT])


def test_a_reading_that_does_not_reach_back_to_the_start_proves_nothing(stand: Stand) -> None:
    sent = sending(stand, kind="timeout_after", seconds=0, count=1)
    for number in range(21):
        write(stand, f"Haloo {number}?")

    row = settle(stand, sent)

    assert (row.state, row.reason) == (OutboxState.NEEDS_PERSON, "unreadable")
    assert replies(stand) == [TEXT]


def test_the_echo_may_come_before_the_calls_own_answer(stand: Stand) -> None:
    with pushing(stand):
        sent, person = begun(stand)
        message_id = send_as_the_worker(stand, person, TEXT, f"outbox:{sent}")
        hear(stand)

        row = item(stand, sent)
        assert (row.state, row.external_id) == (OutboxState.SENT, message_id)
        settled_by_the_call(stand, sent, message_id)
        assert (item(stand, sent).state, len(stand.messages())) == (OutboxState.SENT, 2)


def settled_by_the_call(stand: Stand, sent: int, message_id: str) -> None:
    """The worker's call returns after all."""
    with stand.database.writing() as db:
        settling.sent(db, sent, message_id, stand.running.promises(), stand.now)


def test_an_echo_that_was_read_first_is_tied_when_it_is_pushed(stand: Stand) -> None:
    with pushing(stand):
        sent, person = begun(stand)
        stand.platform.post("webhooks/pause")
        send_as_the_worker(stand, person, TEXT, f"outbox:{sent}")
        stand.advance(150)
        stand.read(talk(stand).channel_id)
        assert last(stand).outbox_id is None

        hear(stand)

        assert item(stand, sent).state is OutboxState.SENT
        assert (last(stand).outbox_id, len(stand.messages())) == (sent, 2)


@pytest.mark.parametrize(
    ("text", "mark"),
    [(TEXT, "outbox:99999999"), ("Muut sanat", "outbox:{sent}"), (TEXT, "outbox:{sent}x")],
)
def test_a_mark_that_does_not_fit_ties_nothing(stand: Stand, text: str, mark: str) -> None:
    with pushing(stand):
        sent, person = begun(stand)
        send_as_the_worker(stand, person, text, mark.format(sent=sent))
        hear(stand)

        assert item(stand, sent).state is OutboxState.SENDING
        assert (last(stand).outbox_id, last(stand).echo_of) == (None, None)
        assert talk(stand).waiting_count == 0


def test_a_mark_in_another_persons_conversation_ties_nothing(stand: Stand) -> None:
    with pushing(stand):
        sent, _ = begun(stand)
        other = write(stand, "Hej!", name="Emma Lindqvist")["person"]
        send_as_the_worker(stand, other, TEXT, f"outbox:{sent}")
        hear(stand)

        assert item(stand, sent).state is OutboxState.SENDING
        assert all(m.outbox_id is None for m in stand.messages())


def test_an_earlier_equal_answer_is_not_taken_for_this_one(stand: Stand) -> None:
    channel = connect(stand)
    write(stand, QUESTION)
    write(stand, TEXT, as_="page")
    stand.advance(60)
    person = write(stand, "Entä palautus?")["person"]
    stand.read(channel)
    sent = approve(stand, draft(stand, talk(stand).id, text=TEXT))
    stand.advance(7)
    stand.platform.post("faults", kind="timeout_before", path="messages", seconds=0, count=1)
    stand.deliver()

    row = settle(stand, sent)

    assert (row.state, row.attempts) == (OutboxState.SENT, 2)
    assert delivered(stand, person) == [TEXT, TEXT]


@pytest.mark.parametrize(
    "fault",
    [{"kind": "html"}, {"kind": "empty"}, {"kind": "error", "code": 2}, {"kind": "error", "code": 1,
     "status": 200}],
)  # fmt: skip
def test_a_write_that_was_refused_unclearly_is_settled(
    sqlite_stand: Stand, fault: dict[str, Any]
) -> None:
    sent = sending(sqlite_stand, count=1, **fault)
    assert item(sqlite_stand, sent).state is OutboxState.UNKNOWN

    assert settle(sqlite_stand, sent).state is OutboxState.SENT

    assert replies(sqlite_stand) == [TEXT]


def test_a_worker_that_died_during_the_call_is_read_back(stand: Stand) -> None:
    sent, person = begun(stand)
    send_as_the_worker(stand, person, TEXT, "")

    row = settle(stand, sent)

    assert (row.state, row.attempts, replies(stand)) == (OutboxState.SENT, 1, [TEXT])


def test_what_a_customer_writes_during_the_call_still_waits(stand: Stand) -> None:
    with pushing(stand):
        sent, person = begun(stand)
        stand.advance(2)
        write(stand, "Vielä yksi asia.")
        hear(stand)
        stand.advance(2)
        message_id = send_as_the_worker(stand, person, TEXT, f"outbox:{sent}")
        settled_by_the_call(stand, sent, message_id)
        hear(stand)
        stand.advance(150)
        stand.read(talk(stand).channel_id)

        assert item(stand, sent).state is OutboxState.SENT
        found = talk(stand)
        assert (found.waiting_count, found.snippet) == (1, "Vielä yksi asia.")


@pytest.mark.parametrize("seconds", [-90, 90])
def test_an_answer_ends_the_turn_whatever_the_platforms_clock(
    sqlite_stand: Stand, seconds: int
) -> None:
    stand = sqlite_stand
    channel = connect(stand)
    write(stand, QUESTION, created=int(stand.now.timestamp()) + seconds)
    stand.read(channel)
    approve(stand, draft(stand, talk(stand).id, text=TEXT))
    stand.advance(7)
    stand.deliver()

    assert (replies(stand), talk(stand).waiting_count) == ([TEXT], 0)


def test_echoes_and_the_calls_own_answers_at_the_same_time(stand: Stand) -> None:
    with pushing(stand):
        channel = connect(stand)
        names = [f"Asiakas {number}" for number in range(12)]
        for name in names:
            write(stand, QUESTION, name=name)
        stand.read(channel)
        rows = [approve(stand, draft(stand, c.id, text=TEXT)) for c in stand.conversations()]
        stand.advance(7)
        sending_now = threading.Thread(target=stand.deliver)
        sending_now.start()
        while sending_now.is_alive():
            stand.platform.post("webhooks/flush")  # new ones come while these go out
            stand.take_in()
        sending_now.join()
        hear(stand)

        found = [item(stand, row) for row in rows]
        assert {(i.state, i.attempts) for i in found} == {(OutboxState.SENT, 1)}
        assert replies(stand) == [TEXT] * len(names)
        assert len(stand.messages()) == 2 * len(names)
        assert {c.waiting_count for c in stand.conversations()} == {0}
