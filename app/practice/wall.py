"""The control API's wall of a Page: visitors' posts, mentions, recommendations, likes."""

import sqlite3

from flask import Blueprint

from app.practice import bodies, files, pages, threads, visitors
from app.practice.errors import Refused
from app.practice.platform import current

wall = Blueprint("wall", __name__)


@wall.post("/visitor-posts")
def post_visitor_post() -> bodies.Answer:
    """`picture`: one comes with it."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        person = person_of(db, body)
        shown = files.sample(db, now, person["page_id"], "image") if body.get("picture") else None
        row = visitors.write(
            db, now, person, bodies.text(body, "message", empty=bool(shown)),
            attachment=[shown] if shown else None, created=bodies.when(body),
        )  # fmt: skip
    return bodies.woken({"id": row["id"], "person": person["id"]})


@wall.post("/mentions")
def post_mention() -> bodies.Answer:
    """In a post of the person's own, or with `on` in a comment."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        person, words = person_of(db, body), bodies.text(body, "message")
        if body.get("on"):
            on = threads.comment_or_post(db, bodies.text(body, "on"))
            row = visitors.mention_in_comment(db, now, on, person, words)
        else:
            row = visitors.mention(db, now, person, words, created=bodies.when(body))
    return bodies.woken({"id": row["id"], "person": person["id"]})


@wall.post("/ratings")
def post_rating() -> bodies.Answer:
    """`opinion` is "positive" or "negative"."""
    body = bodies.read()
    with current().store.writing() as db:
        person = person_of(db, body)
        row = visitors.recommend(
            db, current().now(), person, bodies.text(body, "message", empty=True),
            opinion=str(body.get("opinion", "positive")), created=bodies.when(body),
        )  # fmt: skip
    return bodies.woken({"id": row["id"], "person": person["id"]})


@wall.post("/posts/<post_id>/edit")
def post_edit(post_id: str) -> bodies.Answer:
    """Whoever wrote the post changes its words."""
    body = bodies.read()
    with current().store.writing() as db:
        row = threads.post(db, post_id)
        visitors.change(db, current().now(), row, bodies.text(body, "message"))
    return bodies.woken({"id": post_id})


@wall.post("/posts/<post_id>/delete")
def post_delete(post_id: str) -> bodies.Answer:
    """Whoever wrote the post takes it back, with all that stands under it."""
    with current().store.writing() as db:
        visitors.remove(db, current().now(), threads.post(db, post_id))
    return bodies.woken({"id": post_id})


@wall.post("/posts/<post_id>/comments-off")
def post_comments_off(post_id: str) -> bodies.Answer:
    """`off` false turns them on again."""
    off = bodies.read().get("off") is not False
    with current().store.writing() as db:
        threads.post(db, post_id)
        db.execute("UPDATE posts SET comments_off = ? WHERE id = ?", (int(off), post_id))
    return {"id": post_id}


@wall.post("/likes")
def post_like() -> bodies.Answer:
    """A person likes a post or a comment (`on`)."""
    body = bodies.read()
    with current().store.writing() as db:
        on = threads.comment_or_post(db, bodies.text(body, "on"))
        person = pages.person(db, on["page_id"], bodies.text(body, "name"))
        threads.others_like(db, current().now(), on, person)
    return bodies.woken({"id": on["id"]})


def person_of(db: sqlite3.Connection, body: dict[str, object]) -> sqlite3.Row:
    page = pages.get(db, bodies.text(body, "page"))
    name = bodies.text(body, "name")
    if name.strip() == page["name"]:
        raise Refused("The Page does not write on its own wall as a visitor.")
    return pages.person(db, page["id"], name)
