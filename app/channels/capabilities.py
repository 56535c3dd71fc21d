"""What can be done on each platform, as dated and sourced data (PLATFORM_FACTS 4, 6, 11, 13).

`what_can` is asked by menus, composer and server alike, so that what one of them refuses all do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from app.channels.models import Act, Kind, Platform
from app.foundation.words import Words

WEEK = timedelta(days=7)
UNDONE_BY = {
    Act.HIDE: Act.UNHIDE,
    Act.UNHIDE: Act.HIDE,
    Act.LIKE: Act.UNLIKE,
    Act.UNLIKE: Act.LIKE,
    Act.BLOCK: Act.UNBLOCK,
    Act.UNBLOCK: Act.BLOCK,
}
"""What takes it back; nothing brings back what was deleted."""
ABOUT_A_PERSON = frozenset({Act.BLOCK, Act.UNBLOCK})


class Whose(Enum):
    """With whose messages it can be done."""

    ANY = "any"
    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Source:
    """The page of the platform's own that says so, as it was on a day."""

    name: str
    at: date


@dataclass(frozen=True)
class Capability:
    """One thing on one platform. `why_not`: it cannot be done there at all."""

    source: Source
    whose: Whose = Whose.ANY
    within: timedelta | None = None
    """How long after the message; None: always."""
    once: bool = False
    most: int = 0
    """Of attachments: how many with one answer."""
    cost: str = ""
    """In dollars, each time; empty: nothing."""
    why_not: Words | None = None
    else_why: Words | None = None
    """Why not with other people's, or ours, or where the platform says no."""


@dataclass(frozen=True)
class Thing:
    """What is known of a message, as far as it decides what can be done with it."""

    platform: Platform
    is_public: bool
    is_ours: bool
    sent_at: datetime
    kind: Kind | None = None
    abilities: frozenset[Act] | None = None
    """What the platform said last; None: nothing."""
    has_author: bool = True
    is_deleted: bool = False
    is_hidden: bool = False
    is_liked: bool = False
    is_blocked: bool = False
    is_answered_privately: bool = False


@dataclass(frozen=True)
class Can:
    """Whether it can be done now; else why not. `until`: how long, where the platform ends it."""

    why_not: Words | None = None
    until: datetime | None = None
    capability: Capability | None = None

    @property
    def is_possible(self) -> bool:
        return self.why_not is None


_META, _X = date(2026, 7, 2), date(2026, 8, 22)
_COMMENTS = Source("Object Comments; Comment reference (v25)", _META)
_PRIVATE = Source("Private Replies (Messenger, Instagram)", _META)
_SEND = Source("Send a Message", _META)
_PAGE = Source("Page reference (v25), moderate_conversations", _META)
_IG_COMMENT = Source("IG Comment reference (v25)", _META)
_NONE_IG = Source("IG Comment, IG User references (v25): no such call", _META)
_X_POSTS = Source("Changelog, 23 Feb 2026; OpenAPI 2.167", _X)
_X_HIDE = Source("Hide replies", _X)
_X_DMS = Source("Direct Messages", _X)
_X_NONE = Source("OpenAPI 2.167 and the app's rights: not asked for", _X)

_STAYS = Words("A private message cannot be hidden, deleted or liked from here.")
_ALREADY = Words("It is private already.")
_NO_AUTHOR = Words("The platform does not say who wrote this.")
_GONE = Words("It was deleted there.")
_DONE = Words("This comment has had its one private reply. After it the person has to write first.")
_LATE = Words("A private reply has to go out within 7 days of the comment, and they are over.")
_NOT_FB = Words("Facebook does not let your Page do this here.")
_NOT_IG = Words("Instagram does not let you do this here.")
_NOT_X = Words("X does not let you do this here.")
_IG_LIKE = Words("Instagram lets no app like a comment.")
_IG_BLOCK = Words("Instagram lets no app block a person.")
_IG_ATTACH = Words("Instagram takes no picture with a comment.")
_X_PRIVATE = Words("X has no private reply to a post. People have to write to you first.")
_X_THREADS = Words("X lets you hide replies only in threads that you began.")
_X_OWN = Words("X lets you delete only what you wrote yourself.")
_X_LIKE = Words("Vuoro does not ask X for the right to like.")
_X_BLOCK = Words("Vuoro does not ask X for the right to block.")
_X_REPLY = Words("X takes an answer through an app only where the writer mentioned or quoted you.")


def _private(reply: Capability, attach: Capability, block: Capability) -> Mapping[Act, Capability]:
    """In private nothing can be done with a message itself."""
    stays = Capability(_SEND, why_not=_STAYS)
    return {
        Act.REPLY: reply,
        Act.PRIVATE_REPLY: Capability(_SEND, why_not=_ALREADY),
        Act.HIDE: stays,
        Act.DELETE: stays,
        Act.LIKE: stays,
        Act.BLOCK: block,
        Act.ATTACH: attach,
    }


