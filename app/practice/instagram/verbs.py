"""Every kind of Instagram event the documentation or the live service knows, for one account."""

import sqlite3
from typing import Any

from app.practice import events, ids
from app.practice.instagram import accounts

ATTACHMENTS = (
    "image", "video", "audio", "file", "share", "ig_post", "ig_reel", "reel", "story_mention",
    "ephemeral", "hologram",
)  # fmt: skip


def queue_all(db: sqlite3.Connection, now: int, ig_id: str) -> int:
    """They tell of things that never were. Says how many were made."""
    person = accounts.person(db, ig_id, "every.verb")
    changes = [_change(field, product, person) for field, product in _WHERE]
    media_id, comment_id = "179" + ids.fresh()[:14], "178" + ids.fresh()[:14]
    changes += [("mentions", {"media_id": media_id})]
    changes += [("mentions", {"media_id": media_id, "comment_id": comment_id})]
    for field, value in changes:
        events.queue(db, now, ig_id, field, {"field": field, "value": value})
    kinds = _messaging()
    for field, content in kinds:
        events.messaging_event(db, now, ig_id, field, person["id"], False, content)
    return len(changes) + len(kinds)


_WHERE = (
    ("comments", "FEED"), ("comments", "REELS"), ("comments", "STORY"), ("comments", "AD"),
    ("comments", "HOLOGRAM"), ("live_comments", "LIVE"),
)  # fmt: skip


def _change(field: str, product: str, person: sqlite3.Row) -> tuple[str, dict[str, Any]]:
    media: dict[str, Any] = {"id": "179" + ids.fresh()[:14], "media_product_type": product}
    if product == "AD":
        media |= {"ad_id": ids.fresh(), "ad_title": "Advert", "original_media_id": "1"}
    author = {"id": person["id"], "username": person["name"], "self_ig_scoped_id": person["id"]}
    found = "178" + ids.fresh()[:14]
    return field, {"id": found, "text": f"every {product}", "from": author, "media": media}


def _messaging() -> list[tuple[str, dict[str, Any]]]:
    mid = "aWdfb" + ids.message_id()[2:]
    url = {"url": "https://example.com/file"}
    attachments = [
        {"type": kind, "payload": {} if kind == "ephemeral" else url} for kind in ATTACHMENTS
    ]
    return [
        ("messages", {"message": {"mid": mid, "text": "every", "attachments": attachments}}),
        ("messages", {"message": {"mid": mid + "u", "is_unsupported": True}}),
        ("messages", {"message": {"mid": mid, "is_deleted": True}}),
        ("messages", {"message": {"mid": mid + "s", "text": "story",
                                  "reply_to": {"story": {"id": "1", **url}}}}),
        ("messages", {"message": {"mid": mid + "q", "text": "Yes",
                                  "quick_reply": {"payload": "YES"}}}),
        ("message_reactions", {"reaction": {"mid": mid, "action": "react", "reaction": "love",
                                            "emoji": "\u2764\ufe0f"}}),
        ("message_reactions", {"reaction": {"mid": mid, "action": "unreact"}}),
        ("messaging_seen", {"read": {"mid": mid}}),
        ("messaging_postbacks", {"postback": {"mid": mid, "title": "Start", "payload": "GO"}}),
        ("messaging_referral", {"referral": {"ref": "x", "source": "ADS", "type": "OPEN_THREAD"}}),
        ("standby", {"message": {"mid": mid + "b", "text": "another app has this"}}),
    ]  # fmt: skip
