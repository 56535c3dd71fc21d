"""Webhook events: their shape as the real platform's, and the queue they wait in.

An event is stored in the transaction of the change it tells about, so neither is lost alone.
"""

import sqlite3
from typing import Any

from app.practice import event_queue

PAGE, INSTAGRAM = "page", "instagram"

# What a Page can be subscribed to (`subscribed_apps`); an unknown name is refused.
PAGE_FIELDS = frozenset((
    "feed", "mention", "ratings", "name", "picture", "category", "description", "conversations",
    "messages", "message_echoes", "message_edits", "message_reactions", "message_reads",
    "message_deliveries", "messaging_postbacks", "messaging_referrals", "messaging_handovers",
    "messaging_optins", "messaging_policy_enforcement", "standby", "leadgen", "live_videos",
))  # fmt: skip

# What an app can hear of Instagram accounts; a Page that is subscribed at all brings its account.
INSTAGRAM_FIELDS = frozenset((
    "comments", "live_comments", "mentions", "messages", "message_reactions",
    "messaging_postbacks", "messaging_seen", "messaging_referral", "messaging_handover", "standby",
    "story_insights",
))  # fmt: skip
HANDOVERS = ("messaging_handovers", "messaging_handover")
FIELDS = {PAGE: PAGE_FIELDS, INSTAGRAM: INSTAGRAM_FIELDS}

# The list of an entry that a field's events are in; all others are messaging.
LISTS = {
    "feed": "changes", "mention": "changes", "ratings": "changes", "standby": "standby",
    "comments": "changes", "live_comments": "changes", "mentions": "changes",
}  # fmt: skip


def queue(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    field: str,
    body: dict[str, Any],
    person_id: str | None = None,
) -> None:
    """Kept only if both the Page and the app subscribed to this field, and the fault "events are
    lost" is off."""
    about = _heard(db, page_id, field)
    if about is None or not may_serve(db, person_id):
        return
    where = LISTS.get(field, "messaging")
    event_queue.add(db, now, about, page_id, where, field, body)


def _heard(db: sqlite3.Connection, page_id: str, field: str) -> str | None:
    """Which kind of object tells of this, if app and Page want to hear it."""
    row = db.execute(
        "SELECT 'page' AS object, p.fields AS page, s.fields AS app FROM pages p"
        " JOIN subscriptions s ON s.object = 'page' WHERE p.id = :id UNION ALL"
        " SELECT 'instagram', p.fields, s.fields FROM instagram i"
        " JOIN pages p ON p.id = i.page_id JOIN subscriptions s ON s.object = 'instagram'"
        " WHERE i.id = :id",
        {"id": page_id},
    ).fetchone()
    if row is None or field not in row["app"].split(","):
        return None
    wanted = row["page"].split(",")
    is_wanted = field in wanted if row["object"] == PAGE else wanted != [""]
    return str(row["object"]) if is_wanted else None


def may_serve(db: sqlite3.Connection, person_id: str | None) -> bool:
    """With Standard Access the platform tells an app only of people who have a role on it."""
    if person_id is None:
        return True
    row = db.execute(
        "SELECT has_role OR NOT EXISTS (SELECT 1 FROM settings WHERE name = 'standard_access'"
        " AND value = '1') FROM people WHERE id = ?",
        (person_id,),
    ).fetchone()
    return row is None or bool(row[0])


def comment_event(
    db: sqlite3.Connection, now: int, comment: sqlite3.Row, verb: str, **extra: Any
) -> None:
    """A feed event; `remove` carries no text, as the real one."""
    value: dict[str, Any] = {
        "item": "comment",
        "verb": verb,
        "comment_id": comment["id"],
        "post_id": comment["post_id"],
        "parent_id": comment["parent_id"] or comment["post_id"],
        "from": author(db, comment["page_id"], comment["person_id"]),
        "created_time": (comment["created"] if verb == "add" else now) // 1000,
    }
    if verb != "remove":
        value["message"] = comment["message"]
        value["post"] = {"id": comment["post_id"], "status_type": "mobile_status_update"}
    feed_event(db, now, comment["page_id"], value | extra, comment["person_id"])


def feed_event(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    value: dict[str, Any],
    person_id: str | None = None,
) -> None:
    queue(db, now, page_id, "feed", {"field": "feed", "value": value}, person_id)


def post_event(db: sqlite3.Connection, now: int, post: sqlite3.Row, verb: str) -> None:
    """A visitor's post is called `post`; the Page's own are named by what they show. An advert
    that stands in no list is told about by its comments only, a mention or a recommendation
    under a field of its own."""
    if post["kind"] in ("ad", "mention", "rating") or not post["published"]:
        return
    value: dict[str, Any] = {
        "item": "post" if post["kind"] == "visitor" else post["kind"],
        "verb": verb,
        "post_id": post["id"],
        "from": author(db, post["page_id"], post["person_id"]),
        "created_time": (post["created"] if verb == "add" else now) // 1000,
    }
    if post["kind"] in ("photo", "video"):
        value[f"{post['kind']}_id"] = post["object_id"]
    if verb != "remove":
        value |= {"message": post["message"], "published": 1}
    feed_event(db, now, post["page_id"], value, post["person_id"])


def reaction_event(db: sqlite3.Connection, now: int, comment: sqlite3.Row, verb: str) -> None:
    value = {
        "item": "reaction",
        "verb": verb,
        "reaction_type": "like",
        "comment_id": comment["id"],
        "post_id": comment["post_id"],
        "parent_id": comment["id"],
        "from": author(db, comment["page_id"], None),
        "created_time": now // 1000,
    }
    feed_event(db, now, comment["page_id"], value)


def liked_event(
    db: sqlite3.Connection, now: int, row: sqlite3.Row, person: sqlite3.Row, kind: str = "like"
) -> None:
    """A person reacts to a post or a comment; a like of the old kind is an item of its own."""
    is_comment = "post_id" in tuple(row.keys())
    value: dict[str, Any] = {
        "item": "reaction",
        "verb": "add",
        "reaction_type": kind,
        "post_id": row["post_id"] if is_comment else row["id"],
        "parent_id": row["id"] if is_comment else row["page_id"],
        "from": author(db, row["page_id"], person["id"]),
        "created_time": now // 1000,
    }
    if is_comment:
        value["comment_id"] = row["id"]
    feed_event(db, now, row["page_id"], value, person["id"])


def messaging_event(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    field: str,
    person_id: str,
    outbound: bool,
    content: dict[str, Any],
) -> None:
    """`content` is {"message": …}, {"delivery": …} and so on; times are milliseconds here."""
    sender, recipient = (page_id, person_id) if outbound else (person_id, page_id)
    body = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": now} | content
    # While another app holds the thread, ours only listens: another list, a field of its own.
    is_ours = outbound or field in HANDOVERS or not holder(db, person_id)
    queue(db, now, page_id, field if is_ours else "standby", body, person_id)


def holder(db: sqlite3.Connection, person_id: str) -> str:
    """The app that holds the person's thread, if it is not ours."""
    row = db.execute(
        "SELECT held_by FROM conversations WHERE person_id = ?", (person_id,)
    ).fetchone()
    return str(row["held_by"] or "") if row else ""


def author(db: sqlite3.Connection, page_id: str, person_id: str | None) -> dict[str, str]:
    """`from` of the Page itself or of a person."""
    if person_id is None:
        row = db.execute("SELECT id, name FROM pages WHERE id = ?", (page_id,)).fetchone()
    else:
        row = db.execute("SELECT id, name FROM people WHERE id = ?", (person_id,)).fetchone()
    return {"id": row["id"], "name": row["name"]}
