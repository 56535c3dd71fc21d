"""What readings bring, kept as the Graph API gave it, and turned into items afterwards.

A body is one part of a reading: `{"page", "post", "comments"}` or `{"page", "talk", "messages"}`,
each row as it came. Nothing here raises, whatever the body.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.channels.adapters.facebook import comments, messages
from app.channels.adapters.facebook.names import text_of
from app.channels.items import Batch, Item, Problem

Row = dict[str, Any]
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


def comments_body(page: str, post: Row, rows: list[Row], *, top_id: str = "") -> bytes:
    """Comments under a post; `top_id` where all but the first stand under that one."""
    return _body({"page": page, "post": post, "top_id": top_id, "comments": rows})


def messages_body(page: str, talk: Row, rows: list[Row]) -> bytes:
    """Messages of one private conversation, the newest first, as they are listed."""
    return _body({"page": page, "talk": talk, "messages": rows})


def normalize(body: bytes, received_at: datetime) -> Batch:
    """Every item of a body, each on its own."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Batch(problems=(Problem("not JSON"),))
    page = text_of(found.get("page")) if isinstance(found, dict) else ""
    if not page:
        return Batch(problems=(Problem("a reading without a page"),))
    results = [*_comments(found, page), *_messages(found, page, received_at)]
    return Batch(
        tuple((page, r) for r in results if not isinstance(r, Problem)),
        tuple(r for r in results if isinstance(r, Problem)),
    )


def _comments(found: Row, page: str) -> Iterator[Item | Problem]:
    rows, post = _rows(found.get("comments")), found.get("post")
    context, top_id = (
        comments.post_item(post if isinstance(post, dict) else {}),
        found.get("top_id"),
    )
    if rows and not context.external_id:
        yield Problem("comments without a post")
        return
    for row in rows:
        try:
            item = comments.item(row, page, context, top_id=text_of(top_id))
        except UNREADABLE as problem:
            yield Problem(f"unreadable: {type(problem).__name__}")
        else:
            if item is not None:
                yield item


def _messages(found: Row, page: str, received_at: datetime) -> Iterator[Item | Problem]:
    """Oldest first."""
    talk = found.get("talk")
    person = messages.person(talk if isinstance(talk, dict) else {}, page)
    for row in reversed(_rows(found.get("messages"))):
        try:
            item = messages.item(row, page, person, received_at)
        except UNREADABLE as problem:
            yield Problem(f"unreadable: {type(problem).__name__}")
        else:
            if item is not None:
                yield item


def _rows(found: object) -> list[Row]:
    return [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []


def _body(found: Row) -> bytes:
    """The same rows give the same bytes, so that what is known already is not kept twice."""
    return json.dumps(found, sort_keys=True, separators=(",", ":")).encode()
