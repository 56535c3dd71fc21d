"""Settings: the desk's for its owner, one's own account for everybody."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import passwords, preferences, sessions
from app.foundation.errors import Invalid
from app.gate import requires
from app.web.accounts import entrance
from app.web.desk import accounting
from app.web.forms import parse

bp = Blueprint("settings", __name__, url_prefix="/settings")
OWN = Permission.OWN_ACCOUNT
Answer = Response | tuple[str, int]


@bp.get("/")
@requires(OWN)
def index() -> str:
    """Where everything that is no daily work stands."""
    return render_template("settings/index.html")


@bp.get("/desk")
@requires(Permission.SETTINGS_MANAGE)
def desk() -> str:
    return render_template("settings/desk.html", values=accounting.values(g.desk), errors={})


@bp.post("/desk")
@requires(Permission.SETTINGS_MANAGE)
def change_desk() -> Answer:
    """Name, language, time zone, promises, seconds to undo."""
    given = accounting.given()
    try:
        preferences.change_desk(gate.db(), g.actor, gate.now(), **accounting.parsed(given))
    except Invalid as problem:
        errors = {problem.field: problem.reason}
        page = render_template("settings/desk.html", values=given, errors=errors)
        return page, problem.status
    gate.db().commit()
    flash(gettext("Saved."))
    return redirect(url_for("settings.desk"))


@bp.get("/account")
@requires(OWN)
def account() -> str:
    return _account()


@bp.post("/account")
@requires(OWN)
def change_account() -> Answer:
    """Name, language, light or dark, shortcuts."""
    try:
        preferences.set_preferences(
            gate.db(),
            g.actor,
            name=parse.text("name"),
            locale=parse.text("locale"),
            theme=parse.text("theme"),
            has_shortcuts=parse.text("has_shortcuts") == "yes",
        )
    except Invalid as problem:
        return _account(errors={problem.field: problem.reason}), problem.status
    gate.db().commit()
    flash(gettext("Saved."))
    return redirect(url_for("settings.account"))


@bp.post("/password")
@requires(OWN)
def change_password() -> Answer:
    """The old one proves who asks; every other session ends."""
    new = parse.text("new_password")
    try:
        entrance.prove_own(parse.text("password"))
        gate.db().commit()
        passwords.check_strength(new, about=[g.member.name, g.member.email, g.desk.name])
    except Invalid as problem:
        return _account(errors=accounting.password_errors(problem)), problem.status
    preferences.change_password(gate.db(), g.actor, passwords.hash_password(new), gate.now())
    gate.db().commit()
    flash(gettext("The password is changed. Every other session has ended."))
    return redirect(url_for("settings.account"))


@bp.post("/sessions/<int:session_id>/end")
@requires(OWN)
def end_session(session_id: int) -> Response:
    """A lost phone, a borrowed computer."""
    sessions.end(gate.db(), g.actor, session_id, gate.now())
    gate.db().commit()
    flash(gettext("That session has ended."))
    return redirect(url_for("settings.account"))


def _account(**extra: object) -> str:
    found = sessions.live(gate.db(), g.member.id, gate.now())
    return render_template("settings/account.html", **{"sessions": found, "errors": {}} | extra)
