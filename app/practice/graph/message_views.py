"""What a private conversation and its messages show."""

import sqlite3
from typing import Any

from app.practice import events, files
from app.practice.errors import GraphError
from app.practice.graph.call import Call
from app.practice.graph.fields import Field
from app.practice.graph.views import View, always, column, flag, time_of

NEWEST_READABLE = 20


def _mail(person: dict[str, str]) -> dict[str, str]:
    return {
        "name": person["name"],
        "email": f"{person['id']}@facebook.com",
        "id": person["id"],
    }


def sides(call: Call, row: sqlite3.Row) -> tuple[dict[str, str], dict[str, str]]:
    """The person and the Page of a conversation."""
    person = events.author(call.db, row["page_id"], row["person_id"])
    return _mail(person), _mail(events.author(call.db, row["page_id"], None))


def _participants(call: Call, row: sqlite3.Row, field: Field) -> dict[str, Any]:
    keys = [item.name for item in field.inner]
    both = [dict(side) for side in sides(call, row)]
    return {"data": [{k: v for k, v in side.items() if not keys or k in keys} for side in both]}


def _message_count(call: Call, row: sqlite3.Row, field: Field) -> int:
    found = call.db.execute(
        "SELECT count(*) FROM messages WHERE conversation_id = ?", (row["id"],)
    ).fetchone()
    return int(found[0])


def _unread_count(call: Call, row: sqlite3.Row, field: Field) -> int:
    found = call.db.execute(
        "SELECT count(*) FROM messages WHERE conversation_id = ? AND outbound = 0 AND seen = 0",
        (row["id"],),
    ).fetchone()
    return int(found[0])


def _snippet(call: Call, row: sqlite3.Row, field: Field) -> Any:
    found = call.db.execute(
        "SELECT text FROM messages WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    return str(found["text"])[:160] if found else None


CONVERSATION = View(
    "UnifiedThread",
    {
        "id": column("id"),
        "updated_time": time_of("updated"),
        "participants": _participants,
        "senders": _participants,
        "message_count": _message_count,
        "unread_count": _unread_count,
        "snippet": _snippet,
        "can_reply": always(True),
        "is_subscribed": always(True),
        "link": lambda call, row, field: f"{call.asked.base_url}practice/people/{row['person_id']}",
    },
    ("updated_time",),
)


def _from(call: Call, row: sqlite3.Row, field: Field) -> Any:
    person, page = sides(call, row)
    return None if call.trouble.has("no_from") else (page if row["outbound"] else person)


def _to(call: Call, row: sqlite3.Row, field: Field) -> dict[str, Any]:
    person, page = sides(call, row)
    return {"data": [person if row["outbound"] else page]}


def attached(call: Call, row: sqlite3.Row, field: Field) -> Any:
    """Each with an address that ends."""
    found = [_attached(call, row, n, item) for n, item in enumerate(files.every(row["attachment"]))]
    return {"data": found} if found else None


def _attached(call: Call, row: sqlite3.Row, n: int, item: dict[str, Any]) -> dict[str, Any]:
    url, kept = files.link(call.db, call.now, item), None
    if "file" in item:
        kept = files.get(call.db, str(item["file"]))
    name = {"image": "image_data", "video": "video_data"}.get(item["type"], "file_url")
    value = {"url": url} if name.endswith("_data") else url
    return {
        "id": f"{row['id'][:20]}{n or ''}",
        "mime_type": kept["mime"] if kept else "",
        "name": kept["name"] if kept else "file",
        "size": len(kept["content"]) if kept else 0,
        name: value,
    }


def _reactions(call: Call, row: sqlite3.Row, field: Field) -> Any:
    if not row["reaction"]:
        return None
    person = events.author(call.db, row["page_id"], row["person_id"])
    return {"data": [{"reaction": row["reaction"], "users": [person]}]}


def _reply_to(call: Call, row: sqlite3.Row, field: Field) -> Any:
    return {"mid": row["reply_to"]} if row["reply_to"] else None


MESSAGE = View(
    "Message",
    {
        "id": column("id"),
        "created_time": time_of("created"),
        "from": _from,
        "to": _to,
        "message": column("text"),
        "attachments": attached,
        "reply_to": _reply_to,
        "tags": lambda call, row, field: {"data": [{"name": "inbox"}]},
        "is_unsupported": flag("unsupported"),
        "shares": always(None),
        "story": always(None),
        "reactions": _reactions,
        "sticker": always(None),
    },
    ("created_time",),
)

OLD_MESSAGE_FIELDS = ("id", "created_time")


def is_readable(call: Call, row: sqlite3.Row) -> bool:
    """Details exist for the newest 20 of a conversation only (fewer, with the fault)."""
    fewer = call.trouble.first("few_messages")
    most = fewer.params["newest"] if fewer else NEWEST_READABLE
    newer = call.db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM messages WHERE conversation_id = ? AND seq > ?"
        " LIMIT ?)",
        (row["conversation_id"], row["seq"], most),
    ).fetchone()
    return int(newer[0]) < most


def too_old() -> GraphError:
    return GraphError(
        9000001, "(#9000001) This message has been deleted by the user or the business."
    )
