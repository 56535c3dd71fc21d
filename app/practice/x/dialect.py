"""Two sets of names for the same things: `tweet`, and `post` since OpenAPI 2.167.

Inside only the older one is used; answers are renamed at the very end.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

from app.practice import pages
from app.practice.errors import Refused

TWEET, POST = "tweet", "post"
NAMES = {
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "tweets": "posts",
}
_BACK = {new: old for old, new in NAMES.items()}
_SETTING = "x_dialect"


def spoken(body: Any, dialect: str) -> Any:
    if dialect != POST:
        return body
    if isinstance(body, list):
        return [spoken(item, dialect) for item in body]
    if isinstance(body, dict):
        return {NAMES.get(key, key): spoken(value, dialect) for key, value in body.items()}
    return body


def heard(name: str) -> str:
    """A field or an expansion as it is called inside: `referenced_posts.id` and all."""
    first, dot, rest = name.partition(".")
    return _BACK.get(first, first) + dot + rest


def of(names: Iterable[str]) -> set[str]:
    """Which of the two these parameters and fields are in; common ones are in neither."""
    found = set()
    for name in names:
        first = name.partition(".")[0]
        if first == POST or first in _BACK:
            found.add(POST)
        elif first == TWEET or first in NAMES:
            found.add(TWEET)
    return found


def setting(db: sqlite3.Connection) -> str:
    """What every answer is in; empty means: as it was asked."""
    return pages.setting(db, _SETTING)


def set_setting(db: sqlite3.Connection, value: str) -> None:
    if value not in ("", TWEET, POST):
        raise Refused('dialect must be "tweet", "post" or empty.')
    pages.set_setting(db, _SETTING, value)
