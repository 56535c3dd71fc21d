"""The forms of the practice page: what a customer, the Page on a phone, or a drill leader does."""

import sqlite3
from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.foundation.words import Words
from app.practice import (
    clock,
    control_forms,
    faults,
    files,
    messenger,
    pages,
    planned,
    story,
    threads,
    verbs,
    visitors,
)
from app.practice.errors import GraphError, Refused
from app.practice.guard import must_be_own_form
from app.practice.page import refused
from app.practice.platform import current

Done = tuple[str, str]
forms = Blueprint("forms", __name__)
forms.before_request(must_be_own_form)
forms.register_error_handler(Refused, refused)
forms.register_error_handler(GraphError, refused)


@forms.post("/practice/do/<action>")
def do(action: str) -> Response:
    """Does it, and goes back to where it can be seen; `done` names the words to show."""
    if action in control_forms.CALLING:
        where, done = control_forms.CALLING[action]()
    elif action in ACTIONS:
        with current().store.writing() as db:
            where, done = ACTIONS[action](db)
    else:
        raise Refused("There is no such form.", 404)
    current().wake.set()
    path, _, mark = where.partition("#")
    return redirect(f"{path}{'&' if '?' in path else '?'}done={done}{'#' + mark if mark else ''}")


def comment(db: sqlite3.Connection) -> Done:
    """As the customer who was picked or named, or as the Page itself on a phone."""
    on = threads.comment_or_post(db, _field("on"))
    person = None if _field("as") == "page" else _person(db, on["page_id"])
    row = threads.add_comment(
        db,
        current().now(),
        on,
        _words(),
        via=threads.CUSTOMER if person else threads.NATIVE,
        person_id=person["id"] if person else None,
    )
    return _at(row), "commented"


def edit(db: sqlite3.Connection) -> Done:
    row = threads.edit(db, current().now(), threads.comment(db, _field("id")), _words())
    return _at(row), "edited"


def delete(db: sqlite3.Connection) -> Done:
    row = threads.comment(db, _field("id"))
    threads.remove(db, current().now(), row)
    return url_for("page.show_post", post_id=row["post_id"]), "deleted"


def hide(db: sqlite3.Connection) -> Done:
    row = threads.comment(db, _field("id"))
    threads.hide(db, current().now(), row, not row["hidden"])
    return _at(row), "shown" if row["hidden"] else "hidden"


def post(db: sqlite3.Connection) -> Done:
    kind, now = _field("kind") or "status", current().now()
    if kind not in threads.OWN_KINDS:
        raise Refused("kind must be one of " + ", ".join(threads.OWN_KINDS))
    page_id = pages.get(db, _field("page"))["id"]
    shown = [files.sample(db, now, page_id, "image")] if kind in threads.PICTURED else None
    row = threads.add_post(db, now, page_id, _words(), kind=kind, attachment=shown)
    return url_for("page.show_post", post_id=row["id"]), "posted"


def wall(db: sqlite3.Connection) -> Done:
    """What a customer writes about the Page, on its wall or elsewhere."""
    kind, now = _field("kind"), current().now()
    person = _person(db, pages.get(db, _field("page"))["id"])
    if kind in visitors.OPINIONS:
        row = visitors.recommend(db, now, person, _words(), opinion=kind)
    elif kind == visitors.MENTION:
        row = visitors.mention(db, now, person, _words())
    else:
        is_picture = kind == "picture"
        shown = [files.sample(db, now, person["page_id"], "image")] if is_picture else None
        row = visitors.write(db, now, person, _words(), attachment=shown)
    return url_for("page.show_post", post_id=row["id"]), "walled"


def post_edit(db: sqlite3.Connection) -> Done:
    row = visitors.change(db, current().now(), threads.post(db, _field("id")), _words())
    return url_for("page.show_post", post_id=row["id"]), "edited"


