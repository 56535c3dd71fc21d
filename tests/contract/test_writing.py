"""Writing to a platform, by whichever adapter: done once, found again, refused in the desk's words."""

import pytest

from app.channels.adapter import Outgoing, Reading
from app.channels.errors import ChannelError
from app.inbox.models import Audience, Conversation
from app.replies.models import OutboxItem, OutboxState
from tests.contract.pilot import Pilot, Row
from tests.functional.test_answering import approve, draft
from tests.functional.test_unknown_outcomes import settle

TEXT = "Hei Kaisa! Lähti tänään. 😊"
KINDS = ("comment", "message")
UNANSWERED = ("timeout_after", "timeout_before")


def asked(pilot: Pilot, kind: str) -> str:
    """A customer asks something, which has come in; what an answer is sent to."""
    if kind == "message":
        pilot.write("kaisa", "Missä pakettini on?")
        target = pilot.target("kaisa")
    else:
        target = pilot.comment(pilot.post(), "Missä pakettini on?", "kaisa")
    assert pilot.stand.read(pilot.channel)
    return target


def outgoing(pilot: Pilot, kind: str, target: str) -> Outgoing:
    reply_to = target if kind == "comment" else ""
    return Outgoing(kind, target, TEXT, reply_to=reply_to, last_customer_at=pilot.stand.now)


def approved(pilot: Pilot, kind: str) -> int:
    """An answer that is about to go out; its row of the outbox."""
    asked(pilot, kind)
    with pilot.stand.database.reading() as db:
        (conversation,) = db.query(Conversation.id).one()
    sent = approve(pilot.stand, draft(pilot.stand, conversation, text=TEXT))
    pilot.stand.advance(11)
    return sent


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_can_be_read_back_by_its_id(pilot: Pilot, kind: str) -> None:
    target, adapter = asked(pilot, kind), pilot.adapter()

    made = adapter.send(outgoing(pilot, kind, target))

    found: Reading = adapter.read_thread(kind, target)
    assert found.is_complete
    assert [(s.is_ours, s.text) for s in found.said if s.external_id == made] == [(True, TEXT)]
    assert pilot.written() == [TEXT]


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_arrives_and_comes_in_once(pilot: Pilot, kind: str) -> None:
    with pilot.pushing():
        approved(pilot, kind)
        pilot.stand.deliver()
        pilot.hear()
    assert pilot.stand.read(pilot.channel)

    ours = [m for m in pilot.stand.messages() if m.is_ours]
    assert [(m.text, m.outbox_id is not None) for m in ours] == [(TEXT, True)]
    assert pilot.written() == [TEXT]


@pytest.mark.parametrize("fault", UNANSWERED)
@pytest.mark.parametrize("kind", KINDS)
def test_a_send_without_an_answer_settles_and_is_done_once(
    pilot: Pilot, kind: str, fault: str
) -> None:
    sent = approved(pilot, kind)
    pilot.fault(kind=fault, seconds=0, method="write", count=1)
    pilot.stand.deliver()
    with pilot.stand.database.reading() as db:
        assert db.get_one(OutboxItem, sent).state is OutboxState.UNKNOWN

    row = settle(pilot.stand, sent)

    assert (row.state, pilot.written()) == (OutboxState.SENT, [TEXT])
    assert len(pilot.stand.messages()) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_refusal_says_what_to_do(pilot: Pilot, kind: str) -> None:
    """All of them under a comment; in private, which goes the same way, some of each sort."""
    target = asked(pilot, kind)
    rows = pilot.rows if kind == "comment" else pilot.rows[::6]

    assert [wrong for row in rows if (wrong := _differs(pilot, row, kind, target))] == []
    assert pilot.written() == []


def _differs(pilot: Pilot, row: Row, kind: str, target: str) -> str:
    """What a row of the platform's errors was made into, where it is not what was expected."""
    adapter = pilot.adapter()
    found: list[tuple[type[ChannelError] | None, str]] = []
    for method in ("read", "write"):
        is_done = row.fault["kind"] == "timeout_after" and method == "write"
        fault = {**row.fault, "kind": "timeout_before"} if is_done else row.fault
        pilot.fault(**fault, method=method, count=1)
        try:
            if method == "read":
                adapter.read_thread(kind, target)
            else:
                adapter.send(outgoing(pilot, kind, target))
        except ChannelError as problem:
            found.append((type(problem), getattr(problem, "kind", "")))
        else:
            found.append((None, ""))
    is_right = [kind for kind, _ in found] == [row.read, row.write]
    is_named = not row.kind or all(name in (row.kind, "") for _, name in found)
    return "" if is_right and is_named else f"{row.fault}: {found}"


def test_public_and_private_answers_are_kept_apart(pilot: Pilot) -> None:
    asked(pilot, "comment")
    asked(pilot, "message")

    found = {c.audience: c.external_key for c in pilot.stand.conversations()}

    assert found[Audience.PRIVATE] == f"dm:{pilot.target('kaisa')}"
    assert not found[Audience.PUBLIC].startswith("dm:")
