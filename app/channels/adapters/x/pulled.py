"""What readings bring: one answer of X as it came, and turned into items afterwards.

A body is `{"account", "list", "answer"}`. Nothing here raises, whatever the body.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.channels.adapters.x import messages, posts
from app.channels.adapters.x.client import rows_of
from app.channels.items import Batch, Item, Problem
from app.channels.models import Platform
from app.channels.wire import UNREADABLE, text_of

MENTIONS, REPLIES, QUOTES, OWN, MESSAGES = "mentions", "replies", "quotes", "own", "messages"


def body_of(account: str, name: str, answer: dict[str, Any]) -> bytes:
    """The same answer gives the same bytes, so that what is known already is not kept twice."""
    found = {"account": account, "list": name, "answer": answer}
    return json.dumps(found, sort_keys=True, separators=(",", ":")).encode()


def normalize(body: bytes, _received_at: datetime) -> Batch:
    """Every item of a body, each on its own; the oldest first, as things were said."""
    try:
        found = json.loads(body)
        account = text_of(found["account"])
        answer, name = dict(found["answer"]), str(found["list"])
    except UNREADABLE:
        return Batch(problems=(Problem("not a reading"),))
    results = list(_results(answer, account, name))
    return Batch(
        tuple((account, r) for r in results if not isinstance(r, Problem)),
        tuple(r for r in results if isinstance(r, Problem)),
        Platform.X,
    )


def _results(answer: dict[str, Any], account: str, name: str) -> Iterator[Item | Problem]:
    people = posts.names(answer.get("includes"))
    for row in reversed(rows_of(answer)):
        try:
            item = _item(row, people, account, name)
        except UNREADABLE as problem:
            yield Problem(f"unreadable: {type(problem).__name__}")
        else:
            if item is not None:
                yield item


def _item(row: dict[str, Any], people: dict[str, str], account: str, name: str) -> Item | None:
    if name == MESSAGES:
        return messages.listed(row, people, account)
    return posts.item(
        row,
        people,
        account,
        mentions_us=account in posts.mentioned(row),
        quotes_us=name == QUOTES,
    )
