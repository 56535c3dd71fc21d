"""The desk's labels: on a conversation by whoever handles it, the list of them by its owner."""

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.gate import requires
from app.inbox import labels
from app.web.forms import parse

bp = Blueprint("labels", __name__)
MANAGE = Permission.SETTINGS_MANAGE
Answer = Response | tuple[str, int]


@bp.post("/inbox/<int:conversation_id>/labels")
@requires(Permission.CONVERSATION_HANDLE)
def choose(conversation_id: int) -> Response:
    """What was ticked and unticked here; a colleague's label of the same moment stays."""
    db, now = gate.db(), gate.now()
    was, wanted = set(parse.numbers("was")), set(parse.numbers("label"))
    for label_id in sorted(wanted - was):
        labels.put_on(db, g.actor, conversation_id, label_id, now)
    for label_id in sorted(was - wanted):
        labels.take_off(db, g.actor, conversation_id, label_id, now)
    db.commit()
    flash(gettext("The labels are changed.") if was != wanted else gettext("Nothing was changed."))
    return redirect(
        url_for("inbox.show", conversation_id=conversation_id, view=request.args.get("view"))
    )


@bp.get("/settings/labels")
@requires(MANAGE)
def index() -> str:
    return _page()


@bp.post("/settings/labels")
@requires(MANAGE)
def make() -> Answer:
    """A new label."""
    name = parse.text("name")
    return _tried(lambda: labels.make(gate.db(), g.actor, name, gate.now()), "name", name)


@bp.post("/settings/labels/<int:label_id>")
@requires(MANAGE)
def rename(label_id: int) -> Answer:
    """Another name for one."""
    name = parse.text("name")
    return _tried(
        lambda: labels.rename(gate.db(), g.actor, label_id, name, gate.now()),
        f"name-{label_id}",
        name,
    )


@bp.post("/settings/labels/<int:label_id>/end")
@requires(MANAGE)
def end(label_id: int) -> Response:
    """Put away; it can come back as it was."""
    labels.put_away(gate.db(), g.actor, label_id, gate.now())
    gate.db().commit()
    flash(gettext("The label is put away."), url_for("labels.bring_back", label_id=label_id))
    return redirect(url_for("labels.index"))


@bp.post("/settings/labels/<int:label_id>/back")
@requires(MANAGE)
def bring_back(label_id: int) -> Answer:
    """With all its conversations."""
    return _tried(lambda: labels.bring_back(gate.db(), g.actor, label_id, gate.now()), "name", "")


def _tried(deed: Callable[[], object], field: str, given: str) -> Answer:
    """A refused name stays in its field, with the reason."""
    try:
        deed()
    except Invalid as problem:
        return _page(errors={field: problem.reason}, given=given), problem.status
    gate.db().commit()
    flash(gettext("Saved."))
    return redirect(url_for("labels.index"))


def _page(errors: dict[str, Words] | None = None, given: str = "") -> str:
    return render_template(
        "labels/index.html",
        labels=labels.live(gate.db()),
        ended=labels.ended(gate.db()),
        errors=errors or {},
        given=given,
    )
