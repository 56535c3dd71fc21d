"""The platform's state as the control API and the page show it."""

import sqlite3
from typing import Any

from flask import current_app

from app.practice import clock, faults, pages, planned, subscribing, webhooks
from app.practice.errors import Refused
from app.practice.platform import NAME, Platform
from app.practice.times import graph_time

_COUNTS = """
SELECT (SELECT count(*) FROM posts WHERE page_id = :page AND deleted = 0) AS posts,
  (SELECT count(*) FROM comments WHERE page_id = :page AND deleted = 0) AS comments,
  (SELECT count(*) FROM conversations WHERE page_id = :page) AS conversations
"""


def overview(platform: Platform, db: sqlite3.Connection) -> dict[str, Any]:
    return {
        "app_id": platform.app_id,
        "user_token": pages.user_token(db),
        "pages": [page(db, row) for row in pages.every(db)],
        "instagram": [
            dict(row) for row in db.execute("SELECT * FROM instagram ORDER BY created, id")
        ],
        "clock": clock_state(platform),
        "faults": [fault(found) for found in faults.listing(db)],
        "planned": planned.left(db),
        **settings(db),
        "webhooks": webhook_state(db),
    }


def settings(db: sqlite3.Connection) -> dict[str, Any]:
    return {
        "require_proof": pages.setting(db, "require_proof") == "1",
        "standard_access": pages.setting(db, "standard_access") == "1",
        "deauthorize_url": pages.setting(db, "deauthorize_url"),
        "deletion_url": pages.setting(db, "deletion_url"),
    }


def page(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "token": row["token"],
        "subscribed_fields": [name for name in row["fields"].split(",") if name],
        **dict(db.execute(_COUNTS, {"page": row["id"]}).fetchone()),
    }


def fault(found: faults.Fault) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "words": str(faults.KINDS[found.kind].words),
        "count": found.remaining,
        "method": found.method,
        "path": found.path,
        "page": found.page,
        **found.params,
    }


def clock_state(platform: Platform) -> dict[str, Any]:
    wall, monotonic = clock.offsets(platform.data_dir)
    return {"wall": wall, "monotonic": monotonic, "now": graph_time(platform.now())}


def webhook_state(db: sqlite3.Connection) -> dict[str, Any]:
    found = subscribing.target(db)
    states = dict(map(tuple, db.execute("SELECT state, count(*) FROM events GROUP BY state")))
    return {
        "callback_url": found["callback_url"] if found else None,
        "verified": bool(found and found["verified"]),
        "failing": bool(found and found["failing_since"]),
        "paused": webhooks.is_paused(db),
        **{name: states.get(name, 0) for name in ("waiting", "sent", "lost")},
    }


def callback_url(db: sqlite3.Connection, about: str = "page") -> str:
    found = subscribing.target(db, about)
    if found is None:
        raise Refused("Nobody has subscribed to webhooks yet.", 409)
    return str(found["callback_url"])


def delivery() -> webhooks.Delivery:
    found: webhooks.Delivery = current_app.extensions[NAME + "-delivery"]
    return found
