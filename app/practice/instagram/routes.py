"""Instagram's part of the map: (kind of object, edge, verb) → kind of path and its function."""

from collections.abc import Callable
from typing import Any

from app.practice.graph import nodes as n
from app.practice.graph.call import Call
from app.practice.graph.nodes import Node
from app.practice.instagram import lists, reads, writes

Answer = Callable[[Call, Node], dict[str, Any]]

ROUTES: dict[tuple[str, str, str], tuple[str, Answer]] = {
    (n.IG_USER, "", "GET"): ("instagram", reads.user),
    (n.IG_USER, "mentions", "POST"): ("mentions", writes.answer_mention),
    (n.IG_USER, "media", "POST"): ("media", writes.container),
    (n.IG_USER, "media_publish", "POST"): ("media", writes.publish),
    (n.IG_USER, "content_publishing_limit", "GET"): ("instagram", reads.limit),
    (n.IG_CONTAINER, "", "GET"): ("media", reads.container),
    (n.IG_MEDIA, "", "GET"): ("media", reads.one_media),
    (n.IG_MEDIA, "", "POST"): ("media", writes.turn),
    (n.IG_MEDIA, "comments", "GET"): ("comments", reads.comments),
    (n.IG_MEDIA, "comments", "POST"): ("comments", writes.comment),
    (n.IG_COMMENT, "", "GET"): ("comment", reads.comment),
    (n.IG_COMMENT, "", "POST"): ("comment", writes.change),
    (n.IG_COMMENT, "", "DELETE"): ("comment", writes.delete),
    (n.IG_COMMENT, "replies", "GET"): ("replies", reads.replies),
    (n.IG_COMMENT, "replies", "POST"): ("replies", writes.reply),
    (n.IG_PERSON, "", "GET"): ("instagram", reads.person),
    (n.IG_CONVERSATION, "", "GET"): ("conversation", reads.conversation),
    (n.IG_CONVERSATION, "messages", "GET"): ("conversation", reads.messages),
    (n.IG_MESSAGE, "", "GET"): ("message", reads.message),
    (n.PAGE, "conversations", "GET"): ("conversations", reads.conversations),
    (n.ME, "conversations", "GET"): ("conversations", reads.conversations),
}
for _edge in lists.USER_LISTS:
    ROUTES[n.IG_USER, _edge, "GET"] = ("media", reads.edge(_edge))
