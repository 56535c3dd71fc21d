"""What readings bring, kept as the Graph API gave it, and turned into items afterwards.

A body is one part of a reading: `{"page", …}` and rows as they came. Nothing here raises,
whatever the body.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from app.channels.adapter import Normalizer
from app.channels.adapters.meta.names import text_of
from app.channels.items import Batch, Item, Problem
from app.channels.models import Platform
from app.channels.wire import UNREADABLE

Row = dict[str, Any]
Found = Item | Problem
Reader = Callable[[Row, str, datetime], Iterator[Found]]
"""Reads one kind of rows out of a body: (body, page, received at)."""


def body_of(page: str, **parts: object) -> bytes:
    """The same rows give the same bytes, so that what is known already is not kept twice."""
    return json.dumps({"page": page, **parts}, sort_keys=True, separators=(",", ":")).encode()


def normalizer(platform: Platform, *readers: Reader) -> Normalizer:
    """Every item of a body, each on its own."""

    def normalize(body: bytes, received_at: datetime) -> Batch:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return Batch(problems=(Problem("not JSON"),))
        page = text_of(found.get("page")) if isinstance(found, dict) else ""
        if not page:
            return Batch(problems=(Problem("a reading without a page"),))
        results = [result for read in readers for result in read(found, page, received_at)]
        return Batch(
            tuple((page, r) for r in results if not isinstance(r, Problem)),
            tuple(r for r in results if isinstance(r, Problem)),
            platform,
        )

    return normalize


def each(rows: list[Row], make: Callable[[Row], Item | None]) -> Iterator[Found]:
    """One item a row; what has no id is none, and what cannot be read loses only itself."""
    for row in rows:
        try:
            item = make(row)
        except UNREADABLE as problem:
            yield Problem(f"unreadable: {type(problem).__name__}")
        else:
            if item is not None:
                yield item


def rows_in(found: object) -> list[Row]:
    """The rows of a list; anything else has none."""
    return [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []


def row_in(found: object) -> Row:
    """A row, or an empty one."""
    return found if isinstance(found, dict) else {}
