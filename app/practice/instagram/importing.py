"""Many Instagram threads at once; what is here already is left as it is."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from app.practice import pages, threads
from app.practice.errors import Refused
from app.practice.importing import listed, read_text, read_when
from app.practice.instagram import accounts, comments

MOST = 20_000


def take(
    db: sqlite3.Connection, now: int, items: object, *, with_webhooks: bool = False
) -> dict[str, int]:
    """`[{page, name, username, media: [{id, created, caption, comments: [{id, created, text,
    author, reply}]}]}]`; as on a Page: no `author` is the account, `reply` answers the first."""
    counts = {"accounts": 0, "media": 0, "comments": 0}
    for item in listed(items, "items"):
        page_id = read_text(item, "page")
        pages.create(db, now, read_text(item, "name"), page_id)
        counts["accounts"] += accounts.of_page(db, page_id) is None
        ig_id = accounts.create(db, now, page_id, read_text(item, "username"))["id"]
        for found in listed(item.get("media"), "media"):
            new_media, new_comments = _media(db, now, ig_id, found, with_webhooks)
            counts["media"] += new_media
            counts["comments"] += new_comments
    return counts


def _media(
    db: sqlite3.Connection, now: int, ig_id: str, found: Mapping[str, Any], with_webhooks: bool
) -> tuple[int, int]:
    media_id, created = read_text(found, "id"), read_when(found)
    row = db.execute("SELECT page_id FROM posts WHERE id = ?", (media_id,)).fetchone()
    if row is not None and row["page_id"] != ig_id:
        raise Refused("There is something else with this id already.", 409)
    if row is None:
        caption = read_text(found, "caption", empty=True)
        threads.insert_post(db, media_id, ig_id, caption, created, now, kind="FEED")
    rows = listed(found.get("comments"), "comments")
    if len(rows) > MOST:
        raise Refused(f"At most {MOST} comments under one picture.")
    top: str | None = None
    count = 0
    for comment in rows:
        count += _comment(db, now, ig_id, media_id, top, comment, with_webhooks)
        top = top or read_text(comment, "id")
    return int(row is None), count


def _comment(
    db: sqlite3.Connection,
    now: int,
    ig_id: str,
    media_id: str,
    top: str | None,
    comment: Mapping[str, Any],
    with_webhooks: bool,
) -> int:
    name, found = comment.get("author"), read_text(comment, "id")
    person = None if name is None else accounts.person(db, ig_id, str(name))["id"]
    text, created = read_text(comment, "text", empty=True), read_when(comment)
    parent = top if comment.get("reply") else None
    added = db.execute(
        "INSERT OR IGNORE INTO comments (id, page_id, post_id, parent_id, person_id, message,"
        " created, written, via) VALUES (?,?,?,?,?,?,?,?,?)",
        (found, ig_id, media_id, parent, person, text, created, now, threads.IMPORTED),
    ).rowcount
    if added and with_webhooks:
        comments.tell(db, now, threads.comment(db, found), threads.post(db, media_id))
    return added
