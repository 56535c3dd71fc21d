"""The calls that read: people, posts, mentions, searches, direct messages."""

import sqlite3
from typing import Any

from app.practice.times import DAY
from app.practice.x import answers, direct, meter, query, users
from app.practice.x.asked import need_id
from app.practice.x.call import Call
from app.practice.x.errors import forbidden, missing, not_found

Json = dict[str, Any]
MENTIONS_BACK = 800
SEARCH_BACK = 7 * DAY

_POSTS, _MESSAGES = "SELECT p.* FROM x_posts p WHERE ", "SELECT * FROM x_messages WHERE "
_READABLE_POSTS = (
    " AND p.deleted = 0 AND p.is_latest AND p.written < :readable AND p.id > :since"
    " AND p.id < :before AND p.created >= :start AND p.created < :end"
    " ORDER BY p.id DESC LIMIT :most"
)
_READABLE_MESSAGES = (
    " AND deleted = 0 AND id < :before AND created > :oldest AND written < :readable AND :wanted"
    " ORDER BY id DESC LIMIT :most"
)


def me(call: Call) -> Json:
    return {"data": answers.people(call, [call.me])[0]}


def user(call: Call, user_id: str) -> Json:
    row = users.asked(call.db, user_id)
    meter.charge(call.db, call.now, "user_read", [row["id"]])
    return {"data": answers.people(call, [row])[0]}


def user_by_name(call: Call, username: str) -> Json:
    row = users.by_username(call.db, username)
    if row is None:
        return {"errors": [missing("user", username, "username")]}
    return user(call, str(row["id"]))


def several_users(call: Call) -> Json:
    wanted = call.asked.listed("ids")
    found = [call.db.execute("SELECT * FROM x_users WHERE id = ?", (u,)).fetchone() for u in wanted]
    return _users(call, wanted, found, "ids")


def several_users_by_name(call: Call) -> Json:
    wanted = call.asked.listed("usernames")
    return _users(call, wanted, [users.by_username(call.db, u) for u in wanted], "usernames")


def mentions(call: Call, user_id: str) -> Json:
    """The newest 800 can be paged back to, whatever `since_id` says."""
    row = users.asked(call.db, user_id)
    size = call.asked.whole("max_results", 10, 5, 100)
    where = (
        "p.id IN (SELECT post_id FROM x_mentions WHERE user_id = :user"
        " ORDER BY post_id DESC LIMIT :back)"
    )
    values = {"user": row["id"], "back": MENTIONS_BACK}
    return _list(call, where, values, size, _owned(call, row))


def own_posts(call: Call, user_id: str) -> Json:
    row = users.asked(call.db, user_id)
    size = call.asked.whole("max_results", 10, 5, 100)
    without_replies = "replies" in call.asked.params.get("exclude", "").split(",")
    where = "p.author_id = :user" + (" AND p.reply_to IS NULL" if without_replies else "")
    return _list(call, where, {"user": row["id"]}, size, _owned(call, row))


def quotes(call: Call, post_id: str) -> Json:
    size = call.asked.whole("max_results", 10, 10, 100)
    return _list(call, "p.quoted = :quoted", {"quoted": need_id(post_id)}, size, "post_read")


def search(call: Call) -> Json:
    """The last seven days."""
    size = call.asked.whole("max_results", 10, 10, 100)
    where, values = query.read(call.db, call.asked.params.get("query", ""))
    values["week"] = call.now - SEARCH_BACK
    return _list(call, "p.created > :week AND " + where, values, size, "post_read")


def one_post(call: Call, post_id: str) -> Json:
    """One that is gone is no 404 here: a 200 with `errors` and without `data`."""
    row = _readable(call, need_id(post_id))
    if row is None:
        return {"errors": [missing("tweet", post_id)]}
    meter.charge(call.db, call.now, "post_read", [row["id"]])
    return answers.post(call, row)


