"""What the desk hears of X: activity events, one for each subscription that wants it."""

import secrets
import sqlite3
from typing import Any

from app.practice import event_queue
from app.practice.x import dialect, numbers, users, views

OBJECT = "x"
MENTION, REPLY, QUOTE = "post.mention.create", "post.reply.create", "post.quote.create"
DELETE = "post.delete"
RECEIVED, SENT, READ = "dm.received", "dm.sent", "dm.read"
REVOKED = "oauth.revoke"
TYPES = (MENTION, REPLY, QUOTE, DELETE, RECEIVED, SENT, READ, REVOKED)
_SHOWN = frozenset((
    "id", "text", "author_id", "conversation_id", "created_at", "in_reply_to_user_id",
    "referenced_tweets", "note_tweet", "edit_history_tweet_ids",
))  # fmt: skip


def post_created(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    """One event for each way the post concerns an account: a reply mentions it as well."""
    payload = views.post(db, row, _SHOWN)
    includes = {"users": [views.user(users.get(db, row["author_id"]), _NAMES)]}
    for event_type, user_id in _concerned(db, row):
        if user_id != row["author_id"]:
            _tell(db, now, user_id, event_type, payload, includes)


def post_deleted(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    payload = {"id": str(row["id"]), "author_id": str(row["author_id"])}
    concerned = {user_id for _, user_id in _concerned(db, row)} | {row["author_id"]}
    for user_id in sorted(concerned):
        _tell(db, now, user_id, DELETE, payload)


def message_created(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    payload = {
        "direct_message_events": [views.webhook_message(row)],
        "users": _both(db, row["sender_id"], row["recipient_id"]),
    }
    _tell(db, now, row["recipient_id"], RECEIVED, payload, direction="inbound")
    _tell(db, now, row["sender_id"], SENT, payload, direction="outbound")


def message_read(
    db: sqlite3.Connection, now: int, account_id: int, person_id: int, last_id: int
) -> None:
    """A person has read what the account wrote to them."""
    read = {
        "type": "MessagesRead",
        "created_timestamp": str(now),
        "sender_id": str(person_id),
        "target": {"recipient_id": str(account_id)},
        "last_read_event_id": str(last_id),
    }
    payload = {
        "direct_message_mark_read_events": [read],
        "users": _both(db, person_id, account_id),
    }
    _tell(db, now, account_id, READ, payload)


def revoked(db: sqlite3.Connection, now: int, user_id: int, client_id: str) -> None:
    payload = {
        "user_id": str(user_id),
        "client_id": client_id,
        "revoked_at": numbers.iso(now),
    }
    _tell(db, now, user_id, REVOKED, payload)


_NAMES = frozenset(views.USER_DEFAULTS)


def _concerned(db: sqlite3.Connection, row: sqlite3.Row) -> list[tuple[str, int]]:
    mentioned = db.execute("SELECT user_id FROM x_mentions WHERE post_id = ?", (row["id"],))
    found = [(MENTION, int(mention["user_id"])) for mention in mentioned]
    for event_type, name in ((REPLY, "reply_to"), (QUOTE, "quoted")):
        about = db.execute("SELECT author_id FROM x_posts WHERE id = ?", (row[name],)).fetchone()
        if about is not None:
            found.append((event_type, int(about["author_id"])))
    return found


def _both(db: sqlite3.Connection, *user_ids: int) -> dict[str, Any]:
    return {
        str(user_id): {"data": views.user(users.get(db, user_id), _NAMES)} for user_id in user_ids
    }


def _tell(
    db: sqlite3.Connection,
    now: int,
    user_id: int,
    event_type: str,
    payload: dict[str, Any],
    includes: dict[str, Any] | None = None,
    *,
    direction: str = "",
) -> None:
    rows = db.execute(
        "SELECT * FROM x_subscriptions WHERE user_id = ? AND event_type = ?"
        " AND direction IN ('', ?) ORDER BY id",
        (user_id, event_type, direction),
    ).fetchall()
    for row in rows:
        data: dict[str, Any] = {
            # A signed number on the real service, so it may be negative.
            "event_uuid": str(secrets.randbelow(2**63) - 2**62),
            "filter": {"user_id": str(user_id)},
            "event_type": event_type,
            "tag": row["tag"],
            "payload": payload,
        }
        if row["direction"]:
            data["filter"]["direction"] = row["direction"]
        if includes:
            data["includes"] = includes
        body = dialect.spoken({"data": data}, dialect.setting(db))
        event_queue.add(db, now, OBJECT, str(row["webhook_id"]), OBJECT, event_type, body)
