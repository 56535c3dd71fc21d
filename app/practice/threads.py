"""Posts and comments: what customers, the Page and the API may do to them."""

import json
import sqlite3
from typing import Any

from app.foundation.words import Words
from app.practice import events, ids, pages
from app.practice.errors import Refused, not_found

# How it came here: through the API, from a customer, or answered by the Page outside the desk.
API, CUSTOMER, NATIVE, IMPORTED = "api", "customer", "native", "import"

# The Page's own posts; an advert ("dark post") stands in none of its lists.
OWN_KINDS = ("status", "photo", "video", "share", "ad")
PICTURED = ("photo", "video")
# What somebody wrote about the Page elsewhere: the Page may answer there, and nothing else.
ELSEWHERE = ("mention", "rating")
POST_COLUMNS = (
    "kind", "person_id", "object_id", "attachment", "published", "scheduled", "recommends",
)  # fmt: skip


def add_post(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    message: str,
    *,
    created: int | None = None,
    post_id: str | None = None,
    **more: Any,
) -> sqlite3.Row:
    """`more` are columns: `kind`, the `person_id` of a visitor, a picture, a time to publish."""
    pages.get(db, page_id)
    found = f"{page_id}_{post_id or ids.fresh()}"
    at = now if created is None else created
    if more.get("kind") in PICTURED:
        more["object_id"] = ids.stable("object", found)
    insert_post(db, found, page_id, message, at, now, **more)
    row = post(db, found)
    events.post_event(db, now, row, "add")
    return row


def insert_post(
    db: sqlite3.Connection, found: str, page_id: str, message: str, at: int, now: int, **more: Any
) -> None:
    kept = more.get("attachment")
    row: dict[str, Any] = dict.fromkeys(POST_COLUMNS) | {"kind": "status", "published": 1} | more
    row |= {"id": found, "page": page_id, "message": message, "at": at, "now": now}
    row["attachment"] = json.dumps(kept) if kept else None
    db.execute(
        "INSERT INTO posts (id, page_id, message, created, updated, written, kind, person_id,"
        " object_id, attachment, published, scheduled, recommends) VALUES (:id, :page, :message,"
        " :at, :at, :now, :kind, :person_id, :object_id, :attachment, :published, :scheduled,"
        " :recommends)",
        row,
    )


def post(db: sqlite3.Connection, post_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT posts.*, (SELECT name FROM people WHERE people.id = person_id) AS person"
        " FROM posts WHERE id = ? AND deleted = 0",
        (post_id,),
    ).fetchone()
    if row is None:
        raise not_found(post_id)
    return row


def comment(db: sqlite3.Connection, comment_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM comments WHERE id = ? AND deleted = 0", (comment_id,)
    ).fetchone()
    if row is None:
        raise not_found(comment_id)
    return row


def is_comment(row: sqlite3.Row) -> bool:
    return "post_id" in tuple(row.keys())


