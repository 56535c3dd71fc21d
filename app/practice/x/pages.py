"""The practice X beside the practice Facebook: write as a customer, see what the desk wrote."""

import sqlite3
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.practice import page
from app.practice.errors import Refused
from app.practice.guard import must_be_own_form
from app.practice.platform import current
from app.practice.x import direct, forms, meter, numbers, posts, users
from app.practice.x.errors import Problem

pages = Blueprint("x_pages", __name__)
pages.register_error_handler(Refused, page.refused)
CONVERSATIONS, POSTS = 10, 100

# Conversations that concern an account: it wrote in them, or somebody named it.
_CONCERNING = """
SELECT p.conversation_id AS id, max(p.id) AS newest FROM x_posts p WHERE p.author_id = :account
  OR p.id IN (SELECT post_id FROM x_mentions WHERE user_id = :account)
  OR p.quoted IN (SELECT id FROM x_posts WHERE author_id = :account)
GROUP BY p.conversation_id ORDER BY newest DESC LIMIT :most
"""
_TALKS = """
SELECT m.*, u.id AS person_id, u.name FROM x_messages m
  JOIN x_users u ON u.id = CASE m.sender_id WHEN :account THEN m.recipient_id ELSE m.sender_id END
WHERE m.id IN (SELECT max(id) FROM x_messages WHERE deleted = 0
  AND (sender_id = :account OR recipient_id = :account) GROUP BY conversation)
ORDER BY m.id DESC LIMIT 200
"""


@pages.errorhandler(Problem)
def gone(error: Problem) -> ResponseReturnValue:
    return page.broken(page.nothing_here(), 404)


@pages.get("/practice/x")
def index() -> str:
    with current().store.reading() as db:
        accounts = users.accounts(db)
        account = accounts[0] if accounts else None
        return _shown("index", db, "x", account=account, accounts=accounts, meter=meter.reading(db))


@pages.get("/practice/x/accounts/<account_id>")
def show_account(account_id: str) -> str:
    with current().store.reading() as db:
        account = users.account(db, account_id)
        rows = db.execute(_CONCERNING, {"account": account["id"], "most": CONVERSATIONS})
        talks = [posts.conversation(db, row["id"], POSTS) for row in rows]
        return _shown(
            "account", db, "x-posts", account=account, talks=talks, people=users.people(db)
        )


@pages.get("/practice/x/posts/<post_id>")
def show_post(post_id: str) -> str:
    with current().store.reading() as db:
        row = posts.get(db, numbers.given(post_id))
        talk = posts.conversation(db, row["conversation_id"])
        accounts = users.accounts(db)
        if not accounts:
            raise Refused("There is no X account here.", 404)
        # The one the conversation is with, or any: they are all the shop's.
        with_us = {found["author_id"] for found in talk} & {one["id"] for one in accounts}
        account = next((one for one in accounts if one["id"] in with_us), accounts[0])
        return _shown(
            "account", db, "x-posts", account=account, talks=[talk], people=users.people(db),
            alone=True,
        )  # fmt: skip


@pages.get("/practice/x/accounts/<account_id>/messages")
def show_talks(account_id: str) -> str:
    with current().store.reading() as db:
        account = users.account(db, account_id)
        talks = db.execute(_TALKS, {"account": account["id"]}).fetchall()
        return _shown(
            "talks", db, "x-messages", account=account, talks=talks, people=users.people(db)
        )


@pages.get("/practice/x/accounts/<account_id>/messages/<person_id>")
def show_person(account_id: str, person_id: str) -> str:
    with current().store.reading() as db:
        account, person = users.account(db, account_id), users.asked(db, person_id)
        found = direct.history(db, direct.pair(account["id"], person["id"]), 200)
        return _shown("person", db, "x-messages", account=account, person=person, messages=found)


@pages.post("/practice/x/do/<action>")
def do(action: str) -> ResponseReturnValue:
    must_be_own_form()
    return forms.do(action)


def _shown(name: str, db: sqlite3.Connection, cur: str, **more: Any) -> str:
    return render_template(f"practice/x/{name}.html", **page.frame(db, cur), **more)
