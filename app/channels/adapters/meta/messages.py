"""A private conversation as the Graph API shows it, and the body of a private answer.

Details exist for the newest twenty messages of a conversation; older ones have an id and a time
and nothing else (PLATFORM_FACTS 5). What we hold of those stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.channels import windows
from app.channels.adapter import Outgoing, Reading, Said
from app.channels.adapters.meta import pulled
from app.channels.adapters.meta.names import address_of, name_of, text_of, time_of, words_of
from app.channels.adapters.meta.pulled import Found, Row
from app.channels.errors import Permanent
from app.channels.items import DirectItem, Verb
from app.channels.models import Kind
from app.channels.windows import WindowKind

DETAILED = 20
FIELDS = "id,created_time,from,to,message,attachments,shares,story,is_unsupported"
NOT_SHOWN = "unsupported"
"""Stands among the attachments for content that the API does not hand out."""
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True)
class Person:
    """The other side of a conversation."""

    id: str = ""
    name: str = ""


def raw(page: str, talk: Row, rows: list[Row]) -> bytes:
    """Messages of one conversation, kept raw; the newest first, as they are listed."""
    return pulled.body_of(page, talk=talk, messages=rows)


def read(found: Row, page: str, received_at: datetime) -> Iterator[Found]:
    """The messages in such a body, oldest first."""
    other = person(pulled.row_in(found.get("talk")), page)
    rows = pulled.rows_in(found.get("messages"))[::-1]
    yield from pulled.each(rows, lambda row: item(row, page, other, received_at))


def reading(
    talk: dict[str, Any], rows: list[dict[str, Any]], page: str, now: datetime, *, has_more: bool
) -> Reading:
    """The newest messages, oldest first, and how far back they are shown without a gap."""
    other = person(talk, page)
    shown = [item(row, page, other, now) for row in rows]
    items = tuple(i for i in reversed(shown) if i is not None)
    return Reading(
        tuple(_said(i, page) for i in items),
        is_complete=bool(items),
        reaches=_reaches(shown, now, has_more=has_more),
    )


def _reaches(shown: list[DirectItem | None], now: datetime, *, has_more: bool) -> datetime | None:
    """The time behind which something may be hidden; None: nothing is."""
    reaches = now
    for item in shown:
        if item is None or item.sent_at is None:
            return reaches
        reaches = item.sent_at
    return reaches if has_more else None


def body(outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    """One answer in the form its window asks for; near the end of a window, the longer one's."""
    window = windows.window(outgoing.last_customer_at, now)
    if not window.takes(is_typed=outgoing.is_typed):
        raise Permanent("window")
    soon = windows.window(outgoing.last_customer_at, now + CLOCKS_DIFFER)
    found: dict[str, Any] = {
        "recipient": {"id": outgoing.target},
        "messaging_type": "RESPONSE",
        "message": {"text": outgoing.text},
    }
    if outgoing.mark:
        found["message"]["metadata"] = outgoing.mark
    if outgoing.is_typed and soon.kind is not WindowKind.RESPONSE:
        found |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return found


def private_reply(outgoing: Outgoing, *, is_post: bool = False) -> dict[str, Any]:
    """One message to whoever wrote a comment, or a post on the wall."""
    message = {"text": outgoing.text}
    if outgoing.mark:
        message["metadata"] = outgoing.mark
    name = "post_id" if is_post else "comment_id"
    return {"recipient": {name: outgoing.target}, "message": message}


def item(row: dict[str, Any], page: str, other: Person, now: datetime) -> DirectItem | None:
    """One message; None where its details are not shown, or not who wrote it."""
    is_ours = _is_ours(row, page)
    other = other if other.id else _other(row, page)
    if is_ours is None or not other.id:
        return None
    words, kinds = words_of(row.get("message")), _attachments(row)
    return DirectItem(
        Verb.ADD,
        text_of(row.get("id")),
        other.id,
        person_name=other.name,
        is_ours=is_ours,
        text=words or None,
        sent_at=time_of(row.get("created_time")),
        attachments=kinds,
        sources=sources(row),
        happened_at=now,
        is_snapshot=True,
        kind=_kind_of(row),
    )


def _kind_of(row: Row) -> Kind | None:
    """What is said in answer to a story of ours, or by naming us in one's own."""
    story = row.get("story")
    if not isinstance(story, dict):
        return None
    return Kind.STORY_MENTION if isinstance(story.get("mention"), dict) else Kind.STORY_REPLY


def _is_ours(row: dict[str, Any], page: str) -> bool | None:
    """Who wrote it, by `from`, else by `to`; nothing is guessed."""
    author = _side(row.get("from")).id
    if author:
        return author == page
    receivers = [r.id for r in _sides(row.get("to")) if r.id]
    return page not in receivers if receivers else None


def person(talk: dict[str, Any], page: str) -> Person:
    """The one who is not the Page."""
    others = [p for p in _sides(talk.get("participants")) if p.id and p.id != page]
    return others[0] if len(others) == 1 else Person()


def _other(row: dict[str, Any], page: str) -> Person:
    sides = [_side(row.get("from")), *_sides(row.get("to"))]
    return next((s for s in sides if s.id and s.id != page), Person())


def _sides(found: object) -> list[Person]:
    rows = found.get("data") if isinstance(found, dict) else None
    return [_side(r) for r in rows] if isinstance(rows, list) else []


def _side(found: object) -> Person:
    if not isinstance(found, dict):
        return Person()
    return Person(text_of(found.get("id")), name_of(found.get("name") or found.get("username")))


def _said(item: DirectItem, page: str) -> Said:
    author = page if item.is_ours else item.person_id
    return Said(item.external_id, item.is_ours, item.text or "", author, item.sent_at)


def _attachments(row: dict[str, Any]) -> tuple[str, ...]:
    kinds = [_kind(r) for r in _attached(row)]
    if isinstance(row.get("shares"), dict):
        kinds.append("share")
    if _kind_of(row) is Kind.STORY_MENTION:
        kinds.append(Kind.STORY_MENTION.value)
    if row.get("is_unsupported") is True:
        kinds.append(NOT_SHOWN)
    return tuple(kinds)


def sources(row: Row) -> tuple[str, ...]:
    """Where each can be fetched for now."""
    return tuple(_source(r) for r in _attached(row))


def _attached(row: Row) -> list[Row]:
    return pulled.rows_in(pulled.row_in(row.get("attachments")).get("data"))


def _source(row: Row) -> str:
    for data in ("image_data", "video_data"):
        if data in row:
            return address_of(pulled.row_in(row[data]).get("url"))
    return address_of(row.get("file_url"))


def _kind(row: dict[str, Any]) -> str:
    for kind in ("image", "video"):
        if f"{kind}_data" in row:
            return kind
    return words_of(row.get("mime_type")).partition("/")[0][:40] or "file"
