"""The control API's X: `/practice/api/x/…`, what people, the account's phone and time can do."""

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify

from app.practice import bodies
from app.practice.errors import Refused
from app.practice.platform import current
from app.practice.threads import CUSTOMER, NATIVE
from app.practice.x import (
    dialect,
    direct,
    events,
    importing,
    meter,
    numbers,
    posts,
    recorded,
    story,
    tokens,
    users,
)
from app.practice.x.call import app_of
from app.practice.x.errors import Problem

world = Blueprint("x_world", __name__, url_prefix="/x")


@world.errorhandler(Problem)
def refused(error: Problem) -> tuple[Response, int]:
    return jsonify(error=str(error)), error.status


@world.get("/state")
def get_state() -> bodies.Answer:
    app = app_of(current())
    with current().store.reading() as db:
        return {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "consumer_secret": app.consumer_secret,
            "bearer": app.bearer,
            "dialect": dialect.setting(db),
            "accounts": [user(row) for row in users.accounts(db)],
            "webhooks": _rows(db, "SELECT * FROM x_webhooks ORDER BY id"),
            "subscriptions": _rows(db, "SELECT * FROM x_subscriptions ORDER BY id"),
            "meter": meter.reading(db),
        }


@world.post("/accounts")
def post_account() -> bodies.Answer:
    """One that the desk can connect; `name` may be left out."""
    body, now = bodies.read(), current().now()
    username = bodies.text(body, "username").removeprefix("@")
    user_id = numbers.given(body["id"]) if "id" in body else None
    with current().store.writing() as db:
        name = bodies.optional(body, "name") or username
        return user(users.create(db, now, username, name, user_id=user_id, is_account=True))


@world.post("/accounts/<account_id>/token")
def post_token(account_id: str) -> bodies.Answer:
    """What the token call would answer, without the page that asks."""
    body, now = bodies.read(), current().now()
    scopes = str(body.get("scope") or " ".join(tokens.SCOPES)).split()
    with current().store.writing() as db:
        return tokens.pair(db, now, users.account(db, account_id)["id"], scopes)


@world.post("/accounts/<account_id>/revoke")
def post_revoke(account_id: str) -> bodies.Answer:
    """The person takes the app's rights away on X: every token ends, the desk is told."""
    with current().store.writing() as db:
        row = users.account(db, account_id)
        tokens.revoke_all(db, current().now(), row["id"], app_of(current()).client_id)
    return bodies.woken({"id": account_id})


@world.get("/posts/<post_id>")
def get_post(post_id: str) -> bodies.Answer:
    """The whole conversation of a post: hidden, deleted and edited ones too."""
    with current().store.reading() as db:
        row = posts.get(db, numbers.given(post_id))
        talk = posts.conversation(db, row["conversation_id"])
        return {**spoken(row), "conversation": [spoken(found) for found in talk]}


@world.post("/posts")
def post_post() -> bodies.Answer:
    """`name` is a name or @name; an account's own posts past the desk. With `reply_to` an answer,
    with `quote` a quote."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        author = users.named(db, now, bodies.text(body, "name"))
        row = posts.add(
            db,
            now,
            author,
            bodies.text(body, "text"),
            via=NATIVE if author["is_account"] else CUSTOMER,
            reply_to=_about(db, body, "reply_to"),
            quoted=_about(db, body, "quote"),
            created=bodies.when(body),
        )
    return bodies.woken(spoken(row))


@world.post("/posts/<post_id>/<any(edit,delete,hide,unhide):action>")
def post_action(post_id: str, action: str) -> bodies.Answer:
    """An edit answers with the new version, which has an id of its own."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        row = posts.get(db, numbers.given(post_id))
        if action == "edit":
            row = posts.edit(db, now, row, bodies.text(body, "text"))
        elif action == "delete":
            posts.remove(db, now, row)
        else:
            posts.hide(db, row, action == "hide")
    return bodies.woken(spoken(row))


