"""Comments under media, two levels deep. New ones are told about; changed and deleted ones never
are."""

import json
import sqlite3
from typing import Any

from app.foundation.words import Words
from app.practice import events, ids, pages, threads
from app.practice.errors import Refused
from app.practice.instagram import accounts, media

LONGEST = 2200


def add(
    db: sqlite3.Connection,
    now: int,
    on: sqlite3.Row,
    text: str,
    *,
    via: str,
    person_id: str | None = None,
    created: int | None = None,
    gif: bool = False,
    live: bool = False,
) -> sqlite3.Row:
    """`on` is media or a comment; a reply to a reply joins the top comment. A GIF is silent."""
    post = threads.post_of(db, on) if threads.is_comment(on) else on
    if post["comments_off"]:
        raise Refused(Words("Comments are turned off for this picture."), 409)
    threads.must_not_be_banned(db, person_id)
    found = "178" + ids.fresh()[:14]
    at = now if created is None else created
    parent = (on["parent_id"] or on["id"]) if threads.is_comment(on) else None
    shown = json.dumps({"type": "gif", "url": "https://example.com/cat.gif"}) if gif else None
    db.execute(
        "INSERT INTO comments (id, page_id, post_id, parent_id, person_id, message, attachment,"
        " created, written, via) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (found, on["page_id"], post["id"], parent, person_id, text, shown, at, now, via),
    )
    row = threads.comment(db, found)
    if via == threads.API:
        pages.log(db, now, on["page_id"], "ig_comment", parent or post["id"], found, text)
    if not gif:
        tell(db, now, row, post, "live_comments" if live else "comments")
    return row


def tell(
    db: sqlite3.Connection, now: int, row: sqlite3.Row, post: sqlite3.Row, field: str = "comments"
) -> None:
    """Own comments come back too; those under a boosted picture twice, once as the advert's.

    What stands under somebody else's picture is no business of ours unless it names us."""
    author = accounts.author(db, row["page_id"], row["person_id"])
    value: dict[str, Any] = {"id": row["id"], "text": row["message"], "from": author}
    value["media"] = {"id": post["id"], "media_product_type": media.product_type(post)}
    if row["parent_id"]:
        value["parent_id"] = row["parent_id"]
    own = post["kind"] in media.OWN
    if own:
        _queue(db, now, row, field, value)
    if own and post["boosted"]:
        advert = {"media_product_type": "AD", "ad_id": ids.stable("ad", post["id"])}
        _queue(db, now, row, field, value | {"media": value["media"] | advert})
    if row["person_id"] is not None and _names_us(db, row):
        found = {"media_id": post["id"], "comment_id": row["id"]}
        media.tell_mention(db, now, row, pages.person_by_id(db, row["person_id"]), found)


def edit(db: sqlite3.Connection, row: sqlite3.Row, text: str) -> None:
    """Nobody is told."""
    db.execute("UPDATE comments SET message = ? WHERE id = ?", (text, row["id"]))


def hide(db: sqlite3.Connection, row: sqlite3.Row, hidden: bool) -> None:
    """Nobody is told."""
    db.execute("UPDATE comments SET hidden = ? WHERE id = ?", (int(hidden), row["id"]))


def remove(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """With its replies, and nobody is told."""
    db.execute(
        "UPDATE comments SET deleted = 1 WHERE id = ? OR parent_id = ?", (row["id"], row["id"])
    )


def _queue(
    db: sqlite3.Connection, now: int, row: sqlite3.Row, field: str, value: dict[str, Any]
) -> None:
    change = {"field": field, "value": value}
    events.queue(db, now, row["page_id"], field, change, row["person_id"])


def _names_us(db: sqlite3.Connection, row: sqlite3.Row) -> bool:
    return "@" + str(accounts.get(db, row["page_id"])["username"]) in row["message"].lower()
