"""The GET side: one function for each kind of path."""

import sqlite3
from collections.abc import Callable
from typing import Any

from app.practice.errors import GraphError, not_found
from app.practice.graph import lists, message_views, nodes
from app.practice.graph.call import APP, PAGE, USER, Call
from app.practice.graph.fields import Field, parse
from app.practice.graph.nodes import Node


def fields(call: Call) -> tuple[Field, ...]:
    return parse(call.asked.text("fields"))


def own_row(call: Call, node: Node) -> sqlite3.Row:
    """The object, if it is there and of this token's Page; a person's token sees no comments."""
    foreign = call.caller.kind == PAGE and node.page_id != call.caller.page_id
    if node.row is None or foreign or (call.caller.kind != PAGE and node.kind != nodes.PAGE):
        raise not_found(node.id, call.asked.method)
    issued = call.caller.issued
    if issued is not None and node.page_id not in issued.pages:
        raise not_found(node.id, call.asked.method)
    return node.row


def fresh_row(call: Call, node: Node) -> sqlite3.Row:
    """As `own_row`, but what was written a moment ago may not be there to be read yet."""
    row = own_row(call, node)
    if row["written"] > call.readable_before:
        raise not_found(node.id, call.asked.method)
    return row


def me(call: Call, node: Node) -> dict[str, Any]:
    if call.caller.kind == USER:
        return lists.user(call)
    if call.caller.kind == APP:
        words = "An active access token must be used to query information about the current user."
        raise GraphError(2500, words)
    return lists.PAGE.read(call, _page(call, call.caller.page_id), fields(call))


def accounts(call: Call, node: Node) -> dict[str, Any]:
    return lists.accounts(call, call.asked.params, fields(call))


def page(call: Call, node: Node) -> dict[str, Any]:
    return lists.PAGE.read(call, own_row(call, node), fields(call))


def person(call: Call, node: Node) -> dict[str, Any]:
    return lists.PERSON.read(call, own_row(call, node), fields(call))


def posts_of(edge: str) -> Callable[[Call, Node], dict[str, Any]]:
    """One list of the Page's, as `PAGE/edge`."""

    def read(call: Call, node: Node) -> dict[str, Any]:
        row = page_row(call, node)
        return lists.POST_LISTS[edge](call, row, call.asked.params, fields(call))

    return read


def post(call: Call, node: Node) -> dict[str, Any]:
    return lists.POST.read(call, fresh_row(call, node), fields(call))


def comment(call: Call, node: Node) -> dict[str, Any]:
    return lists.COMMENT.read(call, fresh_row(call, node), fields(call))


def comments(call: Call, node: Node) -> dict[str, Any]:
    if not call.sees_lists:
        return {"data": []}
    return lists.comments(call, fresh_row(call, node), call.asked.params, fields(call))


def likes(call: Call, node: Node) -> dict[str, Any]:
    row = own_row(call, node)
    found = _page(call, row["page_id"])
    return {"data": [{"id": found["id"], "name": found["name"]}] if row["liked"] else []}


def conversations(call: Call, node: Node) -> dict[str, Any]:
    row = page_row(call, node)
    return lists.conversations(call, row, call.asked.params, fields(call))


def conversation(call: Call, node: Node) -> dict[str, Any]:
    return lists.CONVERSATION.read(call, own_row(call, node), fields(call))


def messages(call: Call, node: Node) -> dict[str, Any]:
    return lists.messages(call, own_row(call, node), call.asked.params, fields(call))


def message(call: Call, node: Node) -> dict[str, Any]:
    row = fresh_row(call, node)
    if not message_views.is_readable(call, row):
        raise message_views.too_old()
    return lists.MESSAGE.read(call, row, fields(call))


def subscribed_apps(call: Call, node: Node) -> dict[str, Any]:
    row = own_row(call, node)
    if not row["fields"]:
        return {"data": []}
    app = {
        "category": "Utilities",
        "name": "Vuoro practice",
        "id": call.platform.app_id,
        "subscribed_fields": row["fields"].split(","),
    }
    return {"data": [app]}


def subscriptions(call: Call, node: Node) -> dict[str, Any]:
    need_app(call)
    rows = call.db.execute("SELECT * FROM subscriptions ORDER BY object").fetchall()
    return {
        "data": [
            {
                "object": row["object"],
                "callback_url": row["callback_url"],
                "active": bool(row["verified"]),
                "fields": [{"name": name, "version": "v26.0"} for name in row["fields"].split(",")],
            }
            for row in rows
        ]
    }


def app(call: Call, node: Node) -> dict[str, Any]:
    return {"id": call.platform.app_id, "name": "Vuoro practice"}


def need_app(call: Call) -> None:
    if call.caller.kind != APP:
        raise GraphError(15, "(#15) This method must be called with an app access_token.")


def page_row(call: Call, node: Node) -> sqlite3.Row:
    """The Page that is named, or the one whose token this is."""
    return _page(call, call.caller.page_id) if node.kind == nodes.ME else own_row(call, node)


def _page(call: Call, page_id: str) -> sqlite3.Row:
    found = nodes.find(call.db, call.platform.app_id, page_id).row
    if found is None:
        raise not_found(page_id, call.asked.method)
    return found
