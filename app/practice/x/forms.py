"""The forms of the practice X: what a customer does, or the account on a phone."""

import sqlite3
from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.foundation.words import Words
from app.practice.errors import Refused
from app.practice.platform import current
from app.practice.threads import CUSTOMER, NATIVE
from app.practice.x import direct, meter, numbers, posts, users

Done = tuple[str, str]


def do(action: str) -> Response:
    """Does it, and goes back to where it can be seen; `done` names the words to show."""
    if action not in ACTIONS:
        raise Refused("There is no such form.", 404)
    with current().store.writing() as db:
        where, done = ACTIONS[action](db)
    current().wake.set()
    path, _, mark = where.partition("#")
    return redirect(f"{path}?done={done}{'#' + mark if mark else ''}")


def post(db: sqlite3.Connection) -> Done:
    """A post, an answer with `on`, a quote with `quote`."""
    author = _writer(db)
    row = posts.add(
        db,
        current().now(),
        author,
        _words(),
        via=NATIVE if author["is_account"] else CUSTOMER,
        reply_to=_about(db, "on"),
        quoted=_about(db, "quote"),
    )
    return _at(row), "commented"


def edit(db: sqlite3.Connection) -> Done:
    return _at(posts.edit(db, current().now(), _post(db), _words())), "edited"


def delete(db: sqlite3.Connection) -> Done:
    posts.remove(db, current().now(), _post(db))
    return _account_page(db), "deleted"


def hide(db: sqlite3.Connection) -> Done:
    row = _post(db)
    posts.hide(db, row, not row["hidden"])
    return _at(row), "shown" if row["hidden"] else "hidden"


def message(db: sqlite3.Connection) -> Done:
    account = users.account(db, _field("account"))
    person = users.named(db, current().now(), _field("name"))
    is_native = _field("as") == "page"
    sender, recipient = (account, person) if is_native else (person, account)
    via = NATIVE if is_native else CUSTOMER
    direct.add(db, current().now(), sender, recipient, _words(), via=via)
    where = url_for("x_pages.show_person", account_id=account["id"], person_id=person["id"])
    return where + "#end", "sent"


def unsend(db: sqlite3.Connection) -> Done:
    row = direct.get(db, numbers.given(_field("id")))
    direct.remove(db, row)
    account = users.account(db, _field("account"))
    other = row["sender_id"] if row["sender_id"] != account["id"] else row["recipient_id"]
    where = url_for("x_pages.show_person", account_id=account["id"], person_id=other)
    return where + "#end", "unsent"


def account(db: sqlite3.Connection) -> Done:
    username = _field("username").removeprefix("@")
    name = _field("name") or username
    row = users.create(db, current().now(), username, name, is_account=True)
    return url_for("x_pages.show_account", account_id=row["id"]), "x-made"


def reset_meter(db: sqlite3.Connection) -> Done:
    meter.reset(db)
    return url_for("x_pages.index"), "x-meter"


ACTIONS: dict[str, Callable[[sqlite3.Connection], Done]] = {
    "post": post,
    "edit": edit,
    "delete": delete,
    "hide": hide,
    "message": message,
    "unsend": unsend,
    "account": account,
    "meter": reset_meter,
}


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _words() -> str:
    words = _field("message")
    if not words:
        raise Refused(Words("Nothing was written, so nothing was sent."), 422)
    if len(words) > 8000:
        raise Refused(Words("At most 8000 characters fit into one comment or message."), 422)
    return words


def _writer(db: sqlite3.Connection) -> sqlite3.Row:
    """The customer who was picked or named, or the account itself on a phone."""
    if _field("as") == "page":
        return users.account(db, _field("account"))
    return users.named(db, current().now(), _field("name"))


def _post(db: sqlite3.Connection) -> sqlite3.Row:
    return posts.get(db, numbers.given(_field("id")))


def _about(db: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    return posts.get(db, numbers.given(_field(name))) if _field(name) else None


def _at(row: sqlite3.Row) -> str:
    return url_for("x_pages.show_post", post_id=row["id"]) + f"#i{row['id']}"


def _account_page(db: sqlite3.Connection) -> str:
    return url_for("x_pages.show_account", account_id=users.account(db, _field("account"))["id"])
