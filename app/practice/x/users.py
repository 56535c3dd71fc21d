"""Who is on X: the shop's accounts and the people who write to them."""

import re
import sqlite3
import unicodedata

from app.foundation.words import Words
from app.practice.errors import Refused
from app.practice.x import numbers
from app.practice.x.errors import Problem, not_found

USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_MENTION = re.compile(r"(?<![A-Za-z0-9_@])@([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])")


def create(
    db: sqlite3.Connection,
    now: int,
    username: str,
    name: str,
    *,
    user_id: int | None = None,
    is_account: bool = False,
) -> sqlite3.Row:
    """Making somebody who is there already gives that one, and an account if asked for one."""
    if not USERNAME.fullmatch(username):
        raise Refused(Words("A name on X is 1 to 15 letters, digits and underscores."))
    if not name.strip() or len(name) > 200:
        raise Refused(Words("A customer needs a name of 1 to 200 characters."))
    db.execute(
        "INSERT OR IGNORE INTO x_users (id, username, name, created) VALUES (?,?,?,?)",
        (user_id or numbers.fresh(db, now), username, name.strip(), now),
    )
    if is_account:
        db.execute("UPDATE x_users SET is_account = 1 WHERE username = ?", (username,))
    found = by_username(db, username)
    if found is None:
        raise Refused(f"Somebody else has the id {user_id}.", 409)
    return found


def named(db: sqlite3.Connection, now: int, name: str) -> sqlite3.Row:
    """Whoever has this username or this name, made when new."""
    wanted = name.strip()
    found = by_username(db, wanted.removeprefix("@"))
    if found is None:
        found = db.execute(
            "SELECT * FROM x_users WHERE name = ? ORDER BY id LIMIT 1", (wanted,)
        ).fetchone()
    return found or create(db, now, _free_username(db, wanted), wanted)


def get(db: sqlite3.Connection, user_id: int) -> sqlite3.Row:
    """Somebody who must be there: an author, a recipient."""
    row: sqlite3.Row = db.execute("SELECT * FROM x_users WHERE id = ?", (user_id,)).fetchone()
    return row


def asked(db: sqlite3.Connection, text: str) -> sqlite3.Row:
    """Somebody a call names by id."""
    number = numbers.read(text)
    row: sqlite3.Row | None = get(db, number) if number else None
    if row is None:
        raise not_found("user", text)
    return row


def account(db: sqlite3.Connection, user_id: object) -> sqlite3.Row:
    """One of the shop's accounts, for the control API and the page."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM x_users WHERE id = ? AND is_account", (numbers.given(user_id, "account"),)
    ).fetchone()
    if row is None:
        raise Refused(f"There is no X account {str(user_id)[:40]} here.", 404)
    return row


def by_username(db: sqlite3.Connection, username: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM x_users WHERE username = ?", (username,)
    ).fetchone()
    return row


def accounts(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM x_users WHERE is_account ORDER BY id").fetchall()


def people(db: sqlite3.Connection, most: int = 500) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM x_users WHERE NOT is_account ORDER BY name LIMIT ?", (most,)
    ).fetchall()


def mentioned(db: sqlite3.Connection, text: str) -> list[sqlite3.Row]:
    """Those of the @names in a text that exist, each once, in the order of the text."""
    names = dict.fromkeys(match.group(1).lower() for match in _MENTION.finditer(text))
    found = (by_username(db, name) for name in names)
    return [row for row in found if row is not None]


def mentions_in(text: str) -> list[tuple[int, int, str]]:
    return [(m.start(), m.end(), m.group(1)) for m in _MENTION.finditer(text)]


def _free_username(db: sqlite3.Connection, name: str) -> str:
    """`Märtä Öhman` becomes `Marta_Ohman`; a number keeps two of the same name apart."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:12].strip("_")
    base = base or "customer"
    for number in range(1, 1000):
        candidate = base if number == 1 else f"{base}{number}"
        if by_username(db, candidate) is None:
            return candidate
    raise Problem(500, "Internal Error", "No name is left.")
