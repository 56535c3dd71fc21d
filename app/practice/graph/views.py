"""What one object shows: only the fields asked for, the platform's defaults when none were."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.practice import comment_rights, events, files, messenger, threads
from app.practice.errors import bad_parameter
from app.practice.graph.call import APP, Call
from app.practice.graph.fields import Field
from app.practice.login import staff, tokens
from app.practice.times import graph_time

# A field that is not there is left out, as Graph does; None means just that.
Maker = Callable[[Call, sqlite3.Row, Field], Any]


@dataclass(frozen=True)
class View:
    name: str
    makers: Mapping[str, Maker]
    defaults: tuple[str, ...]

    def check(self, fields: tuple[Field, ...], lists: Iterable[str] = ()) -> None:
        """An unknown field is an error even where the list is empty."""
        for field in fields:
            if field.name not in self.makers and field.name not in lists:
                raise bad_parameter(
                    f"Tried accessing nonexisting field ({field.name}) on node type ({self.name})"
                )

    def show(self, call: Call, row: sqlite3.Row, fields: tuple[Field, ...]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for field in fields or tuple(Field(name) for name in self.defaults):
            value = self.makers[field.name](call, row, field)
            if value is not None:
                shown[field.name] = narrow(value, field.inner)
        return shown | {"id": row["id"]}


def narrow(value: Any, inner: tuple[Field, ...]) -> Any:
    """`from{id}`: the asked-for keys of a small object. Lists have been made narrow already."""
    if not inner or not isinstance(value, dict) or "data" in value:
        return value
    return {item.name: value[item.name] for item in inner if item.name in value}


def column(name: str) -> Maker:
    return lambda call, row, field: row[name]


def flag(name: str) -> Maker:
    return lambda call, row, field: bool(row[name])


def always(value: Any) -> Maker:
    return lambda call, row, field: value


def time_of(name: str) -> Maker:
    return lambda call, row, field: graph_time(row[name])


def _author(call: Call, row: sqlite3.Row, field: Field) -> Any:
    """Missing also where Standard Access does not let the app know people without a role."""
    if call.trouble.has("no_from") or not events.may_serve(call.db, row["person_id"]):
        return None
    return events.author(call.db, row["page_id"], row["person_id"])


def _link(call: Call, row: sqlite3.Row, field: Field) -> str:
    """Where a person can look at it: the practice page, not facebook.com."""
    post = row["post_id"] if threads.is_comment(row) else row["id"]
    return f"{call.asked.base_url}practice/posts/{post}#i{row['id']}"


def _parent(call: Call, row: sqlite3.Row, field: Field) -> Any:
    if row["parent_id"] is None:
        return None
    found = call.db.execute("SELECT * FROM comments WHERE id = ?", (row["parent_id"],)).fetchone()
    inner = tuple(item for item in field.inner if item.name in COMMENT.makers)
    return COMMENT.show(call, found, inner)


def _post_of(call: Call, row: sqlite3.Row, field: Field) -> dict[str, Any]:
    """A picture or a film is an object of its own, with an id that does not name the Page."""
    return {"id": threads.post_of(call.db, row)["object_id"] or row["post_id"]}


def _replies(call: Call, row: sqlite3.Row, field: Field) -> int:
    found = call.db.execute(
        "SELECT count(*) FROM comments WHERE parent_id = ? AND deleted = 0", (row["id"],)
    ).fetchone()
    return int(found[0])


def _attachment(call: Call, row: sqlite3.Row, field: Field) -> Any:
    url = files.first_link(call.db, call.now, row["attachment"])
    if url is None:
        return None
    return {"type": "photo", "url": url, "media": {"image": {"src": url}}}


def _attachments(call: Call, row: sqlite3.Row, field: Field) -> Any:
    found = _attachment(call, row, field)
    if found is None:
        return None
    return {"data": [found | {"target": {"id": row["object_id"] or row["id"]}}]}


def _right(name: str) -> Maker:
    def value(call: Call, row: sqlite3.Row, field: Field) -> bool:
        return bool(getattr(comment_rights.rights(call.db, call.now, row), name))

    return value


def _private_conversation(call: Call, row: sqlite3.Row, field: Field) -> Any:
    if row["private_reply"] is None:
        return None
    found = messenger.get_message(call.db, row["private_reply"])
    return {"id": found["conversation_id"]} if found else None


COMMENT = View(
    "Comment",
    {
        "id": column("id"),
        "message": column("message"),
        "created_time": time_of("created"),
        "from": _author,
        "parent": _parent,
        "object": _post_of,
        "permalink_url": _link,
        "is_hidden": flag("hidden"),
        "is_private": flag("private"),
        "can_hide": _right("hide"),
        "can_remove": _right("remove"),
        "can_like": _right("like"),
        "can_comment": _right("comment"),
        "can_reply_privately": _right("reply_privately"),
        "private_reply_conversation": _private_conversation,
        "comment_count": _replies,
        "like_count": lambda call, row, field: int(row["liked"] + row["others_like"]),
        "user_likes": flag("liked"),
        "attachment": _attachment,
        "message_tags": always(None),
        "admin_creator": always(None),
    },
    ("created_time", "from", "message"),
)

STATUS_TYPES = {
    "status": "mobile_status_update",
    "photo": "added_photos",
    "video": "added_video",
    "share": "shared_story",
    "ad": "mobile_status_update",
}


def _scheduled(call: Call, row: sqlite3.Row, field: Field) -> int | None:
    return None if row["published"] or not row["scheduled"] else row["scheduled"] // 1000


POST = View(
    "Post",
    {
        "id": column("id"),
        "message": column("message"),
        "created_time": time_of("created"),
        "updated_time": time_of("updated"),
        "from": _author,
        "permalink_url": _link,
        "status_type": lambda call, row, field: STATUS_TYPES.get(row["kind"], "wall_post"),
        "is_published": lambda call, row, field: bool(row["published"]) and row["kind"] != "ad",
        "is_hidden": always(False),
        "full_picture": lambda call, row, field: files.first_link(
            call.db, call.now, row["attachment"]
        ),
        "object_id": column("object_id"),
        "scheduled_publish_time": _scheduled,
        "can_reply_privately": _right("reply_privately"),
        "story": always(None),
        "attachments": _attachments,
    },
    ("created_time", "message"),
)


def _token(call: Call, row: sqlite3.Row, field: Field) -> Any:
    issued = call.caller.issued
    if issued is None:
        return None if call.caller.kind == APP else row["token"]
    if issued.kind == tokens.PAGE:
        return issued.token
    return tokens.page_token(call.db, issued.token, row["id"])


def _tasks(call: Call, row: sqlite3.Row, field: Field) -> list[str]:
    issued = call.caller.issued
    return list(staff.TASKS) if issued is None else staff.tasks(call.db, issued.staff_id, row["id"])


def _instagram(call: Call, row: sqlite3.Row, field: Field) -> Any:
    found = call.db.execute(
        "SELECT id, username FROM instagram WHERE page_id = ?", (row["id"],)
    ).fetchone()
    return None if found is None else dict(found) if field.inner else {"id": found["id"]}


RATING = View(
    "Recommendation",
    {
        "id": column("id"),
        "created_time": time_of("created"),
        "has_rating": always(False),
        "has_review": lambda call, row, field: bool(row["message"]),
        "rating": always(None),
        "recommendation_type": column("recommends"),
        "review_text": column("message"),
        "reviewer": _author,
        "open_graph_story": lambda call, row, field: {"id": row["id"]},
    },
    ("created_time", "recommendation_type", "review_text", "reviewer"),
)

PAGE_VIEW = View(
    "Page",
    {
        "id": column("id"),
        "name": column("name"),
        "access_token": _token,
        "tasks": _tasks,
        "category": always("Shop"),
        "category_list": always([{"id": "2239", "name": "Shop"}]),
        "link": lambda call, row, field: f"{call.asked.base_url}practice/pages/{row['id']}",
        "username": always(None),
        "fan_count": always(0),
        "followers_count": always(0),
        "about": always(None),
        "instagram_business_account": _instagram,
        "is_published": always(True),
        "verification_status": always("not_verified"),
    },
    ("name",),
)


def _first_name(call: Call, row: sqlite3.Row, field: Field) -> str:
    return str(row["name"]).split()[0]


def _last_name(call: Call, row: sqlite3.Row, field: Field) -> str:
    return " ".join(str(row["name"]).split()[1:])


PERSON = View(
    "User",
    {
        "id": column("id"),
        "name": column("name"),
        "first_name": _first_name,
        "last_name": _last_name,
        "profile_pic": always(None),
    },
    ("name",),
)
