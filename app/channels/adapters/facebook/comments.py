"""A comment as the Graph API shows it, turned into an item."""

from typing import Any

from app.channels.adapters.facebook.names import link_of, name_of, text_of, time_of, words_of
from app.channels.items import CommentItem, PostItem, Verb

FIELDS = (
    "id,message,created_time,from{id,name},parent{id},object{id},permalink_url,is_hidden,"
    "message_tags,attachment"
)


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
