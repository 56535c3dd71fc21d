"""What Instagram's objects show. An unknown field is an error, also where a Page would have it."""

import sqlite3
from typing import Any

from app.practice import events, files, messenger, threads
from app.practice.graph.call import Call
from app.practice.graph.fields import Field
from app.practice.graph.message_views import attached
from app.practice.graph.views import Maker, View, always, column, flag, time_of
from app.practice.instagram import accounts, media


def _author(call: Call, row: sqlite3.Row, field: Field) -> Any:
    if call.trouble.has("no_from") or not events.may_serve(call.db, row["person_id"]):
        return None
    return accounts.author(call.db, row["page_id"], row["person_id"])


def _username(call: Call, row: sqlite3.Row, field: Field) -> Any:
    found = _author(call, row, field)
    return found["username"] if found else None


def _own(call: Call, row: sqlite3.Row, field: Field) -> Any:
    """`user` is there for what the account wrote itself."""
    return {"id": row["page_id"]} if row["person_id"] is None else None


def _media(call: Call, row: sqlite3.Row, field: Field) -> Any:
    post = threads.post_of(call.db, row)
    if not field.inner:
        return {"id": post["id"]}
    plain = tuple(item for item in field.inner if item.name in MEDIA.makers)
    return MEDIA.show(call, post, plain)


def _shown(call: Call, row: sqlite3.Row, field: Field) -> Any:
    return files.first_link(call.db, call.now, row["attachment"])


def _count(call: Call, row: sqlite3.Row, field: Field) -> int:
    found = call.db.execute(
        "SELECT count(*) FROM comments WHERE post_id = ? AND deleted = 0", (row["id"],)
    ).fetchone()
    return int(found[0])


def _link(call: Call, row: sqlite3.Row, field: Field) -> str:
    return f"{call.asked.base_url}practice/instagram/media/{row['id']}"


def _media_type(call: Call, row: sqlite3.Row, field: Field) -> str:
    return "VIDEO" if row["kind"] == "REELS" else "IMAGE"


def _product(call: Call, row: sqlite3.Row, field: Field) -> str:
    return media.product_type(row)


MEDIA = View(
    "Media",
    {
        "id": column("id"),
        "caption": column("message"),
        "media_type": _media_type,
        "media_product_type": _product,
        "media_url": _shown,
        "thumbnail_url": always(None),
        "permalink": _link,
        "shortcode": column("id"),
        "timestamp": time_of("created"),
        "username": _username,
        "owner": _own,
        "comments_count": _count,
        "like_count": always(0),
        "is_comment_enabled": lambda call, row, field: not row["comments_off"],
        "is_shared_to_feed": always(True),
        "alt_text": always(None),
    },
    (),
)

COMMENT = View(
    "Comment",
    {
        "id": column("id"),
        "text": column("message"),
        "timestamp": time_of("created"),
        "username": _username,
        "from": _author,
        "user": _own,
        "hidden": flag("hidden"),
        "like_count": lambda call, row, field: int(row["liked"] + row["others_like"]),
        "parent_id": column("parent_id"),
        "media": _media,
    },
    ("timestamp", "text"),
)

USER = View(
    "InstagramUser",
    {
        "id": column("id"),
        "ig_id": column("id"),
        "username": column("username"),
        "name": column("username"),
        "biography": always(None),
        "website": always(None),
        "profile_picture_url": always(None),
        "followers_count": always(0),
        "follows_count": always(0),
        "media_count": lambda call, row, field: int(
            call.db.execute(
                "SELECT count(*) FROM posts WHERE page_id = ? AND kind IN ('FEED', 'REELS')"
                " AND deleted = 0",
                (row["id"],),
            ).fetchone()[0]
        ),
    },
    (),
)

PERSON = View(
    "IGBusinessScopedID",
    {
        "id": column("id"),
        "name": column("name"),
        "username": column("name"),
        "profile_pic": always(None),
        "follower_count": always(0),
        "is_verified_user": always(False),
        "is_user_follow_business": always(False),
        "is_business_follow_user": always(False),
    },
    ("name",),
)


def _both(call: Call, row: sqlite3.Row) -> list[dict[str, str]]:
    """Participants have a username and no e-mail."""
    ours = accounts.author(call.db, row["page_id"], None)
    theirs = accounts.author(call.db, row["page_id"], row["person_id"])
    return [ours, theirs]


def _participants(call: Call, row: sqlite3.Row, field: Field) -> dict[str, Any]:
    keys = [item.name for item in field.inner] or ["username", "id"]
    return {"data": [{k: side[k] for k in keys if k in side} for side in _both(call, row)]}


CONVERSATION = View(
    "InstagramConversation",
    {"id": column("id"), "updated_time": time_of("updated"), "participants": _participants},
    ("updated_time",),
)


def _from(call: Call, row: sqlite3.Row, field: Field) -> Any:
    ours, theirs = _both(call, row)
    return None if call.trouble.has("no_from") else (ours if row["outbound"] else theirs)


def _to(call: Call, row: sqlite3.Row, field: Field) -> dict[str, Any]:
    ours, theirs = _both(call, row)
    return {"data": [theirs if row["outbound"] else ours]}


def _story(call: Call, row: sqlite3.Row, field: Field) -> Any:
    """A mention in a story, or a story that was answered."""
    shown = [x for x in files.every(row["attachment"]) if x["type"] == "story_mention"]
    if shown:
        return {"mention": {"link": files.link(call.db, call.now, shown[0]), "id": row["id"][:20]}}
    answered = messenger.story_of(row)
    return (
        {"reply_to": {"link": answered.get("url"), "id": answered.get("id")}} if answered else None
    )


def _files(call: Call, row: sqlite3.Row, field: Field) -> Any:
    plain = any(x["type"] != "story_mention" for x in files.every(row["attachment"]))
    return attached(call, row, field) if plain else None


def _reactions(call: Call, row: sqlite3.Row, field: Field) -> Any:
    if not row["reaction"]:
        return None
    person = accounts.author(call.db, row["page_id"], row["person_id"])
    return {"data": [{"reaction": row["reaction"], "users": [person]}]}


def _unsupported(call: Call, row: sqlite3.Row, field: Field) -> Any:
    return True if row["unsupported"] else None


def _reply_to(call: Call, row: sqlite3.Row, field: Field) -> Any:
    return {"mid": row["reply_to"]} if row["reply_to"] else None


_MESSAGE: dict[str, Maker] = {
    "id": column("id"),
    "created_time": time_of("created"),
    "from": _from,
    "to": _to,
    "message": column("text"),
    "attachments": _files,
    "shares": always(None),
    "story": _story,
    "reactions": _reactions,
    "reply_to": _reply_to,
    "is_unsupported": _unsupported,
}
MESSAGE = View("InstagramMessage", _MESSAGE, ("created_time",))