@world.get("/accounts/<account_id>/messages/<name>")
def get_messages(account_id: str, name: str) -> bodies.Answer:
    with current().store.writing() as db:
        person = users.named(db, current().now(), name)
        talk = direct.pair(users.account(db, account_id)["id"], person["id"])
        return {"messages": [spoken(row) for row in direct.history(db, talk)]}


@world.post("/messages")
def post_message() -> bodies.Answer:
    """`name` writes to `account`; with `as` "account" the account writes, past the desk."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        account = users.account(db, body.get("account"))
        person = users.named(db, now, bodies.text(body, "name"))
        is_native = body.get("as") == "account"
        sender, recipient = (account, person) if is_native else (person, account)
        row = direct.add(
            db,
            now,
            sender,
            recipient,
            bodies.text(body, "text"),
            via=NATIVE if is_native else CUSTOMER,
            created=bodies.when(body),
        )
    return bodies.woken(spoken(row) | {"person": str(person["id"])})


@world.post("/messages/<message_id>/delete")
def post_message_delete(message_id: str) -> bodies.Answer:
    """X tells nobody of a message that was deleted."""
    with current().store.writing() as db:
        direct.remove(db, direct.get(db, numbers.given(message_id)))
    return {"id": message_id}


@world.post("/messages/read")
def post_read() -> bodies.Answer:
    """`name` has read what `account` wrote last."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        account = users.account(db, body.get("account"))
        person = users.named(db, now, bodies.text(body, "name"))
        talk = direct.history(db, direct.pair(account["id"], person["id"]))
        sent = [row["id"] for row in talk if row["sender_id"] == account["id"]]
        if not sent:
            raise Refused("There is nothing to read.", 409)
        events.message_read(db, now, account["id"], person["id"], sent[-1])
    return bodies.woken({"last_read": str(sent[-1])})


@world.post("/import")
def post_import() -> bodies.Answer:
    body = bodies.read()
    with current().store.writing() as db:
        found = importing.take(
            db, current().now(), body.get("posts"), with_webhooks=body.get("webhooks") is True
        )
    return bodies.woken(dict(found))


@world.post("/recorded")
def post_recorded() -> bodies.Answer:
    """Threads of a recording; says how much is new at which account."""
    body = bodies.read()
    with current().store.writing() as db:
        found = recorded.take(db, current().now(), body.get("items"))
    return bodies.woken(found)


@world.get("/meter")
def get_meter() -> bodies.Answer:
    with current().store.reading() as db:
        return meter.reading(db)


@world.delete("/meter")
def delete_meter() -> bodies.Answer:
    with current().store.writing() as db:
        meter.reset(db)
        return meter.reading(db)


@world.post("/settings")
def post_settings() -> bodies.Answer:
    """`dialect`: "tweet", "post", or empty for the one that was asked in."""
    body = bodies.read()
    with current().store.writing() as db:
        dialect.set_setting(db, bodies.text(body, "dialect", empty=True))
        return {"dialect": dialect.setting(db)}


@world.post("/story")
def post_story() -> bodies.Answer:
    """The shop's day on X, which the practice story does not tell by itself."""
    with current().store.writing() as db:
        account = story.tell(db, current().now())
    return bodies.woken(user(account))


def user(row: sqlite3.Row) -> dict[str, Any]:
    return {"id": str(row["id"]), "username": row["username"], "name": row["name"]}


def spoken(row: sqlite3.Row) -> dict[str, Any]:
    """A row with its ids as text: they are more than a browser can count."""
    ids = ("id", "root_id", "author_id", "conversation_id", "reply_to", "quoted", "sender_id",
           "recipient_id")  # fmt: skip
    return {
        name: str(value) if name in ids and value is not None else value
        for name, value in dict(row).items()
    }


def _rows(db: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    return [
        {name: str(value) if name.endswith("id") else value for name, value in dict(row).items()}
        for row in db.execute(sql)
    ]


def _about(db: sqlite3.Connection, body: dict[str, Any], name: str) -> sqlite3.Row | None:
    return posts.get(db, numbers.given(body[name], name)) if body.get(name) else None
