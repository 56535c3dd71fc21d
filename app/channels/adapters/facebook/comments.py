"""A comment as the Graph API shows it, turned into an item."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.channels.adapters.meta import pulled
from app.channels.adapters.meta.names import (
    address_of,
    link_of,
    name_of,
    text_of,
    time_of,
    words_of,
)
from app.channels.adapters.meta.pulled import Found, Row
from app.channels.items import CommentItem, PostItem, Problem, Verb
from app.channels.models import Act

RIGHTS = {
    "can_comment": (Act.REPLY,),
    "can_reply_privately": (Act.PRIVATE_REPLY,),
    "can_hide": (Act.HIDE, Act.UNHIDE),
    "can_remove": (Act.DELETE,),
    "can_like": (Act.LIKE, Act.UNLIKE),
}
"""What each of the platform's own words on a comment lets us do."""
FIELDS = (
    "id,message,created_time,from{id,name},parent{id},object{id},permalink_url,is_hidden,"
    "message_tags,attachment,user_likes," + ",".join(RIGHTS)
)


def body(page: str, post: Row, rows: list[Row], *, top_id: str = "", wall: str = "") -> bytes:
    """Comments under a post, kept raw; `top_id` where all but the first stand under that one,
    `wall` names the list of others' posts that it came from."""
    return pulled.body_of(page, post=post, top_id=top_id, comments=rows, wall=wall)


def read(found: Row, page: str, _received_at: datetime) -> Iterator[Found]:
    """The comments in such a body."""
    rows = pulled.rows_in(found.get("comments"))
    context, top_id = pulled.row_in(found.get("post")), text_of(found.get("top_id"))
    post = post_item(context, is_ours=not found.get("wall"))
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
        sources=sources(row.get("attachment")),
        mentions=_tags(row.get("message_tags")),
        is_snapshot=True,
        abilities=abilities(row),
        is_liked=_flag(row, "user_likes"),
    )


def abilities(row: Row) -> frozenset[Act] | None:
    """What the platform says can be done with it now; None where it says nothing."""
    told = [name for name in RIGHTS if isinstance(row.get(name), bool)]
    if not told:
        return None
    return frozenset(act for name in told if row[name] for act in RIGHTS[name])


def _flag(row: Row, name: str) -> bool | None:
    found = row.get(name)
    return found if isinstance(found, bool) else None


def author(row: dict[str, Any]) -> tuple[str, str]:
    """Id and name of who wrote it; often missing."""
    by = row.get("from")
    return (text_of(by.get("id")), name_of(by.get("name"))) if isinstance(by, dict) else ("", "")


def post_of(row: dict[str, Any], page: str) -> dict[str, Any]:
    """The post a comment stands under; its id is PAGE_POST, a comment's is POST_COMMENT. A picture
    or a film goes by an id of its own, which names no Page."""
    found = row.get("object")
    post = text_of(found.get("id")) if isinstance(found, dict) else ""
    return {"id": post if "_" in post else f"{page}_{text_of(row.get('id')).split('_', 1)[0]}"}


def post_item(row: dict[str, Any], *, is_ours: bool = True) -> PostItem:
    """A post as context for what is written under it."""
    return PostItem(
        text_of(row.get("id")),
        words_of(row.get("message")),
        link_of(row.get("permalink_url")),
        is_ours,
        time_of(row.get("created_time")),
    )


def _attachment(found: object) -> tuple[str, ...]:
    return (str(found.get("type") or "file")[:40],) if isinstance(found, dict) else ()


def sources(found: object) -> tuple[str, ...]:
    """Where what is attached can be fetched for now: a film says so itself, a picture has one."""
    if not isinstance(found, dict):
        return ()
    media = pulled.row_in(found.get("media"))
    image = pulled.row_in(media.get("image"))
    is_film = words_of(found.get("type")).startswith("video")
    return (address_of(media.get("source") if is_film else image.get("src")),)


def _tags(rows: object) -> tuple[str, ...]:
    if not isinstance(rows, list):
        return ()
    return tuple(text_of(r.get("id")) for r in rows if isinstance(r, dict) and r.get("id"))
