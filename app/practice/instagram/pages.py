"""The practice Instagram: write as a customer, see what the desk answered and hid."""

import sqlite3

from flask import Blueprint, render_template

from app.practice import page, pages, threads
from app.practice.errors import GraphError, Refused
from app.practice.instagram import accounts
from app.practice.messenger import history
from app.practice.platform import current

ig_pages = Blueprint("ig_pages", __name__)
ig_pages.register_error_handler(Refused, page.refused)
ig_pages.register_error_handler(GraphError, page.refused)
MEDIA, COMMENTS = 10, 100


@ig_pages.get("/practice/instagram")
def index() -> str:
    with current().store.reading() as db:
        names = {row["id"]: row["name"] for row in pages.every(db)}
        every = accounts.every(db)
        taken = {row["page_id"] for row in every}
        free = [row for row in pages.every(db) if row["id"] not in taken]
        return _shown("index", db, "ig", accounts=every, names=names, free=free)


@ig_pages.get("/practice/instagram/<ig_id>")
def show_account(ig_id: str) -> str:
    with current().store.reading() as db:
        account = accounts.get(db, ig_id)
        rows = threads.posts(db, ig_id, MEDIA)
        return _shown(
            "account", db, "ig-media", account=account, people=pages.people(db, ig_id),
            posts=[(row, page.threads_of(db, row["id"], COMMENTS)) for row in rows],
        )  # fmt: skip


@ig_pages.get("/practice/instagram/media/<media_id>")
def show_media(media_id: str) -> str:
    with current().store.reading() as db:
        row = threads.post(db, media_id)
        account = accounts.get(db, row["page_id"])
        return _shown(
            "account", db, "ig-media", account=account, people=pages.people(db, account["id"]),
            posts=[(row, page.threads_of(db, media_id, 1000))], alone=True,
        )  # fmt: skip


@ig_pages.get("/practice/instagram/<ig_id>/messages")
def show_talks(ig_id: str) -> str:
    with current().store.reading() as db:
        account = accounts.get(db, ig_id)
        return _shown(
            "talks", db, "ig-messages", account=account, talks=page.talks_of(db, ig_id),
            people=pages.people(db, ig_id),
        )  # fmt: skip


@ig_pages.get("/practice/instagram/people/<person_id>")
def show_person(person_id: str) -> str:
    with current().store.reading() as db:
        person = pages.person_by_id(db, person_id)
        talk = db.execute(
            "SELECT id FROM conversations WHERE person_id = ?", (person_id,)
        ).fetchone()
        return _shown(
            "person", db, "ig-messages", account=accounts.get(db, person["page_id"]),
            person=person, messages=history(db, talk["id"], 200) if talk else [],
        )  # fmt: skip


def _shown(name: str, db: sqlite3.Connection, cur: str, **more: object) -> str:
    return render_template(f"practice/instagram/{name}.html", **page.frame(db, cur), **more)
