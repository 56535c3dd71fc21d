"""What a message may hold on each of the two channels, and how the platform says no."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.practice import files
from app.practice.errors import GraphError, bad_parameter

METADATA_LIMIT = 1000
MEGABYTE = 1024 * 1024
IMAGE_BYTES, FILE_BYTES = 8 * MEGABYTE, 25 * MEGABYTE
ATTACHMENTS = ("image", "video", "audio", "file", "template")
Upload = tuple[str, str, bytes]  # mime, name, content


@dataclass(frozen=True)
class Rules:
    """Numbers and subcodes in which Messenger and Instagram differ."""

    kind: str
    text_limit: int
    in_bytes: bool
    images: int
    no_person: int
    closed: int

    def size(self, text: str) -> int:
        return len(text.encode()) if self.in_bytes else len(text)

    def refusal(self, code: int, words: str, subcode: int, status: int = 400) -> GraphError:
        return GraphError(
            code, f"(#{code}) {words}", subcode=subcode, status=status, kind=self.kind
        )


MESSENGER = Rules("OAuthException", 2000, False, 30, 2018001, 2018278)
INSTAGRAM = Rules("IGApiException", 1000, True, 10, 2534014, 2534022)


@dataclass(frozen=True)
class Content:
    text: str
    attachment: list[files.Attachment] | None
    metadata: str | None
    reply_to: str | None


def content(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    rules: Rules,
    payload: Mapping[str, Any],
    uploads: Sequence[Upload] = (),
) -> Content:
    message = mapping(payload, "message")
    text, metadata = message.get("text", ""), message.get("metadata")
    if not isinstance(text, str) or not isinstance(metadata, str | None):
        raise bad_parameter("Param message[text] and message[metadata] must be strings")
    if rules.size(text) > rules.text_limit:
        limit = rules.text_limit
        raise bad_parameter(f"Length of param message[text] must be less than or equal to {limit}")
    if metadata is not None and len(metadata) > METADATA_LIMIT:
        raise bad_parameter("Param message[metadata] must be shorter than 1000 characters")
    attachment = _attachments(db, now, page_id, rules, message, uploads)
    if not text.strip() and not attachment:
        raise bad_parameter("Empty text")
    return Content(text, attachment, metadata, _reply_to(payload, message))


def upload(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    found: Mapping[str, Any],
    uploads: Sequence[Upload],
) -> str:
    """A file kept for later sending; the id it goes by."""
    kept = _attachment(db, now, page_id, found, uploads)
    if "file" not in kept:
        # The platform fetches the address; here it keeps a picture of its own instead.
        kept = files.sample(db, now, page_id, kept["type"])
    return str(kept["file"])


def mapping(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    if not isinstance(found, Mapping):
        raise bad_parameter(f"Param {name} must be an object")
    return found


def _attachments(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    rules: Rules,
    message: Mapping[str, Any],
    uploads: Sequence[Upload],
) -> list[files.Attachment] | None:
    if "attachments" in message:
        found = message["attachments"]
        if not isinstance(found, list) or not 1 <= len(found) <= rules.images:
            raise bad_parameter(f"Param attachments must hold 1 to {rules.images} images", 2018294)
        if any(not isinstance(x, Mapping) or x.get("type") != "image" for x in found):
            raise bad_parameter("Several attachments must all be images", 2018294)
        return [_attachment(db, now, page_id, item, ()) for item in found]
    if "attachment" not in message:
        return None
    return [_attachment(db, now, page_id, mapping(message, "attachment"), uploads)]


def _attachment(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    found: Mapping[str, Any],
    uploads: Sequence[Upload],
) -> files.Attachment:
    kind, payload = found.get("type"), mapping(found, "payload")
    if kind not in ATTACHMENTS:
        raise bad_parameter("Invalid attachment", 2018008)
    if payload.get("attachment_id") is not None:
        return {"type": str(kind), "file": _kept(db, page_id, str(payload["attachment_id"]))}
    url = payload.get("url")
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        return {"type": str(kind), "url": url}
    if len(uploads) != 1:
        raise bad_parameter("Invalid attachment", 2018008)
    mime, name, data = uploads[0]
    most = IMAGE_BYTES if kind == "image" else FILE_BYTES
    if not data or len(data) > most or (kind == "image" and not mime.startswith("image/")):
        raise bad_parameter("Upload attachment failure.", 2018047)
    return {"type": str(kind), "file": files.keep(db, now, page_id, mime, name, data)}


def _kept(db: sqlite3.Connection, page_id: str, file_id: str) -> str:
    row = files.get(db, file_id)
    if row is None or row["page_id"] != page_id:
        raise bad_parameter("Invalid attachment id", 2018074)
    return file_id


def _reply_to(payload: Mapping[str, Any], message: Mapping[str, Any]) -> str | None:
    found = payload.get("reply_to", message.get("reply_to"))
    mid = found.get("mid") if isinstance(found, Mapping) else None
    return mid if isinstance(mid, str) else None
