"""Tokens made by logging in: whose, for what, until when, and why not any more.

A person's first token lives for an hour, an exchanged one for 60 days; the tokens of their Pages
come with it and end with the first kind, and never with the second.
"""

import sqlite3
from dataclasses import dataclass

from app.practice import ids
from app.practice.login import staff
from app.practice.times import DAY, HOUR, SECOND

USER, PAGE = "user", "page"
SHORT, LONG = HOUR, 60 * DAY
DATA_ACCESS = 90 * DAY
EXPIRED, ROLE_LOST = 463, 492


@dataclass(frozen=True)
class Issued:
    """A token that was given out; `problem` is the subcode of 190, 0 while it works."""

    token: str
    kind: str
    staff_id: str
    page_id: str
    scopes: frozenset[str]
    pages: tuple[str, ...]
    tasks: list[str]
    issued: int
    expires: int
    data_access: int
    problem: int


def find(db: sqlite3.Connection, now: int, token: str) -> Issued | None:
    row = db.execute("SELECT * FROM issued_tokens WHERE token = ?", (token,)).fetchone()
    if row is None:
        return None
    grant = db.execute("SELECT * FROM grants WHERE staff_id = ?", (row["staff_id"],)).fetchone()
    tasks = staff.tasks(db, row["staff_id"], row["page_id"]) if row["kind"] == PAGE else []
    return Issued(
        token=token,
        kind=row["kind"],
        staff_id=row["staff_id"],
        page_id=row["page_id"],
        scopes=frozenset(grant["scopes"].split(",")),
        pages=tuple(grant["pages"].split(",")),
        tasks=tasks,
        issued=row["issued"],
        expires=row["expires"],
        data_access=grant["granted"] + DATA_ACCESS,
        problem=_problem(row, tasks, now),
    )


def grant(
    db: sqlite3.Connection, now: int, staff_id: str, scopes: list[str], pages: list[str]
) -> None:
    """What the person allowed last is what counts, for older tokens too."""
    db.execute(
        "INSERT OR REPLACE INTO grants (staff_id, scopes, pages, granted) VALUES (?,?,?,?)",
        (staff_id, ",".join(scopes), ",".join(pages), now),
    )


def issue(db: sqlite3.Connection, now: int, staff_id: str, lives: int) -> str:
    """A person's token, and with it one for each Page that they let us have."""
    made = ids.token()
    expires = now + lives
    _add(db, made, USER, staff_id, "", "", now, expires)
    row = db.execute("SELECT pages FROM grants WHERE staff_id = ?", (staff_id,)).fetchone()
    for page_id in filter(None, row["pages"].split(",")):
        ends = 0 if lives == LONG else expires
        _add(db, ids.token(), PAGE, staff_id, page_id, made, now, ends)
    return made


def page_token(db: sqlite3.Connection, user_token: str, page_id: str) -> str | None:
    row = db.execute(
        "SELECT token FROM issued_tokens WHERE parent = ? AND page_id = ?", (user_token, page_id)
    ).fetchone()
    return str(row["token"]) if row else None


def revoke(db: sqlite3.Connection, staff_id: str, subcode: int) -> int:
    """Every token of a person ends for this reason; says how many."""
    return db.execute(
        "UPDATE issued_tokens SET revoked = ? WHERE staff_id = ?", (subcode, staff_id)
    ).rowcount


def listing(db: sqlite3.Connection, staff_id: str) -> list[dict[str, object]]:
    rows = db.execute(
        "SELECT token, kind, page_id, issued, expires, revoked FROM issued_tokens"
        " WHERE staff_id = ? ORDER BY issued",
        (staff_id,),
    )
    return [dict(row) for row in rows]


def _add(
    db: sqlite3.Connection, token: str, kind: str, staff_id: str, page_id: str, parent: str,
    now: int, expires: int,
) -> None:  # fmt: skip
    db.execute(
        "INSERT INTO issued_tokens (token, kind, staff_id, page_id, parent, issued, expires)"
        " VALUES (?,?,?,?,?,?,?)",
        (token, kind, staff_id, page_id, parent, now, expires),
    )


def _problem(row: sqlite3.Row, tasks: list[str], now: int) -> int:
    if row["revoked"]:
        return int(row["revoked"])
    if row["expires"] and now - row["expires"] >= SECOND:
        return EXPIRED
    return ROLE_LOST if row["kind"] == PAGE and not tasks else 0
