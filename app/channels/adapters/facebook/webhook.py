"""What a Page's feed webhooks tell (PLATFORM_FACTS 7), turned into items."""

from collections.abc import Iterator
from typing import Any

from app.channels.adapters.facebook import pushed_posts
from app.channels.adapters.facebook.pushed_posts import VERBS, author_of
from app.channels.adapters.meta import messaging
from app.channels.adapters.meta.names import link_of, text_of, time_of
from app.channels.adapters.meta.webhook import Found, Object, words_in
from app.channels.items import CommentItem, PostItem, Problem, UnknownItem, Verb
from app.channels.models import Platform


def change(page: str, row: dict[str, Any]) -> Iterator[Found]:
    """One row of `changes`."""
    value, field = row.get("value"), row.get("field")
    if not isinstance(value, dict):
        yield Problem("a change without a value")
    elif field == "mention":
        yield pushed_posts.mention(page, value)
    elif field == "ratings":
        yield _story_comment(page, value) or pushed_posts.rating(page, value)
    elif field != "feed":
        yield page, UnknownItem(str(field or "")[:60])
    elif value.get("item") == "comment":
        yield _comment(page, value)
    else:
        yield pushed_posts.visitor_post(page, value)


def _story_comment(page: str, value: dict[str, Any]) -> Found | None:
    """A comment under a recommendation: it names the story where others name their post."""
    if value.get("item") != "comment":
        return None
    return _comment(page, {"post_id": value.get("open_graph_story_id"), **value})


def _comment(page: str, value: dict[str, Any]) -> Found:
    comment, post = text_of(value.get("comment_id")), text_of(value.get("post_id"))
    verb = VERBS.get(str(value.get("verb", "add")))
    if not comment or not post:
        return Problem("a comment without ids")
    if verb is None:
        return page, UnknownItem(f"comment {str(value.get('verb'))[:40]}")
    parent = text_of(value.get("parent_id"))
    author = author_of(value)
    found = value.get("post")
    context = found if isinstance(found, dict) else {}
    at = time_of(value.get("created_time"))
    return page, CommentItem(
        verb=verb,
        external_id=comment,
        post=PostItem(post, permalink=link_of(context.get("permalink_url"))),
        parent_id="" if parent in (post, "") or _same_post(parent, post) else parent,
        author_id=author[0],
        author_name=author[1],
        is_ours=author[0] == page,
        text=words_in(value, "message"),
        sent_at=at if verb is Verb.ADD else None,
        attachments=pushed_posts.attached(value),
        sources=pushed_posts.sources(value),
        happened_at=at,
    )


def _same_post(parent: str, post: str) -> bool:
    """A top comment's parent is its post, at times without the page's part of the id."""
    return "_" in post and parent == post.split("_", 1)[1]


PAGE = Object(
    Platform.FACEBOOK,
    {"changes": change, "messaging": messaging.event, "standby": messaging.event},
)
