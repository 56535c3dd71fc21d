"""Sends X's waiting events: signed over the exact bytes, again until they are taken."""

import json
import sqlite3
from typing import Any

from app.practice import event_queue, faults
from app.practice.faults import Trouble
from app.practice.platform import Platform
from app.practice.times import SECOND
from app.practice.x import events, hooks
from app.practice.x.call import app_of

TIMEOUT = 10.0
# What was not taken by then comes again only when it is asked for (`/2/webhooks/replay`).
GIVE_UP = 5 * 60 * SECOND
_NUMBERED = ("id", "user_id", "author_id", "conversation_id", "sender_id", "recipient_id")


class XDelivery:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def __call__(self, everything: bool) -> bool:
        """One call's worth; whether it was taken."""
        platform, now = self._platform, self._platform.now()
        with platform.store.reading() as db:
            rows = event_queue.due(db, now, everything, [events.OBJECT])
            if not rows or event_queue.must_collect(db, rows, now, everything):
                return False
            url = _url(db, rows[0])
        with platform.store.writing() as db:
            trouble = faults.spend(db, event_queue.KINDS)
            if url is None:
                db.execute("DELETE FROM events WHERE seq = ?", (rows[0]["seq"],))
                return True
        same = [row for row in rows if row["page_id"] == rows[0]["page_id"]]
        rows = event_queue.chosen(same, trouble)
        taken = self._post(url, rows, trouble)
        with platform.store.writing() as db:
            if taken:
                event_queue.take(db, rows)
            else:
                event_queue.put_off(db, rows, now, GIVE_UP)
        return taken

    def _post(self, url: str, rows: list[sqlite3.Row], trouble: Trouble) -> bool:
        body = payload(rows, trouble)
        secret = app_of(self._platform).consumer_secret
        taken = [post(url, secret, body, trouble) for _ in range(event_queue.copies(trouble))]
        return all(taken)


def post(url: str, secret: str, body: bytes, trouble: Trouble | None = None) -> bool:
    wrong = trouble is not None and trouble.has("webhooks_unsigned")
    signature = hooks.signature("not the secret" if wrong else secret, body)
    headers = {"x-twitter-webhooks-signature": signature}
    return event_queue.post(url, body, headers, TIMEOUT)


def payload(rows: list[sqlite3.Row], trouble: Trouble) -> bytes:
    """One event is an object, several that come together are a list."""
    found = [json.loads(row["body"])["data"] for row in rows]
    if trouble.has("webhooks_unknown"):
        found = [{"event_type": "dream.create", "payload": "blue"}, *map(_strange, found)]
    body: dict[str, Any] = {"data": found if len(found) > 1 else found[0]}
    if trouble.has("webhooks_number_ids"):
        body = event_queue.numbered(body, _NUMBERED)
    return event_queue.dumped(body)


def _strange(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"omens": [None, 7]}


def _url(db: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    """None when the webhook was deleted meanwhile; nothing more goes there."""
    found = db.execute("SELECT url FROM x_webhooks WHERE id = ?", (row["page_id"],)).fetchone()
    return None if found is None else str(found["url"])
