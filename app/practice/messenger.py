"""Private messages between a person and the Page, and what the desk hears of them."""

import json
import sqlite3
from typing import Any

from app.foundation.words import Words
from app.practice import events, files, ids
from app.practice.errors import Refused
from app.practice.threads import API, CUSTOMER, NATIVE

# The Page's own inbox on the real site is an app too; its echoes carry this id.
PAGE_INBOX_APP = "263902037430900"


def conversation(db: sqlite3.Connection, now: int, page_id: str, person_id: str) -> sqlite3.Row:
    """The one conversation of a person with a Page, begun when there is none."""
    db.execute(
        "INSERT OR IGNORE INTO conversations (id, page_id, person_id, updated) VALUES (?,?,?,?)",
        (thread_id(db, page_id, person_id), page_id, person_id, now),
    )
    row: sqlite3.Row = db.execute(
        "SELECT * FROM conversations WHERE person_id = ?", (person_id,)
    ).fetchone()
    return row


def thread_id(db: sqlite3.Connection, page_id: str, person_id: str) -> str:
    """A Page's begin with `t_`; those of an Instagram account are opaque from the first letter."""
    return ("aWdfd" if is_instagram(db, page_id) else "t_") + ids.stable(
        "conversation", page_id, person_id
    )


def is_instagram(db: sqlite3.Connection, owner_id: str) -> bool:
    found = db.execute("SELECT 1 FROM instagram WHERE id = ?", (owner_id,)).fetchone()
    return found is not None


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
    attachment: Any = None,
    created: int | None = None,
) -> sqlite3.Row:
    """A customer writes to the Page."""
    must_not_be_banned(person)
    row = store(db, now, person, text, False, CUSTOMER, attachment, created=created)
    events.messaging_event(
        db,
        row["created"],
        person["page_id"],
        "messages",
        person["id"],
        False,
        {"message": content(db, row)},
    )
    return row


def must_not_be_banned(person: sqlite3.Row) -> None:
    if person["banned"]:
        raise Refused(
            Words("The Page has banned this person, so the platform takes no message."), 409
        )


def answer_natively(
    db: sqlite3.Connection, now: int, person: sqlite3.Row, text: str, created: int | None = None
) -> sqlite3.Row:
    """The Page answers on the phone: the desk hears of it only through the echo."""
    row = store(db, now, person, text, True, NATIVE, None, created=created)
    _echo(db, now, person, row, PAGE_INBOX_APP)
    return row


def send(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    text: str,
    app_id: str,
    *,
    attachment: Any = None,
    metadata: str | None = None,
    reply_to: str | None = None,
) -> sqlite3.Row:
    """The API sends; whether it may was decided in `sending`."""
    row = store(db, now, person, text, True, API, attachment, metadata, reply_to)
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


def react(
    db: sqlite3.Connection, now: int, row: sqlite3.Row, reaction: str, emoji: str = ""
) -> None:
    """A customer reacts to a message, theirs or the Page's; empty takes it back."""
    db.execute("UPDATE messages SET reaction = ? WHERE id = ?", (reaction or None, row["id"]))
    found: dict[str, Any] = {"mid": row["id"], "action": "react" if reaction else "unreact"}
    if reaction:
        found |= {"reaction": reaction, "emoji": emoji}
    events.messaging_event(
        db, now, row["page_id"], "message_reactions", row["person_id"], False, {"reaction": found}
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


def store(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    text: str,
    outbound: bool,
    via: str,
    attachment: Any,
    metadata: str | None = None,
    reply_to: str | None = None,
    created: int | None = None,
    story: dict[str, str] | None = None,
    unsupported: bool = False,
) -> sqlite3.Row:
    at = now if created is None else created
    talk = conversation(db, at, person["page_id"], person["id"])
    found = ("aWdfb" if is_instagram(db, person["page_id"]) else "m_") + ids.message_id()[2:]
    db.execute(
        "INSERT INTO messages (id, conversation_id, outbound, text, attachment, created, written,"
        " via, metadata, reply_to, story, unsupported) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
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
            json.dumps(story) if story else None,
            int(unsupported),
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
    said = content(db, row) | {"is_echo": True, "app_id": int(app_id)}
    if row["metadata"]:
        said["metadata"] = row["metadata"]
    events.messaging_event(
        db, now, person["page_id"], "message_echoes", person["id"], True, {"message": said}
    )


def content(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    """The `message` of an event."""
    found: dict[str, Any] = {"mid": row["id"]}
    if row["unsupported"]:
        return found | {"is_unsupported": True}
    if row["text"]:
        found["text"] = row["text"]
    if row["attachment"]:
        found["attachments"] = [_attached(db, row, x) for x in files.every(row["attachment"])]
    if row["story"]:
        found["reply_to"] = {"story": story_of(row)}
    elif row["reply_to"]:
        found["reply_to"] = {"mid": row["reply_to"]}
    return found


def story_of(row: sqlite3.Row) -> dict[str, Any]:
    """The story that a message answers; empty when there is none."""
    found: dict[str, Any] = json.loads(row["story"]) if row["story"] else {}
    return found


def _attached(db: sqlite3.Connection, row: sqlite3.Row, item: dict[str, Any]) -> dict[str, Any]:
    """A view-once picture has no address at all."""
    url = files.link(db, row["written"], item)
    return {"type": item["type"], "payload": {"url": url} if url else {}}
