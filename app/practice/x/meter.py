"""What the calls would cost: one charge a resource and UTC day, in millionths of a dollar."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from app.practice import times

MILLION = 1_000_000
PRICES = {
    "post": 15_000,
    "post_with_url": 200_000,
    "summoned_reply": 10_000,
    "dm_send": 15_000,
    "dm_read": 10_000,
    "post_read": 5_000,
    "user_read": 10_000,
    "owned_read": 1_000,
}


def charge(db: sqlite3.Connection, now: int, kind: str, resources: Iterable[object]) -> None:
    """Inside the call's own transaction: a failed call is free."""
    day = times.moment(now).date().isoformat()
    db.executemany(
        "INSERT OR IGNORE INTO x_charges (day, kind, resource, price) VALUES (?,?,?,?)",
        [(day, kind, str(resource), PRICES[kind]) for resource in resources],
    )


def reading(db: sqlite3.Connection) -> dict[str, Any]:
    """The meter as the control API and the page show it, in dollars."""
    rows = db.execute(
        "SELECT day, kind, count(*) AS count, sum(price) AS price FROM x_charges"
        " GROUP BY day, kind ORDER BY day, kind"
    ).fetchall()
    return {
        "total": sum(row["price"] for row in rows) / MILLION,
        "charges": [dict(row) | {"price": row["price"] / MILLION} for row in rows],
    }


def reset(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM x_charges")
