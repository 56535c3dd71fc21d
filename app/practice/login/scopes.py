"""Permissions: which there are, and which one a call needs."""

from dataclasses import dataclass

from app.practice.errors import GraphError

SCOPES = (
    "pages_show_list", "business_management", "pages_read_engagement", "pages_read_user_content",
    "pages_manage_engagement", "pages_manage_metadata", "pages_manage_posts", "pages_messaging",
    "instagram_basic", "instagram_manage_comments", "instagram_manage_messages",
    "instagram_content_publish",
)  # fmt: skip
BASIC = "public_profile"


@dataclass(frozen=True)
class Need:
    """On a Page, on Instagram, and the task the person must have on the Page."""

    page: str
    instagram: str
    task: str = ""


_ENGAGE = Need("pages_manage_engagement", "instagram_manage_comments", "MODERATE")
_COMMENTS = Need("pages_read_user_content", "instagram_manage_comments")
_MESSAGES = Need("pages_messaging", "instagram_manage_messages", "MESSAGING")
_POST = Need("pages_manage_posts", "instagram_content_publish", "CREATE_CONTENT")
READ = {
    "posts": Need("pages_read_engagement", "instagram_basic"),
    "post": Need("pages_read_engagement", "instagram_basic"),
    "comments": _COMMENTS,
    "comment": _COMMENTS,
    "likes": _COMMENTS,
    "replies": _COMMENTS,
    "conversations": _MESSAGES,
    "conversation": _MESSAGES,
    "message": _MESSAGES,
    "media": Need("instagram_basic", "instagram_basic"),
    "instagram": Need("instagram_basic", "instagram_basic"),
}
WRITE = {
    "comments": _ENGAGE,
    "comment": _ENGAGE,
    "likes": _ENGAGE,
    "replies": _ENGAGE,
    "mentions": _ENGAGE,
    "moderate": _MESSAGES,
    "messages": _MESSAGES,
    "owner": _MESSAGES,
    "subscribed_apps": Need("pages_manage_metadata", "pages_manage_metadata"),
    "feed": _POST,
    "photos": _POST,
    "post": _POST,
    "media": _POST,
}


def must_have(
    scopes: frozenset[str], tasks: list[str], path: str, reads: bool, is_instagram: bool
) -> None:
    """Names the permission that is missing, as the platform does."""
    need = (READ if reads else WRITE).get(path)
    if need is None:
        return
    wanted = need.instagram if is_instagram else need.page
    if wanted not in scopes:
        code = 10 if reads else 200
        words = f"(#{code}) Requires {wanted} permission to manage the object"
        raise GraphError(code, words, status=403)
    if need.task and need.task not in tasks:
        words = f"(#200) The user does not have the task {need.task} on this Page"
        raise GraphError(200, words, status=403)


def known(names: list[str]) -> list[str]:
    return [name for name in SCOPES if name in names]
