"""Posts that the Page makes through the API: at once, at a set time, or kept as drafts."""

import sqlite3
from typing import Any

from app.practice import events, files, pages, threads
from app.practice.errors import GraphError, bad_parameter
from app.practice.times import DAY, SECOND

SOONEST, FURTHEST = 10 * 60 * SECOND, 75 * DAY
UNPUBLISHED = ("SCHEDULED", "DRAFT", "ADS_POST")


def post(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    message: str,
    *,
    publish: bool = True,
    at: int | None = None,
    kind: str = "status",
    attachment: Any = None,
) -> sqlite3.Row:
    """Unpublished with a time is scheduled, without one a draft; an advert is never published."""
    scheduled = None if at is None else _possible(now, at)
    row = threads.add_post(
        db, now, page_id, message, kind=kind, attachment=attachment, scheduled=scheduled,
        published=int(publish or kind == "ad"),
    )  # fmt: skip
    pages.log(db, now, page_id, "post", page_id, row["id"], message)
    return row


def photo(
    db: sqlite3.Connection, now: int, page_id: str, attachment: dict[str, Any], caption: str
) -> sqlite3.Row:
    row = threads.add_post(db, now, page_id, caption, kind="photo", attachment=[attachment])
    pages.log(db, now, page_id, "photo", page_id, row["id"], caption)
    return row


def change(db: sqlite3.Connection, now: int, row: sqlite3.Row, message: str) -> None:
    db.execute("UPDATE posts SET message = ?, updated = ? WHERE id = ?", (message, now, row["id"]))
    events.post_event(db, now, threads.post(db, row["id"]), "edited")


def move(db: sqlite3.Connection, now: int, row: sqlite3.Row, at: int | None) -> None:
    """Another time, or None: a draft that waits for a person."""
    if row["published"]:
        raise GraphError(100, "(#100) You cannot reschedule a post that is published", subcode=None)
    scheduled = None if at is None else _possible(now, at)
    db.execute("UPDATE posts SET scheduled = ? WHERE id = ?", (scheduled, row["id"]))


def publish(db: sqlite3.Connection, now: int, row: sqlite3.Row, at: int | None = None) -> None:
    """Told as a new post, with the time of its publishing."""
    if row["published"]:
        return
    db.execute(
        "UPDATE posts SET published = 1, scheduled = NULL, created = ?, updated = ? WHERE id = ?",
        (at or now, at or now, row["id"]),
    )
    events.post_event(db, now, threads.post(db, row["id"]), "add")


def due(db: sqlite3.Connection, now: int) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM posts WHERE published = 0 AND deleted = 0 AND scheduled <= ?"
        " ORDER BY scheduled LIMIT 50",
        (now,),
    ).fetchall()


def run_due(db: sqlite3.Connection, now: int) -> None:
    for row in due(db, now):
        publish(db, now, row, row["scheduled"])


def unpublished_photo(db: sqlite3.Connection, page_id: str, file_id: str) -> files.Attachment:
    """A picture that was uploaded without being shown, for a comment or a post."""
    row = files.get(db, file_id)
    if row is None or row["page_id"] != page_id:
        raise bad_parameter("Invalid attachment id", 2018074)
    return {"type": "image", "file": file_id}


def _possible(now: int, at: int) -> int:
    if not SOONEST <= at - now <= FURTHEST:
        raise bad_parameter(
            "The specified scheduled publish time is invalid: between 10 minutes and 75 days"
        )
    return at