_FB_BLOCK = Capability(_PAGE, Whose.THEIRS)
_NO_IG_BLOCK = Capability(_NONE_IG, why_not=_IG_BLOCK)
_NO_X_BLOCK = Capability(_X_NONE, why_not=_X_BLOCK)

TABLE: Mapping[tuple[Platform, bool], Mapping[Act, Capability]] = {
    (Platform.FACEBOOK, True): {
        Act.REPLY: Capability(_COMMENTS, else_why=_NOT_FB),
        Act.PRIVATE_REPLY: Capability(
            _PRIVATE, Whose.THEIRS, within=WEEK, once=True, else_why=_NOT_FB
        ),
        Act.HIDE: Capability(_COMMENTS, Whose.THEIRS, else_why=_NOT_FB),
        Act.DELETE: Capability(_COMMENTS, else_why=_NOT_FB),
        Act.LIKE: Capability(_COMMENTS, Whose.THEIRS, else_why=_NOT_FB),
        Act.BLOCK: _FB_BLOCK,
        Act.ATTACH: Capability(_COMMENTS, most=1),
    },
    (Platform.FACEBOOK, False): _private(
        Capability(_SEND, within=WEEK), Capability(_SEND, most=30), _FB_BLOCK
    ),
    (Platform.INSTAGRAM, True): {
        Act.REPLY: Capability(_IG_COMMENT, else_why=_NOT_IG),
        Act.PRIVATE_REPLY: Capability(
            _PRIVATE, Whose.THEIRS, within=WEEK, once=True, else_why=_NOT_IG
        ),
        Act.HIDE: Capability(_IG_COMMENT, Whose.THEIRS, else_why=_NOT_IG),
        Act.DELETE: Capability(_IG_COMMENT, else_why=_NOT_IG),
        Act.LIKE: Capability(_NONE_IG, why_not=_IG_LIKE),
        Act.BLOCK: _NO_IG_BLOCK,
        Act.ATTACH: Capability(_IG_COMMENT, why_not=_IG_ATTACH),
    },
    (Platform.INSTAGRAM, False): _private(
        Capability(_SEND, within=WEEK), Capability(_SEND, most=10), _NO_IG_BLOCK
    ),
    (Platform.X, True): {
        Act.REPLY: Capability(_X_POSTS, cost="0.015", else_why=_X_REPLY),
        Act.PRIVATE_REPLY: Capability(_X_DMS, why_not=_X_PRIVATE),
        Act.HIDE: Capability(_X_HIDE, Whose.THEIRS, else_why=_X_THREADS),
        Act.DELETE: Capability(_X_POSTS, Whose.OURS, else_why=_X_OWN),
        Act.LIKE: Capability(_X_NONE, why_not=_X_LIKE),
        Act.BLOCK: _NO_X_BLOCK,
        Act.ATTACH: Capability(_X_POSTS, most=4),
    },
    (Platform.X, False): _private(
        Capability(_X_DMS, cost="0.015"), Capability(_X_DMS, most=1), _NO_X_BLOCK
    ),
}
"""By platform and whether everybody can read it. What came by no platform is in no row."""


def what_can(thing: Thing, now: datetime) -> dict[Act, Can]:
    """Everything that makes sense with a message as it is: done, or with the reason why not."""
    table = TABLE.get((thing.platform, thing.is_public), {})
    return {act: _can(thing, act, found, now) for act, found in _sensible(thing, table)}


def _sensible(thing: Thing, table: Mapping[Act, Capability]) -> Iterator[tuple[Act, Capability]]:
    """Nobody hides, likes, blocks or answers themselves; what is so already is taken back."""
    turned = {
        Act.HIDE: thing.is_hidden,
        Act.LIKE: thing.is_liked,
        Act.BLOCK: thing.is_blocked,
    }
    for act, found in table.items():
        if thing.is_ours and act is not Act.DELETE:
            continue
        yield UNDONE_BY[act] if turned.get(act) else act, found


def _can(thing: Thing, act: Act, found: Capability, now: datetime) -> Can:
    why = found.why_not or _against(thing, act, found, now)
    until = thing.sent_at + found.within if found.within and thing.is_public else None
    return Can(why, until if why is None else None, found)


def _against(thing: Thing, act: Act, found: Capability, now: datetime) -> Words | None:
    """What stands against it here and now."""
    if act in ABOUT_A_PERSON:
        return None if thing.has_author else _NO_AUTHOR
    if thing.is_deleted:
        return _GONE
    if act is Act.PRIVATE_REPLY and thing.is_answered_privately:
        return _DONE
    if found.within and thing.is_public and now > thing.sent_at + found.within:
        return _LATE
    is_others = found.whose is Whose.OURS and not thing.is_ours
    is_refused = thing.abilities is not None and act not in thing.abilities | {Act.ATTACH}
    return found.else_why if is_others or is_refused else None
