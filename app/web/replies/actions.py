"""A message's menu: what is done with it on the platform, and that it was answered there."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.channels.capabilities import UNDONE_BY
from app.channels.models import Act
from app.foundation.errors import Invalid
from app.gate import requires
from app.inbox import elsewhere
from app.replies import actions as service
from app.replies.models import PlatformAction
from app.web.forms import parse
from app.web.inbox import acts
from app.web.page import act_words
from app.web.page.speech import say

bp = Blueprint("actions", __name__)
HANDLE = Permission.CONVERSATION_HANDLE


@bp.get("/messages/<int:message_id>")
@requires(Permission.CONVERSATION_READ)
def show(message_id: int) -> str:
    """What can be done with it here, and why not what cannot."""
    is_part = bool(request.headers.get("HX-Request"))
    template = "messages/_menu.html" if is_part else "messages/show.html"
    return render_template(template, menu=acts.menu(message_id))


@bp.post("/messages/<int:message_id>/do")
@requires(HANDLE)
def do(message_id: int) -> Response:
    """On the platform, as soon as it can be; what can be taken back has its button."""
    action = service.ask(gate.db(), g.actor, message_id, _act(), gate.now())
    return _on_its_way(action)


@bp.post("/actions/<int:action_id>/undo")
@requires(HANDLE)
def undo(action_id: int) -> Response:
    """Before it began it never happens; afterwards the opposite is done."""
    action = service.undo(gate.db(), g.actor, action_id, gate.now())
    if action.id != action_id:
        return _on_its_way(action)
    return _back(action.conversation_id, gettext("Taken back. Nothing was done."))


@bp.post("/inbox/<int:conversation_id>/answered-there")
@requires(HANDLE)
def answered_there(conversation_id: int) -> Response:
    """Somebody answered this customer on the platform itself."""
    elsewhere.answered_there(
        gate.db(),
        g.actor,
        conversation_id,
        parse.needed_number("turn_id"),
        gate.runtime().promises(),
        gate.now(),
        seen_message_id=parse.needed_number("seen"),
    )
    return _back(conversation_id, gettext("Noted: answered on the platform."))


def _act() -> Act:
    try:
        found = Act(parse.text("act"))
    except ValueError:
        raise Invalid(parse.DAMAGED) from None
    if found not in service.RIGHTS:
        raise Invalid(parse.DAMAGED)
    return found


def _on_its_way(action: PlatformAction) -> Response:
    undo = url_for("actions.undo", action_id=action.id) if action.act in UNDONE_BY else "message"
    said, conversation_id = say(act_words.DOING[action.act]), action.conversation_id
    response = _back(conversation_id, said, undo)
    gate.runtime().queue.wake("deliver")
    return response


def _back(conversation_id: int, said: str, way: str = "message") -> Response:
    gate.db().commit()
    flash(said, way)
    return redirect(url_for("inbox.show", conversation_id=conversation_id))
