"""Pages, their tokens, and the people who write to them."""

import sqlite3

from app.foundation.words import Words
from app.practice import ids
from app.practice.errors import Refused


def create(db: sqlite3.Connection, now: int, name: str, page_id: str | None = None) -> sqlite3.Row:
    """Making a Page that is there already gives that Page."""
    if not name.strip() or len(name) > 200:
        raise Refused(Words("A Page needs a name of 1 to 200 characters."))
    if page_id is not None and not (page_id.isascii() and page_id.isdigit() and len(page_id) < 30):
        raise Refused("A Page id is digits only.")
    found = page_id or ids.fresh()
    db.execute(
        "INSERT OR IGNORE INTO pages (id, name, token, created) VALUES (?,?,?,?)",
        (found, name.strip(), ids.token(), now),
    )
    return get(db, found)


def get(db: sqlite3.Connection, page_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute("SELECT * FROM pages WHERE id = ?", (page_id,)).fetchone()
    if row is None:
        raise Refused(f"There is no Page {page_id[:60]} here.", 404)
    return row


def by_token(db: sqlite3.Connection, token: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute("SELECT * FROM pages WHERE token = ?", (token,)).fetchone()
    return row


def every(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM pages ORDER BY seq").fetchall()


def person(db: sqlite3.Connection, page_id: str, name: str) -> sqlite3.Row:
    """The person of this name, made when new; ids are a Page's own, as the real ones."""
    if not name.strip() or len(name) > 200:
        raise Refused(Words("A customer needs a name of 1 to 200 characters."))
    found = ids.stable("person", page_id, name.strip())
    db.execute(
        "INSERT OR IGNORE INTO people (id, page_id, name) VALUES (?,?,?)",
        (found, page_id, name.strip()),
    )
    return person_by_id(db, found)


def person_by_id(db: sqlite3.Connection, person_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM people WHERE id = ?", (person_id,)
    ).fetchone()
    if row is None:
        raise Refused(f"There is no customer {person_id[:60]} here.", 404)
    return row


def known_person(db: sqlite3.Connection, page_id: str, person_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM people WHERE id = ? AND page_id = ?", (person_id, page_id)
    ).fetchone()
    return row


def people(db: sqlite3.Connection, page_id: str, most: int = 500) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM people WHERE page_id = ? ORDER BY name LIMIT ?", (page_id, most)
    ).fetchall()


def block_page(db: sqlite3.Connection, person_id: str, blocks: bool) -> None:
    """The customer blocks the Page: nothing can be sent to them any more (551)."""
    db.execute("UPDATE people SET blocks_page = ? WHERE id = ?", (int(blocks), person_id))


def ban(db: sqlite3.Connection, person_id: str, banned: bool) -> None:
    """The Page bans the customer: what they try to write is refused."""
    db.execute("UPDATE people SET banned = ? WHERE id = ?", (int(banned), person_id))


def give_role(db: sqlite3.Connection, person_id: str, has_role: bool) -> None:
    """A role on the app: with Standard Access the app is told of such people only."""
    db.execute("UPDATE people SET has_role = ? WHERE id = ?", (int(has_role), person_id))


def setting(db: sqlite3.Connection, name: str, default: str = "") -> str:
    row = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return default if row is None else str(row["value"])


def set_setting(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))


def user_token(db: sqlite3.Connection) -> str:
    """The token of the person who owns every Page here; `/me/accounts` wants it."""
    if not setting(db, "user_token"):
        set_setting(db, "user_token", ids.token())
    return setting(db, "user_token")


def log(
    db: sqlite3.Connection, now: int, page_id: str, kind: str, target: str, result: str, text: str
) -> None:
    """What was done through the API, kept even when its answer is never sent."""
    db.execute(
        "INSERT INTO writes (at, page_id, kind, target, result, text) VALUES (?,?,?,?,?,?)",
        (now, page_id, kind, target, result, text),
    )
