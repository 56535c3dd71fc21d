"""What customers post themselves, as a Page's webhooks tell of it: on its wall, in a mention, as a
recommendation.

Each is the first message of its conversation, and everything below it belongs there.
"""

from typing import Any

from app.channels.adapters.meta.names import address_of, link_of, name_of, text_of, time_of
from app.channels.adapters.meta.webhook import Found, words_in
from app.channels.items import CommentItem, PostItem, Problem, UnknownItem, Verb
from app.channels.models import Act, Kind

VERBS = {
    "add": Verb.ADD,
    "edited": Verb.EDIT,
    "edit": Verb.EDIT,
    "remove": Verb.DELETE,
    "delete": Verb.DELETE,
    "hide": Verb.HIDE,
    "unhide": Verb.UNHIDE,
}
POSTS = frozenset({"post", "status", "photo", "video"})
OPINIONS = {"positive": Kind.RECOMMENDED, "negative": Kind.NOT_RECOMMENDED}
GUEST = frozenset({Act.REPLY})
"""All that a Page may do where somebody wrote about it elsewhere."""
ON_THE_WALL = GUEST | {Act.DELETE, Act.PRIVATE_REPLY}


def visitor_post(page: str, value: dict[str, Any]) -> Found:
    """A post that the Page did not write; what it wrote itself comes with what is said under it."""
    item, author = str(value.get("item", ""))[:40], author_of(value)
    if item not in POSTS or author[0] in ("", page):
        return page, UnknownItem(f"feed {item}")
    return _post(page, value, text_of(value.get("post_id")), author, Kind.VISITOR_POST)


def mention(page: str, value: dict[str, Any]) -> Found:
    """Somewhere else somebody named the Page, in a post or a comment; it is not said who."""
    post, comment = text_of(value.get("post_id")), text_of(value.get("comment_id"))
    return _post(page, value, comment or post, author_of(value), Kind.MENTION, post=post)


def rating(page: str, value: dict[str, Any]) -> Found:
    """A recommendation, or that there should be none; it is answered under its story."""
    if value.get("item", "rating") != "rating":
        return page, UnknownItem(f"ratings {str(value.get('item'))[:40]}")
    story = text_of(value.get("open_graph_story_id"))
    author = text_of(value.get("reviewer_id")), name_of(value.get("reviewer_name"))
    kind = OPINIONS.get(str(value.get("recommendation_type")))
    return _post(page, value | {"message": value.get("review_text")}, story, author, kind)


def author_of(value: dict[str, Any]) -> tuple[str, str]:
    """Id and name, in the new or the old field names; both may be missing."""
    by = value.get("from")
    if isinstance(by, dict):
        return text_of(by.get("id")), name_of(by.get("name"))
    return text_of(value.get("sender_id")), name_of(value.get("sender_name"))


def attached(value: dict[str, Any]) -> tuple[str, ...]:
    """The kinds of what came along."""
    return tuple(k for k in ("photo", "video", "link") if value.get(k))


def sources(value: dict[str, Any]) -> tuple[str, ...]:
    """Where each can be fetched for now; a link is a page of the platform's own."""
    return tuple("" if k == "link" else address_of(value[k]) for k in attached(value))


def _post(
    page: str,
    value: dict[str, Any],
    found_id: str,
    author: tuple[str, str],
    kind: Kind | None,
    *,
    post: str = "",
) -> Found:
    """`post` is what a comment stands under; a post stands under itself."""
    verb = VERBS.get(str(value.get("verb", "add")))
    if not found_id:
        return Problem("a post without an id")
    if verb is None:
        return page, UnknownItem(f"post {str(value.get('verb'))[:40]}")
    at = time_of(value.get("created_time"))
    post, link = post or found_id, link_of(value.get("permalink_url"))
    is_theirs = post == found_id
    allowed = ON_THE_WALL if kind is Kind.VISITOR_POST else GUEST
    return page, CommentItem(
        verb=verb,
        external_id=found_id,
        post=PostItem(
            post,
            permalink=link if is_theirs else "",
            is_ours=not is_theirs and post.startswith(f"{page}_"),
        ),
        author_id=author[0],
        author_name=author[1],
        is_ours=author[0] == page,
        text=words_in(value, "message"),
        sent_at=at if verb is Verb.ADD else None,
        permalink=link,
        attachments=attached(value),
        sources=sources(value),
        happened_at=at,
        kind=kind,
        abilities=allowed if is_theirs else None,
    )
