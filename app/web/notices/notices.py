"""Everybody's own list of what they should know of; each line opens just that."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import NotFound
from app.gate import requires
from app.notices import queries
from app.notices.models import Kind
from app.web.notices import noticing
from app.web.page import rail

bp = Blueprint("notices", __name__, url_prefix="/notices")
OWN = Permission.OWN_ACCOUNT
UNCHANGED = 204


@bp.get("")
@requires(OWN)
def index() -> str:
    """The newest first."""
    return render_template(
        "notices/index.html",
        lines=noticing.lines(),
        push_problems=noticing.PROBLEMS,
        may_mail=_may_mail(),
    )


@bp.get("/live")
@requires(OWN)
def live() -> Response | str:
    """The count in the rail: 204 while it is what the browser has seen."""
    if request.args.get("mark") == rail.notice_count().mark:
        return Response(status=UNCHANGED)
    is_listed = request.args.get("list") == "yes"
    return render_template(
        "notices/live.html",
        lines=noticing.lines() if is_listed else None,
        push_problems=noticing.PROBLEMS,
    )


@bp.get("/<int:notice_id>")
@requires(OWN)
def open_one(notice_id: int) -> Response:
    """What it is about; read from now on."""
    found = queries.get(gate.db(), g.actor, notice_id, gate.now())
    _read(id=found.id)
    return redirect(noticing.place(found))


@bp.get("/all/<kind>")
@requires(OWN)
def open_many(kind: str) -> Response:
    """Where everything of a kind stands; all of it is read from now on."""
    found = _kind(kind)
    _read(kind=found)
    return redirect(noticing.places(found))


@bp.post("/read")
@requires(OWN)
def read_all() -> Response:
    queries.mark_read(gate.db(), g.actor, gate.now())
    gate.db().commit()
    return redirect(url_for("notices.index"))


def _read(*, id: int | None = None, kind: Kind | None = None) -> None:
    """A page that is opened by a link writes in a transaction of its own."""
    with gate.runtime().database.writing() as writer:
        queries.mark_read(writer, g.actor, gate.now(), id=id, kind=kind)


def _kind(found: str) -> Kind:
    try:
        return Kind(found)
    except ValueError:
        raise NotFound() from None


def _may_mail() -> bool:
    """Whether the desk has a mail server at all."""
    return bool(gate.runtime().settings.SMTP_URL)
