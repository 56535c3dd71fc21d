"""A customer's page, and whether they are the same person as another contact."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import gate
from app.access.identity import Actor
from app.access.permissions import Permission
from app.foundation.words import Words
from app.gate import requires
from app.inbox import contacts, lookalikes, same_person
from app.inbox.models import Clue, Likeness, Lookalike
from app.inbox.same_person import Alike
from app.web.forms import parse

bp = Blueprint("contacts", __name__, url_prefix="/contacts")
HANDLE = Permission.CONVERSATION_HANDLE
LIKE = {
    Likeness.NAME: Words("Calls itself like one of your channels, and is not it."),
    Likeness.OUR_SUPPORT: Words("Calls itself your customer service, and is not it."),
    Likeness.SUPPORT: Words("Calls itself customer service, and is not yours."),
}
PAIR = "/<int:contact_id>/same/<int:other_id>"
WHY = {
    Clue.EMAIL: Words("The same mail address is written down for both."),
    Clue.PHONE: Words("The same phone number is written down for both."),
    Clue.ORDER: Words("Both wrote the same number, perhaps of an order."),
    Clue.NAME: Words("Both have the same full name."),
    Clue.DAYS: Words("Both wrote within two days."),
}


@bp.app_template_filter()
def why_same(alike: Alike) -> list[Words]:
    """Why two contacts may be one person."""
    return [WHY[clue] for clue in alike.reasons]


@bp.app_template_filter()
def like_us(found: Lookalike) -> Words:
    """What makes somebody look like us."""
    return LIKE[found.likeness]


@bp.app_template_global()
def lookalikes_in(conversation_id: int) -> dict[int, Lookalike]:
    """The messages of a thread that a look-alike wrote, looked up once a page."""
    known: dict[int, dict[int, Lookalike]] = g.setdefault("lookalikes", {})
    if conversation_id not in known:
        known[conversation_id] = lookalikes.messages_of(gate.db(), conversation_id)
    return known[conversation_id]


@bp.get("/<int:contact_id>")
@requires(Permission.CONVERSATION_READ)
def show(contact_id: int) -> str:
    """Who it is, and every conversation with them that is open to this person."""
    found = contacts.contact(
        gate.db(),
        g.actor,
        gate.now(),
        contact_id,
        cursor=request.args.get("after"),
    )
    return render_template("contacts/show.html", view=found, page=found.history)


@bp.post(f"{PAIR}/join")
@requires(HANDLE)
def join(contact_id: int, other_id: int) -> Response:
    """They are one person."""
    told = gettext("They are one person now. You can undo it on the customer’s page.")
    return _decided(same_person.join, contact_id, other_id, told)


@bp.post(f"{PAIR}/take-apart")
@requires(HANDLE)
def take_apart(contact_id: int, other_id: int) -> Response:
    """Undo it."""
    told = gettext("Undone. They are two customers again, as before.")
    return _decided(same_person.take_apart, contact_id, other_id, told)


@bp.post(f"{PAIR}/keep-apart")
@requires(HANDLE)
def keep_apart(contact_id: int, other_id: int) -> Response:
    """They are two people, for good."""
    told = gettext("They stay two people. You will not be asked again.")
    return _decided(same_person.keep_apart, contact_id, other_id, told)


@bp.post("/<int:contact_id>/real")
@requires(HANDLE)
def real(contact_id: int) -> Response:
    """No look-alike but a real person, for good."""
    lookalikes.dismiss(gate.db(), g.actor, contact_id, gate.now())
    return _back(contact_id, gettext("Noted. This person will not be flagged again."))


def _decided(
    decide: Callable[[Session, Actor, int, int, datetime], None],
    contact_id: int,
    other_id: int,
    told: str,
) -> Response:
    decide(gate.db(), g.actor, contact_id, other_id, gate.now())
    return _back(contact_id, told)


def _back(contact_id: int, told: str) -> Response:
    """Done, and back to where it was pressed."""
    back = parse.number("conversation_id")
    gate.db().commit()
    flash(told)
    if back is not None:
        return redirect(url_for("inbox.show", conversation_id=back))
    return redirect(url_for("contacts.show", contact_id=contact_id))
