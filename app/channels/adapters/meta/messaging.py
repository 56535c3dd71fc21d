"""Private messages that Meta pushes, for Messenger and Instagram alike (PLATFORM_FACTS 7)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.channels.adapters.meta.names import address_of, millis_of, text_of, words_of
from app.channels.adapters.meta.pulled import row_in, rows_in
from app.channels.adapters.meta.webhook import Found, words_in
from app.channels.items import DirectItem, Problem, UnknownItem, Verb
from app.channels.models import Kind

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


def event(page: str, row: dict[str, Any]) -> Iterator[Found]:
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
    text, kinds = words_in(message, "text"), _attachments(message.get("attachments"))
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
        sources=_sources(message.get("attachments")),
        outbox_id=_mark(message.get("metadata")) if is_ours else None,
        kind=_kind(message, kinds),
    )


def _kind(message: dict[str, Any], attached: tuple[str, ...]) -> Kind | None:
    """What is said in answer to a story of ours, or by naming us in one's own."""
    if Kind.STORY_MENTION.value in attached:
        return Kind.STORY_MENTION
    answered = message.get("reply_to")
    is_story = isinstance(answered, dict) and isinstance(answered.get("story"), dict)
    return Kind.STORY_REPLY if is_story else None


def _edit(
    page: str, person: str, is_ours: bool, at: datetime | None, edit: dict[str, Any]
) -> Found:
    mid, text = text_of(edit.get("mid")), words_in(edit, "text")
    if not mid or person in ("", page) or text is None:
        return Problem("an edit without ids or words")
    return page, DirectItem(Verb.EDIT, mid, person, is_ours=is_ours, text=text, happened_at=at)


def _second(at: datetime | None) -> datetime | None:
    """Readings tell whole seconds, so that a message has one time whoever tells of it."""
    return at.replace(microsecond=0) if at else None


def _attachments(rows: object) -> tuple[str, ...]:
    """Unknown kinds are named as they are."""
    return tuple(words_of(r.get("type"))[:40] or "file" for r in rows_in(rows))


def _sources(rows: object) -> tuple[str, ...]:
    payloads = (row_in(r.get("payload")) for r in rows_in(rows))
    return tuple(address_of(payload.get("url")) for payload in payloads)


def _mark(metadata: object) -> int | None:
    """The outbox row that our own reference names."""
    kind, _, number = metadata.partition(":") if isinstance(metadata, str) else ("", "", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    return int(number) if kind == "outbox" and is_number else None


def _party(row: dict[str, Any], name: str) -> str:
    party = row.get(name)
    return text_of(party.get("id")) if isinstance(party, dict) else ""
