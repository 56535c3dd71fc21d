"""Instagram's POST and DELETE side."""

from typing import Any

from app.practice import pages, threads
from app.practice.errors import GraphError, Refused, bad_parameter
from app.practice.graph import reads
from app.practice.graph.call import Call, need_page
from app.practice.graph.nodes import Node
from app.practice.instagram import comments, lists, media, publishing
from app.practice.instagram.reads import own_media

DONE = {"success": True}


def comment(call: Call, node: Node) -> dict[str, Any]:
    """On the account's own media."""
    need_page(call)
    return _write(call, own_media(call, node))


def reply(call: Call, node: Node) -> dict[str, Any]:
    need_page(call)
    return _write(call, reads.own_row(call, node))


def change(call: Call, node: Node) -> dict[str, Any]:
    """`hide` is all that can be changed, and only on other people's comments."""
    need_page(call)
    row = reads.own_row(call, node)
    if "hide" not in call.asked.params:
        raise bad_parameter("The parameter hide is required")
    hidden = call.asked.flag("hide")
    if row["person_id"] is None:
        raise GraphError(200, "(#200) You cannot hide this comment", status=403)
    comments.hide(call.db, row, hidden)
    kind = "hide" if hidden else "unhide"
    pages.log(call.db, call.now, row["page_id"], kind, row["id"], row["id"], "")
    return dict(DONE)


def delete(call: Call, node: Node) -> dict[str, Any]:
    """Our own, and whatever stands under our own media."""
    need_page(call)
    row = reads.own_row(call, node)
    is_ours = threads.post_of(call.db, row)["kind"] in media.OWN
    if not is_ours and row["person_id"] is not None:
        raise GraphError(200, "(#200) You cannot delete this comment", status=403)
    comments.remove(call.db, row)
    pages.log(call.db, call.now, row["page_id"], "delete", row["id"], row["id"], "")
    return dict(DONE)


def turn(call: Call, node: Node) -> dict[str, Any]:
    """`comment_enabled`: comments on or off."""
    need_page(call)
    row = own_media(call, node)
    on = call.asked.flag("comment_enabled")
    media.turn_comments(call.db, row, on)
    kind = "comments_on" if on else "comments_off"
    pages.log(call.db, call.now, row["page_id"], kind, row["id"], row["id"], "")
    return dict(DONE)


def answer_mention(call: Call, node: Node) -> dict[str, Any]:
    """`POST /{ig}/mentions`: under somebody else's picture, as a reply when a comment is named."""
    need_page(call)
    owner = reads.own_row(call, node)
    found_id = call.asked.text("comment_id")
    name = lists.COMMENT_FIELD if found_id else lists.MEDIA_FIELD
    wanted = found_id or call.asked.text("media_id")
    if not call.asked.text("media_id"):
        raise bad_parameter("The parameter media_id is required")
    found = threads.comment_or_post(call.db, wanted)
    if found["page_id"] != owner["id"] or found["person_id"] is None:
        raise bad_parameter(f"Invalid parameter: {name}")
    return _write(call, found)


def container(call: Call, node: Node) -> dict[str, Any]:
    need_page(call)
    owner, kind = reads.own_row(call, node), call.asked.text("media_type").upper()
    url = call.asked.text("image_url") or call.asked.text("video_url")
    caption = call.asked.text("caption")
    made = publishing.container(call.db, call.now, owner["id"], kind, caption, url)
    return {"id": made}


def publish(call: Call, node: Node) -> dict[str, Any]:
    need_page(call)
    owner = reads.own_row(call, node)
    row = publishing.publish(call.db, call.now, owner["id"], call.asked.text("creation_id"))
    return {"id": row["id"]}


def _write(call: Call, on: Any) -> dict[str, Any]:
    text = call.asked.text("message")
    if not text.strip():
        raise bad_parameter("The parameter message is required")
    if len(text) > comments.LONGEST:
        raise bad_parameter(f"Param message must be at most {comments.LONGEST} characters")
    try:
        row = comments.add(call.db, call.now, on, text, via=threads.API)
    except Refused as error:
        raise GraphError(
            10, f"(#10) {error.message}", subcode=None, status=403, kind="IGApiException"
        ) from error
    return {"id": row["id"]}