def post_delete(db: sqlite3.Connection) -> Done:
    row = threads.post(db, _field("id"))
    visitors.remove(db, current().now(), row)
    return url_for("page.show_page", page_id=row["page_id"]), "deleted"


def new_page(db: sqlite3.Connection) -> Done:
    row = pages.create(db, current().now(), _field("name"))
    return url_for("page.show_page", page_id=row["id"]), "made"


def message(db: sqlite3.Connection) -> Done:
    row = pages.get(db, _field("page"))
    person = _person(db, row["id"])
    if _field("as") == "page":
        messenger.answer_natively(db, current().now(), person, _words())
    else:
        messenger.receive(db, current().now(), person, _words())
    return url_for("page.show_person", person_id=person["id"]) + "#end", "sent"


def block(db: sqlite3.Connection) -> Done:
    person = pages.person_by_id(db, _field("person"))
    pages.block_page(db, person["id"], not person["blocks_page"])
    done = "unblocked" if person["blocks_page"] else "blocked"
    return url_for("page.show_person", person_id=person["id"]), done


def fault(db: sqlite3.Connection) -> Done:
    spec = {name: value for name, value in request.form.items() if value != ""}
    kind = faults.KINDS.get(spec.get("kind", ""))
    known = {"kind", "count", "method", "path", "page", *(kind.params if kind else ())}
    faults.add(db, {name: value for name, value in spec.items() if name in known})
    return _controls(), "broken"


def mend(db: sqlite3.Connection) -> Done:
    fault_id = _field("id")
    faults.clear(db, faults.whole("id", fault_id, least=1, most=2**62) if fault_id else None)
    return _controls(), "mended"


def move_clock(db: sqlite3.Connection) -> Done:
    hours = faults.whole("hours", _field("hours"), least=-100_000, most=100_000)
    wall, monotonic = clock.offsets(current().data_dir)
    clock.move(
        current().data_dir, wall=wall + hours * 3600, monotonic=monotonic + max(hours, 0) * 3600
    )
    return _controls(), "moved"


def reset_clock(db: sqlite3.Connection) -> Done:
    clock.reset(current().data_dir)
    return _controls(), "reset"


def pause(db: sqlite3.Connection) -> Done:
    pages.set_setting(db, "webhooks_paused", "1")
    return _controls(), "paused"


def resume(db: sqlite3.Connection) -> Done:
    pages.set_setting(db, "webhooks_paused", "0")
    return _controls(), "resumed"


def every_verb(db: sqlite3.Connection) -> Done:
    verbs.queue_all(db, current().now(), _field("page"))
    return _controls(), "queued"


def storm(db: sqlite3.Connection) -> Done:
    story.storm(db, current().now())
    return url_for("page.show_post", post_id=story.STOVE), "storm"


def calm(db: sqlite3.Connection) -> Done:
    planned.clear(db)
    return _controls(), "calm"


ACTIONS: dict[str, Callable[[sqlite3.Connection], Done]] = {
    "comment": comment,
    "edit": edit,
    "delete": delete,
    "hide": hide,
    "post": post,
    "wall": wall,
    "post-edit": post_edit,
    "post-delete": post_delete,
    "access": control_forms.access,
    "staff": control_forms.new_staff,
    "unsubscribe": control_forms.unsubscribe,
    "page": new_page,
    "message": message,
    "block": block,
    "fault": fault,
    "mend": mend,
    "clock": move_clock,
    "clock-reset": reset_clock,
    "pause": pause,
    "resume": resume,
    "verbs": every_verb,
    "storm": storm,
    "calm": calm,
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


def _person(db: sqlite3.Connection, page_id: str) -> sqlite3.Row:
    return pages.person(db, page_id, _field("name"))


def _at(row: sqlite3.Row) -> str:
    return url_for("page.show_post", post_id=row["post_id"]) + f"#i{row['id']}"


def _controls() -> str:
    return url_for("page.controls")
