"""Taking an answer back while it has not gone."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.gate import requires
from app.replies import outbox, resolving
from app.replies.resolving import Verdict
from app.web.forms import parse
from app.web.page.rail import may
from app.web.page.speech import say

bp = Blueprint("outbox", __name__)
SETTLED = {
    Verdict.THERE: Words("Noted: it is there. Whoever it answers waits no longer."),
    Verdict.SEND_AGAIN: Words("It is sent again now."),
    Verdict.LEAVE: Words("Noted: it is not there. The text is with its writer again."),
}


@bp.post("/outbox/<int:outbox_id>/undo")
@requires(Permission.DRAFT_WRITE)
def undo(outbox_id: int) -> Response:
    """Back to where it was decided."""
    item = outbox.undo(gate.db(), g.actor, outbox_id, gate.now())
    gate.db().commit()
    flash(gettext("Taken back. Nothing was posted."))
    if item.member_id != g.actor.member_id and may(Permission.DRAFT_APPROVE):
        return redirect(url_for("approvals.show", draft_id=item.draft_id))
    return redirect(url_for("inbox.show", conversation_id=item.conversation_id))


@bp.post("/outbox/<int:outbox_id>/resolve")
@requires(Permission.DRAFT_APPROVE)
def resolve(outbox_id: int) -> Response:
    """What a person saw on the platform, where the desk could not find out."""
    verdict = _verdict()
    item = resolving.resolve(
        gate.db(),
        g.actor,
        outbox_id,
        verdict,
        gate.runtime().promises(),
        gate.now(),
    )
    gate.db().commit()
    flash(say(SETTLED[verdict]))
    return redirect(url_for("inbox.show", conversation_id=item.conversation_id))


def _verdict() -> Verdict:
    try:
        return Verdict(parse.text("verdict"))
    except ValueError:
        raise Invalid(parse.DAMAGED, "verdict") from None
