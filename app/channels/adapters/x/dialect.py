"""Two sets of names for the same things: `tweet.*`, and `post.*` since OpenAPI 2.167.

Both are read; one is sent, by a setting. Never both: X refuses that.
"""

from collections.abc import Mapping
from typing import Any

TWEET, POST = "tweet", "post"
NEW = {
    "tweet.fields": "post.fields",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "tweets": "posts",
}


def params(given: Mapping[str, Any], spoken: str) -> dict[str, str]:
    """A call's parameters, in the dialect that is sent."""
    if spoken != POST:
        return {str(name): str(value) for name, value in given.items()}
    return {NEW.get(name, name): _values(str(value)) for name, value in given.items()}


def either(row: Mapping[str, Any], name: str) -> Any:
    """A value by its older name or its newer one."""
    found = row.get(name)
    return row.get(NEW[name]) if found is None else found


def _values(text: str) -> str:
    """A list of fields or expansions; anything else has no comma-separated name in it."""
    return ",".join(_value(name) for name in text.split(","))


def _value(name: str) -> str:
    first, dot, rest = name.partition(".")
    return NEW.get(first, first) + dot + rest
