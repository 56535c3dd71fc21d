"""Codes that the dialog gives: for one exchange, within ten minutes, at the address they name."""

import sqlite3

from app.practice import ids
from app.practice.errors import bad_parameter
from app.practice.times import HOUR

LIVES = HOUR // 6
USED, LATE, ELSEWHERE = 36009, 36007, 36008


def make(db: sqlite3.Connection, now: int, staff_id: str, redirect_uri: str) -> str:
    made = "AQ" + ids.token()[11:]
    db.execute(
        "INSERT INTO codes (code, staff_id, redirect_uri, made) VALUES (?,?,?,?)",
        (made, staff_id, redirect_uri, now),
    )
    return made


def spend(db: sqlite3.Connection, now: int, given: str, redirect_uri: str) -> str:
    """Whose it is. A used code stays used, also when the answer never arrives."""
    row = db.execute("SELECT * FROM codes WHERE code = ?", (given,)).fetchone()
    if row is None:
        raise bad_parameter("Invalid verification code format.")
    if row["used"]:
        raise bad_parameter("This authorization code has been used.", USED)
    if now - row["made"] > LIVES:
        raise bad_parameter("This authorization code has expired.", LATE)
    if row["redirect_uri"] != redirect_uri:
        raise bad_parameter("Error validating verification code. Wrong redirect_uri.", ELSEWHERE)
    db.execute("UPDATE codes SET used = 1 WHERE code = ?", (given,))
    return str(row["staff_id"])
