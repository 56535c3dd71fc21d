"""Many recorded posts at once; what is here already is left as it is."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from app.practice.errors import Refused
from app.practice.threads import IMPORTED
from app.practice.times import is_possible
from app.practice.x import events, numbers, posts, users

MOST = 20_000


def take(
    db: sqlite3.Connection, now: int, items: object, *, with_webhooks: bool = False
) -> dict[str, int]:
    """`[{id, author, name?, account?, text, created, reply_to?, quote?}]`, each after what it
    answers. `author` is a name on X, `created` milliseconds; nothing is put in front of a text."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Refused("posts must be a list of objects.")
    if len(items) > MOST:
        raise Refused(f"At most {MOST} posts at a time.")
    authors: dict[str, int] = {}
    count = 0
    for item in items:
        values = _values(db, now, item, authors)
        if posts.insert(db, values):
            count += 1
            if with_webhooks:
                events.post_created(db, now, posts.get(db, values["id"]))
    return {"posts": count, "authors": len(authors)}


def _values(
    db: sqlite3.Connection, now: int, item: Mapping[str, Any], authors: dict[str, int]
) -> dict[str, Any]:
    found = numbers.given(item.get("id"))
    reply_to = numbers.given(item["reply_to"], "reply_to") if item.get("reply_to") else None
    return {
        "id": found,
        "root_id": found,
        "author_id": _author(db, now, item, authors),
        "text": _text(item, "text"),
        "prefix": 0,
        "conversation_id": _conversation(db, found, reply_to),
        "reply_to": reply_to,
        "quoted": numbers.given(item["quote"], "quote") if item.get("quote") else None,
        "media": "",
        "created": _when(item),
        "written": now,
        "via": IMPORTED,
        "hidden": 0,
    }


def _author(
    db: sqlite3.Connection, now: int, item: Mapping[str, Any], authors: dict[str, int]
) -> int:
    username = _text(item, "author")
    if username not in authors:
        name = str(item.get("name") or username)
        row = users.create(db, now, username, name, is_account=item.get("account") is True)
        authors[username] = row["id"]
    return authors[username]


def _conversation(db: sqlite3.Connection, post_id: int, reply_to: int | None) -> int:
    """A recording may begin in the middle: what its first post answers is the conversation."""
    if reply_to is None:
        return post_id
    row = db.execute("SELECT conversation_id FROM x_posts WHERE id = ?", (reply_to,)).fetchone()
    return reply_to if row is None else int(row["conversation_id"])


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"{name} must be text.")
    return value


def _when(item: Mapping[str, Any]) -> int:
    value = item.get("created")
    if isinstance(value, bool) or not isinstance(value, int) or not is_possible(value):
        raise Refused("created must be milliseconds since 1970.")
    return value
