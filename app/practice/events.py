"""Webhook events: their shape as the real platform's, and the queue they wait in.

An event is stored in the transaction of the change it tells about, so neither is lost alone.
"""

import json
import sqlite3
from typing import Any

from app.practice import faults

# What a Page can be subscribed to (`subscribed_apps`); an unknown name is refused.
PAGE_FIELDS = frozenset((
    "feed", "mention", "ratings", "name", "picture", "category", "description", "conversations",
    "messages", "message_echoes", "message_edits", "message_reactions", "message_reads",
    "message_deliveries", "messaging_postbacks", "messaging_referrals", "messaging_handovers",
    "messaging_optins", "messaging_policy_enforcement", "standby", "leadgen", "live_videos",
))  # fmt: skip

# The list of an entry that a field's events are in; all others are messaging.
LISTS = {"feed": "changes", "mention": "changes", "ratings": "changes", "standby": "standby"}


def queue(db: sqlite3.Connection, now: int, page_id: str, field: str, body: dict[str, Any]) -> None:
    """Kept only if both the Page and the app subscribed to this field, and the fault "events are
    lost" is off."""
    row = db.execute(
        "SELECT p.fields AS page, s.fields AS app FROM pages p JOIN subscriptions s"
        " ON s.object = 'page' WHERE p.id = ?",
        (page_id,),
    ).fetchone()
    if row is None or field not in row["page"].split(",") or field not in row["app"].split(","):
        return
    if faults.spend(db, ["webhooks_off"]).faults:
        return
    late = faults.spend(db, ["webhooks_delayed"]).first("webhooks_delayed")
    due = now + (late.params["seconds"] * 1000 if late else 0)
    where = LISTS.get(field, "messaging")
    db.execute(
        "INSERT INTO events (page_id, list, field, body, created, due) VALUES (?,?,?,?,?,?)",
        (page_id, where, field, json.dumps(body), now, due),
    )


def comment_event(
    db: sqlite3.Connection, now: int, comment: sqlite3.Row, verb: str, **extra: Any
) -> None:
    """A feed event; `remove` carries no text, as the real one."""
    value: dict[str, Any] = {
        "item": "comment",
        "verb": verb,
        "comment_id": comment["id"],
        "post_id": comment["post_id"],
        "parent_id": comment["parent_id"] or comment["post_id"],
        "from": author(db, comment["page_id"], comment["person_id"]),
        "created_time": (comment["created"] if verb == "add" else now) // 1000,
    }
    if verb != "remove":
        value["message"] = comment["message"]
        value["post"] = {"id": comment["post_id"], "status_type": "mobile_status_update"}
    queue(db, now, comment["page_id"], "feed", {"field": "feed", "value": value | extra})


def post_event(db: sqlite3.Connection, now: int, post: sqlite3.Row, verb: str) -> None:
    value: dict[str, Any] = {
        "item": "status",
        "verb": verb,
        "post_id": post["id"],
        "from": author(db, post["page_id"], None),
        "created_time": (post["created"] if verb == "add" else now) // 1000,
    }
    if verb != "remove":
        value |= {"message": post["message"], "published": 1}
    queue(db, now, post["page_id"], "feed", {"field": "feed", "value": value})


def reaction_event(db: sqlite3.Connection, now: int, comment: sqlite3.Row, verb: str) -> None:
    value = {
        "item": "reaction",
        "verb": verb,
        "reaction_type": "like",
        "comment_id": comment["id"],
        "post_id": comment["post_id"],
        "parent_id": comment["id"],
        "from": author(db, comment["page_id"], None),
        "created_time": now // 1000,
    }
    queue(db, now, comment["page_id"], "feed", {"field": "feed", "value": value})


def messaging_event(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    field: str,
    person_id: str,
    outbound: bool,
    content: dict[str, Any],
) -> None:
    """`content` is {"message": …}, {"delivery": …} and so on; times are milliseconds here."""
    sender, recipient = (page_id, person_id) if outbound else (person_id, page_id)
    body = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": now} | content
    queue(db, now, page_id, field, body)


def author(db: sqlite3.Connection, page_id: str, person_id: str | None) -> dict[str, str]:
    """`from` of the Page itself or of a person."""
    if person_id is None:
        row = db.execute("SELECT id, name FROM pages WHERE id = ?", (page_id,)).fetchone()
    else:
        row = db.execute("SELECT id, name FROM people WHERE id = ?", (person_id,)).fetchone()
    return {"id": row["id"], "name": row["name"]}
