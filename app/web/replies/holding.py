"""Holding replies: owners approve a handful of them; whoever may draft sends them."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import Conflict, DeskError, Invalid
from app.foundation.words import Words
from app.gate import requires
from app.replies import holding, holding_sending
from app.replies.holding_sending import Filling
from app.web.forms import parse
from app.web.inbox import holding_form, inbox, promising

bp = Blueprint("holding", __name__)
MANAGE = Permission.HOLDING_MANAGE
Answer = Response | tuple[str, int]


@bp.get("/settings/holding-replies")
@requires(MANAGE)
def index() -> str:
    """Those that may be sent now, and a form for another one."""
    return _page()


@bp.post("/settings/holding-replies")
@requires(MANAGE)
def approve() -> Answer:
    """From now on everybody who may draft can send it."""
    values = {"title": parse.text("title"), "text": parse.text("text")}
    try:
        holding.approve(
            gate.db(), g.actor, title=values["title"], text=values["text"], now=gate.now()
        )
    except (Invalid, Conflict) as problem:
        where = problem.field if isinstance(problem, Invalid) else "title"
        return _page(values, {where: problem.reason}), problem.status
    gate.db().commit()
    flash(gettext("Approved. It is offered wherever somebody waits."))
    return redirect(url_for("holding.index"))


@bp.post("/settings/holding-replies/<int:reply_id>/end")
@requires(MANAGE)
def end(reply_id: int) -> Response:
    """Nobody can send it any more."""
    holding.end(gate.db(), g.actor, reply_id, gate.now())
    gate.db().commit()
    flash(gettext("Ended. What was sent with it stays as it is."))
    return redirect(url_for("holding.index"))


@bp.post("/inbox/<int:conversation_id>/holding")
@requires(Permission.DRAFT_WRITE)
def send(conversation_id: int) -> Answer:
    """To one customer who waits; the desk puts the words together."""
    try:
        holding_sending.send(
            gate.db(),
            g.actor,
            conversation_id,
            parse.needed_number("holding_id"),
            _filling(),
            gate.now(),
        )
        gate.db().commit()
    except DeskError as problem:
        return _refused(conversation_id, problem), problem.status
    return redirect(url_for("inbox.show", conversation_id=conversation_id))


def _filling() -> Filling:
    return Filling(parse.needed_number("turn_id"), parse.text("name"), promising.chosen())


def _refused(conversation_id: int, problem: DeskError) -> str:
    """The conversation with the dialog open, and what was chosen in it."""
    gate.db().rollback()
    where = problem.field if isinstance(problem, Invalid) else ""
    values = {name: parse.text(name) for name in ("turn_id", "holding_id", "name")}
    page = inbox.page(conversation_id)
    offer = holding_form.context(
        page["view"], values | promising.given(), {where or "holding_id": problem.reason}
    )
    return render_template("inbox/show.html", **page | offer)


def _page(values: dict[str, str] | None = None, errors: dict[str, Words] | None = None) -> str:
    return render_template(
        "holding/index.html",
        replies=holding.current(gate.db()),
        most=holding.MOST,
        values=values or {},
        errors=errors or {},
    )
