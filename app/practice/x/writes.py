"""The calls that write: posts, replies, hiding, direct messages, pictures."""

import re
import sqlite3
from typing import Any

from app.foundation.weighted_length import LIMIT, addresses, weighted_length
from app.practice import pages
from app.practice.threads import API
from app.practice.times import DAY
from app.practice.x import direct, meter, numbers, posts, users
from app.practice.x.asked import need_id
from app.practice.x.call import Call
from app.practice.x.errors import Problem, forbidden, invalid

Json = dict[str, Any]
LONGEST_MESSAGE, MOST_MEDIA = 10_000, 4
MEDIA_LIFE = DAY
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")
REPLY_RULE = {
    "engaged": "Reply to this conversation is not allowed because you have not been mentioned or "
    "otherwise engaged by the author of the post you are replying to.",
    "mentioned": "You can only reply to or quote posts where you are mentioned or are the author.",
}


def create(call: Call) -> Json:
    """A post, or with `reply` an answer to one."""
    text, media = call.asked.text("text", ""), _media(call)
    reply_to = _answered(call)
    quoted = _quoted(call)
    if not text.strip() and not media:
        raise invalid("One or more of text or media is required", text=[text])
    _check_text(call, text, reply_to)
    row = posts.add(
        call.db, call.now, call.me, text, via=API, reply_to=reply_to, quoted=quoted, media=media
    )
    meter.charge(call.db, call.now, _price(text, reply_to), [row["id"]])
    return {
        "data": {"id": str(row["id"]), "text": text, "edit_history_tweet_ids": [str(row["id"])]}
    }


def delete(call: Call, post_id: str) -> Json:
    row = posts.get(call.db, need_id(post_id))
    if row["author_id"] != call.me["id"]:
        raise forbidden("You are not authorized to delete this Tweet.")
    posts.remove(call.db, call.now, row)
    _log(call, "x_delete", post_id)
    return {"data": {"deleted": True}}


def hide(call: Call, post_id: str) -> Json:
    """Only replies to others' posts in a conversation of one's own."""
    row = posts.get(call.db, need_id(post_id))
    hidden = call.asked.body.get("hidden")
    if not isinstance(hidden, bool):
        raise invalid("$.hidden: boolean expected", hidden=[str(hidden)[:40]])
    root = posts.find(call.db, row["conversation_id"])
    is_own_thread = root is not None and root["author_id"] == call.me["id"]
    if not is_own_thread or row["reply_to"] is None:
        raise forbidden("You are not allowed to hide this reply.")
    posts.hide(call.db, row, hidden)
    _log(call, "x_hide" if hidden else "x_unhide", post_id)
    return {"data": {"hidden": hidden}}


def send(call: Call, user_id: str) -> Json:
    """To people who wrote first only."""
    person = users.asked(call.db, user_id)
    text, media = call.asked.text("text", ""), _attachments(call)
    if not text.strip() and not media:
        raise invalid("One or more of text or attachments is required", text=[text])
    if len(text) > LONGEST_MESSAGE:
        raise invalid(f"$.text: at most {LONGEST_MESSAGE} characters", text=[text[:40]])
    if not direct.has_written(call.db, person["id"], call.me["id"]):
        raise forbidden("You do not have permission to DM one or more participants.")
    row = direct.add(call.db, call.now, call.me, person, text, via=API, media=media)
    meter.charge(call.db, call.now, "dm_send", [row["id"]])
    return {"data": {"dm_conversation_id": row["conversation"], "dm_event_id": str(row["id"])}}


def send_into(call: Call, talk: str) -> Json:
    """By the conversation's own id, which holds both people's."""
    mine = str(call.me["id"])
    others = [part for part in talk.split("-") if part != mine]
    if mine not in talk.split("-") or len(others) != 1:
        raise forbidden("You do not have permission to DM one or more participants.")
    return send(call, others[0])


def unsend(call: Call, message_id: str) -> Json:
    row = direct.get(call.db, need_id(message_id))
    if row["sender_id"] != call.me["id"]:
        raise forbidden("You are not authorized to delete this message.")
    direct.remove(call.db, row)
    _log(call, "x_unsend", message_id)
    return {"data": {"deleted": True}}


