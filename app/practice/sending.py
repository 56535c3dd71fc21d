"""`POST /{page}/messages`: who may be written to, when, and how often."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from app.practice import messenger, pages, threads
from app.practice.errors import GraphError, bad_parameter, not_found
from app.practice.times import DAY

TEXT_LIMIT = 2000  # characters
METADATA_LIMIT = 1000
WINDOW, HUMAN_WINDOW = DAY, 7 * DAY
ATTACHMENTS = ("image", "video", "audio", "file", "template")
ACTIONS = ("mark_seen", "typing_on", "typing_off")


def send(
    db: sqlite3.Connection, now: int, page_id: str, app_id: str, payload: Mapping[str, Any]
) -> dict[str, str]:
    recipient = _mapping(payload, "recipient")
    if "comment_id" in recipient:
        return _private_reply(db, now, page_id, app_id, payload, str(recipient["comment_id"]))
    person = _person(db, page_id, recipient)
    action = payload.get("sender_action")
    if action is not None:
        return _act(db, now, person, str(action))
    text, attachment, metadata, reply_to = _content(payload)
    _must_be_open(db, now, person, payload)
    row = messenger.send(
        db, now, person, text, app_id, attachment=attachment, metadata=metadata, reply_to=reply_to
    )
    pages.log(db, now, page_id, "message", person["id"], row["id"], text)
    return {"recipient_id": person["id"], "message_id": row["id"]}


def _private_reply(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    app_id: str,
    payload: Mapping[str, Any],
    comment_id: str,
) -> dict[str, str]:
    """One message to whoever commented, once, within 7 days of the comment."""
    comment = threads.comment(db, comment_id)
    if comment["page_id"] != page_id:
        raise not_found(comment_id, "post")
    text, attachment, metadata, _ = _content(payload)
    if comment["private_reply"]:
        raise GraphError(10900, "(#10900) Activity already replied to")
    if comment["person_id"] is None or now - comment["created"] > HUMAN_WINDOW:
        raise bad_parameter("This comment cannot be replied to privately", 2534025)
    person = pages.person_by_id(db, comment["person_id"])
    if person["blocks_page"]:
        raise GraphError(10903, "(#10903) This user can't reply to this activity")
    row = messenger.send(db, now, person, text, app_id, attachment=attachment, metadata=metadata)
    db.execute("UPDATE comments SET private_reply = ? WHERE id = ?", (row["id"], comment_id))
    pages.log(db, now, page_id, "private_reply", comment_id, row["id"], text)
    return {"recipient_id": person["id"], "message_id": row["id"]}


def _act(db: sqlite3.Connection, now: int, person: sqlite3.Row, action: str) -> dict[str, str]:
    if action not in ACTIONS:
        raise bad_parameter("Param sender_action must be one of " + ", ".join(ACTIONS).upper())
    if action == "mark_seen":
        talk = messenger.conversation(db, now, person["page_id"], person["id"])
        messenger.mark_seen(db, talk["id"])
    return {"recipient_id": person["id"]}


def _person(db: sqlite3.Connection, page_id: str, recipient: Mapping[str, Any]) -> sqlite3.Row:
    person = pages.known_person(db, page_id, str(recipient.get("id", "")))
    if person is None:
        raise bad_parameter("No matching user found", 2018001)
    if person["blocks_page"] or person["banned"]:
        raise GraphError(
            551, "(#551) This person isn't available right now.", subcode=1545041, status=400
        )
    return person


def _must_be_open(
    db: sqlite3.Connection, now: int, person: sqlite3.Row, payload: Mapping[str, Any]
) -> None:
    """24 hours after the person's last message, 7 days for a human agent; never before it."""
    kind = payload.get("messaging_type", "RESPONSE")
    tag = payload.get("tag")
    if kind not in ("RESPONSE", "UPDATE", "MESSAGE_TAG"):
        raise bad_parameter("Param messaging_type must be one of RESPONSE, UPDATE, MESSAGE_TAG")
    if kind == "MESSAGE_TAG" and tag != "HUMAN_AGENT":
        raise bad_parameter("Param tag must be HUMAN_AGENT; other tags are no longer supported")
    talk = messenger.conversation(db, now, person["page_id"], person["id"])
    last = messenger.last_inbound(db, talk["id"])
    window = HUMAN_WINDOW if kind == "MESSAGE_TAG" else WINDOW
    if last is None or now - last > window:
        raise GraphError(
            10,
            "(#10) This message is sent outside of allowed window.",
            subcode=2018278,
            status=403,
        )


def _content(
    payload: Mapping[str, Any],
) -> tuple[str, dict[str, str] | None, str | None, str | None]:
    message = _mapping(payload, "message")
    text = message.get("text", "")
    metadata = message.get("metadata")
    if not isinstance(text, str) or not isinstance(metadata, str | None):
        raise bad_parameter("Param message[text] and message[metadata] must be strings")
    if len(text) > TEXT_LIMIT:
        raise bad_parameter(
            f"Length of param message[text] must be less than or equal to {TEXT_LIMIT}"
        )
    if metadata is not None and len(metadata) > METADATA_LIMIT:
        raise bad_parameter("Param message[metadata] must be shorter than 1000 characters")
    attachment = _attachment(message)
    if not text.strip() and attachment is None:
        raise bad_parameter("Empty text")
    return text, attachment, metadata, _reply_to(payload, message)


def _attachment(message: Mapping[str, Any]) -> dict[str, str] | None:
    if "attachment" not in message:
        return None
    found = _mapping(message, "attachment")
    payload = _mapping(found, "payload")
    url = payload.get("url") or payload.get("attachment_id")
    if found.get("type") not in ATTACHMENTS or not isinstance(url, str):
        raise bad_parameter("Invalid attachment", 2018008)
    return {"type": str(found["type"]), "url": url}


def _reply_to(payload: Mapping[str, Any], message: Mapping[str, Any]) -> str | None:
    found = payload.get("reply_to", message.get("reply_to"))
    mid = found.get("mid") if isinstance(found, Mapping) else None
    return mid if isinstance(mid, str) else None


def _mapping(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    if not isinstance(found, Mapping):
        raise bad_parameter(f"Param {name} must be an object")
    return found
