"""How a post, a person, a message or a picture looks in an answer, field by field."""

import hashlib
import html
import sqlite3
from typing import Any

from app.foundation.weighted_length import LIMIT, addresses, weighted_length
from app.practice.x import numbers, users

Json = dict[str, Any]

POST_DEFAULTS = ("id", "text", "edit_history_tweet_ids")
POST_FIELDS = frozenset((
    *POST_DEFAULTS, "attachments", "author_id", "context_annotations", "conversation_id",
    "created_at", "display_text_range", "edit_controls", "entities", "geo",
    "in_reply_to_user_id", "lang", "note_tweet", "possibly_sensitive", "public_metrics",
    "referenced_tweets", "reply_settings", "source", "withheld",
))  # fmt: skip
USER_DEFAULTS = ("id", "name", "username")
USER_FIELDS = frozenset((
    *USER_DEFAULTS, "created_at", "description", "profile_image_url", "protected",
    "public_metrics", "url", "verified", "verified_type", "receives_your_dm", "location",
))  # fmt: skip
MESSAGE_DEFAULTS = ("id", "event_type", "text")
MESSAGE_FIELDS = frozenset((
    *MESSAGE_DEFAULTS, "attachments", "created_at", "dm_conversation_id", "entities",
    "participant_ids", "referenced_tweets", "sender_id",
))  # fmt: skip
MEDIA_DEFAULTS = ("media_key", "type")
MEDIA_FIELDS = frozenset((
    *MEDIA_DEFAULTS, "alt_text", "duration_ms", "height", "preview_image_url", "url", "width",
    "variants", "public_metrics",
))  # fmt: skip


def post(
    db: sqlite3.Connection, row: sqlite3.Row, wanted: frozenset[str], *, fraction: bool = True
) -> Json:
    """Text is HTML-escaped, addresses are X's short ones; what is too long is in `note_tweet`."""
    text, urls = shortened(row["text"])
    is_long = weighted_length(row["text"]) > LIMIT
    found: Json = {
        "id": str(row["id"]),
        "text": html.escape(_beginning(text) if is_long else text, quote=False),
        "edit_history_tweet_ids": versions(db, row),
        "author_id": str(row["author_id"]),
        "conversation_id": str(row["conversation_id"]),
        "created_at": numbers.iso(row["created"], fraction=fraction),
        "display_text_range": [row["prefix"], len(text)],
        "lang": "und",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "entities": _entities(db, text, urls),
        "attachments": {"media_keys": [f"3_{key}" for key in row["media"].split(",") if key]},
        "referenced_tweets": _referenced(row),
        "in_reply_to_user_id": _answered(db, row),
    }
    if is_long:
        found["note_tweet"] = {"text": html.escape(text, quote=False)}
    return _only(found, wanted, ("attachments", "referenced_tweets", "entities"))


def versions(db: sqlite3.Connection, row: sqlite3.Row) -> list[str]:
    """The ids of a post and of what it was edited into, the oldest first."""
    found = db.execute("SELECT id FROM x_posts WHERE root_id = ? ORDER BY id", (row["root_id"],))
    return [str(version["id"]) for version in found]


def user(row: sqlite3.Row, wanted: frozenset[str], *, fraction: bool = True) -> Json:
    found: Json = {
        "id": str(row["id"]),
        "name": row["name"],
        "username": row["username"],
        "created_at": numbers.iso(row["created"], fraction=fraction),
        "protected": False,
        "verified": False,
    }
    return _only(found, wanted)


def message(row: sqlite3.Row, wanted: frozenset[str], *, fraction: bool = True) -> Json:
    text, _ = shortened(row["text"])
    found: Json = {
        "id": str(row["id"]),
        "event_type": "MessageCreate",
        "text": html.escape(text, quote=False),
        "created_at": numbers.iso(row["created"], fraction=fraction),
        "sender_id": str(row["sender_id"]),
        "dm_conversation_id": row["conversation"],
        "attachments": {"media_keys": [f"3_{key}" for key in row["media"].split(",") if key]},
    }
    return _only(found, wanted, ("attachments",))


def media(row: sqlite3.Row, wanted: frozenset[str]) -> Json:
    found: Json = {
        "media_key": f"3_{row['id']}",
        "type": "photo",
        "url": f"https://pbs.twimg.com/media/{row['id']}.jpg",
        "width": 1200,
        "height": 800,
    }
    return _only(found, wanted)


def shortened(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text with X's short addresses in it, and where each stands for which."""
    parts, urls, at, length = [], [], 0, 0
    for start, end in addresses(text):
        short = "https://t.co/" + hashlib.sha256(text[start:end].encode()).hexdigest()[:10]
        parts += [text[at:start], short]
        length += start - at
        urls.append((length, length + len(short), text[start:end]))
        length, at = length + len(short), end
    return "".join([*parts, text[at:]]), urls


def _only(found: Json, wanted: frozenset[str], empty: tuple[str, ...] = ()) -> Json:
    """What was asked for and is there: X leaves out what has nothing to say."""
    shown = {name: value for name, value in found.items() if name in wanted}
    for name in empty:
        value = shown.get(name)
        if name in shown and not (any(value.values()) if isinstance(value, dict) else value):
            del shown[name]
    return {name: value for name, value in shown.items() if value is not None}


def _beginning(text: str) -> str:
    """About as much as a short post holds; a word is not cut."""
    return text[: LIMIT - 10].rsplit(" ", 1)[0] + "…"


def _entities(db: sqlite3.Connection, text: str, urls: list[tuple[int, int, str]]) -> Json:
    mentions = []
    for start, end, name in users.mentions_in(text):
        row = users.by_username(db, name)
        mentions.append(
            {"start": start, "end": end, "username": row["username"] if row else name}
            | ({"id": str(row["id"])} if row else {})
        )
    found = [
        {
            "start": start,
            "end": end,
            "url": text[start:end],
            "expanded_url": url if "://" in url else "http://" + url,
            "display_url": url.partition("://")[2] or url,
        }
        for start, end, url in urls
    ]
    return {name: value for name, value in (("mentions", mentions), ("urls", found)) if value}


def _referenced(row: sqlite3.Row) -> list[Json]:
    return [
        {"type": kind, "id": str(row[name])}
        for kind, name in (("replied_to", "reply_to"), ("quoted", "quoted"))
        if row[name] is not None
    ]


def _answered(db: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    if row["reply_to"] is None:
        return None
    found = db.execute("SELECT author_id FROM x_posts WHERE id = ?", (row["reply_to"],)).fetchone()
    return str(found["author_id"]) if found else None


def webhook_message(row: sqlite3.Row) -> Json:
    """As events bring it: times are milliseconds as text, and numbers stand there twice."""
    return {
        "type": "message_create",
        "id": str(row["id"]),
        "id_str": str(row["id"]),
        "created_timestamp": str(row["created"]),
        "message_create": {
            "target": {"recipient_id": str(row["recipient_id"])},
            "sender_id": str(row["sender_id"]),
            "sender_id_str": str(row["sender_id"]),
            "message_data": {
                "text": row["text"],
                "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
            },
        },
    }