def comment_or_post(db: sqlite3.Connection, found_id: str) -> sqlite3.Row:
    """What a comment can be written under."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM comments WHERE id = ? AND deleted = 0", (found_id,)
    ).fetchone()
    return post(db, found_id) if row is None else row


def post_of(db: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row:
    """The post that a comment stands under, deleted or not."""
    found: sqlite3.Row = db.execute(
        "SELECT * FROM posts WHERE id = ?", (row["post_id"],)
    ).fetchone()
    return found


def add_comment(
    db: sqlite3.Connection,
    now: int,
    on: sqlite3.Row,
    message: str,
    *,
    via: str,
    person_id: str | None = None,
    attachment: Any = None,
    created: int | None = None,
    private: bool = False,
) -> sqlite3.Row:
    """`on` is a post or a comment. The site shows two levels: a reply to a reply joins the top
    comment. Without `person_id` the Page itself writes."""
    post_id = on["post_id"] if is_comment(on) else on["id"]
    parent = (on["parent_id"] or on["id"]) if is_comment(on) else None
    must_not_be_banned(db, person_id)
    found = f"{post_id.split('_')[-1]}_{ids.fresh()}"
    at = now if created is None else created
    db.execute(
        "INSERT INTO comments (id, page_id, post_id, parent_id, person_id, message, attachment,"
        " created, written, via, private) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            found,
            on["page_id"],
            post_id,
            parent,
            person_id,
            message,
            json.dumps(attachment) if attachment else None,
            at,
            now,
            via,
            int(private),
        ),
    )
    db.execute("UPDATE posts SET updated = max(updated, ?) WHERE id = ?", (at, post_id))
    row = comment(db, found)
    events.comment_event(db, now, row, "add")
    if via == API:
        pages.log(db, now, on["page_id"], "comment", parent or post_id, found, message)
    return row


def edit(db: sqlite3.Connection, now: int, row: sqlite3.Row, message: str) -> sqlite3.Row:
    db.execute("UPDATE comments SET message = ? WHERE id = ?", (message, row["id"]))
    _touch(db, now, row)
    fresh = comment(db, row["id"])
    events.comment_event(db, now, fresh, "edited")
    return fresh


def hide(db: sqlite3.Connection, now: int, row: sqlite3.Row, hidden: bool) -> None:
    """Hiding what is hidden changes nothing and tells nobody."""
    if bool(row["hidden"]) == hidden:
        return
    db.execute("UPDATE comments SET hidden = ? WHERE id = ?", (int(hidden), row["id"]))
    _touch(db, now, row)
    events.comment_event(db, now, row, "hide" if hidden else "unhide")


def remove(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    """The replies go with their comment, but only the comment itself is told about."""
    db.execute(
        "UPDATE comments SET deleted = 1 WHERE id = ? OR parent_id = ?", (row["id"], row["id"])
    )
    _touch(db, now, row)
    events.comment_event(db, now, row, "remove")


def remove_post(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    db.execute("UPDATE posts SET deleted = 1 WHERE id = ?", (row["id"],))
    db.execute("UPDATE comments SET deleted = 1 WHERE post_id = ?", (row["id"],))
    events.post_event(db, now, row, "remove")


def like(db: sqlite3.Connection, now: int, row: sqlite3.Row, liked: bool) -> None:
    if bool(row["liked"]) != liked:
        db.execute("UPDATE comments SET liked = ? WHERE id = ?", (int(liked), row["id"]))
        events.reaction_event(db, now, row, "add" if liked else "remove")


def posts(db: sqlite3.Connection, page_id: str, most: int, before: int = 0) -> list[sqlite3.Row]:
    """The newest first; `before` is the `seq` of the last one seen."""
    return db.execute(
        "SELECT posts.*, (SELECT name FROM people WHERE people.id = person_id) AS person"
        " FROM posts WHERE page_id = :page AND deleted = 0 AND (:before = 0 OR"
        " (created, seq) < (SELECT created, seq FROM posts WHERE seq = :before))"
        " ORDER BY created DESC, seq DESC LIMIT :most",
        {"page": page_id, "before": before, "most": most},
    ).fetchall()


def of_post(db: sqlite3.Connection, post_id: str, most: int = 1000) -> list[sqlite3.Row]:
    """The whole truth about a thread, hidden and deleted ones too, in the order of writing."""
    return db.execute(
        "SELECT c.*, p.name AS person FROM comments c LEFT JOIN people p ON p.id = c.person_id"
        " WHERE c.post_id = ? ORDER BY c.seq LIMIT ?",
        (post_id, most),
    ).fetchall()


def must_not_be_banned(db: sqlite3.Connection, person_id: str | None) -> None:
    if person_id is not None and pages.person_by_id(db, person_id)["banned"]:
        raise Refused(
            Words("The Page has banned this person, so the platform takes no comment."), 409
        )


def others_like(db: sqlite3.Connection, now: int, row: sqlite3.Row, person: sqlite3.Row) -> None:
    """Somebody likes a comment or a post of the Page; posts keep no count here."""
    if is_comment(row):
        db.execute("UPDATE comments SET others_like = others_like + 1 WHERE id = ?", (row["id"],))
    events.liked_event(db, now, row, person)


def _touch(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    db.execute("UPDATE posts SET updated = max(updated, ?) WHERE id = ?", (now, row["post_id"]))
