"""Recorded threads on X: a root of its own for each, by whoever wrote first.

A post gets its id when it comes here, as X's ids grow with time and readings go by them; what a
recording calls it is remembered, so that playing it again adds nothing. A customer's words that
do not name the account get its name in front, as X puts it in front of an answer; a thread
concerns nobody but its own account.
"""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.practice.importing import listed, read_text, read_when
from app.practice.threads import IMPORTED
from app.practice.x import numbers, posts, users


def take(db: sqlite3.Connection, now: int, items: object) -> dict[str, Any]:
    """`[{account, thread, messages: [{id, author, text, created, re}]}]`; a message with no
    `author` is the account's, `re` is what it answers. Ids are the recording's own."""
    accounts: Counter[str] = Counter()
    for item in listed(items, "items"):
        name, thread = read_text(item, "account"), read_text(item, "thread")
        account = users.create(db, now, username(name), name, is_account=True)
        accounts[str(account["id"])] += 0
        ids: dict[str, int] = {}
        for message in listed(item.get("messages"), "messages"):
            is_new = _message(db, now, account, thread, message, ids)
            accounts[str(account["id"])] += is_new
    return {"accounts": dict(accounts), "posts": accounts.total()}


def username(name: str) -> str:
    """A name that X would take: the same for the same words, and nobody else's."""
    if users.USERNAME.fullmatch(name):
        return name
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:9] or "x"
    return f"{plain}_{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:5]}"


def _message(
    db: sqlite3.Connection,
    now: int,
    account: sqlite3.Row,
    thread: str,
    message: Mapping[str, Any],
    ids: dict[str, int],
) -> bool:
    """False when it is here already."""
    recorded = read_text(message, "id")
    key = f"{account['id']} {thread} {recorded}"
    row = db.execute("SELECT post_id FROM x_recorded WHERE key = ?", (key,)).fetchone()
    if row is not None:
        ids[recorded] = row["post_id"]
        return False
    name = message.get("author")
    author = account if name is None else _person(db, now, str(name))
    root = next(iter(ids.values()), None)
    reply_to = ids.get(str(message.get("re")), root)
    prefix = "" if name is None else _prefix(db, account, read_text(message, "text", empty=True))
    ids[recorded] = found = numbers.fresh(db, now)
    values = {
        "id": found,
        "root_id": found,
        "author_id": author["id"],
        "text": prefix + read_text(message, "text", empty=True),
        "prefix": len(prefix),
        "conversation_id": root or found,
        "reply_to": reply_to,
        "quoted": None,
        "media": "",
        "created": read_when(message),
        "written": now,
        "via": IMPORTED,
        "hidden": 0,
    }
    posts.insert(db, values)
    db.execute("DELETE FROM x_mentions WHERE post_id = ? AND user_id <> ?", (found, account["id"]))
    db.execute("INSERT INTO x_recorded (key, post_id) VALUES (?,?)", (key, found))
    return True


def _person(db: sqlite3.Connection, now: int, name: str) -> sqlite3.Row:
    return users.create(db, now, username(name), name)


def _prefix(db: sqlite3.Connection, account: sqlite3.Row, text: str) -> str:
    named = any(row["id"] == account["id"] for row in users.mentioned(db, text))
    return "" if named else f"@{account['username']} "
