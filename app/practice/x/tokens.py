"""Codes and tokens: a code lives 30 seconds and once, a refresh token is good for one renewal."""

import base64
import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable
from typing import Any

from app.practice.times import HOUR, SECOND
from app.practice.x import events
from app.practice.x.errors import Problem

CODE_LIFE, ACCESS_LIFE = 30 * SECOND, 2 * HOUR
OFFLINE = "offline.access"
SCOPES = (
    "tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "dm.read", "dm.write",
    "media.write", "follows.read", "like.read", "like.write", OFFLINE,
)  # fmt: skip


def code(
    db: sqlite3.Connection,
    now: int,
    user_id: int,
    redirect_uri: str,
    challenge: str,
    scopes: Iterable[str],
) -> str:
    made = secrets.token_urlsafe(48)
    db.execute(
        "INSERT INTO x_codes (code, user_id, redirect_uri, challenge, scopes, expires)"
        " VALUES (?,?,?,?,?,?)",
        (made, user_id, redirect_uri, challenge, " ".join(scopes), now + CODE_LIFE),
    )
    return made


def for_code(
    db: sqlite3.Connection, now: int, given: str, redirect_uri: str, verifier: str
) -> dict[str, Any]:
    row = db.execute("DELETE FROM x_codes WHERE code = ? RETURNING *", (given,)).fetchone()
    if row is None or not now < row["expires"] or row["redirect_uri"] != redirect_uri:
        raise refused("Value passed for the authorization code was invalid.")
    if not hmac.compare_digest(challenge(verifier), row["challenge"]):
        raise refused("Value passed for the code verifier did not match the code challenge.")
    return pair(db, now, row["user_id"], row["scopes"].split())


def for_refresh(db: sqlite3.Connection, now: int, given: str) -> dict[str, Any]:
    """The old refresh token dies; the access token it came with lives on to its end."""
    row = db.execute("SELECT * FROM x_tokens WHERE refresh = ?", (given,)).fetchone()
    if row is None:
        raise dead()
    db.execute("UPDATE x_tokens SET refresh = NULL WHERE refresh = ?", (given,))
    return pair(db, now, row["user_id"], row["scopes"].split())


def pair(db: sqlite3.Connection, now: int, user_id: int, scopes: Iterable[str]) -> dict[str, Any]:
    wanted = list(scopes)
    access, refresh = secrets.token_urlsafe(60), None
    if OFFLINE in wanted:
        refresh = secrets.token_urlsafe(60)
    db.execute(
        "INSERT INTO x_tokens (access, refresh, user_id, scopes, expires) VALUES (?,?,?,?,?)",
        (access, refresh, user_id, " ".join(wanted), now + ACCESS_LIFE),
    )
    found = {
        "token_type": "bearer",
        "expires_in": ACCESS_LIFE // SECOND,
        "access_token": access,
        "scope": " ".join(wanted),
    }
    return found | ({"refresh_token": refresh} if refresh else {})


def find(db: sqlite3.Connection, now: int, access: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM x_tokens WHERE access = ? AND expires > ?", (access, now)
    ).fetchone()
    return row


def revoke(db: sqlite3.Connection, given: str) -> None:
    """An access or a refresh token; X does not say whether there was one."""
    db.execute("DELETE FROM x_tokens WHERE access = ?", (given,))
    db.execute("UPDATE x_tokens SET refresh = NULL WHERE refresh = ?", (given,))


def revoke_all(db: sqlite3.Connection, now: int, user_id: int, client_id: str) -> None:
    """The person takes the app's rights away: tokens and subscriptions end, and it is told."""
    events.revoked(db, now, user_id, client_id)
    db.execute("DELETE FROM x_tokens WHERE user_id = ?", (user_id,))
    db.execute("DELETE FROM x_subscriptions WHERE user_id = ?", (user_id,))


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def dead() -> Problem:
    return refused("Value passed for the token was invalid.")


def refused(description: str, error: str = "invalid_request", status: int = 400) -> Problem:
    """The token calls speak OAuth's own form."""
    problem = Problem(status, error, description)
    problem.body = {"error": error, "error_description": description}
    return problem
