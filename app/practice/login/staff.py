"""The people who run the Pages and can connect them: who they are, and what they may do where."""

import sqlite3
from collections.abc import Iterable

from app.foundation.words import Words
from app.practice import ids, pages
from app.practice.errors import Refused

OWNER_ID, OWNER = "100000000000001", "Practice Owner"
TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")


def ensure_owner(db: sqlite3.Connection) -> None:
    """Somebody with a role on the app and every task on every Page."""
    db.execute("INSERT OR IGNORE INTO staff (id, name, has_role) VALUES (?,?,1)", (OWNER_ID, OWNER))


def create(db: sqlite3.Connection, name: str, has_role: bool) -> sqlite3.Row:
    """Somebody who is there already keeps their id; the role is set anew."""
    if not name.strip() or len(name) > 200:
        raise Refused(Words("A person needs a name of 1 to 200 characters."))
    db.execute(
        "INSERT INTO staff (id, name, has_role) VALUES (?,?,?)"
        " ON CONFLICT (name) DO UPDATE SET has_role = excluded.has_role",
        (ids.stable("staff", name.strip()), name.strip(), int(has_role)),
    )
    row: sqlite3.Row = db.execute("SELECT * FROM staff WHERE name = ?", (name.strip(),)).fetchone()
    return row


def get(db: sqlite3.Connection, staff_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute("SELECT * FROM staff WHERE id = ?", (staff_id,)).fetchone()
    if row is None:
        raise Refused(f"There is nobody {staff_id[:60]} here.", 404)
    return row


def every(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM staff ORDER BY rowid").fetchall()


def give(db: sqlite3.Connection, staff_id: str, page_id: str, tasks: Iterable[str]) -> None:
    """Their tasks on a Page; none takes them off it."""
    wanted = [str(task).upper() for task in tasks]
    if not set(wanted) <= set(TASKS):
        raise Refused("tasks must be of: " + ", ".join(TASKS))
    pages.get(db, page_id)
    db.execute(
        "INSERT OR REPLACE INTO staff_pages (staff_id, page_id, tasks) VALUES (?,?,?)",
        (get(db, staff_id)["id"], page_id, ",".join(wanted)),
    )


def tasks(db: sqlite3.Connection, staff_id: str, page_id: str) -> list[str]:
    row = db.execute(
        "SELECT tasks FROM staff_pages WHERE staff_id = ? AND page_id = ?", (staff_id, page_id)
    ).fetchone()
    if row is None:
        return list(TASKS) if staff_id == OWNER_ID else []
    return [task for task in row["tasks"].split(",") if task]


def pages_of(db: sqlite3.Connection, staff_id: str) -> list[sqlite3.Row]:
    return [row for row in pages.every(db) if tasks(db, staff_id, row["id"])]
