"""Private conversations as the Graph API shows them, also where it shows little."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.channels.adapter import Outgoing, Reading
from app.channels.adapters.facebook.adapter import FacebookAdapter
from app.channels.adapters.meta.graph import GraphProblem
from app.channels.adapters.meta.talks import Talks
from app.channels.errors import Permanent, RateLimited, Unknown
from app.channels.items import DirectItem, Item, Verb
from tests.unit.channels.graph_stub import Answer, StubGraph, refused
from tests.unit.channels.unpacking import unpacked

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
PERSON, PAGE = {"id": "700", "name": "Petteri Heino"}, {"id": "900", "name": "Testikauppa"}
TALK = {"id": "t_1", "participants": {"data": [PERSON, PAGE]}}


def row(number: int, minute: int, **more: Any) -> dict[str, Any]:
    """A customer's message with its details."""
    found = {
        "id": f"m_{number}",
        "created_time": f"2026-11-21T17:{minute:02}:02+0000",
        "from": PERSON,
        "to": {"data": [PAGE]},
        "message": f"Viesti {number}",
    }
    return {k: v for k, v in {**found, **more}.items() if v is not None}


def bare(number: int, minute: int) -> dict[str, Any]:
    return {"id": f"m_{number}", "created_time": f"2026-11-21T17:{minute:02}:02+0000"}


def listed(rows: list[dict[str, Any]], **paging: str) -> dict[str, Any]:
    return {"data": rows, "paging": paging}


def read(*answers: tuple[str, Answer]) -> Reading:
    """The reading of the one conversation with a person."""
    first = ("900/conversations", listed([TALK]))
    return Talks(StubGraph(first, *answers), "900", NOW).with_person("700")


def texts(items: tuple[Item, ...]) -> list[str | None]:
    return [i.text for i in items if isinstance(i, DirectItem)]


def test_a_conversation_is_read_oldest_first_with_names_and_sides() -> None:
    ours = row(2, 30, **{"from": PAGE, "to": {"data": [PERSON]}})
    found = read(("t_1/messages", listed([ours, row(1, 20)])))

    assert [(s.external_id, s.is_ours) for s in found.said] == [("m_1", False), ("m_2", True)]
    assert (found.is_complete, found.reaches) == (True, None)
    item = unpacked(found.bodies)[0]
    assert isinstance(item, DirectItem)
    assert (item.verb, item.person_id, item.person_name) == (Verb.ADD, "700", "Petteri Heino")
    assert item.sent_at == datetime(2026, 11, 21, 17, 20, 2, tzinfo=UTC)
    assert item.is_snapshot and item.happened_at == NOW


def test_twenty_with_more_behind_reach_back_to_the_oldest_of_them() -> None:
    rows = [row(n, 50 - n) for n in range(20)]

    found = read(("t_1/messages", listed(rows, next="https://graph.example/next?after=x")))

    assert found.reaches == datetime(2026, 11, 21, 17, 31, 2, tzinfo=UTC)


def test_one_without_details_ends_what_is_surely_shown() -> None:
    found = read(("t_1/messages", listed([row(3, 30), bare(2, 25), row(1, 20)])))

    assert texts(unpacked(found.bodies)) == ["Viesti 1", "Viesti 3"]
    assert found.reaches == datetime(2026, 11, 21, 17, 30, 2, tzinfo=UTC)


def test_nothing_readable_proves_nothing() -> None:
    found = read(("t_1/messages", listed([bare(2, 25)])))

    assert (unpacked(found.bodies), found.is_complete, found.reaches) == ((), False, NOW)


def test_no_conversation_proves_nothing() -> None:
    found = Talks(StubGraph(("900/conversations", listed([]))), "900", NOW).with_person("700")

    assert (unpacked(found.bodies), found.is_complete) == ((), False)


def test_a_message_too_old_to_read_is_left_as_we_hold_it() -> None:
    outline = listed([bare(3, 30), bare(2, 25), bare(1, 20)])
    found = read(
        ("t_1/messages", refused(9000001)),
        ("t_1/messages", outline),
        ("m_3", row(3, 30)),
        ("m_2", row(2, 25)),
        ("m_1", refused(9000001)),
    )

    assert texts(unpacked(found.bodies)) == ["Viesti 2", "Viesti 3"]
    assert found.reaches == datetime(2026, 11, 21, 17, 25, 2, tzinfo=UTC)


def test_a_message_that_is_refused_for_another_reason_is_not_passed_over() -> None:
    with pytest.raises(GraphProblem):
        read(
            ("t_1/messages", refused(9000001)),
            ("t_1/messages", listed([bare(1, 20)])),
            ("m_1", refused(190)),
        )


@pytest.mark.parametrize("code", [190, 4, 2])
def test_a_conversation_that_is_refused_ends_the_reading(code: int) -> None:
    talks = Talks(StubGraph(("t_1/messages", refused(code))), "900", NOW)

    with pytest.raises(GraphProblem):
        talks.bodies(TALK, None)


def test_a_conversation_that_is_gone_meanwhile_has_nothing() -> None:
    talks = Talks(StubGraph(("t_1/messages", refused(100, 33))), "900", NOW)

    assert talks.bodies(TALK, None) == ()


@pytest.mark.parametrize(
    ("sides", "is_ours"),
    [
        ({"from": PERSON, "to": None}, False),
        ({"from": None, "to": {"data": [PAGE]}}, False),
        ({"from": None, "to": {"data": [PERSON]}}, True),
        ({"from": PAGE, "to": None}, True),
    ],
)
def test_either_side_tells_who_wrote(sides: dict[str, Any], is_ours: bool) -> None:
    found = read(("t_1/messages", listed([row(1, 20, **sides)])))

    assert [s.is_ours for s in found.said] == [is_ours]


