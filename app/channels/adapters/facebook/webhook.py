"""Meta's webhook bodies (PLATFORM_FACTS 7) turned into items. Nothing here raises.

Ids may come as numbers above 2^53 and are kept as text. What is unknown becomes an
UnknownItem, what cannot be read a Problem; the rest of the batch goes on.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.channels.adapters.facebook.names import (
    link_of,
    millis_of,
    name_of,
    text_of,
    time_of,
    words_of,
)
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

VERBS = {
    "add": Verb.ADD,
    "edited": Verb.EDIT,
    "edit": Verb.EDIT,
    "remove": Verb.DELETE,
    "delete": Verb.DELETE,
    "hide": Verb.HIDE,
    "unhide": Verb.UNHIDE,
}
NOT_SHOWN = "unsupported"
"""Stands among the attachments for content that the platform does not hand out."""
SILENT = frozenset(
    {
        "delivery",
        "read",
        "reaction",
        "postback",
        "referral",
        "optin",
        "account_linking",
        "pass_thread_control",
        "take_thread_control",
    }
)

Found = tuple[str, Item] | Problem


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether Meta's signature over exactly these bytes is right."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(
        expected.encode(), header.encode("utf-8", "replace")
    )


def normalize(body: bytes, _received_at: datetime | None = None) -> Batch:
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
    return Batch(
        tuple(r for r in results if not isinstance(r, Problem)),
        tuple(r for r in results if isinstance(r, Problem)),
    )


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
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as problem:
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
    at = time_of(value.get("created_time"))
    return page, CommentItem(
        verb=verb,
        external_id=comment,
        post=PostItem(post, permalink=link_of(context.get("permalink_url"))),
        parent_id="" if parent in (post, "") or _same_post(parent, post) else parent,
        author_id=author[0],
        author_name=author[1],
        is_ours=author[0] == page,
        text=_text(value, "message"),
        sent_at=at if verb is Verb.ADD else None,
        attachments=tuple(k for k in ("photo", "video", "link") if value.get(k)),
        happened_at=at,
    )


def _same_post(parent: str, post: str) -> bool:
    """A top comment's parent is its post, at times without the page's part of the id."""
    return "_" in post and parent == post.split("_", 1)[1]


def _author(value: dict[str, Any]) -> tuple[str, str]:
    """Id and name, in the new or the old field names; both may be missing."""
    by = value.get("from")
    if isinstance(by, dict):
        return text_of(by.get("id")), name_of(by.get("name"))
    return text_of(value.get("sender_id")), name_of(value.get("sender_name"))


def _messaging(page: str, row: dict[str, Any]) -> Iterator[Found]:
    """`sender` is the person who wrote, or the Page itself in an echo."""
    sender, recipient = _party(row, "sender"), _party(row, "recipient")
    at = millis_of(row.get("timestamp"))
    message, edit = row.get("message"), row.get("message_edit")
    if isinstance(message, dict):
        is_ours = message.get("is_echo") is True or sender == page
        yield _message(page, recipient if is_ours else sender, is_ours, at, message)
    elif isinstance(edit, dict):
        is_ours = sender == page
        yield _edit(page, recipient if is_ours else sender, is_ours, at, edit)
    else:
        yield page, UnknownItem(next((k for k in row if k in SILENT), "message event"))


def _message(
    page: str, person: str, is_ours: bool, at: datetime | None, message: dict[str, Any]
) -> Found:
    mid = text_of(message.get("mid"))
    if not mid or person in ("", page):
        return Problem("a message without ids")
    text, kinds = _text(message, "text"), _attachments(message.get("attachments"))
    verb = Verb.DELETE if message.get("is_deleted") is True else Verb.ADD
    return page, DirectItem(
        verb,
        mid,
        person,
        is_ours=is_ours,
        text=text,
        happened_at=at,
        sent_at=_second(at) if verb is Verb.ADD else None,
        attachments=kinds if text or kinds else (NOT_SHOWN,),
        outbox_id=_mark(message.get("metadata")) if is_ours else None,
    )


def _edit(
    page: str, person: str, is_ours: bool, at: datetime | None, edit: dict[str, Any]
) -> Found:
    mid, text = text_of(edit.get("mid")), _text(edit, "text")
    if not mid or person in ("", page) or text is None:
        return Problem("an edit without ids or words")
    return page, DirectItem(Verb.EDIT, mid, person, is_ours=is_ours, text=text, happened_at=at)


def _text(row: dict[str, Any], name: str) -> str | None:
    """The words, if there are any: none is no news about them."""
    return words_of(row[name]) if isinstance(row.get(name), str) else None


def _second(at: datetime | None) -> datetime | None:
    """Readings tell whole seconds, so that a message has one time whoever tells of it."""
    return at.replace(microsecond=0) if at else None


def _attachments(rows: object) -> tuple[str, ...]:
    """The kinds only: addresses expire, and unknown kinds are named as they are."""
    found = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return tuple(words_of(r.get("type"))[:40] or "file" for r in found)


def _mark(metadata: object) -> int | None:
    """The outbox row that our own reference names."""
    kind, _, number = metadata.partition(":") if isinstance(metadata, str) else ("", "", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    return int(number) if kind == "outbox" and is_number else None


def _party(row: dict[str, Any], name: str) -> str:
    party = row.get(name)
    return text_of(party.get("id")) if isinstance(party, dict) else ""
