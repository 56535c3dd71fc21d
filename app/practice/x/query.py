"""The search language, as far as a desk needs it: words and operators, all of which must hold."""

import sqlite3
from typing import Any

from app.practice.x import numbers, users
from app.practice.x.asked import need_id
from app.practice.x.errors import invalid

_BY_ID = {
    "conversation_id": "p.conversation_id",
    "in_reply_to_tweet_id": "p.reply_to",
    "in_reply_to_post_id": "p.reply_to",
    "quotes_of_tweet_id": "p.quoted",
    "quotes_of_post_id": "p.quoted",
}
_IS = {"reply": "p.reply_to IS NOT NULL", "quote": "p.quoted IS NOT NULL", "retweet": "0"}
_TO = "p.reply_to IN (SELECT id FROM x_posts WHERE author_id = :{0})"
_MENTIONS = "p.id IN (SELECT post_id FROM x_mentions WHERE user_id = :{0})"
LONGEST = 512


def read(db: sqlite3.Connection, text: str) -> tuple[str, dict[str, Any]]:
    """The condition on `p`, and its values."""
    words = text.split()
    if not words or len(text) > LONGEST:
        raise invalid(f"The `query` must have 1 to {LONGEST} characters", query=[text[:40]])
    conditions, values = [], {}
    for number, word in enumerate(words):
        name = f"q{number}"
        plain = word.removeprefix("-")
        condition, value = _one(db, plain, name)
        conditions.append(condition if plain == word else f"NOT ({condition})")
        values[name] = value
    return " AND ".join(conditions), values


def _one(db: sqlite3.Connection, word: str, name: str) -> tuple[str, Any]:
    operator, colon, value = word.partition(":")
    if not colon:
        return _word(db, word, name)
    if operator in _BY_ID:
        return f"{_BY_ID[operator]} = :{name}", need_id(value, operator)
    if operator == "from":
        return f"p.author_id = :{name}", _user(db, value)
    if operator == "to":
        return _TO.format(name), _user(db, value)
    if operator in ("is", "has") and value in _IS:
        return f"({_IS[value]} AND :{name})", 1
    raise invalid(f"Reference to invalid operator '{operator[:40]}'", query=[word[:40]])


def _word(db: sqlite3.Connection, word: str, name: str) -> tuple[str, Any]:
    if word.startswith("@"):
        return _MENTIONS.format(name), _user(db, word[1:])
    return f"instr(lower(p.text), :{name}) > 0", word.lower()


def _user(db: sqlite3.Connection, username: str) -> int:
    """By name or by id. Nobody has the id 0, so an unknown name finds nothing."""
    number = numbers.read(username)
    row = users.get(db, number) if number else users.by_username(db, username.removeprefix("@"))
    return int(row["id"]) if row else 0
