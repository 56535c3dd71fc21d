"""The Graph API's one way in: read, misbehave if told to, answer in Graph's own form."""

import json
import secrets
import sqlite3
from typing import Any

from flask import Blueprint, Response, abort, request

from app.practice import faults
from app.practice.errors import GraphError
from app.practice.faults import Trouble
from app.practice.graph import misbehave, nodes
from app.practice.graph.asked import NEWEST, Asked, read
from app.practice.graph.call import (
    NOBODY,
    Call,
    Caller,
    caller_of,
    identify,
    must_be_granted,
)
from app.practice.platform import Platform, current
from app.practice.routes import Route, route

graph = Blueprint("graph", __name__)
METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]


@graph.route("/<path:path>", methods=METHODS)
def call(path: str) -> Response:
    if path.partition("/")[0] in ("practice", "static"):
        abort(404, "There is nothing at this address.")
    version, trouble = f"v{NEWEST}.0", Trouble()
    try:
        asked = read(request, path)
        version = asked.version
        node_id, edge = _target(asked)
        found, page_id = _route(current(), asked, node_id, edge)
        trouble = faults.take(current().store, asked.method, found.path, page_id)
        response = misbehave.before(trouble)
        if response is None:
            response = answered(_answer(current(), asked, found, node_id, trouble))
    except GraphError as error:
        response = answered(error.body(), error.status)
    response.headers["Facebook-API-Version"] = version
    response.headers["X-FB-Trace-ID"] = secrets.token_urlsafe(8)
    return misbehave.after(trouble, response)


def answered(body: dict[str, Any], status: int = 200) -> Response:
    """Non-ASCII as \\uXXXX, as Graph writes it."""
    response = Response(json.dumps(body, separators=(",", ":")), status)
    response.content_type = "application/json; charset=UTF-8"
    return response


def _target(asked: Asked) -> tuple[str, str]:
    if not asked.parts:
        return nodes.IDS, ""
    if len(asked.parts) > 2:
        raise GraphError(2500, f"Unknown path components: /{'/'.join(asked.parts[2:])[:100]}")
    return asked.parts[0], asked.parts[1] if len(asked.parts) == 2 else ""


def _find(db: sqlite3.Connection, platform: Platform, node_id: str) -> nodes.Node:
    if node_id == nodes.IDS:
        return nodes.Node(nodes.IDS, "")
    return nodes.find(db, platform.app_id, node_id)


def _route(platform: Platform, asked: Asked, node_id: str, edge: str) -> tuple[Route, str]:
    """The way to answer, and the Page it is about: the object's, or the token's where it is
    called `me`."""
    with platform.store.reading() as db:
        node = _find(db, platform, node_id)
        caller = caller_of(db, platform.now(), asked.token) if asked.token else None
    return route(node, edge, asked.method), node.page_id or (caller.page_id if caller else "")


def _answer(
    platform: Platform, asked: Asked, found: Route, node_id: str, trouble: Trouble
) -> dict[str, Any]:
    """The object is looked up again inside the transaction: it may have gone meanwhile."""
    only_reads = (asked.method == "GET" or found.calls_out) and not found.writes
    with platform.store.reading() if only_reads else platform.store.writing() as db:
        caller = Caller(NOBODY) if found.is_public else identify(db, platform, asked)
        node = _find(db, platform, node_id)
        must_be_granted(caller, found.path, asked.method, node)
        answer = found.answer(Call(platform, db, platform.now(), asked, caller, trouble), node)
    if asked.method != "GET":
        platform.wake.set()
    return answer
