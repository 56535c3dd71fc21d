"""Many recorded threads at once; what is here already is left as it is."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from app.practice import events, ids, pages, threads
from app.practice.errors import Refused
from app.practice.times import is_possible

MOST = 20_000


def take(
    db: sqlite3.Connection, now: int, items: object, *, with_webhooks: bool = False
) -> dict[str, int]:
    """`[{page, name, posts: [{id, created, message, comments: [{id, created, message, author,
    reply}]}]}]`; a comment with no `author` is the Page's, `reply` puts it under the post's first.
    Ids make it idempotent, the order of the list is the order of the thread."""
    counts = {"pages": 0, "posts": 0, "comments": 0}
    for item in listed(items, "items"):
        page_id, name = read_text(item, "page"), read_text(item, "name")
        before = db.total_changes
        pages.create(db, now, name, page_id)
        counts["pages"] += db.total_changes - before
        for post in listed(item.get("posts"), "posts"):
            new_post, new_comments = _post(db, now, page_id, post, with_webhooks)
            counts["posts"] += new_post
            counts["comments"] += new_comments
    return counts


def _post(
    db: sqlite3.Connection, now: int, page_id: str, post: Mapping[str, Any], with_webhooks: bool
) -> tuple[int, int]:
    number, created = read_text(post, "id"), read_when(post)
    post_id = f"{page_id}_{number}"
    added = db.execute(
        "INSERT OR IGNORE INTO posts (id, page_id, message, created, updated, written)"
        " VALUES (?,?,?,?,?,?)",
        (post_id, page_id, read_text(post, "message", empty=True), created, created, now),
    ).rowcount
    comments = listed(post.get("comments"), "comments")
    if len(comments) > MOST:
        raise Refused(f"At most {MOST} comments under one post.")
    top: str | None = None
    count = 0
    for comment in comments:
        comment_id = f"{number}_{read_text(comment, 'id')}"
        count += _comment(db, now, page_id, post_id, comment_id, top, comment, with_webhooks)
        top = top or comment_id
    if count:
        db.execute(
            "UPDATE posts SET updated = (SELECT max(created) FROM comments WHERE post_id = ?)"
            " WHERE id = ?",
            (post_id, post_id),
        )
    return added, count


def _comment(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    post_id: str,
    comment_id: str,
    top: str | None,
    comment: Mapping[str, Any],
    with_webhooks: bool,
) -> int:
    author = comment.get("author")
    person = None if author is None else _person(db, page_id, read_text(comment, "author"))
    parent = top if comment.get("reply") else None
    added = db.execute(
        "INSERT OR IGNORE INTO comments (id, page_id, post_id, parent_id, person_id, message,"
        " created, written, via) VALUES (?,?,?,?,?,?,?,?,?)",
        (
            comment_id,
            page_id,
            post_id,
            parent,
            person,
            read_text(comment, "message", empty=True),
            read_when(comment),
            now,
            threads.IMPORTED,
        ),
    ).rowcount
    if added and with_webhooks:
        events.comment_event(db, now, threads.comment(db, comment_id), "add")
    return added


def _person(db: sqlite3.Connection, page_id: str, name: str) -> str:
    found = ids.stable("person", page_id, name.strip())
    db.execute(
        "INSERT OR IGNORE INTO people (id, page_id, name) VALUES (?,?,?)",
        (found, page_id, name.strip()),
    )
    return found


def listed(value: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refused(f"{name} must be a list of objects.")
    return value


def read_text(found: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not (empty or value.strip()):
        raise Refused(f"{name} must be text.")
    return value


def read_when(found: Mapping[str, Any]) -> int:
    """Milliseconds since 1970."""
    value = found.get("created")
    if isinstance(value, bool) or not isinstance(value, int) or not is_possible(value):
        raise Refused("created must be milliseconds since 1970.")
    return value
