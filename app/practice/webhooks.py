"""Sends the waiting events: signed over the exact bytes, again until they are taken."""

import hashlib
import hmac
import json
import sqlite3
import threading
from typing import Any

import requests

from app.practice import events, faults, pages, planned, subscribing
from app.practice.faults import Trouble
from app.practice.platform import Platform
from app.practice.times import HOUR, SECOND

TIMEOUT = 5.0
MOST = 1000
FIRST_WAIT, LONGEST_WAIT = 1 * SECOND, 60 * SECOND
GIVE_UP = 36 * HOUR
# Messenger unsubscribes a Page whose messages nobody took for an hour, and does not replay.
UNSUBSCRIBE = HOUR
KEEP = 2000
IDLE = 0.25
KINDS = (
    "webhooks_duplicated", "webhooks_shuffled", "webhooks_batched", "webhooks_number_ids",
    "webhooks_unknown", "webhooks_unsigned",
)  # fmt: skip
_NUMBERED = ("id", "comment_id", "post_id", "parent_id", "sender_id")


def sign(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Delivery:
    """One thread that runs what is planned and sends what waits. Nothing starts by importing."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._one = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._platform.wake.set()
        if self._thread is not None:
            self._thread.join(timeout=TIMEOUT * 2)

    def flush(self) -> int:
        """Sends everything that waits now, due or not, even while paused; says what is left."""
        self.round(everything=True)
        with self._platform.store.reading() as db:
            return waiting(db)

    def round(self, everything: bool = False) -> None:
        """Runs what is planned, then sends until nothing due is left or nobody answers."""
        with self._one:
            platform = self._platform
            with platform.store.reading() as db:
                planned_now = planned.is_due(db, platform.now())
                paused = is_paused(db) and not everything
            if planned_now:
                with platform.store.writing() as db:
                    planned.run_due(db, platform.now())
            while not paused and self._send_some(everything):
                pass

    def _run(self) -> None:
        while not self._stop.is_set():
            self._platform.wake.wait(IDLE)
            self._platform.wake.clear()
            try:
                self.round()
            except (sqlite3.Error, OSError):
                self._stop.wait(1)

    def _send_some(self, everything: bool) -> bool:
        """One round of one POST or, without batching, one POST for each event."""
        platform, now = self._platform, self._platform.now()
        with platform.store.reading() as db:
            rows = _due(db, now, everything)
            target = subscribing.target(db, rows[0]["object"]) if rows else None
            if target is None or not rows or _must_collect(db, rows, now, everything):
                return False
        with platform.store.writing() as db:
            trouble = faults.spend(db, KINDS)
        batched = trouble.first("webhooks_batched")
        if trouble.has("webhooks_shuffled"):
            rows = rows[::-1]
        rows = rows[: batched.params["size"] if batched else 1]
        taken = self._verified(target) and self._post(target["callback_url"], rows, trouble, now)
        with platform.store.writing() as db:
            _settle(db, rows, taken, now)
        return taken

    def _verified(self, target: sqlite3.Row) -> bool:
        """The desk's own address is known before the desk runs: the handshake is made later."""
        if target["verified"]:
            return True
        if not subscribing.answers(target["callback_url"], target["verify_token"]):
            return False
        with self._platform.store.writing() as db:
            db.execute(
                "UPDATE subscriptions SET verified = 1 WHERE object = ?", (target["object"],)
            )
        return True

    def _post(self, url: str, rows: list[sqlite3.Row], trouble: Trouble, now: int) -> bool:
        """Duplicates are the same bytes again; each must be taken."""
        body = payload(rows, trouble, now)
        twice = trouble.first("webhooks_duplicated")
        copies = twice.params["copies"] if twice else 1
        taken = [post(url, self._platform.app_secret, body, trouble) for _ in range(copies)]
        return all(taken)


def post(url: str, secret: str, body: bytes, trouble: Trouble | None = None) -> bool:
    """200 within five seconds counts as taken, nothing else does."""
    wrong = trouble is not None and trouble.has("webhooks_unsigned")
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": sign("not the secret" if wrong else secret, body),
        "User-Agent": "facebookexternalua",
    }
    try:
        with subscribing.session() as http:
            answer = http.post(
                url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
    except requests.RequestException:
        return False
    return answer.status_code == 200


def payload(rows: list[sqlite3.Row], trouble: Trouble, now: int) -> bytes:
    """The events of a Page together in one entry for each of the entry's lists."""
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        stamp = now // 1000 if row["list"] == "changes" else now
        entry = entries.setdefault(
            (row["page_id"], row["list"]), {"id": row["page_id"], "time": stamp, row["list"]: []}
        )
        entry[row["list"]].append(json.loads(row["body"]))
    body: dict[str, Any] = {"object": rows[0]["object"], "entry": list(entries.values())}
    if trouble.has("webhooks_unknown"):
        body["entry"] = _with_unknown(body["entry"])
    if trouble.has("webhooks_number_ids"):
        body = _numbered(body)
    return json.dumps(body, separators=(",", ":")).encode("ascii")


def _with_unknown(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Things no receiver has heard of, before, inside and after what it knows."""
    page_id = entries[0]["id"]
    value = {"item": "hologram", "verb": "projected", "hologram_id": "1", "created_time": 1}
    strange: list[dict[str, Any]] = [
        {"id": page_id, "time": 1, "changes": [{"field": "feed", "value": value}]},
        {"id": page_id, "time": 1, "changes": [{"field": "dreams", "value": "blue"}]},
        {"id": page_id, "time": 1, "messaging": [{"sender": {"id": "0"}, "telepathy": {}}]},
        {"id": "0", "time": 1, "unheard_of": [None, 7]},
    ]
    return [strange[0], *entries, *strange[1:]]


def _numbered(value: Any) -> Any:
    """Ids as JSON numbers, some above 2^53, as seen on the live service."""
    if isinstance(value, list):
        return [_numbered(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: int(item)
        if key in _NUMBERED and isinstance(item, str) and item.isdigit()
        else _numbered(item)
        for key, item in value.items()
    }


def _due(db: sqlite3.Connection, now: int, everything: bool) -> list[sqlite3.Row]:
    """A time further off than any wait can be comes from a clock that was moved back."""
    latest = now + 2 * 3600 * SECOND
    found = db.execute(
        "SELECT * FROM events WHERE state = 'waiting' AND (due <= ? OR due > ? OR ?)"
        " AND object IN (SELECT object FROM subscriptions) ORDER BY seq LIMIT ?",
        (now, latest, everything, MOST),
    ).fetchall()
    # One call speaks of one kind of object.
    return [row for row in found if row["object"] == found[0]["object"]]


def _must_collect(
    db: sqlite3.Connection, rows: list[sqlite3.Row], now: int, everything: bool
) -> bool:
    """To come in the wrong order or together there must be two; a second is waited for more."""
    kinds = {fault.kind for fault in faults.listing(db)}
    if everything or not kinds & {"webhooks_shuffled", "webhooks_batched"}:
        return False
    return bool(0 <= now - rows[0]["created"] < SECOND)


def _settle(db: sqlite3.Connection, rows: list[sqlite3.Row], taken: bool, now: int) -> None:
    ids = [(row["seq"],) for row in rows]
    if taken:
        db.executemany("UPDATE events SET state = 'sent' WHERE seq = ?", ids)
        db.execute(
            "UPDATE subscriptions SET failing_since = NULL WHERE object = ?", (rows[0]["object"],)
        )
        db.execute(
            "DELETE FROM events WHERE state != 'waiting' AND seq < ?", (rows[0]["seq"] - KEEP,)
        )
        return
    for row in rows:
        wait = min(FIRST_WAIT * 2 ** min(row["attempts"], 10), LONGEST_WAIT)
        state = "waiting" if now - row["created"] < GIVE_UP else "lost"
        db.execute(
            "UPDATE events SET attempts = attempts + 1, due = ?, state = ? WHERE seq = ?",
            (now + wait, state, row["seq"]),
        )
    # Whoever does not answer one is not asked for the rest at once.
    db.execute("UPDATE events SET due = max(due, ?) WHERE state = 'waiting'", (now + FIRST_WAIT,))
    _count_failing(db, now, rows[0]["object"])


def _count_failing(db: sqlite3.Connection, now: int, about: str) -> None:
    db.execute(
        "UPDATE subscriptions SET failing_since = coalesce(failing_since, ?) WHERE object = ?",
        (now, about),
    )
    row = db.execute(
        "SELECT failing_since FROM subscriptions WHERE object = ?", (about,)
    ).fetchone()
    if now - row["failing_since"] > UNSUBSCRIBE:
        unsubscribe_messaging(db, about)


def unsubscribe_messaging(db: sqlite3.Connection, about: str) -> None:
    """What an hour of failures brings; events that waited are not sent again."""
    # An Instagram account has no fields of its own: the app's subscription loses them.
    if about == events.PAGE:
        for row in db.execute("SELECT id, fields FROM pages").fetchall():
            db.execute("UPDATE pages SET fields = ? WHERE id = ?", (_kept(row), row["id"]))
    else:
        row = db.execute("SELECT fields FROM subscriptions WHERE object = ?", (about,)).fetchone()
        db.execute("UPDATE subscriptions SET fields = ? WHERE object = ?", (_kept(row), about))
    db.execute(
        "UPDATE events SET state = 'lost'"
        " WHERE state = 'waiting' AND list = 'messaging' AND object = ?",
        (about,),
    )


def _kept(row: sqlite3.Row) -> str:
    return ",".join(name for name in row["fields"].split(",") if "messag" not in name)


def waiting(db: sqlite3.Connection) -> int:
    found = db.execute("SELECT count(*) FROM events WHERE state = 'waiting'").fetchone()
    return int(found[0])


def is_paused(db: sqlite3.Connection) -> bool:
    return pages.setting(db, "webhooks_paused") == "1"
