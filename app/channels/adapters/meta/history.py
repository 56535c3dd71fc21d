"""How far a list has been read, and how to go on.

The first reading goes through everything there is, a page at a time, and can stop and go on
anywhere. After that: what is recent, and once an hour one page of what is older, round and
round, so that nothing stays unseen for ever.
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
T = TypeVar("T")


@dataclass(frozen=True)
class Mark:
    """The cursor kept with the channel."""

    after: str = ""
    """Where the first reading, or the sweep through what is older, goes on."""
    since: str = ""
    """When the last whole reading began; empty: the first one is not finished."""
    started: str = ""
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

    def read(self, cursor: str) -> Iterator[Fetched]:
        """What is new, a page at a time, each with the cursor that follows it."""
        mark = Mark.parse(cursor)
        if not mark.since:
            yield from self._everything(mark)
        else:
            yield from self._recent(mark)

    def _everything(self, mark: Mark) -> Iterator[Fetched]:
        mark = replace(mark, started=mark.started or self._now.isoformat())
        while True:
            bodies, after = self._page(mark.after)
            mark = replace(mark, after=after)
            if not after:
                yield Fetched(bodies, str(Mark(since=mark.started, swept=mark.started)), True)
                return
            yield Fetched(bodies, str(mark), False)

    def _recent(self, mark: Mark) -> Iterator[Fetched]:
        since, after = time_of(mark.since), ""
        while True:
            rows, after = self._source.page(after)
            recent = [r for r in rows if self._source.is_recent(r, since, self._now)]
            bodies = tuple(b for r in recent for b in self._source.bodies(r, since))
            if not after or len(recent) < len(rows):
                break
            yield Fetched(bodies, str(mark), False)
        mark = replace(mark, since=self._now.isoformat())
        swept = time_of(mark.swept)
        if swept is None or self._now - swept >= SWEEP_EVERY:
            yield Fetched(bodies, str(mark), False)
            bodies, after = self._page(mark.after)
            mark = replace(mark, after=after, swept=self._now.isoformat())
        yield Fetched(bodies, str(mark), True)

    def _page(self, after: str) -> tuple[tuple[bytes, ...], str]:
        """A page with all that is in it; after the oldest the newest come round again."""
        rows, following = self._source.page(after)
        return tuple(b for r in rows for b in self._source.bodies(r, None)), following


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
