"""Instagram's GET side."""

import sqlite3
from collections.abc import Callable
from typing import Any

from app.practice import threads
from app.practice.errors import not_found
from app.practice.graph import message_views, nodes, reads
from app.practice.graph.call import Call
from app.practice.graph.nodes import Node
from app.practice.instagram import lists, media, publishing

Answer = Callable[[Call, Node], dict[str, Any]]


def user(call: Call, node: Node) -> dict[str, Any]:
    """The account, with what it is mentioned in where that is asked for."""
    row, fields = reads.own_row(call, node), reads.fields(call)
    asked = [item for item in fields if item.name in (lists.COMMENT_FIELD, lists.MEDIA_FIELD)]
    plain = tuple(item for item in fields if item not in asked)
    shown = lists.USER.read(call, row, plain) if plain or not asked else {"id": row["id"]}
    for item in asked:
        shown[item.name] = lists.mentioned(call, row, item)
    return shown


def edge(name: str) -> Answer:
    def read(call: Call, node: Node) -> dict[str, Any]:
        if not call.sees_lists:
            return {"data": []}
        row = reads.own_row(call, node)
        return lists.USER_LISTS[name](call, row, call.asked.params, reads.fields(call))

    return read


def one_media(call: Call, node: Node) -> dict[str, Any]:
    return lists.MEDIA.read(call, own_media(call, node), reads.fields(call))


def own_media(call: Call, node: Node) -> sqlite3.Row:
    """Other people's media are not reached by their id, also when they name us."""
    row = reads.fresh_row(call, node)
    if row["kind"] not in media.OWN:
        raise not_found(node.id, call.asked.method)
    return row


def comments(call: Call, node: Node) -> dict[str, Any]:
    if not call.sees_lists:
        return {"data": []}
    return lists.comments(call, own_media(call, node), call.asked.params, reads.fields(call))


def comment(call: Call, node: Node) -> dict[str, Any]:
    return lists.COMMENT.read(call, own_comment(call, node), reads.fields(call))


def own_comment(call: Call, node: Node) -> sqlite3.Row:
    """Under the account's own media: under others' not even what names it is reached by its id."""
    row = reads.fresh_row(call, node)
    if threads.post_of(call.db, row)["kind"] not in media.OWN:
        raise not_found(node.id, call.asked.method)
    return row


def replies(call: Call, node: Node) -> dict[str, Any]:
    if not call.sees_lists:
        return {"data": []}
    row = own_comment(call, node)
    return lists.replies(call, row, call.asked.params, reads.fields(call))


def person(call: Call, node: Node) -> dict[str, Any]:
    return lists.PERSON.read(call, reads.own_row(call, node), reads.fields(call))


def conversations(call: Call, node: Node) -> dict[str, Any]:
    """`platform=instagram` asks for the account's, everything else for the Page's."""
    if call.asked.text("platform").lower() != "instagram":
        return reads.conversations(call, node)
    row = reads.page_row(call, node)
    return lists.conversations(call, row, call.asked.params, reads.fields(call))


def conversation(call: Call, node: Node) -> dict[str, Any]:
    return lists.CONVERSATION.read(call, reads.own_row(call, node), reads.fields(call))


def messages(call: Call, node: Node) -> dict[str, Any]:
    row = reads.own_row(call, node)
    return lists.messages(call, row, call.asked.params, reads.fields(call))


def message(call: Call, node: Node) -> dict[str, Any]:
    row = reads.fresh_row(call, node)
    if not message_views.is_readable(call, row):
        raise message_views.too_old()
    return lists.MESSAGE.read(call, row, reads.fields(call))


def container(call: Call, node: Node) -> dict[str, Any]:
    row = reads.own_row(call, node)
    state = publishing.status(row, call.now)
    return {"id": row["id"], "status_code": state, "status": state.title()}


def limit(call: Call, node: Node) -> dict[str, Any]:
    row = reads.own_row(call, node)
    used = publishing.used(call.db, call.now, row["id"])
    config = {"quota_total": publishing.A_DAY, "quota_duration": 86400}
    return {"data": [{"quota_usage": used, "config": config}]}


READERS: dict[str, Answer] = {
    nodes.IG_USER: user,
    nodes.IG_MEDIA: one_media,
    nodes.IG_COMMENT: comment,
    nodes.IG_PERSON: person,
    nodes.IG_CONVERSATION: conversation,
    nodes.IG_MESSAGE: message,
}
