"""Comments read and written through the real adapter, while the platform misbehaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.channels.adapter import Outgoing
from app.channels.adapters.facebook.adapter import FacebookAdapter
from app.channels.errors import Permanent, RateLimited, Transient, Unknown
from app.channels.items import CommentItem
from app.channels.models import Platform
from app.credentials.tokens import secret
from tests.stand import Stand
from tests.unit.channels.graph_stub import StubGraph
from tests.unit.channels.unpacking import unpacked

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FAULTS: list[dict[str, Any]] = [
    {}, {"kind": "empty_page"}, {"kind": "foreign_next"}, {"kind": "text_javascript"},
    {"kind": "default_filter"}, {"kind": "old_version"}, {"kind": "no_from"},
    {"kind": "usage", "level": 10, "step": 1, "enforce": False},
]  # fmt: skip


def adapter(stand: Stand, page: str = "900") -> FacebookAdapter:
    token = next(p["token"] for p in stand.platform.get("state")["pages"] if p["id"] == page)
    made = stand.running.platforms.adapter(Platform.FACEBOOK, page, secret(token))
    assert isinstance(made, FacebookAdapter)
    return made


@pytest.fixture
def thread(sqlite_stand: Stand) -> list[str]:
    """A post with a long thread and another comment; the ids, oldest first."""
    stand = sqlite_stand
    post = stand.post(stand.page())
    top = stand.comment(post, "Kaisa Virtanen", "Missä pakettini on?")
    replies = [stand.comment(top, f"Nimi {n}", f"no {n}") for n in range(7)]
    answer = stand.platform.post("comments", on=top, message="Katsomme!")["id"]
    return [top, *replies, answer, stand.comment(post, "Antti Laine", "Kiitos.")]


def fetched(stand: Stand, cursor: str = "") -> tuple[list[CommentItem], str]:
    items, last = [], ""
    for page in adapter(stand).fetch(cursor, stand.now):
        items += [i for i in unpacked(page.bodies) if isinstance(i, CommentItem)]
        last = page.cursor
    return items, last


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: str(f.get("kind", "none")))
def test_everything_is_read_whatever_the_platform_does(
    sqlite_stand: Stand, thread: list[str], fault: dict[str, Any]
) -> None:
    if fault:
        sqlite_stand.platform.post("faults", **fault)

    items, cursor = fetched(sqlite_stand)

    assert sorted(i.external_id for i in items) == sorted(thread)
    assert cursor
    if fault.get("kind") != "no_from":
        assert [i.external_id for i in items if i.is_ours] == [thread[8]]
        assert next(i.author_name for i in items if i.external_id == thread[0]) == "Kaisa Virtanen"


def test_what_is_new_later_is_read_from_the_cursor(sqlite_stand: Stand, thread: list[str]) -> None:
    sqlite_stand.advance(1800)
    _, cursor = fetched(sqlite_stand)
    sqlite_stand.advance(1800)
    new = sqlite_stand.comment(thread[0], "Kaisa Virtanen", "Haloo?")

    items, _ = fetched(sqlite_stand, cursor)

    assert [i.external_id for i in items] == [new]


def test_a_thread_is_read_with_the_comment_it_stands_under(
    sqlite_stand: Stand, thread: list[str]
) -> None:
    found = adapter(sqlite_stand).read_thread("comment", thread[0])

    assert found.is_complete
    assert found.target is not None
    assert (found.target.external_id, found.target.text) == (thread[0], "Missä pakettini on?")
    assert [s.external_id for s in found.said] == thread[1:9]
    assert [s.is_ours for s in found.said] == [False] * 7 + [True]
    assert [i.external_id for i in unpacked(found.bodies) if isinstance(i, CommentItem)] == thread[
        :9
    ]


def test_an_answer_is_written_under_its_comment(sqlite_stand: Stand, thread: list[str]) -> None:
    made = adapter(sqlite_stand).send(Outgoing("comment", thread[0], "Lähti tänään."))

    (write,) = sqlite_stand.platform.get("writes")["writes"]
    assert (write["target"], write["text"]) == (thread[0], "Lähti tänään.")
    assert made in {s.external_id for s in adapter(sqlite_stand).read_thread(
        "comment", thread[0]).said}  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "read", "write"),
    [
        ({"kind": "html", "status": 502}, Transient, Unknown),
        ({"kind": "html", "status": 200}, Transient, Unknown),
        ({"kind": "empty", "status": 500}, Transient, Unknown),
        ({"kind": "empty", "status": 200}, Transient, Unknown),
        ({"kind": "timeout_before", "seconds": 0}, Transient, Unknown),
        ({"kind": "timeout_after", "seconds": 0}, Transient, Unknown),
        ({"kind": "error", "code": 2}, Transient, Unknown),
        ({"kind": "error", "code": 1, "transient": True, "status": 500}, Transient, Unknown),
        ({"kind": "error", "code": 4}, RateLimited, RateLimited),
        ({"kind": "error", "code": 100, "subcode": 33}, Permanent, Permanent),
        ({"kind": "error", "code": 368, "status": 200, "language": "zh"}, Permanent, Permanent),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_refusal_says_what_to_do(
    sqlite_stand: Stand, thread: list[str], fault: dict[str, Any],
    read: type[Exception], write: type[Exception],
) -> None:  # fmt: skip
    sqlite_stand.platform.post("faults", **fault)
    made = adapter(sqlite_stand)

    with pytest.raises(read):
        made.read_thread("comment", thread[0])
    with pytest.raises(read):
        list(made.fetch("", sqlite_stand.now))
    with pytest.raises(write):
        made.send(Outgoing("comment", thread[0], "x"))


def test_a_limit_ends_when_the_header_says(sqlite_stand: Stand, thread: list[str]) -> None:
    sqlite_stand.platform.post("faults", kind="usage", level=100, step=10, regain=19)

    with pytest.raises(RateLimited) as refused:
        adapter(sqlite_stand).read_thread("comment", thread[0])

    assert refused.value.until is not None
    wait = refused.value.until - sqlite_stand.now
    assert timedelta(minutes=18) < wait <= timedelta(minutes=19)


def test_nobody_there_is_nothing_done() -> None:
    graph = StubGraph()
    graph._base = "http://127.0.0.1:9"
    made = FacebookAdapter(graph, "900", lambda: NOW)
    graph.request = super(StubGraph, graph).request  # type: ignore[method-assign]  # the real one

    with pytest.raises(Transient):
        made.send(Outgoing("comment", "1_1", "x"))
    with pytest.raises(Transient):
        made.read_thread("comment", "1_1")


@pytest.mark.parametrize("answer", [{}, {"id": None}, {"id": True}, {"success": True}])
def test_a_write_without_an_id_is_unknown(answer: dict[str, Any]) -> None:
    made = FacebookAdapter(StubGraph(("1_1/comments", answer)), "900", lambda: NOW)

    with pytest.raises(Unknown):
        made.send(Outgoing("comment", "1_1", "x"))


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1_2", "from": 7, "parent": 7, "message": 7, "created_time": [], "object": 7},
        {"id": "1_2", "message_tags": 7, "attachment": 7, "is_hidden": "yes"},
        {"id": 12, "message_tags": [7, {"id": None}, {"id": 5}], "attachment": {"type": None}},
        {"id": None}, {"id": ""}, {"id": []},
    ],
)  # fmt: skip
def test_a_strange_row_never_raises(row: dict[str, Any]) -> None:
    top = {"id": "1_1", "message": "Hei", "from": {"id": "5", "name": "Ada"}}
    graph = StubGraph(("1_1", top), ("1_1/comments", {"data": [row, 7, None, [], top]}))

    found = FacebookAdapter(graph, "900", lambda: NOW).read_thread("comment", "1_1")

    assert (
        next(i.external_id for i in unpacked(found.bodies) if isinstance(i, CommentItem)) == "1_1"
    )
