"""What Instagram pushes (PLATFORM_FACTS 7), turned into items.

It tells of new comments and mentions only: what is changed or deleted is found by reading. A
mention is named by its ids, and its words are fetched with the next reading.
"""

from collections.abc import Iterator
from typing import Any

from app.channels.adapters.instagram import rows
from app.channels.adapters.meta import messaging
from app.channels.adapters.meta.names import text_of, time_of
from app.channels.adapters.meta.webhook import Found, Object, words_in
from app.channels.items import CommentItem, PostItem, Problem, UnknownItem, Verb
from app.channels.models import Kind, Platform


def change(account: str, row: dict[str, Any]) -> Iterator[Found]:
    """One row of `changes`."""
    value, field = row.get("value"), row.get("field")
    if not isinstance(value, dict):
        yield Problem("a change without a value")
    elif field == "comments":
        yield _comment(account, value, row.get("time"))
    elif field == "mentions":
        yield _mention(account, value, row.get("time"))
    else:
        yield account, UnknownItem(str(row.get("field", ""))[:60])


def _comment(account: str, value: dict[str, Any], told_at: object) -> Found:
    comment = text_of(value.get("id"))
    found = value.get("media")
    media = text_of(found.get("id")) if isinstance(found, dict) else ""
    if not comment or not media:
        return Problem("a comment without ids")
    by, name, is_ours = rows.author(value, account)
    at = time_of(told_at)
    return account, CommentItem(
        verb=Verb.ADD,
        external_id=comment,
        post=PostItem(media),
        parent_id=text_of(value.get("parent_id")),
        author_id=by,
        author_name=name,
        is_ours=is_ours,
        text=words_in(value, "text"),
        sent_at=at,
        happened_at=at,
    )


def _mention(account: str, value: dict[str, Any], told_at: object) -> Found:
    """In a comment, or else in the words of the media itself."""
    media, comment = text_of(value.get("media_id")), text_of(value.get("comment_id"))
    if not media:
        return Problem("a mention without ids")
    return account, CommentItem(
        verb=Verb.ADD,
        external_id=comment or media,
        post=PostItem(media, is_ours=False),
        sent_at=time_of(told_at),
        kind=Kind.MENTION,
        abilities=rows.ANSWER,
    )


ACCOUNT = Object(
    Platform.INSTAGRAM,
    {"changes": change, "messaging": messaging.event, "standby": messaging.event},
)