def test_without_participants_the_message_names_the_person() -> None:
    graph = StubGraph(("t_1/messages", listed([row(1, 20)])))

    (item,) = unpacked(Talks(graph, "900", NOW).bodies({"id": "t_1"}, None))

    assert isinstance(item, DirectItem)
    assert (item.person_id, item.person_name) == ("700", "Petteri Heino")


def test_nobody_is_guessed_where_nothing_names_anybody() -> None:
    found = read(("t_1/messages", listed([row(1, 20, **{"from": None, "to": None})])))

    assert unpacked(found.bodies) == ()


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"attachments": {"data": [{"image_data": {"url": "https://x.test/1"}}]}}, ("image",)),
        ({"attachments": {"data": [{"mime_type": "", "video_data": {}}]}}, ("video",)),
        ({"attachments": {"data": [{"mime_type": "audio/mpeg", "file_url": "x"}]}}, ("audio",)),
        ({"attachments": {"data": [{"mime_type": "", "file_url": "x"}, 7]}}, ("file",)),
        ({"attachments": {"data": 7}}, ()),
        ({"shares": {"data": [{"link": "https://x.test"}]}}, ("share",)),
        ({"message": None, "is_unsupported": True}, ("unsupported",)),
    ],
)
def test_of_attachments_the_kinds_are_kept(more: dict[str, Any], kinds: tuple[str, ...]) -> None:
    (item,) = unpacked(read(("t_1/messages", listed([row(1, 20, **more)]))).bodies)

    assert isinstance(item, DirectItem)
    assert item.attachments == kinds


@pytest.mark.parametrize("rows", [[], [None, 7, "x", {}, {"id": None}]])
def test_rows_without_ids_are_no_messages(rows: list[Any]) -> None:
    found = read(("t_1/messages", listed(rows)))

    assert (unpacked(found.bodies), found.is_complete) == ((), False)


@pytest.mark.parametrize("strange", [{}, {"data": None}, {"data": 7}, {"data": {}}])
def test_an_answer_without_rows_is_no_reading(strange: dict[str, Any]) -> None:
    with pytest.raises(GraphProblem):
        read(("t_1/messages", strange))


# Sending


def send(age: timedelta, *answers: tuple[str, Answer]) -> tuple[str, dict[str, Any]]:
    """What was asked for, with the customer's last message of an age."""
    graph = StubGraph(*answers)
    adapter = FacebookAdapter(graph, "900", lambda: NOW)
    sent = adapter.send(
        Outgoing("message", "700", "Hei!", mark="outbox:42", last_customer_at=NOW - age)
    )
    return sent, graph.asked[0][1]


MADE: tuple[str, Answer] = ("900/messages", {"recipient_id": "700", "message_id": "m_9"})


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=23, minutes=58)])
def test_within_a_day_it_is_a_response(age: timedelta) -> None:
    sent, asked = send(age, MADE)

    assert sent == "m_9"
    assert asked == {
        "recipient": {"id": "700"},
        "messaging_type": "RESPONSE",
        "message": {"text": "Hei!", "metadata": "outbox:42"},
    }


@pytest.mark.parametrize("age", [timedelta(hours=23, minutes=59, seconds=1), timedelta(days=7)])
def test_up_to_seven_days_it_is_a_persons_answer(age: timedelta) -> None:
    _, asked = send(age, MADE)

    assert (asked["messaging_type"], asked["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


def test_later_nothing_is_asked() -> None:
    graph = StubGraph()
    adapter = FacebookAdapter(graph, "900", lambda: NOW)

    for last in (NOW - timedelta(days=7, seconds=1), None):
        with pytest.raises(Permanent) as refusal:
            adapter.send(Outgoing("message", "700", "Hei!", last_customer_at=last))
        assert refusal.value.kind == "window"
    assert graph.asked == []


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=23, minutes=59, seconds=30)])
def test_a_ready_made_text_is_a_response_to_the_end_of_the_day(age: timedelta) -> None:
    graph = StubGraph(MADE)
    ready = Outgoing("message", "700", "Hei!", last_customer_at=NOW - age, is_typed=False)

    FacebookAdapter(graph, "900", lambda: NOW).send(ready)

    assert graph.asked[0][1]["messaging_type"] == "RESPONSE"


def test_a_ready_made_text_is_not_sent_as_a_persons() -> None:
    graph, late = StubGraph(), NOW - timedelta(hours=25)

    with pytest.raises(Permanent) as refusal:
        FacebookAdapter(graph, "900", lambda: NOW).send(
            Outgoing("message", "700", "Hei!", last_customer_at=late, is_typed=False)
        )
    assert (refusal.value.kind, graph.asked) == ("window", [])


@pytest.mark.parametrize("answer", [{}, {"message_id": None}, {"recipient_id": "700"}])
def test_an_answer_without_an_id_leaves_the_outcome_unknown(answer: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        send(timedelta(0), ("900/messages", answer))


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (10, 2018278, "window"),
        (10, 2534022, "window"),
        (10, 2018065, "window"),
        (551, 0, "unreachable"),
        (551, 1545041, "unreachable"),
        (10, 2018108, "unreachable"),
        (100, 2018001, "no-recipient"),
        (2018300, 0, "other-app"),
        (100, 2018300, "other-app"),
        (2018321, 0, "other-app"),
    ],
)
def test_a_refusal_says_which_rule_stands_against_it(code: int, subcode: int, kind: str) -> None:
    with pytest.raises(Permanent) as refusal:
        send(timedelta(0), ("900/messages", refused(code, subcode)))

    assert refusal.value.kind == kind


def test_a_limit_on_messages_is_a_limit() -> None:
    with pytest.raises(RateLimited):
        send(timedelta(0), ("900/messages", refused(613, 2018338)))
