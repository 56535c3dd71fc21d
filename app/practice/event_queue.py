"""What waits to be sent to the desk, whichever platform it is from: when, how many, how often."""

import json
import sqlite3
from collections.abc import Collection
from itertools import islice
from typing import Any

import requests

from app.practice import faults
from app.practice.faults import Trouble
from app.practice.network import session
from app.practice.times import HOUR, SECOND

MOST = 1000
FIRST_WAIT, LONGEST_WAIT = 1 * SECOND, 60 * SECOND
KEEP = 2000
KINDS = (
    "webhooks_duplicated", "webhooks_shuffled", "webhooks_batched", "webhooks_number_ids",
    "webhooks_unknown", "webhooks_unsigned",
)  # fmt: skip


def add(
    db: sqlite3.Connection, now: int, about: str, to: str, where: str, field: str, body: Any
) -> None:
    """Not when the fault "events are lost" is on; later when "events come late" is."""
    if faults.spend(db, ["webhooks_off"]).faults:
        return
    late = faults.spend(db, ["webhooks_delayed"]).first("webhooks_delayed")
    due_at = now + (late.params["seconds"] * SECOND if late else 0)
    db.execute(
        "INSERT INTO events (object, page_id, list, field, body, created, due)"
        " VALUES (?,?,?,?,?,?,?)",
        (about, to, where, field, json.dumps(body), now, due_at),
    )


def due(
    db: sqlite3.Connection, now: int, everything: bool, objects: Collection[str]
) -> list[sqlite3.Row]:
    """The first that are due, of one kind of object: one call speaks of one."""
    # A time further off than any wait can be comes from a clock that was moved back.
    latest = now + 2 * HOUR
    found = db.execute(
        "SELECT * FROM events WHERE state = 'waiting' AND (due <= ? OR due > ? OR ?)"
        " AND object IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?",
        (now, latest, everything, json.dumps(list(objects)), MOST),
    ).fetchall()
    return [row for row in found if row["object"] == found[0]["object"]]


def must_collect(
    db: sqlite3.Connection, rows: list[sqlite3.Row], now: int, everything: bool
) -> bool:
    """To come in the wrong order or together there must be two; a second is waited for more."""
    kinds = {fault.kind for fault in faults.listing(db)}
    if everything or not kinds & {"webhooks_shuffled", "webhooks_batched"}:
        return False
    return bool(0 <= now - rows[0]["created"] < SECOND)


def chosen(rows: list[sqlite3.Row], trouble: Trouble) -> list[sqlite3.Row]:
    """What goes into one call: one event, without a fault that says otherwise."""
    batched = trouble.first("webhooks_batched")
    order = reversed(rows) if trouble.has("webhooks_shuffled") else iter(rows)
    return list(islice(order, batched.params["size"] if batched else 1))


def copies(trouble: Trouble) -> int:
    """Duplicates are the same bytes again; each must be taken."""
    twice = trouble.first("webhooks_duplicated")
    return int(twice.params["copies"]) if twice else 1


def post(url: str, body: bytes, headers: dict[str, str], timeout: float) -> bool:
    """200 in time counts as taken, nothing else does."""
    try:
        with session() as http:
            answer = http.post(
                url,
                data=body,
                headers={"Content-Type": "application/json", **headers},
                timeout=timeout,
                allow_redirects=False,
            )
    except requests.RequestException:
        return False
    return answer.status_code == 200


def take(db: sqlite3.Connection, rows: list[sqlite3.Row]) -> None:
    db.executemany("UPDATE events SET state = 'sent' WHERE seq = ?", [(r["seq"],) for r in rows])
    db.execute("DELETE FROM events WHERE state != 'waiting' AND seq < ?", (rows[0]["seq"] - KEEP,))


def put_off(db: sqlite3.Connection, rows: list[sqlite3.Row], now: int, give_up: int) -> None:
    """Each failure doubles the wait; after `give_up` an event is lost."""
    for row in rows:
        wait = min(FIRST_WAIT * 2 ** min(row["attempts"], 10), LONGEST_WAIT)
        state = "waiting" if now - row["created"] < give_up else "lost"
        db.execute(
            "UPDATE events SET attempts = attempts + 1, due = ?, state = ? WHERE seq = ?",
            (now + wait, state, row["seq"]),
        )
    # Whoever does not answer one is not asked for the rest at once.
    db.execute(
        "UPDATE events SET due = max(due, ?) WHERE state = 'waiting' AND object = ?",
        (now + FIRST_WAIT, rows[0]["object"]),
    )


def numbered(value: Any, names: Collection[str]) -> Any:
    """Ids as JSON numbers, some above 2^53, as seen on the live services."""
    if isinstance(value, list):
        return [numbered(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: int(item)
        if key in names and isinstance(item, str) and item.isdigit()
        else numbered(item, names)
        for key, item in value.items()
    }


def dumped(body: Any) -> bytes:
    """The bytes that are signed and sent: non-ASCII as \\uXXXX."""
    return json.dumps(body, separators=(",", ":")).encode("ascii")
