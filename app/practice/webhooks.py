"""Sends the waiting events: signed over the exact bytes, again until they are taken."""

import hashlib
import hmac
import json
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from app.practice import event_queue, events, faults, pages, planned, subscribing
from app.practice.faults import Trouble
from app.practice.platform import Platform
from app.practice.times import HOUR

TIMEOUT = 5.0
GIVE_UP = 36 * HOUR
# Messenger unsubscribes a Page whose messages nobody took for an hour, and does not replay.
UNSUBSCRIBE = HOUR
IDLE = 0.25
_NUMBERED = (
    "id", "comment_id", "post_id", "parent_id", "sender_id", "media_id", "photo_id", "video_id",
    "reviewer_id", "open_graph_story_id",
)  # fmt: skip


def sign(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Delivery:
    """One thread that runs what is planned and sends what waits. Nothing starts by importing.

    `others` send another platform's events: called with "everything, due or not?", each sends one
    call's worth and says whether it was taken."""

    def __init__(self, platform: Platform, *others: Callable[[bool], bool]) -> None:
        self._platform = platform
        self._senders = (self._send_some, *others)
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
            for send in self._senders:
                while not paused and send(everything):
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
            rows = event_queue.due(db, now, everything, subscribing.objects(db))
            target = subscribing.target(db, rows[0]["object"]) if rows else None
            if target is None or event_queue.must_collect(db, rows, now, everything):
                return False
        with platform.store.writing() as db:
            trouble = faults.spend(db, event_queue.KINDS)
        rows = event_queue.chosen(rows, trouble)
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
        body, secret = payload(rows, trouble, now), self._platform.app_secret
        taken = [post(url, secret, body, trouble) for _ in range(event_queue.copies(trouble))]
        return all(taken)


def post(url: str, secret: str, body: bytes, trouble: Trouble | None = None) -> bool:
    wrong = trouble is not None and trouble.has("webhooks_unsigned")
    headers = {
        "X-Hub-Signature-256": sign("not the secret" if wrong else secret, body),
        "User-Agent": "facebookexternalua",
    }
    return event_queue.post(url, body, headers, TIMEOUT)


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
        body = event_queue.numbered(body, _NUMBERED)
    return event_queue.dumped(body)


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


def _settle(db: sqlite3.Connection, rows: list[sqlite3.Row], taken: bool, now: int) -> None:
    if not taken:
        event_queue.put_off(db, rows, now, GIVE_UP)
        _count_failing(db, now, rows[0]["object"])
        return
    event_queue.take(db, rows)
    db.execute(
        "UPDATE subscriptions SET failing_since = NULL WHERE object = ?", (rows[0]["object"],)
    )


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
