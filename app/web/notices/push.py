"""Push in this browser: the script that shows it, and turning it on and off."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.gate import public, requires
from app.notices import devices, vapid
from app.runtime import ROOT
from app.web.accounts.devices import device_name
from app.web.forms import parse

bp = Blueprint("push", __name__)
OWN = Permission.OWN_ACCOUNT


@bp.get("/sw.js")
@public
def worker() -> Response:
    """At the root, since it may open pages under its own folder only; looked for anew each time."""
    response = Response((ROOT / "static" / "sw.js").read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request.environ)


@bp.post("/settings/notices/push/key")
@requires(OWN)
def key() -> dict[str, str]:
    """What the browser subscribes with."""
    public_key = vapid.public_key(gate.db(), gate.runtime().keys.tokens, gate.now())
    gate.db().commit()
    return {"key": public_key}


@bp.post("/settings/notices/push")
@requires(OWN)
def turn_on() -> tuple[str, int]:
    """Turn it on in this browser; with `was`, only go on where it was on already."""
    given = devices.subscription(
        parse.text("endpoint"),
        parse.text("point"),
        parse.text("auth"),
        gate.runtime().settings.PUSH_STAND_IN,
    )
    db, sealer, was = gate.db(), gate.runtime().keys.tokens, parse.text("was")
    if was:
        devices.go_on(db, g.actor, sealer, given, was, gate.now())
    else:
        name = device_name(request.user_agent.string)
        devices.turn_on(db, g.actor, sealer, given, name, gate.now())
        flash(gettext("This browser is told from now on."))
    db.commit()
    return "", 204


@bp.post("/settings/notices/push/<int:device_id>/off")
@requires(OWN)
def turn_off(device_id: int) -> Response:
    """In any browser of one's own."""
    devices.turn_off(gate.db(), g.actor, device_id)
    gate.db().commit()
    flash(gettext("That browser is not told any more."))
    return redirect(url_for("notice_settings.show"))
