"""Where X sends its events, and which: `/2/webhooks` and `/2/activity/subscriptions`."""

import base64
import hashlib
import hmac
import secrets
import sqlite3
from typing import Any

import requests

from app.practice.network import is_loopback, session
from app.practice.times import DAY
from app.practice.x import events, numbers
from app.practice.x.asked import need_id
from app.practice.x.call import Call, app_of
from app.practice.x.errors import Problem, invalid, not_found

Json = dict[str, Any]
LONGEST_URL = 200
TIMEOUT = 10.0
DIRECTIONS = ("", "inbound", "outbound")


def signature(secret: str, content: bytes) -> str:
    """Of a challenge and of an event alike."""
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def answers(url: str, secret: str) -> bool:
    """The challenge: whoever holds the consumer secret can sign the token we send."""
    token = secrets.token_urlsafe(24)
    try:
        with session() as http:
            found = http.get(
                url, params={"crc_token": token}, timeout=TIMEOUT, allow_redirects=False
            )
            said = found.json().get("response_token")
    except (requests.RequestException, ValueError, AttributeError):
        return False
    expected = signature(secret, token.encode())
    return found.status_code == 200 and hmac.compare_digest(str(said).encode(), expected.encode())


def create(call: Call) -> Json:
    url = call.asked.text("url")
    if len(url) > LONGEST_URL or not is_loopback(url):
        raise invalid(f"url must be on this machine, at most {LONGEST_URL} characters", url=[url])
    if not answers(url, app_of(call.platform).consumer_secret):
        raise _no_answer()
    with call.platform.store.writing() as db:
        if db.execute("SELECT 1 FROM x_webhooks WHERE url = ?", (url,)).fetchone():
            raise Problem(400, "Invalid Request", "Webhook URL already exists.")
        found = numbers.fresh(db, call.now)
        db.execute(
            "INSERT INTO x_webhooks (id, url, is_valid, created) VALUES (?,?,1,?)",
            (found, url, call.now),
        )
        return {"data": _webhook(_find(db, found))}


def listing(call: Call) -> Json:
    rows = call.db.execute("SELECT * FROM x_webhooks ORDER BY id").fetchall()
    data = [_webhook(row) for row in rows]
    return ({"data": data} if data else {}) | {"meta": {"result_count": len(data)}}


def check(call: Call, webhook_id: str) -> Json:
    """PUT asks for the challenge again; an answer makes a dead address good."""
    row = _find(call.db, need_id(webhook_id))
    is_valid = answers(row["url"], app_of(call.platform).consumer_secret)
    with call.platform.store.writing() as db:
        db.execute("UPDATE x_webhooks SET is_valid = ? WHERE id = ?", (is_valid, row["id"]))
    if not is_valid:
        raise _no_answer()
    return {"data": {"valid": True}}


def delete(call: Call, webhook_id: str) -> Json:
    row = _find(call.db, need_id(webhook_id))
    call.db.execute("DELETE FROM x_webhooks WHERE id = ?", (row["id"],))
    call.db.execute("DELETE FROM x_subscriptions WHERE webhook_id = ?", (row["id"],))
    return {"data": {"deleted": True}}


def replay(call: Call) -> Json:
    """Everything of the time asked for comes again, taken or not; a day back at most."""
    row = _find(call.db, need_id(call.asked.body.get("webhook_id"), "webhook_id"))
    start, end = (_minute(call, name) for name in ("from_date", "to_date"))
    if start < call.now - DAY or end <= start:
        raise invalid("from_date must be within the last 24 hours and before to_date")
    call.db.execute(
        "UPDATE events SET state = 'waiting', attempts = 0, due = ?"
        " WHERE object = ? AND page_id = ? AND created >= ? AND created < ?",
        (call.now, events.OBJECT, str(row["id"]), start, end),
    )
    job = numbers.fresh(call.db, call.now)
    return {"data": {"job_id": str(job), "created_at": numbers.iso(call.now)}}


