"""Instagram's lists: media, comments, replies, tags, private conversations."""

import sqlite3
from typing import Any

from app.practice import direct, threads
from app.practice.errors import bad_parameter
from app.practice.graph import lists
from app.practice.graph.call import Call
from app.practice.graph.fields import Field
from app.practice.graph.lists import EMPTY, Fields, ListOf, Params, Shape
from app.practice.graph.paging import Listing, between, listed
from app.practice.instagram import accounts, views
from app.practice.times import DAY


def _media_edge(path: str, where: str) -> ListOf:
    def listing(call: Call, owner: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
        MEDIA.check(fields)
        if not call.sees_lists:
            return dict(EMPTY)
        sql, args = between(params, "created")
        found = Listing(
            path=f"{owner['id']}/{path}",
            sql=f"FROM posts WHERE page_id = ? AND deleted = 0 AND written <= ? AND {where}" + sql,
            args=(owner["id"], call.readable_before, *args),
            keys=("created", "seq"),
            down=True,
        )
        return listed(call, found, params, fields, lambda row: MEDIA.show(call, row, fields))

    return listing


media = _media_edge("media", "kind IN ('FEED', 'REELS')")
stories = _media_edge("stories", "kind = 'STORY'")
tags = _media_edge("tags", "kind = 'TAG'")


def comments(call: Call, on: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    """The top level only, the newest first; their replies are asked for one by one."""
    return _comments(call, on, params, fields, "comments", "post_id = ? AND +parent_id IS NULL")


def replies(call: Call, on: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    return _comments(call, on, params, fields, "replies", "parent_id = ?")


def _comments(
    call: Call, on: sqlite3.Row, params: Params, fields: Fields, path: str, where: str
) -> dict[str, Any]:
    COMMENT.check(fields)
    if not call.sees_lists:
        return dict(EMPTY)
    listing = Listing(
        path=f"{on['id']}/{path}",
        sql=f"FROM comments WHERE {where} AND deleted = 0 AND written <= ?",
        args=(on["id"], call.readable_before),
        keys=("seq",),
        down=not threads.is_comment(on),
    )
    return listed(call, listing, params, fields, lambda row: COMMENT.show(call, row, fields))


def conversations(call: Call, page: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    """At the Page, with `platform=instagram`; nothing for a Page without an account."""
    CONVERSATION.check(fields)
    account = accounts.of_page(call.db, page["id"])
    if account is None or not call.sees_lists:
        return dict(EMPTY)
    direct.must_be_allowed(call.db, account["id"])
    return lists.conversations_of(
        call, page, account["id"], params, fields, CONVERSATION, quiet_since=call.now - REQUESTS
    )


def messages(call: Call, talk: sqlite3.Row, params: Params, fields: Fields) -> dict[str, Any]:
    return lists.messages_of(call, talk, params, fields, MESSAGE)


def mentioned(call: Call, owner: sqlite3.Row, field: Field) -> dict[str, Any] | None:
    """`mentioned_comment.comment_id(ID){…}` and `mentioned_media.media_id(ID){…}`: the only way to
    read what stands under other people's pictures."""
    wanted, shape = ("comment_id", COMMENT) if field.name == COMMENT_FIELD else ("media_id", MEDIA)
    found_id = field.args.get(wanted, "")
    shape.check(field.inner)
    if field.name == COMMENT_FIELD:
        sql = "SELECT * FROM comments WHERE id = ? AND page_id = ? AND deleted = 0"
    else:
        sql = "SELECT * FROM posts WHERE id = ? AND page_id = ? AND deleted = 0"
    row = call.db.execute(sql, (found_id, owner["id"])).fetchone()
    if row is None or row["person_id"] is None or not _names(owner, row):
        raise bad_parameter(f"Invalid parameter: the object {found_id[:40]} does not mention you")
    return shape.show(call, row, field.inner)


def _names(owner: sqlite3.Row, row: sqlite3.Row) -> bool:
    return "@" + str(owner["username"]) in row["message"].lower()


MEDIA = Shape(views.MEDIA, {"comments": comments})
COMMENT = Shape(views.COMMENT, {"replies": replies})
CONVERSATION = Shape(views.CONVERSATION, {"messages": messages})
MESSAGE = Shape(views.MESSAGE)
USER_LISTS: dict[str, ListOf] = {"media": media, "stories": stories, "tags": tags}
USER = Shape(views.USER, USER_LISTS)
PERSON = Shape(views.PERSON)
# Nobody answered it for so long: the requests folder is not shown any further back.
REQUESTS = 30 * DAY
COMMENT_FIELD, MEDIA_FIELD = "mentioned_comment", "mentioned_media"
