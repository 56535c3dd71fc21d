"""The POST and DELETE side. Every write that took effect is kept in `writes`, answered or not."""

import sqlite3
from typing import Any

from app.practice import comment_rights, events, pages, sending, subscribing, threads
from app.practice.errors import GraphError, bad_parameter, not_found
from app.practice.graph import nodes, posting, reads
from app.practice.graph.call import Call, need_page
from app.practice.graph.nodes import Node

COMMENT_LIMIT = 8000
MODERATION = ("BAN_USER", "BLOCK_USER", "MOVE_TO_SPAM", "UNBAN_USER", "UNBLOCK_USER")
DONE = {"success": True}


def reply(call: Call, node: Node) -> dict[str, Any]:
    """A comment of the Page under a post or a comment."""
    page_id = need_page(call)
    row = reads.own_row(call, node)
    message, picture = _message(call), posting.picture_of_comment(call, page_id)
    if not _rights(call, row).comment:
        raise GraphError(200, "(#200) Comments are turned off here", status=403)
    if not message.strip() and not picture:
        raise bad_parameter("Comments must contain a message or an attachment")
    added = threads.add_comment(
        call.db,
        call.now,
        row,
        message,
        via=threads.API,
        attachment=picture,
    )
    return {"id": added["id"]}


def change(call: Call, node: Node) -> dict[str, Any]:
    """`is_hidden` on a customer's comment, `message` on our own."""
    page_id = need_page(call)
    row = reads.own_row(call, node)
    params = call.asked.params
    if "is_hidden" not in params and "message" not in params:
        raise bad_parameter("Nothing to change: give is_hidden or message")
    ours = row["person_id"] is None
    if "is_hidden" in params:
        hidden = call.asked.flag("is_hidden")
        if not _rights(call, row).hide:
            raise GraphError(200, "(#200) You cannot hide this comment", status=403)
        threads.hide(call.db, call.now, row, hidden)
        pages.log(
            call.db, call.now, page_id, "hide" if hidden else "unhide", row["id"], row["id"], ""
        )
    if "message" in params:
        if not ours:
            raise GraphError(200, "(#200) You cannot edit this comment", status=403)
        message = _message(call)
        if not message.strip():
            raise bad_parameter("Comments must contain a message or an attachment")
        threads.edit(call.db, call.now, row, message)
        pages.log(call.db, call.now, page_id, "edit", row["id"], row["id"], message)
    return dict(DONE)


def delete(call: Call, node: Node) -> dict[str, Any]:
    page_id = need_page(call)
    row = reads.own_row(call, node)
    if not _rights(call, row).remove:
        raise GraphError(200, "(#200) You cannot delete this comment", status=403)
    threads.remove(call.db, call.now, row)
    pages.log(call.db, call.now, page_id, "delete", row["id"], row["id"], "")
    return dict(DONE)


def like(call: Call, node: Node) -> dict[str, Any]:
    return _like(call, node, True)


def unlike(call: Call, node: Node) -> dict[str, Any]:
    return _like(call, node, False)


def moderate(call: Call, node: Node) -> dict[str, Any]:
    page_id = need_page(call)
    reads.own_row(call, node)
    actions, people = call.asked.listed("actions"), call.asked.listed("user_ids")
    if not 1 <= len(actions) <= 2 or not set(actions) <= set(MODERATION):
        raise bad_parameter("Param actions must hold one or two of " + ", ".join(MODERATION))
    if not 1 <= len(people) <= 10:
        raise bad_parameter("Param user_ids must hold 1 to 10 ids")
    for person_id in people:
        owners = (page_id, sending.account_of(call.db, page_id))
        if not any(pages.known_person(call.db, owner, person_id) for owner in owners):
            raise bad_parameter("No matching user found", 2018001)
        for action in actions:
            _moderate(call, person_id, action)
            pages.log(call.db, call.now, page_id, action.lower(), person_id, person_id, "")
    return {"result": {person_id: {"success": True} for person_id in people}}


def send(call: Call, node: Node) -> dict[str, Any]:
    page_id = need_page(call)
    if node.kind != nodes.ME:
        reads.own_row(call, node)
    return dict(
        sending.send(
            call.db, call.now, page_id, call.platform.app_id, call.asked.opened(),
            uploads=call.asked.uploads, all_held=call.trouble.has("threads_held"),
        )
    )  # fmt: skip


def subscribe_page(call: Call, node: Node) -> dict[str, Any]:
    page_id = need_page(call)
    reads.own_row(call, node)
    names = call.asked.listed("subscribed_fields")
    if not names:
        raise bad_parameter("The parameter subscribed_fields is required.")
    unknown = sorted(set(names) - events.PAGE_FIELDS)
    if unknown:
        raise bad_parameter(
            f"Param subscribed_fields[0] must be one of {{{', '.join(sorted(events.PAGE_FIELDS))}}}"
            f' - got "{unknown[0][:60]}".'
        )
    call.db.execute("UPDATE pages SET fields = ? WHERE id = ?", (",".join(names), page_id))
    return dict(DONE)


def unsubscribe_page(call: Call, node: Node) -> dict[str, Any]:
    page_id = need_page(call)
    reads.own_row(call, node)
    call.db.execute("UPDATE pages SET fields = '' WHERE id = ?", (page_id,))
    return dict(DONE)


def subscribe_app(call: Call, node: Node) -> dict[str, Any]:
    """The callback must answer the handshake before anything is sent to it."""
    reads.need_app(call)
    subscribing.subscribe(
        call.platform.store,
        call.asked.text("object"),
        call.asked.text("callback_url"),
        call.asked.text("verify_token"),
        call.asked.listed("fields"),
    )
    return dict(DONE)


def unsubscribe_app(call: Call, node: Node) -> dict[str, Any]:
    reads.need_app(call)
    call.db.execute("DELETE FROM subscriptions WHERE object = ?", (call.asked.text("object"),))
    return dict(DONE)


def _like(call: Call, node: Node, liked: bool) -> dict[str, Any]:
    page_id = need_page(call)
    row = reads.own_row(call, node)
    threads.like(call.db, call.now, row, liked)
    pages.log(call.db, call.now, page_id, "like" if liked else "unlike", row["id"], row["id"], "")
    return dict(DONE)


def _moderate(call: Call, person_id: str, action: str) -> None:
    if action == "MOVE_TO_SPAM":
        call.db.execute("UPDATE conversations SET spam = 1 WHERE person_id = ?", (person_id,))
        return
    pages.ban(call.db, person_id, action in ("BAN_USER", "BLOCK_USER"))


def _rights(call: Call, row: sqlite3.Row) -> comment_rights.Rights:
    return comment_rights.rights(call.db, call.now, row)


def _message(call: Call) -> str:
    message = call.asked.text("message")
    if len(message) > COMMENT_LIMIT:
        raise bad_parameter(f"Param message must be at most {COMMENT_LIMIT} characters")
    return message


def not_supported(call: Call, node: Node) -> dict[str, Any]:
    raise not_found(node.id, call.asked.method)
