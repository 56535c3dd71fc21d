"""The map: (kind of object, edge, verb) → kind of path and the function that answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.practice.errors import bad_parameter, not_found
from app.practice.graph import debug, exchange, lists, owners, posting, reads, writes
from app.practice.graph import nodes as n
from app.practice.graph.call import Call
from app.practice.graph.nodes import Node
from app.practice.instagram import routes as instagram

Answer = Callable[[Call, Node], dict[str, Any]]


@dataclass(frozen=True)
class Route:
    """`path` is the kind a fault can be limited to (`faults.CALL_KINDS`)."""

    path: str
    answer: Answer
    # Calls the network, so it opens its own short transaction when it has something to store.
    calls_out: bool = False
    # Called without a token, and stores something although it may be a GET.
    is_public: bool = False
    writes: bool = False


def several(call: Call, node: Node) -> dict[str, Any]:
    """`/?ids=a,b`: each object under its id."""
    wanted = call.asked.listed("ids") if call.asked.params.get("ids") else []
    if not wanted or len(wanted) > 50:
        raise bad_parameter("Param ids must hold 1 to 50 ids")
    answer = {}
    for node_id in wanted:
        found = n.find(call.db, call.platform.app_id, node_id)
        if found.row is None or (found.kind, "", "GET") not in ROUTES:
            raise not_found(node_id)
        answer[node_id] = ROUTES[found.kind, "", "GET"].answer(call, found)
    return answer


LOGIN = Route("login", exchange.access_token, is_public=True, writes=True)
ROUTES: dict[tuple[str, str, str], Route] = {
    (n.IDS, "", "GET"): Route("ids", several),
    (n.ME, "", "GET"): Route("me", reads.me),
    (n.ME, "accounts", "GET"): Route("accounts", reads.accounts),
    (n.ME, "messages", "POST"): Route("messages", writes.send),
    (n.DEBUG, "", "GET"): Route("debug_token", debug.debug_token),
    (n.OAUTH, "access_token", "GET"): LOGIN,
    (n.OAUTH, "access_token", "POST"): LOGIN,
    (n.APP, "", "GET"): Route("me", reads.app),
    (n.APP, "subscriptions", "GET"): Route("subscriptions", reads.subscriptions),
    (n.APP, "subscriptions", "POST"): Route("subscriptions", writes.subscribe_app, True),
    (n.APP, "subscriptions", "DELETE"): Route("subscriptions", writes.unsubscribe_app),
    (n.PAGE, "", "GET"): Route("page", reads.page),
    (n.PAGE, "subscribed_apps", "GET"): Route("subscribed_apps", reads.subscribed_apps),
    (n.PAGE, "subscribed_apps", "POST"): Route("subscribed_apps", writes.subscribe_page),
    (n.PAGE, "subscribed_apps", "DELETE"): Route("subscribed_apps", writes.unsubscribe_page),
    (n.PAGE, "messages", "POST"): Route("messages", writes.send),
    (n.PAGE, "moderate_conversations", "POST"): Route("moderate", writes.moderate),
    (n.PAGE, "feed", "POST"): Route("feed", posting.feed),
    (n.PAGE, "photos", "POST"): Route("photos", posting.photos),
    (n.PAGE, "message_attachments", "POST"): Route("photos", posting.message_attachment),
    (n.PAGE, "take_thread_control", "POST"): Route("owner", owners.take),
    (n.PAGE, "request_thread_control", "POST"): Route("owner", owners.take),
    (n.PAGE, "pass_thread_control", "POST"): Route("owner", owners.give),
    (n.PAGE, "release_thread_control", "POST"): Route("owner", owners.release),
    (n.PAGE, "thread_owner", "GET"): Route("owner", owners.owner),
    (n.POST, "", "POST"): Route("post", posting.change),
    (n.POST, "", "DELETE"): Route("post", posting.delete),
    (n.POST, "", "GET"): Route("post", reads.post),
    (n.POST, "comments", "GET"): Route("comments", reads.comments),
    (n.POST, "comments", "POST"): Route("comments", writes.reply),
    (n.COMMENT, "", "GET"): Route("comment", reads.comment),
    (n.COMMENT, "", "POST"): Route("comment", writes.change),
    (n.COMMENT, "", "DELETE"): Route("comment", writes.delete),
    (n.COMMENT, "comments", "GET"): Route("comments", reads.comments),
    (n.COMMENT, "comments", "POST"): Route("comments", writes.reply),
    (n.COMMENT, "likes", "GET"): Route("likes", reads.likes),
    (n.COMMENT, "likes", "POST"): Route("likes", writes.like),
    (n.COMMENT, "likes", "DELETE"): Route("likes", writes.unlike),
    (n.PERSON, "", "GET"): Route("page", reads.person),
    (n.CONVERSATION, "", "GET"): Route("conversation", reads.conversation),
    (n.CONVERSATION, "messages", "GET"): Route("conversation", reads.messages),
    (n.MESSAGE, "", "GET"): Route("message", reads.message),
}
for _edge in lists.POST_LISTS:
    ROUTES[n.PAGE, _edge, "GET"] = ROUTES[n.ME, _edge, "GET"] = Route(
        "posts", reads.posts_of(_edge)
    )
for _key, (_path, _answer) in instagram.ROUTES.items():
    ROUTES[_key] = Route(_path, _answer)

UNSUPPORTED = Route("unknown", writes.not_supported)


def route(node: Node, edge: str, method: str) -> Route:
    return ROUTES.get((node.kind, edge, method), UNSUPPORTED)
