"""How often: calls in a quarter of an hour, and what is written in a day, with X's headers."""

import sqlite3

from app.practice.faults import Trouble
from app.practice.times import DAY, SECOND
from app.practice.x.call import Caller, Route
from app.practice.x.errors import Problem

QUARTER = 15 * 60 * SECOND
# Path → whose day it is and how much fits into it.
DAILY = {"x_create": ("app", 10_000), "x_send": ("user", 1_440)}
_HEADERS = {
    "quarter": "x-rate-limit",
    "user_day": "x-user-limit-24hour",
    "app_day": "x-app-limit-24hour",
}


def spend(
    db: sqlite3.Connection, now: int, route: Route, caller: Caller, trouble: Trouble
) -> dict[str, str]:
    """One use; the headers that say what is left, or 429 when nothing is."""
    who = caller.account or "app"
    headers = _use(db, now, who, route.path, QUARTER, route.limit, "quarter")
    whose, most = DAILY.get(route.path, ("", 0))
    if whose:
        day = f"{route.path} in a day"
        owner = who if whose == "user" else "app"
        headers |= _use(db, now, owner, day, DAY, most, f"{whose}_day")
    fault = trouble.first("x_rate_limited")
    if fault:
        ends = now + fault.params["seconds"] * SECOND
        headers |= _told(fault.params["cap"], 1, 0, ends)
        raise too_many(_mangled(headers, fault.params["cap"], fault.params["reset"]))
    return headers


def too_many(headers: dict[str, str]) -> Problem:
    return Problem(429, "Too Many Requests", "Too Many Requests", headers=headers)


def _use(
    db: sqlite3.Connection, now: int, who: str, path: str, span: int, most: int, cap: str
) -> dict[str, str]:
    row = db.execute("SELECT * FROM x_uses WHERE who = ? AND path = ?", (who, path)).fetchone()
    # A window further off than it is long comes from a clock that was moved back.
    if row is None or not now < row["ends"] <= now + span:
        ends, used = now + span, 1
    else:
        ends, used = row["ends"], row["used"] + 1
    if used > most:
        raise too_many(_told(cap, most, 0, ends))
    db.execute(
        "INSERT OR REPLACE INTO x_uses (who, path, ends, used) VALUES (?,?,?,?)",
        (who, path, ends, used),
    )
    return _told(cap, most, most - used, ends)


def _told(cap: str, most: int, left: int, ends: int) -> dict[str, str]:
    name = _HEADERS[cap]
    return {
        f"{name}-limit": str(most),
        f"{name}-remaining": str(left),
        f"{name}-reset": str(ends // SECOND),
    }


def _mangled(headers: dict[str, str], cap: str, how: str) -> dict[str, str]:
    """The reset as it should be, not there at all, or no number."""
    name = f"{_HEADERS[cap]}-reset"
    if how == "missing":
        return {key: value for key, value in headers.items() if key != name}
    return headers | ({name: "soon"} if how == "broken" else {})
