"""Reads recorded threads, one JSON a line, also gzipped, into batches for the import.

A brand is a Page; a thread is a post of its own with one top-level comment, its first message,
whoever wrote it; the others are replies to that comment in the file's order. A missing time is
one minute after the message before, a first one without time is 2017-12-01T00:00Z. Only messages
whose author is the brand are the Page's. A bad line is set aside with its number and the reason.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

from app.practice import ids, times

FIRST_TIME = int(datetime(2017, 12, 1, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
LONGEST_LINE = 1_000_000
BATCH_MESSAGES, BATCH_BYTES = 1000, 1_500_000

Readable = BufferedReader | gzip.GzipFile


@dataclass(frozen=True)
class BadLine:
    number: int
    reason: str


@dataclass
class Batch:
    """What one call of the import takes; `bad` are the lines set aside on the way."""

    items: list[dict[str, Any]] = field(default_factory=list)
    threads: int = 0
    messages: int = 0
    size: int = 0
    bad: list[BadLine] = field(default_factory=list)


class _Bad(Exception):
    """A line that cannot be a thread."""


def batches(path: Path) -> Iterator[Batch]:
    """Raises OSError when the file cannot be opened."""
    batch = Batch()
    with path.open("rb") as raw, _opened(raw) as lines:
        for number, line in _lines(lines):
            try:
                if isinstance(line, str):
                    raise _Bad(line)
                item = thread(line)
            except _Bad as error:
                batch.bad.append(BadLine(number, str(error)))
                continue
            if item is None:
                continue
            batch.items.append(item)
            batch.threads += 1
            batch.messages += len(item["posts"][0]["comments"])
            batch.size += len(line)
            if batch.messages >= BATCH_MESSAGES or batch.size >= BATCH_BYTES:
                yield batch
                batch = Batch()
    if batch.items or batch.bad:
        yield batch


def thread(line: bytes) -> dict[str, Any] | None:
    """One import item; None for an empty line."""
    if not line.strip():
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise _Bad("is not JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise _Bad("is not an object")
    brand = _word(found, "brand")
    messages = found.get("messages")
    if not isinstance(messages, list) or not messages:
        raise _Bad("has no messages")
    comments = _comments(brand, messages)
    post = {
        "id": ids.stable("post", brand, _word(messages[0], "id")),
        "created": comments[0]["created"],
        "message": f"{brand}, {len(comments)}",
        "comments": comments,
    }
    return {"page": ids.stable("page", brand), "name": brand, "posts": [post]}


def _comments(brand: str, messages: list[Any]) -> list[dict[str, Any]]:
    comments: list[dict[str, Any]] = []
    seen: set[str] = set()
    for message in messages:
        if not isinstance(message, dict):
            raise _Bad("has a message that is not an object")
        message_id, author = _word(message, "id"), _word(message, "author")
        if message_id in seen:
            raise _Bad(f"has the message {message_id[:40]} twice")
        seen.add(message_id)
        text = message.get("text")
        if not isinstance(text, str):
            raise _Bad(f"has no text in message {message_id[:40]}")
        comments.append(
            {
                "id": ids.stable("comment", message_id),
                "created": _time(message, comments[-1]["created"] if comments else None),
                "message": text.encode("utf-8", "replace").decode(),
                "author": None if author == brand else author,
                "reply": bool(comments),
            }
        )
    return comments


def _word(found: Any, name: str) -> str:
    """Ids may come as numbers; they are text everywhere."""
    value = found.get(name) if isinstance(found, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise _Bad(f"has no {name}")
    return value.strip().encode("utf-8", "replace").decode()


def _time(message: dict[str, Any], before: int | None) -> int:
    value = message.get("at")
    try:
        if value is None:
            at = FIRST_TIME if before is None else before + MINUTE
        else:
            found = datetime.fromisoformat(value)
            at = times.ms(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError):
        at = None
    if at is None or not times.is_possible(at):
        raise _Bad(f"has a time that is no time: {str(value)[:40]}")
    return at


def _opened(raw: BufferedReader) -> Readable:
    """Gzip is known by its first bytes, whatever the file is called."""
    magic = raw.read(2)
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw


def _lines(lines: Readable) -> Iterator[tuple[int, bytes | str]]:
    """Numbered lines; text instead of bytes says what was wrong with one."""
    number = 0
    while True:
        number += 1
        try:
            line = lines.readline(LONGEST_LINE + 1)
            too_long = len(line) > LONGEST_LINE
            while line and not line.endswith(b"\n") and len(line) > LONGEST_LINE:
                line = lines.readline(LONGEST_LINE + 1)
        except (OSError, EOFError, zlib.error):
            yield number, "and what follows cannot be unpacked: the file is damaged"
            return
        if too_long:
            yield number, f"is longer than {LONGEST_LINE} bytes"
        elif not line:
            return
        else:
            yield number, line
