"""Every kind of webhook event the documentation or the live service knows, for one Page."""

import sqlite3
from typing import Any

from app.practice import events, ids, pages

ITEMS = (
    "album", "address", "comment", "connection", "coupon", "event", "experience", "group",
    "group_message", "interest", "like", "link", "mention", "milestone", "note", "page",
    "picture", "platform-story", "photo", "photo-album", "post", "profile", "question", "rating",
    "reaction", "relationship-status", "share", "status", "story", "timeline cover", "tag",
    "video",
)  # fmt: skip
VERBS = (
    "add", "block", "edit", "edited", "delete", "follow", "hide", "mute", "remove", "unblock",
    "unhide", "update",
)  # fmt: skip


def queue_all(db: sqlite3.Connection, now: int, page_id: str) -> int:
    """One event of each; they tell of things that never were. Says how many were made."""
    pages.get(db, page_id)
    person = pages.person(db, page_id, "Every Verb")
    changes = [_change(page_id, person, item, verb, now) for item in ITEMS for verb in VERBS]
    for change in changes:
        events.queue(db, now, page_id, change["field"], change)
    kinds = _messaging(now)
    for field, content in kinds:
        events.messaging_event(db, now, page_id, field, person["id"], False, content)
    return len(changes) + len(kinds)


def _change(page_id: str, person: sqlite3.Row, item: str, verb: str, now: int) -> dict[str, Any]:
    value: dict[str, Any] = {
        "item": item,
        "verb": verb,
        "post_id": f"{page_id}_{ids.stable(item)}",
        "created_time": now // 1000,
    }
    if item != "mention":
        value["from"] = {"id": person["id"], "name": person["name"]}
    if item in ("comment", "reaction"):
        value["comment_id"] = f"{ids.stable(item)}_{ids.stable(item, verb)}"
        value["parent_id"] = value["post_id"]
    if item == "rating":
        value |= {"reviewer_id": person["id"], "recommendation_type": "negative"}
    if verb not in ("remove", "delete"):
        value["message"] = f"{item} {verb}"
    field = {"mention": "mention", "rating": "ratings"}.get(item, "feed")
    return {"field": field, "value": value}


def _messaging(now: int) -> list[tuple[str, dict[str, Any]]]:
    mid = ids.message_id()
    attachments = [
        {"type": kind, "payload": {"url": "https://example.com/file"}}
        for kind in ("image", "video", "audio", "file", "location", "fallback", "template",
                     "reel", "sticker", "post", "ig_post", "appointment_booking")
    ]  # fmt: skip
    return [
        ("messages", {"message": {"mid": mid, "text": "every verb", "attachments": attachments}}),
        ("messages", {"message": {"mid": ids.message_id(), "is_unsupported": True}}),
        ("messages", {"message": {"mid": mid, "is_deleted": True}}),
        ("messages", {"message": {"mid": ids.message_id(), "text": "Yes",
                                  "quick_reply": {"payload": "YES"}}}),
        ("message_edits", {"message_edit": {"mid": mid, "text": "edited", "num_edit": 1}}),
        ("message_reactions", {"reaction": {"mid": mid, "action": "react", "reaction": "love",
                                            "emoji": "\u2764\ufe0f"}}),
        ("message_reactions", {"reaction": {"mid": mid, "action": "unreact"}}),
        ("message_deliveries", {"delivery": {"watermark": now}}),
        ("message_reads", {"read": {"watermark": now}}),
        ("standby", {"message": {"mid": ids.message_id(), "text": "another app has this"}}),
        ("messaging_postbacks", {"postback": {"mid": mid, "title": "Start", "payload": "GO"}}),
        ("messaging_referrals", {"referral": {"source": "ADS", "type": "OPEN_THREAD"}}),
        ("messaging_handovers", {"pass_thread_control": {"new_owner_app_id": "1"}}),
        ("messaging_policy_enforcement", {"policy_enforcement": {"action": "warning",
                                                                 "reason": "practice"}}),
    ]  # fmt: skip
