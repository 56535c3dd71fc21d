"""Posts, pictures and message attachments: what the Page puts up."""

from typing import Any

from app.practice import files, outgoing, pages, publishing, threads, times
from app.practice.errors import GraphError, bad_parameter
from app.practice.graph import reads
from app.practice.graph.call import Call, need_page
from app.practice.graph.nodes import Node

DONE = {"success": True}


def feed(call: Call, node: Node) -> dict[str, Any]:
    """`published=false` with `scheduled_publish_time`, or with `unpublished_content_type`."""
    page_id = need_page(call)
    reads.own_row(call, node)
    message, pictures = call.asked.text("message"), _pictures(call, page_id)
    if not message.strip() and not pictures and not call.asked.text("link"):
        raise bad_parameter("The post must have a message, a link or a picture")
    hidden = "published" in call.asked.params and not call.asked.flag("published")
    at = _time(call)
    if at is not None and not hidden:
        raise bad_parameter("scheduled_publish_time needs published=false")
    row = publishing.post(
        call.db, call.now, page_id, message, publish=not hidden, at=at,
        kind=_kind(call, bool(pictures), hidden), attachment=pictures or None,
    )  # fmt: skip
    return {"id": row["id"]}


def photos(call: Call, node: Node) -> dict[str, Any]:
    """Shown as a post of its own, or with `published=false` kept for a comment or a post."""
    page_id = need_page(call)
    reads.own_row(call, node)
    kept = _picture(call, page_id)
    if "published" in call.asked.params and not call.asked.flag("published"):
        return {"id": kept}
    row = publishing.photo(
        call.db, call.now, page_id, {"type": "image", "file": kept}, call.asked.text("message")
    )
    return {"id": row["object_id"], "post_id": row["id"]}


def change(call: Call, node: Node) -> dict[str, Any]:
    """Words, publish date, draft or publish now: only what the Page posted itself."""
    page_id = need_page(call)
    row = reads.own_row(call, node)
    if row["person_id"] is not None:
        raise GraphError(200, "(#200) You cannot edit this post", status=403)
    params = call.asked.params
    if not {"message", "scheduled_publish_time", "is_published", "unpublished_content_type"} & set(
        params
    ):
        raise bad_parameter("Nothing to change")
    if "message" in params:
        publishing.change(call.db, call.now, row, call.asked.text("message"))
    if "scheduled_publish_time" in params:
        publishing.move(call.db, call.now, row, _time(call))
    elif call.asked.text("unpublished_content_type").upper() == "DRAFT":
        publishing.move(call.db, call.now, row, None)
    if "is_published" in params and call.asked.flag("is_published"):
        publishing.publish(call.db, call.now, row)
    pages.log(call.db, call.now, page_id, "change_post", row["id"], row["id"], "")
    return dict(DONE)


def delete(call: Call, node: Node) -> dict[str, Any]:
    """Our own posts, and what visitors put on the wall; not what stands elsewhere."""
    page_id = need_page(call)
    row = reads.own_row(call, node)
    if row["kind"] in threads.ELSEWHERE:
        raise GraphError(200, "(#200) You cannot delete this post", status=403)
    threads.remove_post(call.db, call.now, row)
    pages.log(call.db, call.now, page_id, "delete_post", row["id"], row["id"], "")
    return dict(DONE)


def message_attachment(call: Call, node: Node) -> dict[str, Any]:
    """`POST /{page}/message_attachments`: a file to be sent later, and more than once."""
    page_id = need_page(call)
    reads.own_row(call, node)
    message = outgoing.mapping(call.asked.opened(), "message")
    found = outgoing.mapping(message, "attachment")
    uploads = call.asked.uploads
    return {"attachment_id": outgoing.upload(call.db, call.now, page_id, found, uploads)}


def _pictures(call: Call, page_id: str) -> list[files.Attachment]:
    """`attached_media`: `[{"media_fbid": "…"}]`, pictures that were uploaded before."""
    found = call.asked.value("attached_media")
    rows = found if isinstance(found, list) else []
    ids = [str(row.get("media_fbid")) for row in rows if isinstance(row, dict)]
    return [publishing.unpublished_photo(call.db, page_id, file_id) for file_id in ids]


def _kind(call: Call, has_picture: bool, hidden: bool) -> str:
    if hidden and call.asked.text("unpublished_content_type").upper() == "ADS_POST":
        return "ad"
    if call.asked.text("link"):
        return "share"
    return "photo" if has_picture else "status"


def _picture(call: Call, page_id: str) -> str:
    if call.asked.uploads:
        mime, name, data = call.asked.uploads[0]
        if not mime.startswith("image/") or not 0 < len(data) <= outgoing.IMAGE_BYTES:
            raise GraphError(324, "(#324) Missing or invalid image file")
        return files.keep(call.db, call.now, page_id, mime, name, data)
    if not call.asked.text("url").startswith(("http://", "https://")):
        raise GraphError(324, "(#324) Missing or invalid image file")
    # The platform fetches the address itself; here it keeps a picture of its own.
    return str(files.sample(call.db, call.now, page_id, "image")["file"])


def _time(call: Call) -> int | None:
    text = call.asked.text("scheduled_publish_time")
    return times.read_time(text) if text else None


def picture_of_comment(call: Call, page_id: str) -> list[files.Attachment] | None:
    """`attachment_id` is a picture uploaded unpublished, `attachment_url` one to be fetched."""
    kept, url = call.asked.text("attachment_id"), call.asked.text("attachment_url")
    if kept:
        return [publishing.unpublished_photo(call.db, page_id, kept)]
    if url and not url.startswith(("http://", "https://")):
        raise GraphError(1609005, "(#1609005) The link could not be posted")
    return [{"type": "image", "url": url}] if url else None
