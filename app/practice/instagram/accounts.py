"""Instagram accounts, each linked to one Page, and the people who write there by username."""

import re
import sqlite3

from app.foundation.words import Words
from app.practice import ids, pages
from app.practice.errors import Refused

_USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}\Z")
_ID = re.compile(r"17841[0-9]{12}\Z")


def create(
    db: sqlite3.Connection, now: int, page_id: str, username: str, ig_id: str | None = None
) -> sqlite3.Row:
    """A Page has one account at most; making it again gives the one that is there."""
    pages.get(db, page_id)
    if ig_id is not None and not _ID.match(ig_id):
        raise Refused("An Instagram account id is 17841 and twelve digits.")
    found = of_page(db, page_id)
    if found is not None:
        return found
    fresh = ig_id or "17841" + ids.stable("instagram", page_id)[:12]
    try:
        db.execute(
            "INSERT INTO instagram (id, page_id, username, created) VALUES (?,?,?,?)",
            (fresh, page_id, plain(username), now),
        )
    except sqlite3.IntegrityError as error:
        raise Refused(Words("There is an account of this name already."), 409) from error
    return get(db, fresh)


def get(db: sqlite3.Connection, ig_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM instagram WHERE id = ?", (ig_id,)
    ).fetchone()
    if row is None:
        raise Refused(f"There is no Instagram account {ig_id[:60]} here.", 404)
    return row


def of_page(db: sqlite3.Connection, page_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM instagram WHERE page_id = ?", (page_id,)
    ).fetchone()
    return row


def every(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM instagram ORDER BY created, id").fetchall()


def person(db: sqlite3.Connection, ig_id: str, username: str) -> sqlite3.Row:
    """A person's Instagram-scoped id: not the id that a Page knows them by."""
    return pages.person(db, ig_id, plain(username))


def plain(username: str) -> str:
    found = username.strip().removeprefix("@").lower()
    if not _USERNAME.match(found):
        raise Refused(
            Words("An Instagram name has 1 to 30 letters a-z, digits, dots and underscores.")
        )
    return found


def allow_messages(db: sqlite3.Connection, ig_id: str, allowed: bool) -> None:
    """Instagram's own setting "allow access to messages"."""
    db.execute("UPDATE instagram SET messages_allowed = ? WHERE id = ?", (int(allowed), ig_id))


def author(db: sqlite3.Connection, ig_id: str, person_id: str | None) -> dict[str, str]:
    """`from`: the account itself or a person."""
    if person_id is None:
        return {"id": ig_id, "username": get(db, ig_id)["username"]}
    row = pages.person_by_id(db, person_id)
    return {"id": row["id"], "username": row["name"]}
