"""Writing down a call, a visit or a mail: who, what, promise, in twenty seconds."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.gate import requires
from app.inbox import callers, written
from app.inbox.callers import Caller
from app.inbox.models import How
from app.web.forms import parse
from app.web.inbox import promising

bp = Blueprint("written", __name__, url_prefix="/write-down")
HANDLE = Permission.CONVERSATION_HANDLE
NEW = "new"
HOWS = {
    How.CALL: (Words("A call"), "phone"),
    How.VISIT: (Words("A visit"), "user"),
    How.MAIL: (Words("A mail"), "mail"),
}
TEXTS = ("how", "name", "phone", "email", "contact_id", "text", "promise", "promised_at", "mark")


@dataclass
class Form:
    """What stands in the form, as it was typed."""

    values: dict[str, str] = field(default_factory=dict)
    is_mine: bool = True
    errors: dict[str, Words] = field(default_factory=dict)


@bp.get("")
@requires(HANDLE)
def form() -> str:
    """An empty one, or one about a customer who is known already."""
    values = {"mark": written.new_mark()}
    known = request.args.get("contact_id")
    if known:
        found = callers.get(gate.db(), g.actor, parse.as_number(known), gate.now())
        values |= {"contact_id": str(found.id), "name": found.name}
    return _page(Form(_values(values)))


@bp.post("")
@requires(HANDLE)
def write_down() -> Response | tuple[str, int] | str:
    """Keep it; or, without a script, look who it may be and go on."""
    given = Form(_values(request.form.to_dict()), parse.text("is_mine") == "yes")
    if "look" in request.form:
        return _page(given)
    try:
        made = written.write_down(
            gate.db(), g.actor, _given(given), gate.runtime().promises(), gate.now()
        )
        gate.db().commit()
    except Invalid as problem:
        gate.db().rollback()
        given.errors = {problem.field: problem.reason}
        return _page(given), problem.status
    flash(gettext("Written down."))
    return redirect(url_for("inbox.show", conversation_id=made.id, written=1))


@bp.get("/people")
@requires(HANDLE)
def people() -> str:
    """Customers whom the name typed so far may mean."""
    found = _found(request.args.get("name", ""))
    chosen = request.args.get("contact_id", NEW)
    return render_template("written/_people.html", people=found, chosen=chosen)


def _page(given: Form) -> str:
    context: dict[str, Any] = {
        "given": given, "values": given.values, "hows": HOWS, "promises": promising.choices(),
        "people": _found(given.values["name"]), "chosen": given.values["contact_id"] or NEW,
        "may_write": written.may(gate.db(), g.actor, gate.now()),
    }  # fmt: skip
    return render_template("written/form.html", **context)


def _found(name: str) -> list[Caller]:
    return callers.search(gate.db(), g.actor, name, gate.now())


def _values(found: dict[str, str]) -> dict[str, str]:
    standard = {"how": How.CALL.value, "promise": promising.NONE}
    return {name: found.get(name, standard.get(name, "")) for name in TEXTS}


def _given(form: Form) -> written.Given:
    """The same as the service takes it."""
    values = form.values
    try:
        how = How(values["how"])
    except ValueError:
        raise Invalid(parse.DAMAGED, "how") from None
    known = values["contact_id"]
    return written.Given(
        how, values["text"], values["name"], values["phone"], values["email"],
        parse.as_number(known) if known not in ("", NEW) else None,
        promising.chosen(), form.is_mine, values["mark"],
    )  # fmt: skip
