"""The forms of the practice Instagram."""

import sqlite3
from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.foundation.words import Words
from app.practice import direct, files, messenger, page, pages, threads
from app.practice.errors import GraphError, Refused
from app.practice.guard import must_be_own_form
from app.practice.instagram import accounts, comments, media
from app.practice.platform import current

Done = tuple[str, str]
ig_forms = Blueprint("ig_forms", __name__)
ig_forms.before_request(must_be_own_form)
ig_forms.register_error_handler(Refused, page.refused)
ig_forms.register_error_handler(GraphError, page.refused)


@ig_forms.post("/practice/instagram/do/<action>")
def do(action: str) -> Response:
    if action not in ACTIONS:
        raise Refused("There is no such form.", 404)
    with current().store.writing() as db:
        where, done = ACTIONS[action](db)
    current().wake.set()
    path, _, mark = where.partition("#")
    return redirect(f"{path}?done={done}{'#' + mark if mark else ''}")


def account(db: sqlite3.Connection) -> Done:
    row = accounts.create(db, current().now(), _field("page"), _field("name"))
    return url_for("ig_pages.show_account", ig_id=row["id"]), "ig-made"


def post(db: sqlite3.Connection) -> Done:
    """The account's own picture, or a customer's that names or tags the account."""
    ig_id, kind, now = accounts.get(db, _field("account"))["id"], _field("kind"), current().now()
    if kind in media.OWN:
        row = media.add(db, now, ig_id, _words(empty=True), kind=kind, boosted=bool(_field("ad")))
        return _media(row["id"]), "posted"
    person = accounts.person(db, ig_id, _field("name"))
    if kind == media.TAG:
        row = media.tag(db, now, person, _words(empty=True))
        return _media(row["id"]), "ig-tagged"
    row = media.mention(db, now, person, _named(db, ig_id, _words()))
    return _media(row["id"]), "ig-mentioned"


def comment(db: sqlite3.Connection) -> Done:
    on = threads.comment_or_post(db, _field("on"))
    person = None
    if _field("as") != "page":
        person = accounts.person(db, on["page_id"], _field("name"))
    row = comments.add(
        db, current().now(), on, _words(),
        via=threads.CUSTOMER if person else threads.NATIVE,
        person_id=person["id"] if person else None,
    )  # fmt: skip
    return _media(row["post_id"], row["id"]), "commented"


def edit(db: sqlite3.Connection) -> Done:
    row = threads.comment(db, _field("id"))
    comments.edit(db, row, _words())
    return _media(row["post_id"], row["id"]), "ig-silent"


def hide(db: sqlite3.Connection) -> Done:
    row = threads.comment(db, _field("id"))
    comments.hide(db, row, not row["hidden"])
    return _media(row["post_id"], row["id"]), "shown" if row["hidden"] else "hidden"


def delete(db: sqlite3.Connection) -> Done:
    row = threads.comment(db, _field("id"))
    comments.remove(db, row)
    return _media(row["post_id"]), "ig-silent"


def turn(db: sqlite3.Connection) -> Done:
    row = threads.post(db, _field("id"))
    media.turn_comments(db, row, bool(row["comments_off"]))
    return _media(row["id"]), "edited"


def message(db: sqlite3.Connection) -> Done:
    """A plain message, a picture, or the account named in a story."""
    ig_id, now = accounts.get(db, _field("account"))["id"], current().now()
    person, what = accounts.person(db, ig_id, _field("name")), _field("what")
    if _field("as") == "page":
        direct.answer_natively(db, now, person, _words())
    else:
        shown = files.sample(db, now, ig_id, what) if what in ("image", "story_mention") else None
        direct.receive(db, now, person, _words(empty=bool(shown)), attachment=shown)
    return url_for("ig_pages.show_person", person_id=person["id"]) + "#end", "sent"


def unsend(db: sqlite3.Connection) -> Done:
    row = messenger.get_message(db, _field("id"))
    if row is None or row["outbound"]:
        raise Refused("There is no message of a customer with this id.", 404)
    messenger.unsend(db, current().now(), row)
    return url_for("ig_pages.show_person", person_id=row["person_id"]) + "#end", "deleted"


def block(db: sqlite3.Connection) -> Done:
    person = pages.person_by_id(db, _field("person"))
    pages.block_page(db, person["id"], not person["blocks_page"])
    done = "unblocked" if person["blocks_page"] else "blocked"
    return url_for("ig_pages.show_person", person_id=person["id"]), done


ACTIONS: dict[str, Callable[[sqlite3.Connection], Done]] = {
    "account": account,
    "post": post,
    "comment": comment,
    "edit": edit,
    "hide": hide,
    "delete": delete,
    "turn": turn,
    "message": message,
    "unsend": unsend,
    "block": block,
}


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _words(*, empty: bool = False) -> str:
    words = _field("message")
    if not words and not empty:
        raise Refused(Words("Nothing was written, so nothing was sent."), 422)
    if len(words) > comments.LONGEST:
        raise Refused(Words("At most 2200 characters fit into one comment or message."), 422)
    return words


def _named(db: sqlite3.Connection, ig_id: str, words: str) -> str:
    """The words with the account's name, also when it was forgotten."""
    name = "@" + str(accounts.get(db, ig_id)["username"])
    return words if name in words.lower() else f"{words} {name}"


def _media(media_id: str, mark: str = "") -> str:
    found = url_for("ig_pages.show_media", media_id=media_id)
    return f"{found}#i{mark}" if mark else found
