"""Where webhooks go: an address on this machine that has answered the handshake."""

import hmac
import secrets
import sqlite3

import requests

from app.practice import events
from app.practice.errors import GraphError, bad_parameter
from app.practice.network import is_loopback, session
from app.practice.store import Store

OBJECTS = ("page", "instagram", "user")
TIMEOUT = 5.0


def subscribe(
    store: Store, about: str, callback_url: str, verify_token: str, fields: list[str]
) -> None:
    """The handshake comes first, outside any transaction."""
    if about not in OBJECTS:
        raise bad_parameter("Param object must be one of {" + ", ".join(OBJECTS) + "}")
    if not fields or not verify_token:
        raise bad_parameter("The parameters fields and verify_token are required")
    unknown = sorted(set(fields) - events.FIELDS.get(about, events.PAGE_FIELDS))
    if unknown:
        raise bad_parameter(f"Unknown webhook field of {about}: {unknown[0][:60]}")
    if not is_loopback(callback_url):
        raise _refused("The practice platform sends to this machine only.")
    if not answers(callback_url, verify_token):
        raise _refused("The URL couldn't be validated. Response does not match challenge.")
    with store.writing() as db:
        put(db, about, callback_url, verify_token, fields, verified=True)


def put(
    db: sqlite3.Connection,
    about: str,
    callback_url: str,
    verify_token: str,
    fields: list[str],
    *,
    verified: bool,
) -> None:
    db.execute(
        "INSERT OR REPLACE INTO subscriptions (object, callback_url, verify_token, fields,"
        " verified) VALUES (?,?,?,?,?)",
        (about, callback_url, verify_token, ",".join(fields), int(verified)),
    )


def follow(db: sqlite3.Connection, desk_url: str, verify_token: str) -> None:
    """The desk's own address, also after it moved; somebody else's subscription stays."""
    callback = desk_url.rstrip("/") + "/webhooks/meta"
    for about, fields in events.FIELDS.items():
        found = target(db, about)
        is_other = found is not None and found["verify_token"] != verify_token
        if not is_other and (found is None or found["callback_url"] != callback):
            put(db, about, callback, verify_token, sorted(fields), verified=False)


def target(db: sqlite3.Connection, about: str = "page") -> sqlite3.Row | None:
    """Where such events go; checked again, should the file have been changed by hand."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM subscriptions WHERE object = ?", (about,)
    ).fetchone()
    return row if row is not None and is_loopback(row["callback_url"]) else None


def objects(db: sqlite3.Connection) -> list[str]:
    """Which kinds of object somebody has subscribed to."""
    return [row["object"] for row in db.execute("SELECT object FROM subscriptions")]


def answers(callback_url: str, verify_token: str) -> bool:
    """The handshake: the challenge comes back as plain text."""
    challenge = str(secrets.randbelow(10**9))
    params = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": verify_token,
    }
    try:
        with session() as http:
            found = http.get(callback_url, params=params, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException:
        return False
    return found.status_code == 200 and hmac.compare_digest(found.content, challenge.encode())


def _refused(words: str) -> GraphError:
    return GraphError(2200, f"(#2200) Callback verification failed: {words}")
