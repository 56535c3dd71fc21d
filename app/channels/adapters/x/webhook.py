"""What X pushes: activity events, one or several in a body. Nothing here raises.

Numbers come as numbers or as text; `event_uuid` is no key, since the same thing may be told
twice under two of them: what counts is the post or the message.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.channels.adapters.x import messages, posts
from app.channels.items import (
    Batch,
    CommentItem,
    Item,
    PostItem,
    Problem,
    RevokedItem,
    UnknownItem,
    Verb,
)
from app.channels.models import Platform
from app.channels.wire import UNREADABLE, text_of, time_of, words_of

MENTION, REPLY, QUOTE = "post.mention.create", "post.reply.create", "post.quote.create"
DELETE, REVOKED = "post.delete", "oauth.revoke"
RECEIVED, SENT, READ = "dm.received", "dm.sent", "dm.read"
TYPES = (MENTION, REPLY, QUOTE, DELETE, RECEIVED, SENT, READ, REVOKED)

Found = tuple[str, Item] | Problem


def signature(content: bytes, secret: str) -> str:
    """Of an event's bytes, and of a challenge's."""
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether X's signature over exactly these bytes is right."""
    expected = signature(body, secret)
    return bool(secret) and hmac.compare_digest(
        expected.encode(), header.encode("utf-8", "replace")
    )


def normalize(body: bytes, _received_at: datetime) -> Batch:
    """Every item of a delivery, each on its own."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Batch(problems=(Problem("not JSON"),))
    data = found.get("data") if isinstance(found, dict) else None
    events = data if isinstance(data, list) else [data]
    results = [result for event in events for result in _safely(event)]
    return Batch(
        tuple(r for r in results if not isinstance(r, Problem)),
        tuple(r for r in results if isinstance(r, Problem)),
        Platform.X,
    )


def _safely(event: object) -> Iterator[Found]:
    """One event, whatever it is: the border where anything unforeseen stops."""
    if not isinstance(event, dict):
        yield Problem("no event")
        return
    try:
        yield from _event(event)
    except UNREADABLE as problem:
        yield Problem(f"unreadable: {type(problem).__name__}")


def _event(event: dict[str, Any]) -> Iterator[Found]:
    kind, about = words_of(event.get("event_type")), event.get("filter")
    account = text_of(about.get("user_id")) if isinstance(about, dict) else ""
    payload = event.get("payload")
    if kind not in TYPES and account:
        yield account, UnknownItem(kind[:60] or "an event without a type")
    elif not account or not isinstance(payload, dict):
        yield Problem("an event without an account or a payload")
    elif kind in (RECEIVED, SENT, READ):
        yield from _messages(account, kind, payload)
    else:
        yield _one(account, kind, event, payload)


def _one(account: str, kind: str, event: dict[str, Any], payload: dict[str, Any]) -> Found:
    if kind == REVOKED:
        return account, RevokedItem(time_of(payload.get("revoked_at")))
    if kind == DELETE:
        post = text_of(payload.get("id")) or text_of(payload.get("post_id"))
        if not post:
            return Problem("a deletion without an id")
        return account, CommentItem(Verb.DELETE, post, PostItem(""))
    item = posts.item(
        payload,
        posts.names(event.get("includes")),
        account,
        mentions_us=True if kind == MENTION else None,
        quotes_us=kind == QUOTE,
    )
    return (account, item) if item is not None else Problem("a post without an id")


def _messages(account: str, kind: str, payload: dict[str, Any]) -> Iterator[Found]:
    rows = payload.get("direct_message_events")
    if kind == READ or not isinstance(rows, list):
        yield account, UnknownItem(kind)
        return
    for row in rows:
        item = (
            messages.pushed(row, payload.get("users"), account) if isinstance(row, dict) else None
        )
        yield (account, item) if item is not None else Problem("a message without an id")
