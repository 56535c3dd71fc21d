"""Reads recorded threads, one JSON a line, also gzipped, into batches for the import.

Each plays on its own platform: `twitter` and `x` on X, `instagram` there, the rest on Facebook. A
brand is a Page or an account. On Facebook and Instagram a thread is a post of its own with one
top-level comment, its first message, whoever wrote it; the others are replies to that comment in
the file's order. On X its first message is the root, and the others answer what `re` names, else
the root. A missing time is one minute after the message before, a first one without time is
2017-12-01T00:00Z. Only messages whose author is the brand are ours. A bad line is set aside with
its number and the reason.
"""

import gzip
import json
import re
import zlib
from collections import defaultdict
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
_USERNAME = re.compile(r"[^a-z0-9._]+")
BATCH_MESSAGES, BATCH_BYTES = 500, 1_500_000
"""Of X's mentions the newest 800 can be read, so they are read between batches."""
FACEBOOK, INSTAGRAM, X = "facebook", "instagram", "x"
PLATFORMS = {"twitter": X, "x": X, "instagram": INSTAGRAM}

Readable = BufferedReader | gzip.GzipFile


@dataclass(frozen=True)
class BadLine:
    number: int
    reason: str


@dataclass
class Batch:
    """What one call of the import takes; `bad` are the lines set aside on the way."""

    items: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """By platform, as its import takes them."""
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
            batch.items[item.platform].append(item.content)
            batch.threads += 1
            batch.messages += item.messages
            batch.size += len(line)
            if batch.messages >= BATCH_MESSAGES or batch.size >= BATCH_BYTES:
                yield batch
                batch = Batch()
    if batch.items or batch.bad:
        yield batch


@dataclass(frozen=True)
class Thread:
    """One line, as the import of its platform takes it."""

    platform: str
    content: dict[str, Any]
    messages: int


def thread(line: bytes) -> Thread | None:
    """None for an empty line."""
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
    platform = PLATFORMS.get(str(found.get("platform")).lower(), FACEBOOK)
    content = _SHAPES[platform](brand, _word(messages[0], "id"), comments)
    return Thread(platform, content, len(comments))


def _on_facebook(brand: str, first: str, comments: list[dict[str, Any]]) -> dict[str, Any]:
    post = {
        "id": ids.stable("post", brand, first),
        "created": comments[0]["created"],
        "message": f"{brand}, {len(comments)}",
        "comments": [{**c, "id": ids.stable("comment", c["id"])} for c in comments],
    }
    return {"page": ids.stable("page", brand), "name": brand, "posts": [post]}


def _on_instagram(brand: str, first: str, comments: list[dict[str, Any]]) -> dict[str, Any]:
    media_id = ids.stable("media", brand, first)
    rows = [
        {**c, "id": ids.stable("ig-comment", media_id, c["id"]), "text": c["message"]}
        for c in comments
    ]
    caption = f"{brand}, {len(comments)}"
    media = {"id": media_id, "created": rows[0]["created"], "caption": caption, "comments": rows}
    name = _USERNAME.sub("_", brand.lower())[:30]
    page = ids.stable("page", brand)
    return {"page": page, "name": brand, "username": name, "media": [media]}


def _on_x(brand: str, first: str, comments: list[dict[str, Any]]) -> dict[str, Any]:
    messages = [{**c, "text": c["message"]} for c in comments]
    return {"account": brand, "thread": first, "messages": messages}


_SHAPES = {FACEBOOK: _on_facebook, INSTAGRAM: _on_instagram, X: _on_x}


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
                "id": message_id,
                "created": _time(message, comments[-1]["created"] if comments else None),
                "message": text.encode("utf-8", "replace").decode(),
                "author": None if author == brand else author,
                "reply": bool(comments),
                "re": _answered(message.get("re")),
            }
        )
    return comments


def _answered(value: object) -> str:
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip() if is_id else ""


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
