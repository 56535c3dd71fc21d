"""Posts: what customers, the account on a phone and the API may do to them."""

import sqlite3
from collections.abc import Iterable

from app.practice import pages
from app.practice.threads import API
from app.practice.x import events, numbers, users
from app.practice.x.errors import not_found


def add(
    db: sqlite3.Connection,
    now: int,
    author: sqlite3.Row,
    text: str,
    *,
    via: str,
    reply_to: sqlite3.Row | None = None,
    quoted: sqlite3.Row | None = None,
    media: Iterable[int] = (),
    created: int | None = None,
) -> sqlite3.Row:
    """A reply begins with the name of whom it answers: X puts it there where it is missing."""
    at = now if created is None else created
    found = numbers.fresh(db, at)
    prefix = auto_name(db, author, text, reply_to)
    insert(
        db,
        {
            "id": found,
            "root_id": found,
            "author_id": author["id"],
            "text": prefix + text,
            "prefix": len(prefix),
            "conversation_id": reply_to["conversation_id"] if reply_to else found,
            "reply_to": reply_to["id"] if reply_to else None,
            "quoted": quoted["id"] if quoted else None,
            "media": ",".join(map(str, media)),
            "created": at,
            "written": now,
            "via": via,
            "hidden": 0,
        },
    )
    row = get(db, found)
    events.post_created(db, now, row)
    if via == API:
        kind = "x_reply" if reply_to else "x_post"
        target = str(reply_to["id"]) if reply_to else str(author["id"])
        pages.log(db, now, str(author["id"]), kind, target, str(found), text)
    return row


_INSERT = """
INSERT OR IGNORE INTO x_posts (id, root_id, author_id, text, prefix, conversation_id, reply_to,
  quoted, media, created, written, via, hidden)
VALUES (:id, :root_id, :author_id, :text, :prefix, :conversation_id, :reply_to,
  :quoted, :media, :created, :written, :via, :hidden)
"""


def insert(db: sqlite3.Connection, values: dict[str, object]) -> bool:
    """False when there is a post with this id already: it is left as it is."""
    if not db.execute(_INSERT, values).rowcount:
        return False
    db.executemany(
        "INSERT OR IGNORE INTO x_mentions (user_id, post_id) VALUES (?, ?)",
        [(row["id"], values["id"]) for row in users.mentioned(db, str(values["text"]))],
    )
    return True


def auto_name(
    db: sqlite3.Connection, author: sqlite3.Row, text: str, reply_to: sqlite3.Row | None
) -> str:
    if reply_to is None or reply_to["author_id"] == author["id"]:
        return ""
    answered = users.get(db, reply_to["author_id"])
    is_there = any(row["id"] == answered["id"] for row in users.mentioned(db, text))
    return "" if is_there else f"@{answered['username']} "


def get(db: sqlite3.Connection, post_id: int) -> sqlite3.Row:
    row = find(db, post_id)
    if row is None:
        raise not_found("tweet", post_id)
    return row


def find(db: sqlite3.Connection, post_id: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM x_posts WHERE id = ? AND deleted = 0", (post_id,)
    ).fetchone()
    return row


def edit(db: sqlite3.Connection, now: int, row: sqlite3.Row, text: str) -> sqlite3.Row:
    """An edit is a post of its own with a new id; the old one is listed no more."""
    found = numbers.fresh(db, now)
    db.execute("UPDATE x_posts SET is_latest = 0 WHERE root_id = ?", (row["root_id"],))
    words = row["text"][: row["prefix"]] + text
    changed = {"id": found, "text": words, "created": now, "written": now}
    insert(db, dict(row) | changed)
    fresh = get(db, found)
    events.post_created(db, now, fresh)
    return fresh


def remove(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    """All its versions go; the answers to it stay."""
    db.execute("UPDATE x_posts SET deleted = 1 WHERE root_id = ?", (row["root_id"],))
    events.post_deleted(db, now, row)


def hide(db: sqlite3.Connection, row: sqlite3.Row, hidden: bool) -> None:
    db.execute("UPDATE x_posts SET hidden = ? WHERE root_id = ?", (int(hidden), row["root_id"]))


def conversation(
    db: sqlite3.Connection, conversation_id: int, most: int = 1000
) -> list[sqlite3.Row]:
    """The whole truth about a thread: older versions, hidden and deleted posts too."""
    return db.execute(
        "SELECT p.*, u.username, u.name, u.is_account FROM x_posts p"
        " JOIN x_users u ON u.id = p.author_id WHERE p.conversation_id = ? ORDER BY p.id LIMIT ?",
        (conversation_id, most),
    ).fetchall()
