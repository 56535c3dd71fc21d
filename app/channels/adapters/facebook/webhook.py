"""Meta's webhook bodies (PLATFORM_FACTS 7) turned into items. Nothing here raises.

Ids may come as numbers above 2^53 and are kept as text. What is unknown becomes an
UnknownItem, what cannot be read a Problem; the rest of the batch goes on.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.channels.adapters.facebook.names import text_of, time_of
from app.channels.items import (
    Batch,
    CommentItem,
    DirectItem,
    Item,
    PostItem,
    Problem,
    UnknownItem,
    Verb,
)

VERBS = {"add": Verb.ADD, "edited": Verb.EDIT, "edit": Verb.EDIT, "remove": Verb.DELETE,
         "delete": Verb.DELETE, "hide": Verb.HIDE, "unhide": Verb.UNHIDE}
SILENT = frozenset({"delivery", "read", "reaction", "postback", "referral", "optin",
                    "account_linking", "pass_thread_control", "take_thread_control"})

Found = tuple[str, Item] | Problem


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether Meta's signature over exactly these bytes is right."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))


def normalize(body: bytes) -> Batch:
    """Every item of a delivery, each on its own."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Batch(problems=(Problem("not JSON"),))
    entries = found.get("entry") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        return Batch(problems=(Problem("no entries"),))
    if found.get("object") != "page":
        return Batch(problems=(Problem("not about a page"),))
    results = [result for entry in entries for result in _entry(entry)]
    return Batch(tuple(r for r in results if not isinstance(r, Problem)),
                 tuple(r for r in results if isinstance(r, Problem)))


def _entry(entry: object) -> Iterator[Found]:
    page = text_of(entry.get("id")) if isinstance(entry, dict) else ""
    if not isinstance(entry, dict) or not page:
        yield Problem("an entry without a page")
        return
    for name, read in (("changes", _change), ("messaging", _messaging), ("standby", _messaging)):
        rows = entry.get(name, [])
        if not isinstance(rows, list):
            yield Problem(f"{name} is not a list")
            continue
        for row in rows:
            yield from _safely(read, page, row)


def _safely(read: Any, page: str, row: object) -> Iterator[Found]:
    """One row, whatever it is: the border where anything unforeseen stops."""
    if not isinstance(row, dict):
        yield Problem("not an object")
        return
    try:
        yield from read(page, row)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
        yield Problem(f"unreadable: {type(problem).__name__}")


def _change(page: str, row: dict[str, Any]) -> Iterator[Found]:
    value = row.get("value")
    if not isinstance(value, dict):
        yield Problem("a change without a value")
    elif row.get("field") != "feed":
        yield page, UnknownItem(str(row.get("field", ""))[:60])
    elif value.get("item") == "comment":
        yield _comment(page, value)
    else:
        yield page, UnknownItem(f"feed {str(value.get('item', ''))[:40]}")


def _comment(page: str, value: dict[str, Any]) -> Found:
    comment, post = text_of(value.get("comment_id")), text_of(value.get("post_id"))
    verb = VERBS.get(str(value.get("verb", "add")))
    if not comment or not post:
        return Problem("a comment without ids")
    if verb is None:
        return page, UnknownItem(f"comment {str(value.get('verb'))[:40]}")
    parent = text_of(value.get("parent_id"))
    author = _author(value)
    found = value.get("post")
    context = found if isinstance(found, dict) else {}
    return page, CommentItem(
        verb=verb, external_id=comment,
        post=PostItem(post, permalink=str(context.get("permalink_url") or "")),
        parent_id="" if parent in (post, "") or _same_post(parent, post) else parent,
        author_id=author[0], author_name=author[1], is_ours=author[0] == page,
        text=value["message"] if isinstance(value.get("message"), str) else None,
        sent_at=time_of(value.get("created_time")),
        attachments=tuple(str(value[k]) for k in ("photo", "video", "link") if value.get(k)),
    )


def _same_post(parent: str, post: str) -> bool:
    """A top comment's parent is its post, at times without the page's part of the id."""
    return "_" in post and parent == post.split("_", 1)[1]


def _author(value: dict[str, Any]) -> tuple[str, str]:
    """Id and name, in the new or the old field names; both may be missing."""
    by = value.get("from")
    if isinstance(by, dict):
        return text_of(by.get("id")), str(by.get("name") or "")
    return text_of(value.get("sender_id")), str(value.get("sender_name") or "")


def _messaging(page: str, row: dict[str, Any]) -> Iterator[Found]:
    sender, recipient = _party(row, "sender"), _party(row, "recipient")
    at = _milliseconds(row.get("timestamp"))
    if isinstance(row.get("message"), dict):
        yield _message(page, sender, recipient, at, row["message"])
    elif isinstance(row.get("message_edit"), dict):
        edit = row["message_edit"]
        yield page, DirectItem(Verb.EDIT, text_of(edit["mid"]), sender, text=str(edit["text"]))
    else:
        kind = next((k for k in row if k in SILENT), "message event")
        yield page, UnknownItem(kind)


def _message(
    page: str, sender: str, recipient: str, at: datetime | None, message: dict[str, Any]
) -> Found:
    mid = text_of(message.get("mid"))
    is_echo = message.get("is_echo") is True or sender == page
    person = recipient if is_echo else sender
    if not mid or not person:
        return Problem("a message without ids")
    verb = Verb.DELETE if message.get("is_deleted") is True else Verb.ADD
    return page, DirectItem(
        verb, mid, person, is_ours=is_echo, sent_at=at,
        text=message["text"] if isinstance(message.get("text"), str) else None,
        attachments=_attachments(message.get("attachments")),
        outbox_id=_mark(message.get("metadata")),
    )


def _attachments(rows: object) -> tuple[str, ...]:
    """The kinds only: addresses expire, and unknown kinds are named as they are."""
    return tuple(str(r.get("type", "file"))[:40] for r in rows if isinstance(r, dict)) if isinstance(rows, list) else ()


def _mark(metadata: object) -> int | None:
    kind, _, number = metadata.partition(":") if isinstance(metadata, str) else ("", "", "")
    return int(number) if kind == "outbox" and number.isascii() and number.isdigit() and len(number) < 18 else None


def _party(row: dict[str, Any], name: str) -> str:
    party = row.get(name)
    return text_of(party.get("id")) if isinstance(party, dict) else ""


def _milliseconds(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
