"""Writing an answer: saved while it is typed, then asked for or sent; nothing typed is lost."""

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import Conflict, DeskError
from app.gate import requires
from app.replies import saving, submitting
from app.web.forms import parse
from app.web.inbox import composing, inbox, reading
from app.web.page import reader
from app.web.replies import finishing

bp = Blueprint("replies", __name__)
WRITE = Permission.DRAFT_WRITE
Answer = Response | tuple[str, int]


@bp.post("/inbox/<int:conversation_id>/draft")
@requires(WRITE)
def save(conversation_id: int) -> Answer:
    """Every two seconds while somebody types; 409 brings the other text along."""
    try:
        draft = finishing.save(conversation_id)
    except Conflict as clash:
        gate.db().rollback()
        stored = finishing.stored(conversation_id)
        return render_template("replies/_clash.html", clash=clash, stored=stored), clash.status
    gate.db().commit()
    told = gettext("saved %(clock)s", clock=reader.clock(draft.saved_at))
    return jsonify(version=draft.version, saved=told)


@bp.post("/inbox/<int:conversation_id>/submit")
@requires(WRITE)
def submit(conversation_id: int) -> Answer:
    """Ask for approval."""
    return _finish(conversation_id, is_sending=False)


@bp.post("/inbox/<int:conversation_id>/send")
@requires(Permission.REPLY_SEND)
def send(conversation_id: int) -> Answer:
    """One's own answer without approval, for who holds that right; it can be undone for a while."""
    return _finish(conversation_id, is_sending=True)


@bp.post("/inbox/<int:conversation_id>/composer")
@requires(WRITE)
def switch(conversation_id: int) -> str:
    """Another mode with the same text. Only a person switches, and what they wrote is kept."""
    text, was = parse.text("text"), parse.text("was")
    mode = session["mode"] = finishing.mode(parse.text("mode"))
    is_turned = composing.NOTE not in (was, mode) and was != mode
    stored = finishing.turn(conversation_id, mode) if is_turned else finishing.keep(conversation_id)
    is_other = mode != composing.NOTE and stored and text and stored != text
    changed = {
        "text": text or None,
        "earlier": stored if is_other else "",
        "turn_ids": parse.numbers("turn_ids") or None,
    }
    page = inbox.page(conversation_id, **changed)
    is_part = bool(request.headers.get("HX-Request"))
    return render_template("inbox/_composer.html" if is_part else "inbox/show.html", **page)


@bp.post("/drafts/<int:draft_id>/withdraw")
@requires(WRITE)
def withdraw(draft_id: int) -> Response:
    """Back from the approver, to go on writing."""
    draft = submitting.withdraw(gate.db(), g.actor, draft_id, gate.now())
    gate.db().commit()
    flash(gettext("It is with you again."))
    return redirect(url_for("inbox.show", conversation_id=draft.conversation_id))


@bp.post("/drafts/<int:draft_id>/discard")
@requires(WRITE)
def discard(draft_id: int) -> Response:
    """Put away; the words can be taken up again."""
    draft = saving.discard(gate.db(), g.actor, draft_id, gate.now())
    gate.db().commit()
    session["fresh"] = _key(draft.conversation_id)
    flash(gettext("The draft is put away."), url_for("replies.take_up", draft_id=draft.id))
    return redirect(url_for("inbox.show", conversation_id=draft.conversation_id))


@bp.post("/drafts/<int:draft_id>/take-up")
@requires(WRITE)
def take_up(draft_id: int) -> Response:
    """Undo that."""
    draft = saving.take_up(gate.db(), g.actor, draft_id, gate.now())
    gate.db().commit()
    return redirect(url_for("inbox.show", conversation_id=draft.conversation_id))


@bp.get("/sent-back")
@requires(WRITE)
def sent_back() -> str:
    """One's own answers that came back, each with its reason."""
    return render_template("replies/sent_back.html", rows=reading.sent_back(gate.db(), g.actor))


def _key(conversation_id: int) -> str:
    """Under which the browser kept what has arrived here."""
    is_private = finishing.is_private_reply()
    return composing.key(conversation_id, parse.numbers("turn_ids"), is_private_reply=is_private)


def _finish(conversation_id: int, *, is_sending: bool) -> Answer:
    """A refusal keeps the words: on the page always, as a draft wherever that is possible."""
    try:
        finishing.finish(conversation_id, is_sending=is_sending)
    except Conflict as clash:
        stored = finishing.keep(conversation_id)
        page = inbox.page(conversation_id, text=parse.text("text"))
        return render_template("replies/conflict.html", clash=clash, stored=stored, **page), 409
    except DeskError as problem:
        finishing.keep(conversation_id)
        page = inbox.page(
            conversation_id,
            text=parse.text("text"),
            problem=problem.reason,
            turn_ids=parse.numbers("turn_ids"),
            question=parse.text("question"),
        )
        return render_template("inbox/show.html", **page), problem.status
    session["fresh"] = _key(conversation_id)
    if not is_sending:
        flash(gettext("Asked for approval. What becomes of it shows up here."))
    return redirect(url_for("inbox.show", conversation_id=conversation_id))
