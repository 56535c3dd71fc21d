"""Private messages between a person and the Page, and what the desk hears of them."""

import json
import sqlite3
from typing import Any

from app.foundation.words import Words
from app.practice import events, ids
from app.practice.errors import Refused
from app.practice.threads import API, CUSTOMER, NATIVE

# The Page's own inbox on the real site is an app too; its echoes carry this id.
PAGE_INBOX_APP = "263902037430900"


def conversation(db: sqlite3.Connection, now: int, page_id: str, person_id: str) -> sqlite3.Row:
    """The one conversation of a person with a Page, begun when there is none."""
    db.execute(
        "INSERT OR IGNORE INTO conversations (id, page_id, person_id, updated) VALUES (?,?,?,?)",
        ("t_" + ids.stable("conversation", page_id, person_id), page_id, person_id, now),
    )
    row: sqlite3.Row = db.execute(
        "SELECT * FROM conversations WHERE person_id = ?", (person_id,)
    ).fetchone()
    return row


def get_message(db: sqlite3.Connection, message_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT m.*, c.page_id, c.person_id FROM messages m"
        " JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?",
        (message_id,),
    ).fetchone()
    return row


def receive(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    text: str,
    *,
    attachment: dict[str, str] | None = None,
    created: int | None = None,
) -> sqlite3.Row:
    """A customer writes to the Page."""
    if person["banned"]:
        raise Refused(
            Words("The Page has banned this person, so the platform takes no message."), 409
        )
    row = _store(db, now, person, text, False, CUSTOMER, attachment, created=created)
    events.messaging_event(
        db,
        row["created"],
        person["page_id"],
        "messages",
        person["id"],
        False,
        {"message": _content(row)},
    )
    return row


def answer_natively(
    db: sqlite3.Connection, now: int, person: sqlite3.Row, text: str, created: int | None = None
) -> sqlite3.Row:
    """The Page answers on the phone: the desk hears of it only through the echo."""
    row = _store(db, now, person, text, True, NATIVE, None, created=created)
    _echo(db, now, person, row, PAGE_INBOX_APP)
    return row


def send(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    text: str,
    app_id: str,
    *,
    attachment: dict[str, str] | None = None,
    metadata: str | None = None,
    reply_to: str | None = None,
) -> sqlite3.Row:
    """The API sends; whether it may was decided in `sending`."""
    row = _store(db, now, person, text, True, API, attachment, metadata, reply_to)
    _echo(db, now, person, row, app_id)
    delivery = {"mids": [row["id"]], "watermark": now}
    events.messaging_event(
        db,
        now,
        person["page_id"],
        "message_deliveries",
        person["id"],
        False,
        {"delivery": delivery},
    )
    return row


def edit(db: sqlite3.Connection, now: int, row: sqlite3.Row, text: str) -> None:
    """A customer changes what they wrote."""
    db.execute("UPDATE messages SET text = ?, edits = edits + 1 WHERE id = ?", (text, row["id"]))
    events.messaging_event(
        db,
        now,
        row["page_id"],
        "message_edits",
        row["person_id"],
        False,
        {"message_edit": {"mid": row["id"], "text": text, "num_edit": row["edits"] + 1}},
    )


def unsend(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    db.execute("UPDATE messages SET text = '', deleted = 1 WHERE id = ?", (row["id"],))
    events.messaging_event(
        db,
        now,
        row["page_id"],
        "messages",
        row["person_id"],
        False,
        {"message": {"mid": row["id"], "is_deleted": True}},
    )


def read_by_customer(db: sqlite3.Connection, now: int, person: sqlite3.Row) -> None:
    events.messaging_event(
        db,
        now,
        person["page_id"],
        "message_reads",
        person["id"],
        False,
        {"read": {"watermark": now}},
    )


def last_inbound(db: sqlite3.Connection, conversation_id: str) -> int | None:
    row = db.execute(
        "SELECT created FROM messages WHERE conversation_id = ? AND outbound = 0"
        " ORDER BY seq DESC LIMIT 1",
        (conversation_id,),
    ).fetchone()
    return None if row is None else int(row["created"])


def history(db: sqlite3.Connection, conversation_id: str, most: int = 1000) -> list[sqlite3.Row]:
    newest = db.execute(
        "SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq DESC LIMIT ?",
        (conversation_id, most),
    ).fetchall()
    return newest[::-1]


def _store(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    text: str,
    outbound: bool,
    via: str,
    attachment: dict[str, str] | None,
    metadata: str | None = None,
    reply_to: str | None = None,
    created: int | None = None,
) -> sqlite3.Row:
    at = now if created is None else created
    talk = conversation(db, at, person["page_id"], person["id"])
    found = ids.message_id()
    db.execute(
        "INSERT INTO messages (id, conversation_id, outbound, text, attachment, created, written,"
        " via, metadata, reply_to) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            found,
            talk["id"],
            int(outbound),
            text,
            json.dumps(attachment) if attachment else None,
            at,
            now,
            via,
            metadata,
            reply_to,
        ),
    )
    db.execute("UPDATE conversations SET updated = max(updated, ?) WHERE id = ?", (at, talk["id"]))
    if outbound:
        mark_seen(db, talk["id"])
    row: sqlite3.Row = db.execute("SELECT * FROM messages WHERE id = ?", (found,)).fetchone()
    return row


def mark_seen(db: sqlite3.Connection, conversation_id: str) -> None:
    db.execute(
        "UPDATE messages SET seen = 1 WHERE conversation_id = ? AND outbound = 0 AND seen = 0",
        (conversation_id,),
    )


def _echo(
    db: sqlite3.Connection, now: int, person: sqlite3.Row, row: sqlite3.Row, app_id: str
) -> None:
    content = _content(row) | {"is_echo": True, "app_id": int(app_id)}
    if row["metadata"]:
        content["metadata"] = row["metadata"]
    events.messaging_event(
        db, now, person["page_id"], "message_echoes", person["id"], True, {"message": content}
    )


def _content(row: sqlite3.Row) -> dict[str, Any]:
    content: dict[str, Any] = {"mid": row["id"]}
    if row["text"]:
        content["text"] = row["text"]
    if row["attachment"]:
        found = json.loads(row["attachment"])
        content["attachments"] = [{"type": found["type"], "payload": {"url": found["url"]}}]
    if row["reply_to"]:
        content["reply_to"] = {"mid": row["reply_to"]}
    return content
