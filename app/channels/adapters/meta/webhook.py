"""The frame of every body that Meta pushes: whose it is, and each row of it on its own.

Nothing here raises. Ids may come as numbers above 2^53 and are kept as text. What is unknown
becomes an UnknownItem, what cannot be read a Problem; the rest of the batch goes on.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.channels.adapter import Normalizer
from app.channels.adapters.meta.names import text_of, words_of
from app.channels.items import Batch, Item, Problem
from app.channels.models import Platform
from app.channels.wire import UNREADABLE

Found = tuple[str, Item] | Problem
Reader = Callable[[str, dict[str, Any]], Iterator[Found]]
"""Reads one row of an entry: (page, row); `time` is the entry's."""


@dataclass(frozen=True)
class Object:
    """A kind of thing that is pushed about, and how the lists of its entries are read."""

    platform: Platform
    readers: Mapping[str, Reader]


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether Meta's signature over exactly these bytes is right."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(
        expected.encode(), header.encode("utf-8", "replace")
    )


def normalizer(objects: Mapping[str, Object]) -> Normalizer:
    """Every item of a delivery, each on its own, read as the kind of object it is about."""

    def normalize(body: bytes, _received_at: datetime) -> Batch:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return Batch(problems=(Problem("not JSON"),))
        entries = found.get("entry") if isinstance(found, dict) else None
        if not isinstance(entries, list):
            return Batch(problems=(Problem("no entries"),))
        about = objects.get(text_of(found.get("object")))
        if about is None:
            return Batch(problems=(Problem("about something that is not known here"),))
        results = [result for entry in entries for result in _entry(entry, about)]
        return Batch(
            tuple(r for r in results if not isinstance(r, Problem)),
            tuple(r for r in results if isinstance(r, Problem)),
            about.platform,
        )

    return normalize


def _entry(entry: object, about: Object) -> Iterator[Found]:
    page = text_of(entry.get("id")) if isinstance(entry, dict) else ""
    if not isinstance(entry, dict) or not page:
        yield Problem("an entry without a page")
        return
    for name, read in about.readers.items():
        rows = entry.get(name, [])
        if not isinstance(rows, list):
            yield Problem(f"{name} is not a list")
            continue
        for row in rows:
            yield from _safely(read, page, _dated(row, entry))


def _dated(row: object, entry: dict[str, Any]) -> object:
    """With the entry's time, for rows that say none of their own."""
    return {"time": entry.get("time"), **row} if isinstance(row, dict) else row


def _safely(read: Reader, page: str, row: object) -> Iterator[Found]:
    """One row, whatever it is: the border where anything unforeseen stops."""
    if not isinstance(row, dict):
        yield Problem("not an object")
        return
    try:
        yield from read(page, row)
    except UNREADABLE as problem:
        yield Problem(f"unreadable: {type(problem).__name__}")


def words_in(row: dict[str, Any], name: str) -> str | None:
    """The words, if there are any: none is no news about them."""
    return words_of(row[name]) if isinstance(row.get(name), str) else None
