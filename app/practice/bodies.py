"""What a call of the control API brings: JSON of our own kind, checked piece by piece."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import request

from app.practice import faults, files, times
from app.practice.errors import Refused
from app.practice.graph.asked import load
from app.practice.platform import current

Answer = dict[str, Any]


def woken(answer: Answer) -> Answer:
    current().wake.set()
    return answer


def read() -> dict[str, Any]:
    """JSON only: a form on a foreign page cannot send that without asking first."""
    raw = request.get_data()
    if not raw.strip():
        return {}
    if request.mimetype != "application/json":
        raise Refused("Send JSON with Content-Type: application/json.", 415)
    body = load(raw)
    if not isinstance(body, dict):
        raise Refused("The body must be a JSON object.")
    return body


def text(body: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or not (empty or value.strip()):
        raise Refused(f"{name} must be text.")
    return value


def optional(body: Mapping[str, Any], name: str) -> str | None:
    return text(body, name) if body.get(name) is not None else None


def words(value: object, name: str) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused(f"{name} must be a list of texts.")
    return value


def seconds(body: Mapping[str, Any], name: str) -> float:
    value = body.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
        raise Refused(f"{name} must be a number of seconds.")
    return float(value)


def when(body: Mapping[str, Any]) -> int | None:
    """`created`: Unix seconds or a date as text; left out it is now."""
    value = body.get("created")
    if value is None:
        return None
    return times.read_time(str(value))


def number_arg(name: str) -> int:
    return faults.whole(name, request.args.get(name, "0"), least=0, most=2**62)


def attachment(db: sqlite3.Connection, now: int, page_id: str, body: Mapping[str, Any]) -> Any:
    """Without an address the platform keeps a picture or file of its own; a view-once picture
    (`ephemeral`) has neither."""
    found = body.get("attachment")
    if not isinstance(found, dict):
        return None
    kind, url = text(found, "type"), optional(found, "url")
    if url is not None or kind == "ephemeral":
        return {"type": kind, "url": url}
    return files.sample(db, now, page_id, kind)