def upload(call: Call) -> Json:
    """One picture in one call; its id is good for a day."""
    file = call.files.get("media") if call.files else None
    content = file.read() if file else call.asked.text("media", "").encode()
    if not content:
        raise invalid("media is required", media=[""])
    kind = str(call.asked.body.get("media_category", "tweet_image"))[:40]
    found = numbers.fresh(call.db, call.now)
    call.db.execute(
        "INSERT INTO x_media (id, user_id, kind, size, created) VALUES (?,?,?,?,?)",
        (found, call.me["id"], kind, len(content), call.now),
    )
    return {
        "data": {
            "id": str(found),
            "media_key": f"3_{found}",
            "size": len(content),
            "expires_after_secs": MEDIA_LIFE // 1000,
        }
    }


def _answered(call: Call) -> sqlite3.Row | None:
    """The post that is answered, if this account may answer it."""
    value = call.asked.part("reply").get("in_reply_to_tweet_id")
    if value is None:
        value = call.asked.part("reply").get("in_reply_to_post_id")
    if value is None:
        return None
    row = posts.find(call.db, need_id(value, "in_reply_to_tweet_id"))
    if row is None:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    fault = call.trouble.first("x_reply_rule")
    if (fault and fault.params["always"]) or not _may_answer(call, row):
        raise forbidden(REPLY_RULE[fault.params["words"] if fault else "engaged"])
    return row


def _may_answer(call: Call, row: sqlite3.Row) -> bool:
    """The post is ours, or its author named us or quoted us in it."""
    mine = call.me["id"]
    named = call.db.execute(
        "SELECT 1 FROM x_mentions WHERE user_id = ? AND post_id = ?", (mine, row["id"])
    ).fetchone()
    quoted = call.db.execute(
        "SELECT 1 FROM x_posts WHERE id = ? AND author_id = ?", (row["quoted"], mine)
    ).fetchone()
    return row["author_id"] == mine or named is not None or quoted is not None


def _quoted(call: Call) -> sqlite3.Row | None:
    """The rule for replies holds for quotes too."""
    value = call.asked.body.get("quote_tweet_id", call.asked.body.get("quote_post_id"))
    if value is None:
        return None
    row = posts.get(call.db, need_id(value, "quote_tweet_id"))
    if not _may_answer(call, row):
        raise forbidden(REPLY_RULE["mentioned"])
    return row


def _check_text(call: Call, text: str, reply_to: sqlite3.Row | None) -> None:
    if weighted_length(text, is_reply=reply_to is not None) > LIMIT:
        raise forbidden(
            "Your Tweet text is too long. For more information on how Twitter determines text "
            "length see https://github.com/twitter/twitter-text."
        )
    if len(_CASHTAG.findall(text)) > 1:
        raise forbidden("A post may have one cashtag at most.")
    same = posts.auto_name(call.db, call.me, text, reply_to) + text
    earlier = call.db.execute(
        "SELECT 1 FROM x_posts WHERE author_id = ? AND text = ? AND deleted = 0 AND created > ?",
        (call.me["id"], same, call.now - DAY),
    ).fetchone()
    if call.trouble.has("x_duplicate") or (earlier is not None and text):
        raise forbidden("You are not allowed to create a Tweet with duplicate content.")


def _price(text: str, reply_to: sqlite3.Row | None) -> str:
    if next(addresses(text), None) is not None:
        return "post_with_url"
    return "summoned_reply" if reply_to else "post"


def _media(call: Call) -> list[int]:
    found = call.asked.part("media").get("media_ids", [])
    if not isinstance(found, list) or len(found) > MOST_MEDIA:
        raise invalid(f"$.media.media_ids: a list of at most {MOST_MEDIA} expected")
    return [_usable(call, value) for value in found]


def _attachments(call: Call) -> list[int]:
    found = call.asked.body.get("attachments", [])
    if not isinstance(found, list) or len(found) > 1:
        raise invalid("$.attachments: a list of one expected")
    return [
        _usable(call, item.get("media_id") if isinstance(item, dict) else item) for item in found
    ]


def _usable(call: Call, value: object) -> int:
    """Uploaded by this account, less than a day ago."""
    row = call.db.execute(
        "SELECT id FROM x_media WHERE id = ? AND user_id = ? AND created > ?",
        (need_id(value, "media_id"), call.me["id"], call.now - MEDIA_LIFE),
    ).fetchone()
    if row is None:
        raise Problem(400, "Invalid Request", "Your media IDs are invalid.")
    return int(row["id"])


def _log(call: Call, kind: str, target: str) -> None:
    pages.log(call.db, call.now, str(call.me["id"]), kind, target, target, "")
