"""How a list is read: once to its end, then what is recent, then round through the rest."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.channels.adapters.facebook.adapter import FacebookAdapter
from app.channels.adapters.meta import history
from app.channels.adapters.meta.graph import GraphProblem
from app.channels.adapters.meta.history import History, Mark
from tests.unit.channels.graph_stub import StubGraph, refused

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)


class Rows:
    """Pages of rows, newest first; a row is recent by its age in hours."""

    def __init__(self, *pages: list[int]) -> None:
        self._pages = pages
        self.asked: list[str] = []

    def page(self, after: str) -> tuple[list[int], str]:
        self.asked.append(after)
        at = int(after or 0)
        return self._pages[at], str(at + 1) if at + 1 < len(self._pages) else ""

    def is_recent(self, row: int, since: datetime | None, now: datetime) -> bool:
        return since is None or row < 24

    def bodies(self, row: int, since: datetime | None) -> tuple[bytes, ...]:
        return (f"{row}{'' if since is None else ' since'}".encode(),)


def read(rows: Rows, cursor: str = "", now: datetime = NOW) -> tuple[list[str], str]:
    """What was brought, and the last cursor."""
    pages = list(History(rows, now).read(cursor))
    assert [p.is_last for p in pages] == [False] * (len(pages) - 1) + [True]
    return [b.decode() for p in pages for b in p.bodies], pages[-1].cursor


def test_the_first_reading_goes_through_everything() -> None:
    found, cursor = read(Rows([1, 2], [30], [90]))

    assert found == ["1", "2", "30", "90"]
    assert Mark.parse(cursor).since == NOW.isoformat()


def test_a_first_reading_that_was_broken_off_goes_on_where_it_was() -> None:
    begun = next(History(Rows([1, 2], [30], [90]), NOW).read(""))
    rows = Rows([1, 2], [30], [90])

    found, cursor = read(rows, begun.cursor, NOW + timedelta(hours=1))

    assert (found, rows.asked) == (["1 since", "2 since", "30", "90"], ["", "1", "1", "2"])
    assert Mark.parse(cursor).since == (NOW + timedelta(hours=1)).isoformat()


def test_without_going_back_only_what_is_new_is_read() -> None:
    source = Rows([1, 2], [30], [90])
    (begun,) = History(source, NOW).read("", is_back=False)
    assert (begun.bodies, begun.is_last, source.asked) == ((), True, [])

    later = list(History(Rows([0, 1], [30], [90]), NOW + timedelta(minutes=2)).read(
        begun.cursor, is_back=False))  # fmt: skip

    assert [b for p in later for b in p.bodies] == [b"0 since", b"1 since"]
    found, _ = read(Rows([1, 2], [30], [90]), later[-1].cursor, NOW + timedelta(hours=1))
    assert found[-4:] == ["1", "2", "30", "90"], "and back it goes on where it was"


def test_on_the_way_back_it_says_how_far_it_has_come() -> None:
    class Posts(Rows):
        def page(self, after: str) -> tuple[Any, str]:
            numbers, following = super().page(after)
            return [{"created_time": f"2026-11-{n:02}T10:00:00+0000"} for n in numbers], following

        def bodies(self, row: Any, since: datetime | None) -> tuple[bytes, ...]:
            return ()

        def is_recent(self, row: Any, since: datetime | None, now: datetime) -> bool:
            return False

    found = list(History(Posts([20, 19], [7, 8], [3]), NOW).read(""))

    assert [p.reached.day if p.reached else None for p in found] == [19, 7, None]


def test_afterwards_only_what_is_recent_is_read() -> None:
    _, cursor = read(Rows([1, 2], [30], [90]))
    rows = Rows([0, 1, 2], [30], [90])

    found, _ = read(rows, cursor, NOW + timedelta(minutes=2))

    assert found == ["0 since", "1 since", "2 since"]
    assert rows.asked == ["", "1"]


def test_once_an_hour_a_page_of_the_rest_is_looked_at_in_turn() -> None:
    _, cursor = read(Rows([1], [30], [90]))
    looked = []
    for hour in range(1, 5):
        found, cursor = read(Rows([1], [30], [90]), cursor, NOW + timedelta(hours=hour))
        looked.append(found[1:])

    assert looked == [["1"], ["30"], ["90"], ["1"]]


EDGES = ("conversations", "visitor_posts", "tagged", "ratings", "published_posts")


@pytest.mark.parametrize("cursor", ["", "x", "[]", "7", '{"nonsense": 1}', "null"])
def test_a_damaged_cursor_reads_again(cursor: str) -> None:
    found, _ = read(Rows([1], [30]), cursor)

    assert found == ["1", "30"]


def page(rows: list[dict[str, Any]], following: str = "") -> dict[str, Any]:
    return {"data": rows, "paging": {"next": following} if following else {}}


def test_an_empty_page_with_a_next_is_not_the_end() -> None:
    graph = StubGraph(
        ("900/posts", page([], "https://graph.example/v26.0/900/posts?limit=25&again=1")),
        ("900/posts", page([{"id": "1"}])),
    )

    rows, after = history.page_of(graph, "900", "posts", "", limit=25)
    assert (rows, after) == ([], "again=1")
    rows, after = history.page_of(graph, "900", "posts", after, limit=25)

    assert (rows, after) == ([{"id": "1"}], "")
    assert graph.asked[1][1] == {"limit": 25, "again": "1"}


def test_the_token_in_a_next_is_not_kept() -> None:
    following = "https://evil.example/x?access_token=EAATOKEN&appsecret_proof=p&after=c"
    graph = StubGraph(("900/posts", page([], following)))

    assert history.page_of(graph, "900", "posts", "", limit=25)[1] == "after=c"


@pytest.mark.parametrize("following", ["https://graph.example/x?after=c", "https://graph.example"])
def test_a_page_that_leads_to_itself_is_unreadable(following: str) -> None:
    graph = StubGraph(("900/posts", page([], following)))

    with pytest.raises(GraphProblem):
        history.page_of(graph, "900", "posts", "after=c", limit=25)


@pytest.mark.parametrize("cursor", ["", "x", "[]", "null", json.dumps({"talks": 7, "x": []})])
def test_a_page_is_read_private_conversations_first(cursor: str) -> None:
    graph = StubGraph(*((f"900/{edge}", page([])) for edge in EDGES))

    found = list(FacebookAdapter(graph, "900", lambda: NOW).fetch(cursor, NOW))

    assert [path for path, _ in graph.asked] == [f"900/{edge}" for edge in EDGES]
    assert [f.is_last for f in found] == [False] * 4 + [True]
    marks = json.loads(found[-1].cursor)
    assert len(marks) == 5
    assert all(Mark.parse(mark).since == NOW.isoformat() for mark in marks.values())


def test_what_there_is_no_right_to_keeps_its_place() -> None:
    old = str(Mark(since="2026-11-20T00:00:00+00:00"))
    given = dict.fromkeys(("talks", "ratings"), old) | {"posts": ""}
    barred = {"conversations", "ratings"}
    graph = StubGraph(*((f"900/{e}", refused(200) if e in barred else page([])) for e in EDGES))

    found = list(FacebookAdapter(graph, "900", lambda: NOW).fetch(json.dumps(given), NOW))

    marks = json.loads(found[-1].cursor)
    assert (marks["talks"], marks["ratings"]) == (old, old) and marks["tagged"] != ""
