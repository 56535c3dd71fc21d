"""What the platform can be made to do wrong, and the list of what it does wrong now.

A fault works for the next N calls (`count`) or until it is cleared, on every call or only on
one method ("read", "write" or a verb), one kind of path or one Page.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.foundation.words import Words
from app.practice import x_kinds
from app.practice.errors import Refused
from app.practice.kinds import Kind, Param, Value
from app.practice.store import Store

METHODS = ("", "read", "write", "GET", "POST", "PUT", "DELETE")
CALL_KINDS = (
    "", "me", "accounts", "debug_token", "subscriptions", "subscribed_apps", "page", "posts",
    "post", "comments", "comment", "likes", "moderate", "conversations", "conversation",
    "message", "messages", "ids", "unknown", "feed", "photos", "owner", "login", "instagram",
    "media", "replies", "mentions",
    *x_kinds.CALLS,
)  # fmt: skip

_SECONDS = Param(30, most=600)
_JSON = ("application/json", "text/javascript")

KINDS: dict[str, Kind] = {
    "error": Kind(
        Words("Answer with an error"),
        {
            "code": Param(2, most=10_000_000),
            "subcode": Param(0, most=10_000_000),
            "status": Param(400, most=599, least=200),
            "message": Param(""),
            "language": Param("en", choices=("en", "fi", "pt", "zh")),
            "content_type": Param(_JSON[0] + "; charset=UTF-8"),
            "transient": Param(False),
        },
    ),
    "token": Kind(
        Words("The Page token is broken (190)"), {"subcode": Param(463, most=10_000_000)}
    ),
    "html": Kind(
        Words("An HTML page instead of an answer"), {"status": Param(502, most=599, least=200)}
    ),
    "empty": Kind(Words("An empty answer"), {"status": Param(500, most=599, least=200)}),
    "timeout_before": Kind(
        Words("No answer, and nothing was done"), {"seconds": _SECONDS, "drop": Param(True)}
    ),
    "timeout_after": Kind(
        Words("It was done, but no answer comes"), {"seconds": _SECONDS, "drop": Param(True)}
    ),
    "usage": Kind(
        Words("Usage climbs towards the limit"),
        {
            "level": Param(0),
            "step": Param(10),
            "regain": Param(5),
            "code": Param(4),
            "enforce": Param(True),
            "case": Param("pages", choices=("pages", "instagram", "messenger")),
        },
    ),
    "read_delay": Kind(Words("New things cannot be read yet"), {"seconds": _SECONDS}),
    "default_filter": Kind(Words("Lists without filter=stream leave half out"), {}),
    "user_token": Kind(Words("The token counts as a person's: lists are empty"), {}),
    "no_scope": Kind(
        Words("A permission was not granted for the Page"), {"scope": Param("pages_messaging")}
    ),
    "no_page_grant": Kind(Words("The Page was left out when permissions were given"), {}),
    "dialog_refused": Kind(
        Words("Whoever connects refuses at the platform"), {"reason": Param("user_denied")}
    ),
    "threads_held": Kind(Words("Another app holds every conversation"), {}),
    "few_messages": Kind(
        Words("Only the newest messages can be read"), {"newest": Param(3, most=20)}
    ),
    "cursors_only": Kind(Words("Lists go on without saying so: cursors, but no next"), {}),
    "no_from": Kind(Words("Nothing says who wrote it"), {}),
    "empty_page": Kind(Words("An empty page before each page"), {}),
    "foreign_next": Kind(
        Words("The next page is at a foreign address"), {"host": Param("graph.evil.example")}
    ),
    "text_javascript": Kind(Words("Answers are called text/javascript"), {}),
    "old_version": Kind(Words("An older version answers"), {"version": Param("v21.0")}),
    "webhooks_off": Kind(Words("Events are lost"), {}),
    "webhooks_duplicated": Kind(
        Words("Events come several times"), {"copies": Param(2, most=20, least=1)}
    ),
    "webhooks_shuffled": Kind(Words("Events come in the wrong order"), {}),
    "webhooks_batched": Kind(
        Words("Events come together"), {"size": Param(100, most=1000, least=1)}
    ),
    "webhooks_number_ids": Kind(Words("Ids come as numbers"), {}),
    "webhooks_unknown": Kind(Words("Unknown events come along"), {}),
    "webhooks_delayed": Kind(Words("Events come late"), {"seconds": Param(30, most=3600)}),
    "webhooks_unsigned": Kind(Words("The signature is wrong"), {}),
} | x_kinds.KINDS


@dataclass(frozen=True)
class Fault:
    id: int
    kind: str
    params: dict[str, Any]
    remaining: int | None
    method: str
    path: str
    page: str

    def suits(self, method: str, path: str, page: str) -> bool:
        verb = "read" if method == "GET" else "write"
        return (
            self.method in ("", method, verb)
            and x_kinds.may_hit(self.kind, path)
            and (self.path in ("", path) or (self.path == x_kinds.EVERY and path in x_kinds.CALLS))
            and self.page in ("", page)
        )


@dataclass(frozen=True)
class Trouble:
    """The faults that hit one call."""

    faults: tuple[Fault, ...] = ()

    def first(self, kind: str) -> Fault | None:
        return next((fault for fault in self.faults if fault.kind == kind), None)

    def has(self, kind: str) -> bool:
        return self.first(kind) is not None


def add(db: sqlite3.Connection, spec: Mapping[str, Any]) -> Fault:
    kind = KINDS.get(str(spec.get("kind")))
    if kind is None:
        raise Refused("There is no such fault. Known: " + ", ".join(KINDS))
    unknown = set(spec) - set(kind.params) - {"kind", "count", "method", "path", "page"}
    if unknown:
        raise Refused(f"This fault has no setting called {min(map(str, unknown))}.")
    params = {name: _value(name, param, spec) for name, param in kind.params.items()}
    method = _choice("method", spec.get("method", ""), METHODS)
    path = _choice("path", spec.get("path", ""), CALL_KINDS)
    cursor = db.execute(
        "INSERT INTO faults (kind, params, remaining, method, path, page_id) VALUES (?,?,?,?,?,?)",
        (spec["kind"], json.dumps(params), _count(spec), method, path, str(spec.get("page", ""))),
    )
    return _one(db, int(cursor.lastrowid or 0))


def listing(db: sqlite3.Connection) -> list[Fault]:
    return [_fault(row) for row in db.execute("SELECT * FROM faults ORDER BY id")]


def clear(db: sqlite3.Connection, fault_id: int | None = None) -> int:
    """All of them, or one; says how many went."""
    if fault_id is None:
        return db.execute("DELETE FROM faults").rowcount
    return db.execute("DELETE FROM faults WHERE id = ?", (fault_id,)).rowcount


def take(store: Store, method: str, path: str, page: str) -> Trouble:
    """The faults for this call; those with a count are one nearer to their end."""
    with store.reading() as db:
        hit = [
            fault
            for fault in listing(db)
            if not fault.kind.startswith("webhooks_") and fault.suits(method, path, page)
        ]
    if not any(fault.remaining is not None or fault.kind == "usage" for fault in hit):
        return Trouble(tuple(hit))
    with store.writing() as db:
        return Trouble(tuple(fault for fault in hit if _spend(db, fault)))


def spend(db: sqlite3.Connection, kinds: Iterable[str]) -> Trouble:
    """The webhook faults of these kinds, for one delivery or one event."""
    wanted = set(kinds)
    hit = [fault for fault in listing(db) if fault.kind in wanted]
    return Trouble(tuple(fault for fault in hit if _spend(db, fault)))


def _spend(db: sqlite3.Connection, fault: Fault) -> bool:
    """False when another call has used it up meanwhile."""
    if fault.kind == "usage":
        fault.params["level"] += fault.params["step"]
        db.execute(
            "UPDATE faults SET params = ? WHERE id = ?", (json.dumps(fault.params), fault.id)
        )
    if fault.remaining is None:
        return True
    spent = db.execute(
        "UPDATE faults SET remaining = remaining - 1 WHERE id = ? AND remaining > 0", (fault.id,)
    ).rowcount
    db.execute("DELETE FROM faults WHERE id = ? AND remaining <= 0", (fault.id,))
    return spent == 1


def _one(db: sqlite3.Connection, fault_id: int) -> Fault:
    return _fault(db.execute("SELECT * FROM faults WHERE id = ?", (fault_id,)).fetchone())


def _fault(row: sqlite3.Row) -> Fault:
    return Fault(
        id=row["id"],
        kind=row["kind"],
        params=json.loads(row["params"]),
        remaining=row["remaining"],
        method=row["method"],
        path=row["path"],
        page=row["page_id"],
    )


def _count(spec: Mapping[str, Any]) -> int | None:
    count = spec.get("count")
    if count is None or count == "":
        return None
    return whole("count", count, least=1, most=1_000_000)


def _choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise Refused(f"{name} must be one of: " + ", ".join(choices[1:]) + " (or left out).")
    return str(value)


def _value(name: str, param: Param, spec: Mapping[str, Any]) -> Value:
    value = spec.get(name, param.default)
    if isinstance(param.default, bool):
        return value in (True, 1, "1", "true", "on", "yes")
    if isinstance(param.default, int):
        return whole(name, value, least=param.least, most=param.most)
    if param.choices and value not in param.choices:
        raise Refused(f"{name} must be one of: " + ", ".join(param.choices))
    return str(value)[:1000].replace("\r", " ").replace("\n", " ")


def whole(name: str, value: object, *, least: int, most: int) -> int:
    """A whole number from outside, within its bounds."""
    try:
        found = int(value) if isinstance(value, int | str) and len(str(value)) < 20 else None
    except ValueError:
        found = None
    if found is None or not least <= found <= most:
        raise Refused(f"{name} must be a whole number from {least} to {most}.")
    return found