def several_posts(call: Call) -> Json:
    wanted = call.asked.listed("ids")
    found = {post_id: _readable(call, need_id(post_id, "ids")) for post_id in wanted}
    rows = [row for row in found.values() if row is not None]
    meter.charge(call.db, call.now, "post_read", [row["id"] for row in rows])
    gone = [missing("tweet", post_id, "ids") for post_id, row in found.items() if row is None]
    return answers.posts(call, rows, errors=gone)


def messages(call: Call) -> Json:
    """All conversations, the newest first, 30 days back. There is no way to ask for new ones."""
    return _messages(call, "(sender_id = :me OR recipient_id = :me)", {"me": call.me["id"]})


def messages_with(call: Call, user_id: str) -> Json:
    talk = direct.pair(users.asked(call.db, user_id)["id"], call.me["id"])
    return _messages(call, "conversation = :talk", {"talk": talk})


def messages_of(call: Call, talk: str) -> Json:
    if str(call.me["id"]) not in talk.split("-"):
        raise forbidden("You do not have permission to view one or more of the conversations.")
    return _messages(call, "conversation = :talk", {"talk": talk})


def one_message(call: Call, message_id: str) -> Json:
    row = direct.get(call.db, need_id(message_id))
    if call.me["id"] not in (row["sender_id"], row["recipient_id"]):
        raise not_found("dm_event", message_id)
    if row["written"] >= call.readable_before:
        raise not_found("dm_event", message_id)
    meter.charge(call.db, call.now, "dm_read", [row["id"]])
    found = answers.messages(call, [row], {})
    del found["meta"]
    return found | {"data": found["data"][0]}


def _messages(call: Call, where: str, values: Json) -> Json:
    size = call.asked.whole("max_results", 100, 1, 100)
    kinds = call.asked.params.get("event_types", "MessageCreate").split(",")
    bounds = {
        "before": answers.before_id(call),
        "oldest": call.now - direct.READABLE,
        "readable": call.readable_before,
        "wanted": "MessageCreate" in kinds,
        "most": size + 1,
    }
    rows = call.db.execute(_MESSAGES + where + _READABLE_MESSAGES, values | bounds).fetchall()
    shown, meta = answers.page_of(rows, size)
    meter.charge(call.db, call.now, "dm_read", [row["id"] for row in shown])
    return answers.messages(call, shown, meta)


def _list(call: Call, where: str, values: Json, size: int, price: str) -> Json:
    """The newest first; an edited post once, in its newest version."""
    asked = call.asked
    bounds = {
        "readable": call.readable_before,
        "since": asked.id("since_id") or 0,
        "before": min(asked.id("until_id") or 2**62, answers.before_id(call)),
        "start": asked.time("start_time") or 0,
        "end": asked.time("end_time") or 2**62,
        "most": size + 1,
    }
    rows = call.db.execute(_POSTS + where + _READABLE_POSTS, values | bounds).fetchall()
    shown, meta = answers.page_of(rows, size)
    meter.charge(call.db, call.now, price, [row["id"] for row in shown])
    return answers.posts(call, shown, meta=meta)


def _owned(call: Call, row: sqlite3.Row) -> str:
    """Reading what concerns one's own account costs a fifth."""
    return "owned_read" if call.caller.account == str(row["id"]) else "post_read"


def _readable(call: Call, post_id: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM x_posts WHERE id = ? AND deleted = 0 AND written < ?",
        (post_id, call.readable_before),
    ).fetchone()
    return row


def _users(call: Call, wanted: list[str], found: list[sqlite3.Row | None], parameter: str) -> Json:
    rows = [row for row in found if row is not None]
    meter.charge(call.db, call.now, "user_read", [row["id"] for row in rows])
    gone = [
        missing("user", name, parameter)
        for name, row in zip(wanted, found, strict=True)
        if row is None
    ]
    answer: Json = {"data": answers.people(call, rows)} if rows else {}
    return answer | ({"errors": gone} if gone else {})
