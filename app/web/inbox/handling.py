"""What the team does with a conversation: take, let go, hand over, note, snooze, done."""

from flask import Blueprint, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.gate import requires
from app.inbox import conversations
from app.web.forms import parse
from app.web.inbox import composing, mentioning, snoozing

bp = Blueprint("handling", __name__, url_prefix="/inbox/<int:conversation_id>")
HANDLE = Permission.CONVERSATION_HANDLE


@bp.post("/take")
@requires(HANDLE)
def take(conversation_id: int) -> Response:
    """Mine from now on, also when a colleague had it."""
    had = parse.number("had")
    conversations.claim(gate.db(), g.actor, conversation_id, gate.now(), had=had)
    return _back(conversation_id, gettext("It is yours now."))


@bp.post("/let-go")
@requires(HANDLE)
def let_go(conversation_id: int) -> Response:
    """Nobody's in particular again."""
    had = parse.number("had")
    conversations.release(gate.db(), g.actor, conversation_id, gate.now(), had=had)
    return _back(conversation_id, gettext("Let go. Anybody can take it now."))


@bp.post("/hand-over")
@requires(HANDLE)
def hand_over(conversation_id: int) -> Response:
    """To a colleague, with what they should know."""
    conversations.hand_over(
        gate.db(),
        g.actor,
        conversation_id,
        parse.needed_number("member_id"),
        parse.text("reason"),
        gate.now(),
        had=parse.number("had"),
    )
    return _back(conversation_id, gettext("Handed over."))


@bp.post("/note")
@requires(HANDLE)
def note(conversation_id: int) -> Response:
    """A word for the team; the composer stays a note's until somebody switches it."""
    made = conversations.add_note(
        gate.db(), g.actor, conversation_id, parse.text("text"), gate.now()
    )
    session["fresh"] = composing.key(conversation_id)
    mentioning.say_who(made)
    return _back(conversation_id, gettext("Only your team can read the note."))


@bp.post("/snooze")
@requires(HANDLE)
def snooze(conversation_id: int) -> Response:
    """Out of the way until later."""
    until = snoozing.chosen(parse.text("until"))
    seen = parse.number("seen")
    conversations.snooze(
        gate.db(), g.actor, conversation_id, until, gate.now(), seen_message_id=seen
    )
    return _list(gettext("Snoozed. It comes back by itself."))


@bp.post("/done")
@requires(HANDLE)
def done(conversation_id: int) -> Response:
    """Nobody here needs an answer any more; stops if somebody wrote meanwhile."""
    conversations.mark_done(
        gate.db(),
        g.actor,
        conversation_id,
        gate.runtime().promises(),
        gate.now(),
        seen_message_id=parse.needed_number("seen"),
    )
    return _list(gettext("Done."))


@bp.post("/reopen")
@requires(HANDLE)
def reopen(conversation_id: int) -> Response:
    """Undo "done", or end a snooze."""
    conversations.reopen(gate.db(), g.actor, conversation_id, gate.runtime().promises(), gate.now())
    return _back(conversation_id, gettext("Open again."))


def _back(conversation_id: int, told: str) -> Response:
    gate.db().commit()
    flash(told)
    return redirect(
        url_for("inbox.show", conversation_id=conversation_id, view=request.args.get("view"))
    )


def _list(told: str) -> Response:
    gate.db().commit()
    flash(told)
    return redirect(url_for("inbox.index", view=request.args.get("view")))
