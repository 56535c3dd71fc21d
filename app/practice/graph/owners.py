"""Who holds a thread: asked, taken over, given away (`take_thread_control` and its kin)."""

import sqlite3
from typing import Any

from app.practice import events, handover, outgoing, pages, sending
from app.practice.errors import bad_parameter
from app.practice.graph import reads
from app.practice.graph.call import Call, need_page
from app.practice.graph.nodes import Node

DONE = {"success": True}
# The Page's own inbox, which gets a thread that an app lets go.
INBOX = "263902037430900"


def take(call: Call, node: Node) -> dict[str, Any]:
    person = _person(call, node)
    handover.take(call.db, call.now, person, call.platform.app_id)
    pages.log(call.db, call.now, person["page_id"], "take_thread", person["id"], "", "")
    return dict(DONE)


def give(call: Call, node: Node) -> dict[str, Any]:
    target = call.asked.text("target_app_id")
    if not target.isdigit():
        raise bad_parameter("The parameter target_app_id is required")
    handover.give(call.db, call.now, _person(call, node), target, call.platform.app_id)
    return dict(DONE)


def release(call: Call, node: Node) -> dict[str, Any]:
    handover.give(call.db, call.now, _person(call, node), INBOX, call.platform.app_id)
    return dict(DONE)


def owner(call: Call, node: Node) -> dict[str, Any]:
    """`GET /{page}/thread_owner?recipient=…`."""
    page_id = need_page(call)
    reads.own_row(call, node)
    found = _known(call, page_id, call.asked.text("recipient"))
    held = events.holder(call.db, found["id"]) or call.platform.app_id
    return {"data": [{"thread_owner": {"app_id": held}}]}


def _person(call: Call, node: Node) -> sqlite3.Row:
    page_id = need_page(call)
    reads.own_row(call, node)
    recipient = outgoing.mapping(call.asked.opened(), "recipient")
    return _known(call, page_id, str(recipient.get("id", "")))


def _known(call: Call, page_id: str, person_id: str) -> sqlite3.Row:
    for owner_id in (page_id, sending.account_of(call.db, page_id)):
        found = pages.known_person(call.db, owner_id, person_id) if owner_id else None
        if found is not None:
            return found
    raise bad_parameter("No matching user found", 2018001)