def subscribe(call: Call) -> Json:
    event_type, about = call.asked.text("event_type"), call.asked.part("filter")
    if event_type not in events.TYPES:
        raise invalid(f"event_type must be one of [{','.join(events.TYPES)}]")
    direction = about.get("direction", "")
    if direction not in DIRECTIONS:
        raise invalid("filter.direction must be inbound or outbound")
    user_id = need_id(about.get("user_id"), "filter.user_id")
    hook = _chosen(call)
    found = numbers.fresh(call.db, call.now)
    try:
        call.db.execute(
            "INSERT INTO x_subscriptions (id, event_type, user_id, direction, tag, webhook_id,"
            " created) VALUES (?,?,?,?,?,?,?)",
            (found, event_type, user_id, direction, call.asked.text("tag", "")[:200], hook["id"],
             call.now),
        )  # fmt: skip
    except sqlite3.IntegrityError:
        raise Problem(400, "Invalid Request", "Subscription already exists.") from None
    return {"data": {"subscription": _subscription(_subscribed(call, found))}} | _total(call)


def subscriptions(call: Call) -> Json:
    rows = call.db.execute("SELECT * FROM x_subscriptions ORDER BY id").fetchall()
    data = [_subscription(row) for row in rows]
    return ({"data": data} if data else {}) | _total(call)


def change(call: Call, subscription_id: str) -> Json:
    """Its tag and where it goes can be changed."""
    row = _subscribed(call, need_id(subscription_id))
    tag = call.asked.text("tag", row["tag"])[:200]
    hook = _chosen(call)["id"] if "webhook_id" in call.asked.body else row["webhook_id"]
    call.db.execute(
        "UPDATE x_subscriptions SET tag = ?, webhook_id = ? WHERE id = ?", (tag, hook, row["id"])
    )
    return {"data": {"subscription": _subscription(_subscribed(call, row["id"]))}} | _total(call)


def unsubscribe(call: Call, subscription_id: str) -> Json:
    row = _subscribed(call, need_id(subscription_id))
    call.db.execute("DELETE FROM x_subscriptions WHERE id = ?", (row["id"],))
    return {"data": {"deleted": True}} | _total(call)


def _chosen(call: Call) -> sqlite3.Row:
    """The webhook a subscription names, or the only one there is."""
    value = call.asked.body.get("webhook_id")
    if value is not None:
        return _find(call.db, need_id(value, "webhook_id"))
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM x_webhooks ORDER BY id LIMIT 1"
    ).fetchone()
    if row is None:
        raise invalid("webhook_id is required: there is no webhook yet")
    return row


def _find(db: sqlite3.Connection, webhook_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM x_webhooks WHERE id = ?", (webhook_id,)
    ).fetchone()
    if row is None:
        raise not_found("webhook", webhook_id)
    return row


def _subscribed(call: Call, subscription_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM x_subscriptions WHERE id = ?", (subscription_id,)
    ).fetchone()
    if row is None:
        raise not_found("subscription", subscription_id)
    return row


def _webhook(row: sqlite3.Row) -> Json:
    return {
        "id": str(row["id"]),
        "url": row["url"],
        "valid": bool(row["is_valid"]),
        "created_at": numbers.iso(row["created"]),
    }


def _subscription(row: sqlite3.Row) -> Json:
    about = {"user_id": str(row["user_id"])}
    if row["direction"]:
        about["direction"] = row["direction"]
    return {
        "subscription_id": str(row["id"]),
        "event_type": row["event_type"],
        "filter": about,
        "tag": row["tag"],
        "webhook_id": str(row["webhook_id"]),
        "created_at": numbers.iso(row["created"]),
        "updated_at": numbers.iso(row["created"]),
    }


def _total(call: Call) -> Json:
    count = call.db.execute("SELECT count(*) FROM x_subscriptions").fetchone()[0]
    return {"meta": {"total_subscriptions": count}}


def _minute(call: Call, name: str) -> int:
    """`yyyymmddhhmm` in UTC, as X writes it here and nowhere else."""
    found = numbers.minute(call.asked.text(name))
    if found is None:
        raise invalid(f"{name} must look like 202611211740", **{name: [call.asked.text(name)[:40]]})
    return found


def _no_answer() -> Problem:
    return Problem(
        400, "Invalid Request", "CrcValidationFailed: the URL did not answer the challenge."
    )
