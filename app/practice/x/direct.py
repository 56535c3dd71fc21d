"""Direct messages: one conversation for each pair of people, called by both ids."""

import sqlite3
from collections.abc import Iterable

from app.practice import pages
from app.practice.threads import API
from app.practice.times import DAY
from app.practice.x import events, numbers
from app.practice.x.errors import not_found

READABLE = 30 * DAY


def pair(one: int, other: int) -> str:
    return f"{min(one, other)}-{max(one, other)}"


def add(
    db: sqlite3.Connection,
    now: int,
    sender: sqlite3.Row,
    recipient: sqlite3.Row,
    text: str,
    *,
    via: str,
    media: Iterable[int] = (),
    created: int | None = None,
) -> sqlite3.Row:
    at = now if created is None else created
    found = numbers.fresh(db, at)
    talk = pair(sender["id"], recipient["id"])
    db.execute(
        "INSERT INTO x_messages (id, conversation, sender_id, recipient_id, text, media, created,"
        " written, via) VALUES (?,?,?,?,?,?,?,?,?)",
        (found, talk, sender["id"], recipient["id"], text, ",".join(map(str, media)), at, now, via),
    )
    row = get(db, found)
    events.message_created(db, now, row)
    if via == API:
        pages.log(db, now, str(sender["id"]), "x_message", str(recipient["id"]), str(found), text)
    return row


def get(db: sqlite3.Connection, message_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM x_messages WHERE id = ? AND deleted = 0", (message_id,)
    ).fetchone()
    if row is None:
        raise not_found("dm_event", message_id)
    return row


def remove(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    db.execute("UPDATE x_messages SET deleted = 1 WHERE id = ?", (row["id"],))


def has_written(db: sqlite3.Connection, person_id: int, account_id: int) -> bool:
    """Only who wrote first can be written to."""
    return (
        db.execute(
            "SELECT 1 FROM x_messages WHERE conversation = ? AND sender_id = ? LIMIT 1",
            (pair(person_id, account_id), person_id),
        ).fetchone()
        is not None
    )


def history(db: sqlite3.Connection, talk: str, most: int = 1000) -> list[sqlite3.Row]:
    """The whole truth about a conversation, deleted messages too, the oldest first."""
    newest = db.execute(
        "SELECT * FROM x_messages WHERE conversation = ? ORDER BY id DESC LIMIT ?", (talk, most)
    ).fetchall()
    return newest[::-1]
