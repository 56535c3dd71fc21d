"""The lists of the Graph API; one function serves an edge and the same edge asked for inside a
`fields`."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.practice import threads
from app.practice.errors import bad_parameter
from app.practice.graph import message_views, views
from app.practice.graph.call import APP, USER, Call
from app.practice.graph.fields import Field
from app.practice.graph.paging import Listing, between, listed
from app.practice.login import staff

Params = Mapping[str, Any]
Fields = tuple[Field, ...]
EMPTY: dict[str, Any] = {"data": []}
ListOf = Callable[[Call, sqlite3.Row, Params, Fields], dict[str, Any]]


@dataclass(frozen=True)
class Shape:
    """A kind of object: its plain fields and the lists that can be asked for among them."""

    view: views.View
    lists: Mapping[str, ListOf] = field(default_factory=dict)

    def read(self, call: Call, row: sqlite3.Row, fields: Fields) -> dict[str, Any]:
        self.check(fields)
        return self.show(call, row, fields)

    def check(self, fields: Fields) -> None:
        self.view.check(fields, self.lists)

    def show(self, call: Call, row: sqlite3.Row, fields: Fields) -> dict[str, Any]:
        plain = tuple(item for item in fields if item.name not in self.lists)
        # Only lists were asked for: then the id comes along and nothing else.
        shown = self.view.show(call, row, plain or ((Field("id"),) if fields else ()))
        for item in fields:
            if item.name in self.lists:
                found = self.lists[item.name](call, row, item.args, item.inner)
                if found["data"] or "paging" in found:
                    shown[item.name] = found
        return shown


def _edge(path: str, where: str) -> ListOf:
    """A list of posts: `where` says which of them."""

    def listing(call: Call, page: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
        POST.check(fields)
        if not call.sees_lists:
            return dict(EMPTY)
        found = _post_listing(call, page, params, path, where)
        return listed(call, found, params, fields, lambda row: POST.show(call, row, fields))

    return listing


def _post_listing(call: Call, page: sqlite3.Row, params: Params, path: str, where: str) -> Listing:
    sql, args = between(params, "created")
    return Listing(
        path=f"{page['id']}/{path}",
        sql=f"FROM posts WHERE page_id = ? AND deleted = 0 AND written <= ? AND {where}" + sql,
        args=(page["id"], call.readable_before, *args),
        keys=("created", "seq"),
        down=True,
    )


OWN = "published = 1 AND kind IN ('status', 'photo', 'video', 'share')"
posts = _edge("published_posts", OWN)
feed = _edge("feed", "published = 1 AND kind NOT IN ('ad', 'mention', 'rating')")
visitor_posts = _edge("visitor_posts", "kind = 'visitor'")
tagged = _edge("tagged", "kind = 'mention'")
ads_posts = _edge("ads_posts", "kind = 'ad'")
scheduled_posts = _edge("scheduled_posts", "published = 0 AND kind != 'ad'")


def ratings(call: Call, page: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    """A recommendation has no id of its own; its story has."""
    RATING.check(fields)
    if not call.sees_lists:
        return dict(EMPTY)
    found = _post_listing(call, page, params, "ratings", "kind = 'rating'")
    answer = listed(call, found, params, fields, lambda row: RATING.show(call, row, fields))
    for row in answer["data"]:
        del row["id"]
    return answer


def comments(call: Call, on: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    """Under a post: `filter=stream` is everything, the default only the top level and not what
    is hidden. Under a comment: its replies."""
    COMMENT.check(fields)
    if not call.sees_lists:
        return dict(EMPTY)
    sql, args = between(params, "created")
    stream, order = str(params.get("filter", "toplevel")), str(params.get("order", ""))
    if stream not in ("stream", "toplevel"):
        raise bad_parameter("Param filter must be one of toplevel, stream")
    if order not in ("", "chronological", "reverse_chronological", "ranked"):
        raise bad_parameter("Param order must be one of chronological, reverse_chronological")
    if threads.is_comment(on):
        where = "parent_id = ?"
    else:
        where = "post_id = ?" + ("" if stream == "stream" else " AND +parent_id IS NULL")
    if stream != "stream":
        where += " AND hidden = 0"
        # The platform says only that its default leaves some out; here it is every other one.
        where += " AND seq % 2 = 0" if call.trouble.has("default_filter") else ""
    listing = Listing(
        path=f"{on['id']}/comments",
        sql=f"FROM comments WHERE {where} AND deleted = 0 AND written <= ?" + sql,
        args=(on["id"], call.readable_before, *args),
        keys=("seq",),
        down=order == "reverse_chronological",
    )
    found = listed(call, listing, params, fields, lambda row: COMMENT.show(call, row, fields))
    if str(params.get("summary", "")).lower() in ("1", "true"):
        total = call.db.execute(f"SELECT count(*) {listing.sql}", listing.args).fetchone()[0]
        found["summary"] = {"order": order or "chronological", "total_count": total}
    return found


_TALKS = (
    "FROM conversations WHERE page_id = ? AND (updated > ? OR EXISTS (SELECT 1 FROM messages m"
    " WHERE m.conversation_id = conversations.id AND m.outbound = 1))"
)


def conversations(call: Call, page: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    CONVERSATION.check(fields)
    if not call.sees_lists or str(params.get("platform", "messenger")).lower() != "messenger":
        return dict(EMPTY)
    return conversations_of(call, page, page["id"], params, fields, CONVERSATION)


def conversations_of(
    call: Call,
    page: sqlite3.Row,
    owner: str,
    params: Params,
    fields: Fields,
    shape: Shape,
    quiet_since: int = 0,
) -> dict[str, Any]:
    """`owner` is the Page or its Instagram account; either is asked for at the Page. What nobody
    answered and has been quiet since a time is left out."""
    user_id = str(params.get("user_id") or "")
    listing = Listing(
        path=f"{page['id']}/conversations",
        sql=_TALKS + (" AND person_id = ?" if user_id else ""),
        args=(owner, quiet_since, user_id) if user_id else (owner, quiet_since),
        keys=("updated", "seq"),
        down=True,
    )
    return listed(call, listing, params, fields, lambda row: shape.show(call, row, fields))


def messages(call: Call, talk: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    return messages_of(call, talk, params, fields, MESSAGE)


def messages_of(
    call: Call, talk: sqlite3.Row, params: Params, fields: Fields, shape: Shape
) -> dict[str, Any]:
    """The newest first; of those past the newest twenty only id and time."""
    shape.check(fields)
    listing = Listing(
        path=f"{talk['id']}/messages",
        sql="FROM (SELECT m.*, c.page_id, c.person_id FROM messages m"
        " JOIN conversations c ON c.id = m.conversation_id"
        " WHERE m.conversation_id = ? AND m.written <= ?) WHERE 1",
        args=(talk["id"], call.readable_before),
        keys=("seq",),
        down=True,
    )

    def show(row: sqlite3.Row) -> dict[str, Any]:
        if message_views.is_readable(call, row):
            return shape.show(call, row, fields)
        few = tuple(item for item in fields if item.name in message_views.OLD_MESSAGE_FIELDS)
        return shape.show(call, row, few)

    return listed(call, listing, params, fields, show)


def accounts(call: Call, params: Params, fields: Fields) -> dict[str, Any]:
    """The Pages of the person whose token this is; their tokens come along."""
    PAGE.check(fields)
    if call.caller.kind != USER:
        raise bad_parameter(
            "Tried accessing nonexisting field (accounts) on node type "
            + ("(Application)" if call.caller.kind == APP else "(Page)")
        )
    wanted = fields or tuple(
        Field(name) for name in ("access_token", "category", "category_list", "name", "tasks")
    )
    issued = call.caller.issued
    sql, args = "FROM pages WHERE 1", tuple[str, ...]()
    if issued is not None:
        # Those they let us have and still have a task on; the permission comes first.
        mine = [row["id"] for row in staff.pages_of(call.db, issued.staff_id)]
        args = tuple(page_id for page_id in issued.pages if page_id in mine)
        if "pages_show_list" not in issued.scopes:
            args = ()
        sql = f"FROM pages WHERE id IN ({', '.join('?' * len(args))})"
    listing = Listing("me/accounts", sql, args, ("seq",), False)
    return listed(call, listing, params, fields, lambda row: PAGE.show(call, row, wanted))


def user(call: Call) -> dict[str, Any]:
    """Whoever logged in; a token that nobody logged in for is the owner's."""
    found = staff.get(
        call.db, call.caller.issued.staff_id if call.caller.issued else staff.OWNER_ID
    )
    return {"id": found["id"], "name": found["name"]}


POST = Shape(views.POST, {"comments": comments})
COMMENT = Shape(views.COMMENT, {"comments": comments})
CONVERSATION = Shape(message_views.CONVERSATION, {"messages": messages})
MESSAGE = Shape(message_views.MESSAGE)
PERSON = Shape(views.PERSON)
RATING = Shape(views.RATING)
POST_LISTS: dict[str, ListOf] = {
    "published_posts": posts,
    "posts": posts,
    "feed": feed,
    "visitor_posts": visitor_posts,
    "tagged": tagged,
    "ads_posts": ads_posts,
    "scheduled_posts": scheduled_posts,
    "ratings": ratings,
}
PAGE = Shape(views.PAGE_VIEW, POST_LISTS)
