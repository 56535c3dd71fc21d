"""The control API's Instagram: accounts, people, media, comments, mentions, messages."""

import sqlite3
from typing import Any

from flask import Blueprint

from app.practice import bodies, direct, files, handover, pages, threads
from app.practice.errors import Refused
from app.practice.instagram import accounts, comments, importing, media
from app.practice.platform import current

world = Blueprint("instagram_world", __name__, url_prefix="/instagram")


@world.post("")
def post_account() -> bodies.Answer:
    body = bodies.read()
    with current().store.writing() as db:
        row = accounts.create(
            db, current().now(), bodies.text(body, "page"), bodies.text(body, "username"),
            bodies.optional(body, "id"),
        )  # fmt: skip
    return dict(row)


@world.post("/<ig_id>/settings")
def post_settings(ig_id: str) -> bodies.Answer:
    """`messages_allowed`: the owner's own setting, without which no message can be read."""
    body = bodies.read()
    with current().store.writing() as db:
        accounts.get(db, ig_id)
        accounts.allow_messages(db, ig_id, body.get("messages_allowed") is not False)
        return dict(accounts.get(db, ig_id))


@world.get("/<ig_id>/media")
def get_media(ig_id: str) -> bodies.Answer:
    with current().store.reading() as db:
        accounts.get(db, ig_id)
        rows = threads.posts(db, ig_id, 1000)
        return {"media": [dict(row) for row in rows]}


@world.post("/<ig_id>/media")
def post_media(ig_id: str) -> bodies.Answer:
    body = bodies.read()
    with current().store.writing() as db:
        row = media.add(
            db, current().now(), ig_id, bodies.text(body, "caption", empty=True),
            kind=str(body.get("kind", "FEED")), boosted=body.get("boosted") is True,
            created=bodies.when(body),
        )  # fmt: skip
        return {"id": row["id"]}


@world.delete("/media/<media_id>")
def delete_media(media_id: str) -> bodies.Answer:
    with current().store.writing() as db:
        media.remove(db, threads.post(db, media_id))
    return {"id": media_id}


@world.post("/<ig_id>/<any(mentions,tags):way>")
def post_mention(ig_id: str, way: str) -> bodies.Answer:
    """`username` names the account in a `caption`, or in a `comment` under such a picture, or
    tags it in the picture."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        accounts.get(db, ig_id)
        person = accounts.person(db, ig_id, bodies.text(body, "username"))
        caption, comment = (
            bodies.text(body, "caption", empty=True),
            bodies.optional(body, "comment"),
        )
        if way == "tags":
            return {"id": media.tag(db, now, person, caption)["id"]}
        if comment is None:
            found = media.mention(db, now, person, caption, bodies.when(body))
            return bodies.woken({"id": found["id"], "media": found["id"]})
        on = media.add(db, now, ig_id, caption, kind=media.FOREIGN, person_id=person["id"])
        found = comments.add(db, now, on, comment, via=threads.CUSTOMER, person_id=person["id"])
    return bodies.woken({"id": found["id"], "media": on["id"]})


@world.post("/comments")
def post_comment() -> bodies.Answer:
    """`on` is media or a comment; with a `username` a customer writes, without one the account
    does, outside the desk."""
    body = bodies.read()
    with current().store.writing() as db:
        on = threads.comment_or_post(db, bodies.text(body, "on"))
        name = bodies.optional(body, "username")
        person = accounts.person(db, on["page_id"], name) if name else None
        row = comments.add(
            db, current().now(), on, bodies.text(body, "text", empty=body.get("gif") is True),
            via=threads.CUSTOMER if person else threads.NATIVE,
            person_id=person["id"] if person else None, created=bodies.when(body),
            gif=body.get("gif") is True, live=body.get("live") is True,
        )  # fmt: skip
    return bodies.woken({"id": row["id"], "media": row["post_id"], "parent": row["parent_id"]})


@world.post("/comments/<comment_id>/<any(edit,delete,hide,unhide):action>")
def post_comment_action(comment_id: str, action: str) -> bodies.Answer:
    """The desk hears of none of these."""
    body = bodies.read()
    with current().store.writing() as db:
        row = threads.comment(db, comment_id)
        if action == "edit":
            comments.edit(db, row, bodies.text(body, "text"))
        elif action == "delete":
            comments.remove(db, row)
        else:
            comments.hide(db, row, action == "hide")
    return {"id": comment_id}


@world.post("/messages")
def post_message() -> bodies.Answer:
    """`as` "customer" (the default) or "account"; `attachment` {type, url?}; `story` {id, url} is
    answered; `story_mention` names the account in a story."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        ig_id = accounts.get(db, bodies.text(body, "account"))["id"]
        person = accounts.person(db, ig_id, bodies.text(body, "username"))
        if body.get("as") == "account":
            row = direct.answer_natively(
                db, now, person, bodies.text(body, "text"), bodies.when(body)
            )
        else:
            row = _receive(db, now, person, body)
    found = {"id": row["id"], "person": person["id"], "conversation": row["conversation_id"]}
    return bodies.woken(found)


@world.post("/people")
def post_person() -> bodies.Answer:
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        ig_id = accounts.get(db, bodies.text(body, "account"))["id"]
        person = accounts.person(db, ig_id, bodies.text(body, "username"))
        if "blocks" in body:
            pages.block_page(db, person["id"], bool(body["blocks"]))
        if "has_role" in body:
            pages.give_role(db, person["id"], bool(body["has_role"]))
        if "held_by" in body:
            handover.hold(db, now, person, bodies.optional(body, "held_by"))
        if body.get("reads"):
            direct.read_by_customer(db, now, person)
        found = dict(pages.person_by_id(db, person["id"]))
    return bodies.woken(found)


@world.post("/import")
def post_import() -> bodies.Answer:
    body = bodies.read()
    with current().store.writing() as db:
        found = importing.take(
            db, current().now(), body.get("items"), with_webhooks=body.get("webhooks") is True
        )
    return bodies.woken(dict(found))


def _receive(
    db: sqlite3.Connection, now: int, person: sqlite3.Row, body: dict[str, Any]
) -> sqlite3.Row:
    shown = bodies.attachment(db, now, person["page_id"], body)
    if body.get("story_mention"):
        shown = files.sample(db, now, person["page_id"], "story_mention")
    story = body.get("story")
    if story is not None and not isinstance(story, dict):
        raise Refused("story must be an object with id and url.")
    strange = body.get("unsupported") is True
    return direct.receive(
        db, now, person, bodies.text(body, "text", empty=bool(shown or strange)),
        attachment=shown, created=bodies.when(body), story=story, unsupported=strange,
    )  # fmt: skip
