"""The control API's world: Pages, posts, customers, and what they and the Page's phone do."""

from flask import Blueprint, request

from app.practice import (
    bodies,
    direct,
    files,
    handover,
    importing,
    messenger,
    pages,
    state,
    threads,
    visitors,
)
from app.practice.errors import Refused
from app.practice.platform import current

world = Blueprint("world", __name__)


@world.get("/state")
def get_state() -> bodies.Answer:
    with current().store.reading() as db:
        return state.overview(current(), db)


@world.get("/posts/<post_id>")
def get_post(post_id: str) -> bodies.Answer:
    """The whole truth: hidden and deleted comments too, and how each came here."""
    with current().store.reading() as db:
        post = threads.post(db, post_id)
        return {**dict(post), "comments": [dict(row) for row in threads.of_post(db, post_id)]}


@world.get("/pages/<page_id>/posts")
def get_posts(page_id: str) -> bodies.Answer:
    with current().store.reading() as db:
        pages.get(db, page_id)
        rows = db.execute(
            "SELECT * FROM posts WHERE page_id = ? AND deleted = 0 ORDER BY created DESC, seq DESC"
            " LIMIT 1000",
            (page_id,),
        )
        return {"posts": [dict(row) for row in rows]}


@world.get("/people/<person_id>/messages")
def get_messages(person_id: str) -> bodies.Answer:
    with current().store.reading() as db:
        talk = db.execute(
            "SELECT * FROM conversations WHERE person_id = ?", (person_id,)
        ).fetchone()
        found = messenger.history(db, talk["id"]) if talk else []
        return {"messages": [dict(row) for row in found]}


@world.get("/writes")
def get_writes() -> bodies.Answer:
    """What was written through the Graph API: `target`, `kind`, `after` (a seq) narrow it."""
    sql = "SELECT * FROM writes WHERE seq > ?"
    args: list[str | int] = [bodies.number_arg("after")]
    for name in ("target", "kind"):
        if name in request.args:
            sql, args = f"{sql} AND {name} = ?", [*args, request.args[name]]
    with current().store.reading() as db:
        return {
            "writes": [dict(row) for row in db.execute(sql + " ORDER BY seq LIMIT 10000", args)]
        }


@world.post("/pages")
def post_page() -> bodies.Answer:
    body = bodies.read()
    with current().store.writing() as db:
        page_id = bodies.optional(body, "id")
        return state.page(db, pages.create(db, current().now(), bodies.text(body, "name"), page_id))


@world.post("/pages/<page_id>/posts")
def post_post(page_id: str) -> bodies.Answer:
    """`kind`: status, photo, video, share, or ad, which stands in no list."""
    body, now = bodies.read(), current().now()
    kind = bodies.optional(body, "kind") or "status"
    if kind not in threads.OWN_KINDS:
        raise Refused("kind must be one of " + ", ".join(threads.OWN_KINDS))
    with current().store.writing() as db:
        shown = [files.sample(db, now, page_id, "image")] if kind in threads.PICTURED else None
        row = threads.add_post(
            db, current().now(), page_id, bodies.text(body, "message"), created=bodies.when(body),
            kind=kind, attachment=shown,
        )  # fmt: skip
    return bodies.woken({"id": row["id"]})


@world.post("/comments")
def post_comment() -> bodies.Answer:
    """`on` is a post or a comment; with a `name` a customer writes, without one the Page does,
    outside the desk."""
    body = bodies.read()
    with current().store.writing() as db:
        on = threads.comment_or_post(db, bodies.text(body, "on"))
        person = (
            pages.person(db, on["page_id"], bodies.text(body, "name")) if body.get("name") else None
        )
        row = threads.add_comment(
            db,
            current().now(),
            on,
            bodies.text(body, "message"),
            via=threads.CUSTOMER if person else threads.NATIVE,
            person_id=person["id"] if person else None,
            attachment=bodies.attachment(db, current().now(), on["page_id"], body),
            created=bodies.when(body),
            private=body.get("private") is True,
        )
    return bodies.woken({"id": row["id"], "post": row["post_id"], "parent": row["parent_id"]})


@world.post("/comments/<comment_id>/<any(edit,delete,hide,unhide):action>")
def post_comment_action(comment_id: str, action: str) -> bodies.Answer:
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        row = threads.comment(db, comment_id)
        if action == "edit":
            threads.edit(db, now, row, bodies.text(body, "message"))
        elif action == "delete":
            threads.remove(db, now, row)
        else:
            threads.hide(db, now, row, action == "hide")
    return bodies.woken({"id": comment_id})


@world.delete("/posts/<post_id>")
def delete_post(post_id: str) -> bodies.Answer:
    with current().store.writing() as db:
        visitors.remove(db, current().now(), threads.post(db, post_id))
    return bodies.woken({"id": post_id})


@world.post("/messages")
def post_message() -> bodies.Answer:
    """`as` "customer" (the default) or "page", which answers outside the desk."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        pages.get(db, bodies.text(body, "page"))
        person = pages.person(db, bodies.text(body, "page"), bodies.text(body, "name"))
        if body.get("as") == "page":
            row = messenger.answer_natively(
                db, now, person, bodies.text(body, "text"), bodies.when(body)
            )
        else:
            row = messenger.receive(
                db,
                now,
                person,
                bodies.text(body, "text", empty="attachment" in body),
                attachment=bodies.attachment(db, now, person["page_id"], body),
                created=bodies.when(body),
            )
    found = {"id": row["id"], "person": person["id"], "conversation": row["conversation_id"]}
    return bodies.woken(found)


@world.post("/messages/<message_id>/<any(edit,unsend,react):action>")
def post_message_action(message_id: str, action: str) -> bodies.Answer:
    """A customer may react to any message (`reaction`, empty takes it back), else to their own."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        row = messenger.get_message(db, message_id)
        if row is None or (row["outbound"] and action != "react"):
            raise Refused("There is no message of a customer with this id.", 404)
        if action == "react":
            emoji = bodies.optional(body, "emoji") or ""
            messenger.react(db, now, row, bodies.text(body, "reaction", empty=True), emoji)
        elif action == "unsend":
            messenger.unsend(db, now, row)
        else:
            edit = direct.edit if messenger.is_instagram(db, row["page_id"]) else messenger.edit
            edit(db, now, row, bodies.text(body, "text"))
    return bodies.woken({"id": message_id})


@world.post("/people")
def post_person() -> bodies.Answer:
    """`blocks_page`, `banned` and `has_role` are set when given, `held_by` names the app that holds
    the thread (null: ours); `reads` tells the Page that it was read."""
    body = bodies.read()
    with current().store.writing() as db:
        pages.get(db, bodies.text(body, "page"))
        person = pages.person(db, bodies.text(body, "page"), bodies.text(body, "name"))
        if "blocks_page" in body:
            pages.block_page(db, person["id"], bool(body["blocks_page"]))
        if "banned" in body:
            pages.ban(db, person["id"], bool(body["banned"]))
        if "has_role" in body:
            pages.give_role(db, person["id"], bool(body["has_role"]))
        if "held_by" in body:
            handover.hold(db, current().now(), person, bodies.optional(body, "held_by"))
        if body.get("reads"):
            messenger.read_by_customer(db, current().now(), person)
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
