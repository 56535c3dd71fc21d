"""What Meta pushes about private messages, well formed and not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.items import Batch, DirectItem, Problem, UnknownItem, Verb
from tests.unit.channels.unpacking import pushed as normalize

AT = 1790000000123
SENT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PARTY = st.fixed_dictionaries({}, optional={"id": JSON | st.just("900")}) | JSON
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "mid": JSON | st.text(min_size=1),
        "text": JSON,
        "is_echo": JSON,
        "is_deleted": JSON,
        "attachments": JSON | st.lists(st.fixed_dictionaries({}, optional={"type": JSON})),
        "metadata": JSON | st.integers().map(lambda n: f"outbox:{n}"),
    },
)
ROW = JSON | st.fixed_dictionaries(
    {},
    optional={
        "sender": PARTY,
        "recipient": PARTY,
        "timestamp": JSON | st.integers(),
        "message": MESSAGE | JSON,
        "message_edit": st.fixed_dictionaries({}, optional={"mid": JSON, "text": JSON}) | JSON,
    },
)
GOOD = {
    "sender": {"id": "700"},
    "recipient": {"id": "900"},
    "timestamp": AT,
    "message": {"mid": "m_good", "text": "Hei!"},
}


def batch(*rows: Any, name: str = "messaging") -> Batch:
    body = {"object": "page", "entry": [{"id": "900", "time": AT, name: list(rows)}]}
    return normalize(json.dumps(body).encode())


def event(content: dict[str, Any], *, is_ours: bool = False, **more: Any) -> dict[str, Any]:
    sides = ("900", "700") if is_ours else ("700", "900")
    return {
        "sender": {"id": sides[0]},
        "recipient": {"id": sides[1]},
        "timestamp": AT,
        **content,
        **more,
    }


def item(row: dict[str, Any], name: str = "messaging") -> DirectItem:
    found = batch(row, name=name)
    assert found.problems == ()
    ((page, only),) = found.items
    assert page == "900" and isinstance(only, DirectItem)
    return only


@pytest.mark.parametrize("name", ["messaging", "standby"])
def test_a_message_is_the_customers_whoever_owns_the_thread(name: str) -> None:
    found = item(event({"message": {"mid": "m_1", "text": "Hei!"}}), name)

    assert (found.verb, found.external_id, found.person_id) == (Verb.ADD, "m_1", "700")
    assert (found.is_ours, found.text, found.person_name) == (False, "Hei!", "")


def test_its_time_is_told_in_whole_seconds_as_readings_do() -> None:
    found = item(event({"message": {"mid": "m_1", "text": "Hei!"}}))

    assert found.sent_at == SENT
    assert found.happened_at == SENT.replace(microsecond=123000)


def test_ids_may_be_numbers_that_no_float_can_hold() -> None:
    row = event({"message": {"mid": 9007199254740993, "text": "Hei!"}})
    row["sender"] = {"id": 9007199254740995}

    found = item(row)

    assert (found.external_id, found.person_id) == ("9007199254740993", "9007199254740995")


def test_an_echo_is_ours_and_brings_our_mark() -> None:
    message = {"mid": "m_1", "text": "Hei!", "is_echo": True, "metadata": "outbox:42"}

    found = item(event({"message": {**message, "app_id": 5}}, is_ours=True))

    assert (found.is_ours, found.person_id, found.outbox_id) == (True, "700", 42)


@pytest.mark.parametrize(
    "metadata", [None, 42, "", "outbox:", "outbox:x", "outbox:-1", "outbox:٣", "outbox:" + "9" * 18]
)
def test_a_mark_that_is_none_of_ours_is_none(metadata: object) -> None:
    message = {"mid": "m_1", "text": "Hei!", "is_echo": True, "metadata": metadata}

    assert item(event({"message": message}, is_ours=True)).outbox_id is None


def test_a_customer_cannot_bring_a_mark() -> None:
    message = {"mid": "m_1", "text": "Hei!", "metadata": "outbox:42"}

    assert item(event({"message": message})).outbox_id is None


def test_a_deletion_knows_the_message_and_nothing_else() -> None:
    found = item(event({"message": {"mid": "m_1", "is_deleted": True}}))

    assert (found.verb, found.external_id, found.sent_at) == (Verb.DELETE, "m_1", None)


@pytest.mark.parametrize("is_ours", [False, True])
def test_an_edit_brings_new_words_and_its_own_time(is_ours: bool) -> None:
    edit = {"message_edit": {"mid": "m_1", "text": "Hei taas!", "num_edit": 2}}

    found = item(event(edit, is_ours=is_ours))

    assert (found.verb, found.text, found.person_id) == (Verb.EDIT, "Hei taas!", "700")
    assert (found.is_ours, found.sent_at) == (is_ours, None)
    assert found.happened_at is not None


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        ({"attachments": [{"type": "image", "payload": {"url": "https://x.test"}}]}, ("image",)),
        ({"attachments": [{"type": "hologram"}, {}, 7]}, ("hologram", "file")),
        ({"attachments": "none", "text": "Hei!"}, ()),
        ({"is_unsupported": True}, ("unsupported",)),
        ({}, ("unsupported",)),
    ],
)
def test_of_attachments_the_kinds_are_kept(message: Any, kinds: tuple[str, ...]) -> None:
    assert item(event({"message": {"mid": "m_1", **message}})).attachments == kinds


@pytest.mark.parametrize(
    "content",
    [
        {"delivery": {"watermark": AT}},
        {"read": {"watermark": AT}},
        {"reaction": {"mid": "m_1", "action": "react"}},
        {"postback": {"mid": "m_1", "title": "Start"}},
        {"telepathy": {}},
        {},
    ],
)
def test_what_is_no_message_is_set_aside_without_a_problem(content: dict[str, Any]) -> None:
    found = batch(event(content))

    assert found.problems == ()
    assert [type(i) for _, i in found.items] == [UnknownItem]


@pytest.mark.parametrize(
    "row",
    [
        event({"message": {"text": "no id"}}),
        event({"message": {"mid": "m_1", "text": "nobody"}}, sender={}),
        event({"message": {"mid": "m_1", "text": "to ourselves"}}, sender={"id": "900"}),
        event({"message_edit": {"mid": "m_1"}}),
        event({"message_edit": {"text": "what?"}}),
        None,
        7,
        "row",
    ],
)
def test_what_cannot_be_read_is_a_problem_and_the_rest_goes_on(row: Any) -> None:
    found = batch(GOOD, row, {**GOOD, "message": {"mid": "m_2", "text": "Hei!"}})

    assert len(found.problems) == 1
    ids = [i.external_id for _, i in found.items if isinstance(i, DirectItem)]
    assert ids == ["m_good", "m_2"]


@pytest.mark.parametrize(
    "timestamp", [None, "x", -1, 0, 1e300, 10**30, [], True, float("nan"), -(10**15)]
)
def test_a_time_that_is_none_is_left_out(timestamp: Any) -> None:
    found = item({**GOOD, "timestamp": timestamp})

    assert (found.sent_at, found.happened_at) == (None, None)


def test_words_that_no_database_can_hold_are_mended() -> None:
    body = (
        b'{"object":"page","entry":[{"id":"900","messaging":[{"sender":{"id":"700"},'
        b'"recipient":{"id":"900"},"timestamp":1790000000123,'
        b'"message":{"mid":"m_1","text":"Hei \\ud83d\\u0000!"}}]}]}'
    )

    ((_, found),) = normalize(body).items

    assert isinstance(found, DirectItem)
    assert found.text == "Hei ?!"


def test_deep_nesting_harms_nothing_but_itself() -> None:
    deep = '{"message":' + '{"a":' * 3000 + "1" + "}" * 3000 + "}"
    body = f'{{"object":"page","entry":[{{"id":"900","messaging":[{deep},{json.dumps(GOOD)}]}}]}}'

    found = normalize(body.encode())

    assert found.problems
    assert len(found.items) in (0, 1)


@given(st.lists(ROW, max_size=4))
def test_anything_among_the_messages_leaves_the_rest_as_it_is(rows: list[Any]) -> None:
    found = batch(*rows, GOOD)

    assert len(found.items) + len(found.problems) == len(rows) + 1
    last = found.items[-1][1]
    assert isinstance(last, DirectItem) and last.external_id == "m_good"
    assert all(isinstance(p, Problem) and len(p.reason) < 100 for p in found.problems)


@given(JSON)
def test_anything_instead_of_the_messages_is_a_problem_or_nothing(value: Any) -> None:
    body = {"object": "page", "entry": [{"id": "900", "messaging": value}, {"id": "900",
            "messaging": [GOOD]}]}  # fmt: skip
    found = normalize(json.dumps(body).encode())

    assert found.items[-1][0] == "900"
