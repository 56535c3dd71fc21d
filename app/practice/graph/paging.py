"""Lists in pages: opaque cursors over an index, and `next` as a whole address with the token in
it, as the real platform gives it."""

import base64
import binascii
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.practice.errors import bad_parameter
from app.practice.graph.call import Call
from app.practice.graph.fields import Field, spell
from app.practice.store import LARGEST
from app.practice.times import read_time

DEFAULT, MOST = 25, 100
# Marks the second try after an empty page, so that even an endless fault lets one through.
_RETRY = "__after_empty"


@dataclass(frozen=True)
class Listing:
    """What to list: FROM … WHERE …, ordered by `keys`, the newest first when `down`."""

    path: str
    sql: str
    args: tuple[object, ...]
    keys: tuple[str, ...]
    down: bool


Show = Callable[[sqlite3.Row], dict[str, Any]]


def listed(
    call: Call, listing: Listing, params: Mapping[str, Any], fields: tuple[Field, ...], show: Show
) -> dict[str, Any]:
    """`{"data": […], "paging": {…}}`; the last page has no `next`."""
    limit = _limit(params)
    if call.trouble.has("empty_page") and not params.get(_RETRY):
        marked = {**params, _RETRY: "1"}
        return {"data": [], "paging": {"next": _url(call, listing, marked, fields)}}
    after, before = _cursor(params, "after"), _cursor(params, "before")
    rows = _rows(call.db, listing, limit + 1, after, before)
    more = len(rows) > limit
    rows = rows[:limit]
    if before:
        rows.reverse()
    data = [show(row) for row in rows]
    if not rows:
        return {"data": data}
    first, last = (_mark(row, listing.keys) for row in (rows[0], rows[-1]))
    paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
    clean = {k: v for k, v in params.items() if k not in ("after", "before", _RETRY)}
    if (more or before) and not call.trouble.has("cursors_only"):
        paging["next"] = _url(call, listing, {**clean, "after": last}, fields)
    if after or (before and more):
        paging["previous"] = _url(call, listing, {**clean, "before": first}, fields)
    return {"data": data, "paging": paging}


def between(params: Mapping[str, Any], column: str) -> tuple[str, tuple[int, ...]]:
    """SQL for `since` and `until`."""
    sql, args = "", []
    for name, sign in (("since", ">="), ("until", "<=")):
        if params.get(name) not in (None, ""):
            sql += f" AND {column} {sign} ?"
            args.append(read_time(str(params[name])))
    return sql, tuple(args)


def _rows(
    db: sqlite3.Connection,
    listing: Listing,
    limit: int,
    after: tuple[int, ...] | None,
    before: tuple[int, ...] | None,
) -> list[sqlite3.Row]:
    down = listing.down != bool(before)
    sql, args = listing.sql, list(listing.args)
    start = before or after
    if start is not None:
        if len(start) != len(listing.keys):
            raise _bad_cursor()
        sql += f" AND ({', '.join(listing.keys)}) {'<' if down else '>'} ({_marks(start)})"
        args += start
    order = ", ".join(f"{key} {'DESC' if down else 'ASC'}" for key in listing.keys)
    return db.execute(f"SELECT * {sql} ORDER BY {order} LIMIT ?", [*args, limit]).fetchall()


def _marks(values: tuple[int, ...]) -> str:
    return ", ".join("?" * len(values))


def _limit(params: Mapping[str, Any]) -> int:
    text = str(params.get("limit", DEFAULT))
    if not text.isascii() or not text.isdigit() or int(text[:9]) == 0:
        raise bad_parameter("Param limit must be a positive integer")
    return min(int(text[:9]), MOST)


def _mark(row: sqlite3.Row, keys: tuple[str, ...]) -> str:
    plain = ":".join(str(row[key]) for key in keys)
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _cursor(params: Mapping[str, Any], name: str) -> tuple[int, ...] | None:
    text = params.get(name)
    if text in (None, ""):
        return None
    try:
        padded = str(text) + "=" * (-len(str(text)) % 4)
        found = tuple(int(x) for x in base64.urlsafe_b64decode(padded.encode()).split(b":"))
    except (ValueError, binascii.Error) as error:
        raise _bad_cursor() from error
    if any(abs(value) > LARGEST for value in found):
        raise _bad_cursor()
    return found


def _bad_cursor() -> Exception:
    return bad_parameter("Invalid cursor")


def _url(call: Call, listing: Listing, params: Mapping[str, Any], fields: tuple[Field, ...]) -> str:
    base = call.asked.base_url
    foreign = call.trouble.first("foreign_next")
    if foreign:
        base = f"https://{foreign.params['host']}/"
    query = {k: str(v) for k, v in params.items() if k not in ("fields", "access_token")}
    query["access_token"] = call.asked.token or ""
    if fields:
        query["fields"] = spell(fields)
    return f"{base}{call.asked.version}/{listing.path}?{urlencode(query)}"
