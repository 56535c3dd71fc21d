"""What reading calls answer with: `data`, what belongs to it in `includes`, `errors`, `meta`."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from app.practice.x import users, views
from app.practice.x.asked import MEDIA, MESSAGE, POST, USER
from app.practice.x.call import Call
from app.practice.x.errors import missing

Json = dict[str, Any]
_TOKEN = "7140dibdnow9c7btw"


def page_of(rows: list[sqlite3.Row], size: int) -> tuple[list[sqlite3.Row], dict[str, Any]]:
    """`rows` has one more than the page when there is another; `meta` says how to get it."""
    shown = rows[:size]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if len(rows) > size:
        meta["next_token"] = f"{_TOKEN}{shown[-1]['id']:x}"
    return shown, meta


def before_id(call: Call) -> int:
    """The id a page begins below; anything that is no token of ours begins at the newest."""
    token = call.asked.params.get("pagination_token") or call.asked.params.get("next_token") or ""
    try:
        return int(token.removeprefix(_TOKEN), 16) if token else 2**62
    except ValueError:
        return 2**62


def posts(
    call: Call,
    rows: list[sqlite3.Row],
    *,
    meta: dict[str, Any] | None = None,
    errors: Iterable[Json] = (),
) -> Json:
    """A list with `meta` is without `data` when it is empty, as the real one's."""
    gone = list(errors)
    data = [
        views.post(call.db, row, call.asked.fields[POST], fraction=call.fraction) for row in rows
    ]
    includes = _includes(call, rows, gone)
    found: Json = {"data": data} if data else {}
    if includes:
        found["includes"] = includes
    if gone:
        found["errors"] = gone
    if meta is not None:
        if data:
            meta |= {"newest_id": data[0]["id"], "oldest_id": data[-1]["id"]}
        found["meta"] = meta
    return found


def post(call: Call, row: sqlite3.Row) -> Json:
    found = posts(call, [row])
    return found | {"data": found["data"][0]}


def people(call: Call, rows: Iterable[sqlite3.Row]) -> list[Json]:
    return [views.user(row, call.asked.fields[USER], fraction=call.fraction) for row in rows]


def messages(call: Call, rows: list[sqlite3.Row], meta: dict[str, Any]) -> Json:
    wanted = call.asked.fields[MESSAGE]
    data = [views.message(row, wanted, fraction=call.fraction) for row in rows]
    ids = {
        user_id
        for row in rows
        for user_id, name in (
            (row["sender_id"], "sender_id"),
            (row["sender_id"], "participant_ids"),
            (row["recipient_id"], "participant_ids"),
        )
        if name in call.asked.expansions
    }
    includes = _named(call, ids) | _media(call, rows)
    found: Json = {"data": data} if data else {}
    return found | ({"includes": includes} if includes else {}) | {"meta": meta}


def _shown(call: Call, rows: list[sqlite3.Row]) -> list[Json]:
    wanted = call.asked.fields[POST]
    return [views.post(call.db, row, wanted, fraction=call.fraction) for row in rows]


def _includes(call: Call, rows: list[sqlite3.Row], gone: list[Json]) -> Json:
    """What the expansions ask for; a post that is not there any more is an error beside it."""
    wanted = call.asked.expansions
    ids = {row["author_id"] for row in rows} if "author_id" in wanted else set()
    referenced = _referenced(call, rows, gone) if "referenced_tweets.id" in wanted else []
    if "referenced_tweets.id.author_id" in wanted:
        ids |= {row["author_id"] for row in referenced or _referenced(call, rows, gone)}
    if "in_reply_to_user_id" in wanted:
        ids |= {row["author_id"] for row in _rows(call, {row["reply_to"] for row in rows})}
    if "entities.mentions.username" in wanted:
        ids |= {person["id"] for row in rows for person in users.mentioned(call.db, row["text"])}
    found = _named(call, ids)
    if referenced:
        found["tweets"] = _shown(call, referenced)
    return found | _media(call, rows)


def _named(call: Call, ids: Iterable[int]) -> Json:
    found = [users.get(call.db, user_id) for user_id in sorted(ids)]
    return {"users": people(call, found)} if found else {}


def _referenced(call: Call, rows: list[sqlite3.Row], gone: list[Json]) -> list[sqlite3.Row]:
    wanted = {row[name] for row in rows for name in ("reply_to", "quoted") if row[name]}
    found = _rows(call, wanted)
    for lost in sorted(wanted - {row["id"] for row in found}):
        entry = missing("tweet", lost, "referenced_tweets.id")
        if entry not in gone:
            gone.append(entry)
    return found


def _rows(call: Call, ids: Iterable[int | None]) -> list[sqlite3.Row]:
    found = [
        call.db.execute(
            "SELECT * FROM x_posts WHERE id = ? AND deleted = 0 AND written < ?",
            (post_id, call.readable_before),
        ).fetchone()
        for post_id in sorted(wanted for wanted in ids if wanted is not None)
    ]
    return [row for row in found if row is not None]


def _media(call: Call, rows: list[sqlite3.Row]) -> Json:
    if "attachments.media_keys" not in call.asked.expansions:
        return {}
    keys = sorted({key for row in rows for key in row["media"].split(",") if key})
    found = [
        call.db.execute("SELECT * FROM x_media WHERE id = ?", (key,)).fetchone() for key in keys
    ]
    shown = [views.media(row, call.asked.fields[MEDIA]) for row in found if row is not None]
    return {"media": shown} if shown else {}
