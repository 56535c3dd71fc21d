"""A comment as the Graph API shows it, turned into an item."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.channels.adapters.meta import pulled
from app.channels.adapters.meta.names import link_of, name_of, text_of, time_of, words_of
from app.channels.adapters.meta.pulled import Found, Row
from app.channels.items import CommentItem, PostItem, Problem, Verb

FIELDS = (
    "id,message,created_time,from{id,name},parent{id},object{id},permalink_url,is_hidden,"
    "message_tags,attachment"
)


def body(page: str, post: Row, rows: list[Row], *, top_id: str = "") -> bytes:
    """Comments under a post, kept raw; `top_id` where all but the first stand under that one."""
    return pulled.body_of(page, post=post, top_id=top_id, comments=rows)


def read(found: Row, page: str, _received_at: datetime) -> Iterator[Found]:
    """The comments in such a body."""
    rows = pulled.rows_in(found.get("comments"))
    post, top_id = post_item(pulled.row_in(found.get("post"))), text_of(found.get("top_id"))
    if rows and not post.external_id:
        yield Problem("comments without a post")
    else:
        yield from pulled.each(rows, lambda row: item(row, page, post, top_id=top_id))


def item(row: dict[str, Any], page: str, post: PostItem, *, top_id: str = "") -> CommentItem | None:
    """One comment; None where it has no id. A missing author stays missing."""
    comment = text_of(row.get("id"))
    if not comment:
        return None
    parent = row.get("parent")
    parent_id = text_of(parent.get("id")) if isinstance(parent, dict) else ""
    by, name = author(row)
    return CommentItem(
        verb=Verb.ADD,
        external_id=comment,
        post=post,
        parent_id=parent_id or (top_id if comment != top_id else ""),
        author_id=by,
        author_name=name,
        is_ours=by == page,
        text=words_of(row.get("message")),
        sent_at=time_of(row.get("created_time")),
        is_hidden=row.get("is_hidden") is True,
        permalink=link_of(row.get("permalink_url")),
        attachments=_attachment(row.get("attachment")),
        mentions=_tags(row.get("message_tags")),
        is_snapshot=True,
    )


def author(row: dict[str, Any]) -> tuple[str, str]:
    """Id and name of who wrote it; often missing."""
    by = row.get("from")
    return (text_of(by.get("id")), name_of(by.get("name"))) if isinstance(by, dict) else ("", "")


def post_of(row: dict[str, Any], page: str) -> dict[str, Any]:
    """The post a comment stands under; its id is PAGE_POST, a comment's is POST_COMMENT."""
    found = row.get("object")
    post = text_of(found.get("id")) if isinstance(found, dict) else ""
    return {"id": post or f"{page}_{text_of(row.get('id')).split('_', 1)[0]}"}


def post_item(row: dict[str, Any]) -> PostItem:
    """A post as context for what is written under it."""
    return PostItem(
        text_of(row.get("id")),
        words_of(row.get("message")),
        link_of(row.get("permalink_url")),
        True,
        time_of(row.get("created_time")),
    )


def _attachment(found: object) -> tuple[str, ...]:
    return (str(found.get("type") or "file")[:40],) if isinstance(found, dict) else ()


def _tags(rows: object) -> tuple[str, ...]:
    if not isinstance(rows, list):
        return ()
    return tuple(text_of(r.get("id")) for r in rows if isinstance(r, dict) and r.get("id"))
