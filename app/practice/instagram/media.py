"""Media: the account's own, and other people's that name or tag it."""

import sqlite3
from typing import Any

from app.practice import events, files, ids, threads
from app.practice.errors import Refused
from app.practice.instagram import accounts

# What the account put up; only the first two are in its list of media.
OWN = ("FEED", "REELS", "STORY", "AD")
# Somebody else's: with the account named in its words, with it tagged, or neither (then only a
# comment under it names the account).
MENTION, TAG, FOREIGN = "MENTION", "TAG", "FOREIGN"


def add(
    db: sqlite3.Connection,
    now: int,
    ig_id: str,
    caption: str,
    *,
    kind: str = "FEED",
    person_id: str | None = None,
    boosted: bool = False,
    created: int | None = None,
    media_id: str | None = None,
    url: str | None = None,
) -> sqlite3.Row:
    """A picture comes with it. `boosted` media tell of each comment twice."""
    accounts.get(db, ig_id)
    if kind not in (*OWN, MENTION, TAG, FOREIGN) or (person_id is None) != (kind in OWN):
        raise Refused("kind must be one of " + ", ".join(OWN))
    found, at = media_id or "179" + ids.fresh()[:14], now if created is None else created
    shown = {"type": "image", "url": url} if url else files.sample(db, now, ig_id, "image")
    threads.insert_post(
        db, found, ig_id, caption, at, now, kind=kind, person_id=person_id, attachment=[shown]
    )
    db.execute("UPDATE posts SET boosted = ? WHERE id = ?", (int(boosted), found))
    return threads.post(db, found)


def mention(
    db: sqlite3.Connection, now: int, person: sqlite3.Row, caption: str, created: int | None = None
) -> sqlite3.Row:
    """Someone names the account in the words of their own picture; missed is missed."""
    row = add(
        db, now, person["page_id"], caption, kind=MENTION, person_id=person["id"], created=created
    )
    tell_mention(db, now, row, person, {"media_id": row["id"]})
    return row


def tag(db: sqlite3.Connection, now: int, person: sqlite3.Row, caption: str) -> sqlite3.Row:
    """Someone tags the account in a picture: no event, only the list of tags shows it."""
    return add(db, now, person["page_id"], caption, kind=TAG, person_id=person["id"])


def tell_mention(
    db: sqlite3.Connection, now: int, row: sqlite3.Row, person: sqlite3.Row, value: dict[str, Any]
) -> None:
    change = {"field": "mentions", "value": value}
    events.queue(db, now, row["page_id"], "mentions", change, person["id"])


def remove(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Nobody is told."""
    db.execute("UPDATE posts SET deleted = 1 WHERE id = ?", (row["id"],))
    db.execute("UPDATE comments SET deleted = 1 WHERE post_id = ?", (row["id"],))


def turn_comments(db: sqlite3.Connection, row: sqlite3.Row, on: bool) -> None:
    db.execute("UPDATE posts SET comments_off = ? WHERE id = ?", (int(not on), row["id"]))


def product_type(row: sqlite3.Row) -> str:
    return str(row["kind"]) if row["kind"] in OWN else "FEED"
