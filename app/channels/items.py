"""What any platform brings, in the desk's own words. Frozen values that cross the border."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.channels.models import Act, Kind, Platform


class Verb(Enum):
    """What happened to the thing."""

    ADD = "add"
    EDIT = "edit"
    DELETE = "delete"
    HIDE = "hide"
    UNHIDE = "unhide"


@dataclass(frozen=True)
class PostItem:
    """A post: context for what is written under it."""

    external_id: str
    text: str = ""
    permalink: str = ""
    is_ours: bool = True
    posted_at: datetime | None = None


@dataclass(frozen=True)
class CommentItem:
    """Something about a public comment. Times and authors may be missing; none is invented."""

    verb: Verb
    external_id: str
    post: PostItem
    parent_id: str = ""
    """The comment it replies to; empty for a top comment."""
    home: str = ""
    """Its conversation's key where the thing itself tells it, as on X, whose threads are split by
    person; empty: the comment it replies to and its post decide."""
    author_id: str = ""
    author_name: str = ""
    is_ours: bool = False
    text: str | None = None
    sent_at: datetime | None = None
    is_hidden: bool = False
    permalink: str = ""
    attachments: tuple[str, ...] = ()
    """Their kinds."""
    sources: tuple[str, ...] = ()
    """Where each can be fetched for now; "" where the platform does not say."""
    mentions: tuple[str, ...] = ()
    """External ids of the people tagged in the text."""
    happened_at: datetime | None = None
    """When the platform told of it, where it says so: orders edits that come shuffled."""
    is_snapshot: bool = False
    """From reading, so it shows how the comment is now: a text that differs was edited."""
    kind: Kind | None = None
    abilities: frozenset[Act] | None = None
    """What the platform says can be done with it; None where it does not say."""
    is_liked: bool | None = None
    """Whether we like it; None where the platform does not say."""


@dataclass(frozen=True)
class DirectItem:
    """Something about a private message."""

    verb: Verb
    external_id: str
    person_id: str
    person_name: str = ""
    is_ours: bool = False
    text: str | None = None
    sent_at: datetime | None = None
    attachments: tuple[str, ...] = ()
    """Their kinds."""
    sources: tuple[str, ...] = ()
    """Where each can be fetched for now; "" where the platform does not say."""
    outbox_id: int | None = None
    """Our own mark, where the platform echoes it."""
    happened_at: datetime | None = None
    is_snapshot: bool = False
    kind: Kind | None = None


@dataclass(frozen=True)
class WholeItem:
    """All that stood under a post: a comment of it that is not among them is deleted there."""

    post_id: str
    ids: frozenset[str]
    read_at: datetime


@dataclass(frozen=True)
class RevokedItem:
    """Somebody took the desk's access away on the platform; when, where it says so."""

    at: datetime | None = None


@dataclass(frozen=True)
class UnknownItem:
    """Something we do not know: kept raw, shown as "not shown here"."""

    what: str


Item = CommentItem | DirectItem | PostItem | WholeItem | RevokedItem | UnknownItem


def ids_of(item: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids that an item names: of messages, and of people and posts."""
    if isinstance(item, CommentItem):
        return (item.external_id, item.parent_id), (item.author_id, item.post.external_id)
    if isinstance(item, DirectItem):
        return (item.external_id,), (item.person_id,)
    if isinstance(item, PostItem):
        return (), (item.external_id,)
    return (), (item.post_id,) if isinstance(item, WholeItem) else ()


@dataclass(frozen=True)
class Problem:
    """One event of a batch that could not be read; the others go on."""

    reason: str


@dataclass(frozen=True)
class Batch:
    """The readable part of a raw event, by the page it is for."""

    items: tuple[tuple[str, Item], ...] = ()
    """(the channel's external id, item)"""
    problems: tuple[Problem, ...] = ()
    platform: Platform | None = None
    """Whose pages they are; None only where nothing could be read."""
