"""Several conversations at once: what was done, what was not and why, and undo."""

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import Invalid, NotFound
from app.gate import requires
from app.inbox import bulk, conversations, labels
from app.inbox.bulk import Chosen, Outcome
from app.web.forms import parse
from app.web.inbox import snoozing
from app.web.page.speech import say

bp = Blueprint("bulk", __name__, url_prefix="/inbox/bulk")
HANDLE = Permission.CONVERSATION_HANDLE
STAYS = "stays"
MOST_NAMED = 3
Deed = Callable[[Chosen], object]


@bp.post("/")
@requires(HANDLE)
def do() -> Response:
    """One deed for all that were chosen."""
    chosen = [_chosen(found) for found in request.form.getlist("chosen")]
    if not chosen:
        flash(gettext("Choose at least one conversation."))
        return _back()
    name = parse.text("deed")
    outcome = bulk.each(gate.db(), g.actor, chosen, _deed(name), gate.now())
    gate.db().commit()
    ids = ".".join(str(i) for i in outcome.done)
    undo = url_for("bulk.undo", ids=ids) if name == "done" and outcome.done else ""
    way = " ".join(filter(None, [STAYS if outcome.refused else "", undo]))
    flash(" ".join([_said(name, len(outcome.done)), *_refused(outcome)]), way or "message")
    return _back()


@bp.post("/undo")
@requires(HANDLE)
def undo() -> Response:
    """Open again what was just marked done."""
    ids = [parse.as_number(found) for found in request.args.get("ids", "").split(".")]
    promises = gate.runtime().promises()

    def reopen(one: Chosen) -> object:
        return conversations.reopen(gate.db(), g.actor, one.conversation_id, promises, gate.now())

    outcome = bulk.each(gate.db(), g.actor, [Chosen(i, 0) for i in ids], reopen, gate.now())
    gate.db().commit()
    flash(" ".join([_said("reopen", len(outcome.done)), *_refused(outcome)]))
    return redirect(url_for("inbox.index"))


def _deed(name: str) -> Deed:
    """What to do with each one; the form's other fields are read once."""
    db, actor, now = gate.db(), g.actor, gate.now()
    if name == "done":
        promises = gate.runtime().promises()
        return lambda one: conversations.mark_done(
            db, actor, one.conversation_id, promises, now, seen_message_id=one.seen_message_id
        )
    if name == "take":
        return lambda one: conversations.claim(db, actor, one.conversation_id, now, had=one.had)
    if name == "hand-over":
        to, reason = parse.needed_number("member_id"), parse.text("reason")
        return lambda one: conversations.hand_over(
            db, actor, one.conversation_id, to, reason, now, had=one.had
        )
    if name == "snooze":
        until = snoozing.chosen(parse.text("until"))
        return lambda one: conversations.snooze(
            db, actor, one.conversation_id, until, now, seen_message_id=one.seen_message_id
        )
    if name == "label":
        label_id = parse.needed_number("label_id")
        return lambda one: labels.put_on(db, actor, one.conversation_id, label_id, now)
    raise NotFound()


def _said(name: str, count: int) -> str:
    """How many, in whole sentences."""
    if not count:
        return gettext("Nothing was changed.")
    return {
        "done": ngettext("%(num)s conversation is done.", "%(num)s conversations are done.", count),
        "take": ngettext(
            "%(num)s conversation is yours.", "%(num)s conversations are yours.", count
        ),
        "hand-over": ngettext(
            "%(num)s conversation is handed over.", "%(num)s conversations are handed over.", count
        ),
        "snooze": ngettext(
            "%(num)s conversation is snoozed.", "%(num)s conversations are snoozed.", count
        ),
        "label": ngettext(
            "%(num)s conversation has the label.", "%(num)s conversations have the label.", count
        ),
        "reopen": ngettext(
            "%(num)s conversation is open again.", "%(num)s conversations are open again.", count
        ),
    }[name]


def _refused(outcome: Outcome) -> list[str]:
    """Which were left as they are, and why; those not open to this person have no name here."""
    known = [r for r in outcome.refused if r.is_known]
    told = [
        gettext(
            "Not %(name)s: %(reason)s",
            name=r.name or gettext("Name not given"),
            reason=say(r.reason),
        )
        for r in known[:MOST_NAMED]
    ]
    more, gone = len(known[MOST_NAMED:]), len(outcome.refused) - len(known)
    if more:
        told.append(
            ngettext(
                "And %(num)s more was left as it is.",
                "And %(num)s more were left as they are.",
                more,
            )
        )
    if gone:
        told.append(
            ngettext(
                "%(num)s is not there, or not open to you.",
                "%(num)s are not there, or not open to you.",
                gone,
            )
        )
    return told


def _chosen(found: str) -> Chosen:
    """A row's box: the conversation, the last message that stood in the row, and whose it was."""
    numbers = [parse.as_number(part) for part in found.split(".")]
    if len(numbers) not in (2, 3):
        raise Invalid(parse.DAMAGED)
    return Chosen(*numbers)


def _back() -> Response:
    return redirect(parse.own_path(parse.text("back")) or url_for("inbox.index"))
