"""How far a list has been read, and how to go on.

The first reading goes back through everything there is, a page at a time, and can stop and go on
anywhere; what is new comes first each time. After that: what is recent, and once an hour one page
of what is older, round and round, so that nothing stays unseen for ever.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode

from app.channels.adapter import Fetched
from app.channels.adapters.meta.graph import Graph, GraphProblem
from app.channels.adapters.meta.names import text_of, time_of

SWEEP_EVERY = timedelta(hours=1)
MOMENTS = ("created_time", "updated_time", "timestamp")
T = TypeVar("T")


@dataclass(frozen=True)
class Mark:
    """The cursor kept with the channel."""

    after: str = ""
    """Where the first reading, or the sweep through what is older, goes on."""
    since: str = ""
    """When the last whole reading began; empty: the first one is not finished."""
    started: str = ""
    """While it is not: until when what is new was read beside it."""
    swept: str = ""

    @classmethod
    def parse(cls, text: str) -> "Mark":
        """The mark in a stored cursor; a damaged one starts again, since items come in once."""
        try:
            found = json.loads(text)
            return cls(**{k: str(v) for k, v in found.items()})
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self))


class Source(Protocol[T]):
    """A list of the Page, newest first: its posts, or its private conversations."""

    def page(self, after: str) -> tuple[list[T], str]:
        """A page of it, and the cursor of the next one (empty at the end)."""

    def is_recent(self, row: T, since: datetime | None, now: datetime) -> bool:
        """Whether something new may stand in it; behind the first that is not, none is."""

    def bodies(self, row: T, since: datetime | None) -> Iterable[bytes]:
        """What is written in it as it came, all or since a moment."""


class History(Generic[T]):
    """One list's reading at one moment."""

    def __init__(self, source: Source[T], now: datetime) -> None:
        self._source, self._now = source, now

    def read(self, cursor: str, *, is_back: bool = True) -> Iterator[Fetched]:
        """What is new, a page at a time, each with the cursor that follows it; and, unless it is
        not to go back, what there was before the first reading."""
        mark = Mark.parse(cursor)
        if mark.since:
            yield from self._recent(mark)
        else:
            yield from self._first(mark, is_back=is_back)

    def _first(self, mark: Mark, *, is_back: bool) -> Iterator[Fetched]:
        """However long the way back is, what is new meanwhile comes first each time."""
        if mark.started:
            for bodies, _ in self._news(time_of(mark.started)):
                yield Fetched(bodies, str(mark), False)
        mark = replace(mark, started=self._now.isoformat())
        while is_back:
            bodies, after, reached = self._page(mark.after)
            mark = replace(mark, after=after)
            if not after:
                yield Fetched(bodies, str(Mark(since=mark.started, swept=mark.started)), True)
                return
            yield Fetched(bodies, str(mark), False, reached=reached)
        yield Fetched((), str(mark), True)

    def _recent(self, mark: Mark) -> Iterator[Fetched]:
        bodies: tuple[bytes, ...] = ()
        for bodies, is_end in self._news(time_of(mark.since)):
            if not is_end:
                yield Fetched(bodies, str(mark), False)
        mark = replace(mark, since=self._now.isoformat())
        swept = time_of(mark.swept)
        if swept is None or self._now - swept >= SWEEP_EVERY:
            yield Fetched(bodies, str(mark), False)
            bodies, after, _ = self._page(mark.after)
            mark = replace(mark, after=after, swept=self._now.isoformat())
        yield Fetched(bodies, str(mark), True)

    def _news(self, since: datetime | None) -> Iterator[tuple[tuple[bytes, ...], bool]]:
        """What is written in the newest rows, a page at a time, and whether it is the last."""
        after, is_end = "", False
        while not is_end:
            rows, after = self._source.page(after)
            recent = [r for r in rows if self._source.is_recent(r, since, self._now)]
            is_end = not after or len(recent) < len(rows)
            yield tuple(b for r in recent for b in self._source.bodies(r, since)), is_end

    def _page(self, after: str) -> tuple[tuple[bytes, ...], str, datetime | None]:
        """A page with all that is in it, and of when its oldest row is; after the oldest the
        newest come round again."""
        rows, following = self._source.page(after)
        moments = [m for m in map(_moment, rows) if m is not None]
        bodies = tuple(b for r in rows for b in self._source.bodies(r, None))
        return bodies, following, min(moments, default=None)


def _moment(row: object) -> datetime | None:
    """When something was posted, or last said in it."""
    found = row if isinstance(row, dict) else {}
    return next((at for at in map(time_of, map(found.get, MOMENTS)) if at is not None), None)


def rows_of(page: Any) -> list[dict[str, Any]]:
    """The rows of an answer that have an id."""
    rows = page.get("data") if isinstance(page, dict) else None
    found = rows if isinstance(rows, list) else []
    return [r for r in map(_named, found) if text_of(r.get("id"))]


def _named(row: object) -> dict[str, Any]:
    """A recommendation has no id of its own: its story has."""
    found = row if isinstance(row, dict) else {}
    story = found.get("open_graph_story")
    return {"id": story.get("id"), **found} if isinstance(story, dict) else found


def page_of(
    graph: Graph, parent: str, edge: str, after: str, **asked: Any
) -> tuple[list[dict[str, Any]], str]:
    """A page of an edge, and how to ask for the next (empty at the end).

    An empty page with a `next` is not the end. One that leads to itself would go round for ever.
    """
    page = graph.get_connections(parent, edge, **{**dict(parse_qsl(after)), **asked})
    following = graph.following(page, asked.get("limit"))
    if following is None:
        return rows_of(page), ""
    onwards = urlencode({k: v for k, v in following.items() if k not in asked})
    if onwards in ("", after):
        raise GraphProblem(200, None, graph.usage)
    return rows_of(page), onwards
