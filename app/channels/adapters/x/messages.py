"""A direct message as X shows it, in lists and in events, turned into an item."""

import html
from collections.abc import Mapping
from typing import Any

from app.channels.adapters.x import posts
from app.channels.items import DirectItem, Item, UnknownItem, Verb
from app.channels.wire import millis_of, name_of, text_of, time_of, words_of

FIELDS = "id,text,event_type,created_at,sender_id,dm_conversation_id,attachments,participant_ids"
EXPANSIONS = "sender_id,participant_ids"

Row = dict[str, Any]


def listed(row: Row, names: Mapping[str, str], account: str) -> Item | None:
    """A row of a list; None without an id."""
    message, kind = text_of(row.get("id")), words_of(row.get("event_type")) or "MessageCreate"
    if not message:
        return None
    person = _other(row, account)
    if kind != "MessageCreate" or not person:
        return UnknownItem(f"message {kind[:40]}")
    return DirectItem(
        Verb.ADD,
        message,
        person,
        names.get(person, ""),
        is_ours=text_of(row.get("sender_id")) == account,
        text=words(row),
        sent_at=posts.second(time_of(row.get("created_at"))),
        attachments=posts.media(row),
    )


def words(row: Row) -> str:
    """What was written; it is HTML-escaped once."""
    return html.unescape(words_of(row.get("text")))


def _other(row: Row, account: str) -> str:
    """Who it is with; nobody where more than two talk. A pair's conversation is named by both."""
    pair = words_of(row.get("dm_conversation_id")).split("-")
    if len(pair) == 2 and account in pair:
        return pair[0] if pair[1] == account else pair[1]
    people = row.get("participant_ids")
    others = {text_of(i) for i in people} - {"", account} if isinstance(people, list) else set()
    return others.pop() if len(others) == 1 and len(pair) != 1 else ""


def pushed(row: Row, users: object, account: str) -> Item | None:
    """A row of an event; numbers may come, and stand there as text beside."""
    message = _id(row, "id")
    if not message:
        return None
    made = row.get("message_create")
    if row.get("type") != "message_create" or not isinstance(made, dict):
        return UnknownItem(f"message {words_of(row.get('type'))[:40]}")
    sender, target = _id(made, "sender_id"), made.get("target")
    recipient = _id(target, "recipient_id") if isinstance(target, dict) else ""
    person = recipient if sender == account else sender
    if not person or account not in (sender, recipient):
        return UnknownItem("message between others")
    data = made.get("message_data")
    data = data if isinstance(data, dict) else {}
    return DirectItem(
        Verb.ADD,
        message,
        person,
        _name(users, person),
        is_ours=sender == account,
        text=words(data),
        sent_at=posts.second(millis_of(row.get("created_timestamp"))),
        attachments=_attached(data.get("attachment")),
    )


def _id(row: Row, name: str) -> str:
    return text_of(row.get(f"{name}_str")) or text_of(row.get(name))


def _name(users: object, person: str) -> str:
    found = users.get(person) if isinstance(users, dict) else None
    data = found.get("data", found) if isinstance(found, dict) else None
    return name_of(data.get("name") or data.get("username")) if isinstance(data, dict) else ""


def _attached(found: object) -> tuple[str, ...]:
    if not isinstance(found, dict):
        return ()
    inside = found.get("media")
    kind = inside.get("type") if isinstance(inside, dict) else found.get("type")
    return (words_of(kind)[:40] or "file",)
