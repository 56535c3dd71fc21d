"""Instagram's private messages: the same conversations as Messenger's, told in other shapes.

There is no delivery event and no edit event; echoes come as `messages`; a sticker or a GIF is
never told about.
"""

import sqlite3
from typing import Any

from app.practice import events, messenger
from app.practice.errors import GraphError
from app.practice.threads import API, CUSTOMER, NATIVE

SILENT = ("sticker", "gif", "view_once")


def must_be_allowed(db: sqlite3.Connection, ig_id: str) -> None:
    """The owner has to let apps read messages, in Instagram's own settings."""
    row = db.execute("SELECT messages_allowed FROM instagram WHERE id = ?", (ig_id,)).fetchone()
    if row is not None and not row["messages_allowed"]:
        raise GraphError(
            200,
            "(#200) The account owner has disabled access to instagram direct messages.",
            subcode=2534041,
            status=403,
            kind="IGApiException",
        )


def receive(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    text: str,
    *,
    attachment: dict[str, Any] | None = None,
    created: int | None = None,
    story: dict[str, str] | None = None,
    unsupported: bool = False,
) -> sqlite3.Row:
    """A customer writes; `story` is what they answer to."""
    messenger.must_not_be_banned(person)
    row = messenger.store(
        db, now, person, text, False, CUSTOMER, attachment, created=created, story=story,
        unsupported=unsupported,
    )  # fmt: skip
    if attachment is None or attachment["type"] not in SILENT:
        _tell(db, person, row, False)
    return row


def answer_natively(
    db: sqlite3.Connection, now: int, person: sqlite3.Row, text: str, created: int | None = None
) -> sqlite3.Row:
    row = messenger.store(db, now, person, text, True, NATIVE, None, created=created)
    _tell(db, person, row, True)
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
    """The echo carries no `metadata` here: an unknown outcome is settled by reading."""
    row = messenger.store(db, now, person, text, True, API, attachment, metadata, reply_to)
    _tell(db, person, row, True)
    return row


def edit(db: sqlite3.Connection, now: int, row: sqlite3.Row, text: str) -> None:
    """Nobody is told."""
    db.execute("UPDATE messages SET text = ?, edits = edits + 1 WHERE id = ?", (text, row["id"]))


def read_by_customer(db: sqlite3.Connection, now: int, person: sqlite3.Row) -> None:
    """Instagram names the last message that was read; Messenger a time."""
    talk = messenger.conversation(db, now, person["page_id"], person["id"])
    row = db.execute(
        "SELECT id FROM messages WHERE conversation_id = ? AND outbound = 1"
        " ORDER BY seq DESC LIMIT 1",
        (talk["id"],),
    ).fetchone()
    if row is not None:
        content = {"read": {"mid": row["id"]}}
        events.messaging_event(
            db, now, person["page_id"], "messaging_seen", person["id"], False, content
        )


def _tell(db: sqlite3.Connection, person: sqlite3.Row, row: sqlite3.Row, outbound: bool) -> None:
    content = messenger.content(db, row)
    if outbound:
        content["is_echo"] = True
    events.messaging_event(
        db, row["created"], person["page_id"], "messages", person["id"], outbound,
        {"message": content},
    )  # fmt: skip
