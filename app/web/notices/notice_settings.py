"""How a member wants to be told: each kind in the desk, by mail, by push or not at all."""

from dataclasses import replace

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import sessions
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.gate import requires
from app.notices import choices, devices, notices, queries
from app.notices.choices import Choice, Choices
from app.notices.models import Kind, PushDevice
from app.web.forms import moments, parse
from app.web.notices.noticing import PROBLEMS

bp = Blueprint("notice_settings", __name__, url_prefix="/settings/notices")
OWN = Permission.OWN_ACCOUNT
KINDS = {
    Kind.DRAFT_WAITS: Words("An answer waits for my approval"),
    Kind.DRAFT_RETURNED: Words("My answer came back"),
    Kind.REPLY_TROUBLE: Words("An answer failed, was stopped, or somebody has to look"),
    Kind.ASSIGNED: Words("Somebody hands a conversation over to me"),
    Kind.MENTIONED: Words("Somebody mentions me in a note"),
    Kind.CHANNEL_FROZEN: Words("A channel refuses our access"),
    Kind.LOOKALIKE: Words("Somebody calls themselves like you"),
    Kind.RUNS_OUT: Words("Access to a platform runs out soon"),
}


@bp.get("")
@requires(OWN)
def show() -> str:
    return _page(choices.own(gate.db(), g.actor))


@bp.post("")
@requires(OWN)
def change() -> Response | tuple[str, int]:
    """For what comes from now on."""
    chosen = _chosen()
    try:
        quiet = choices.quiet_hours(moments.minutes("quiet_from"), moments.minutes("quiet_until"))
        choices.choose(gate.db(), g.actor, replace(chosen, quiet=quiet))
    except Invalid as problem:
        return _page(chosen, {problem.field: problem.reason}), problem.status
    gate.db().commit()
    flash(gettext("Saved."))
    return redirect(url_for("notice_settings.show"))


@bp.post("/test")
@requires(OWN)
def test() -> Response:
    """A notice to oneself, by every way there is, at once."""
    notices.test(gate.db(), g.actor, gate.now())
    gate.db().commit()
    for way in ("mail", "push"):
        gate.runtime().queue.wake(way)
    flash(gettext("The test is on its way. Whether it was taken stands here in a moment."))
    return redirect(url_for("notice_settings.show"))


def _chosen() -> Choices:
    """What the form says, but for the quiet hours."""
    desk, mail, push = (set(request.form.getlist(way)) for way in ("desk", "mail", "push"))
    kinds = {k: Choice(k.value in desk, k.value in mail, k.value in push) for k in KINDS}
    return Choices(
        kinds,
        has_words=parse.text("has_words") == "yes",
        has_push_words=parse.text("has_push_words") == "yes",
    )


def _devices() -> list[tuple[PushDevice, bool]]:
    """The member's browsers, and whether each is still signed in."""
    db, now = gate.db(), gate.now()
    found = devices.own(db, g.actor.member_id)
    return [(d, sessions.is_live(db, d.session_id, now)) for d in found]


def _page(chosen: Choices, errors: dict[str, Words] | None = None) -> str:
    quiet = chosen.quiet
    hours = {
        "quiet_from": moments.as_time(quiet.begins if quiet else None),
        "quiet_until": moments.as_time(quiet.ends if quiet else None),
    }
    if errors:
        hours = {name: parse.text(name) for name in hours}
    return render_template(
        "notices/settings.html",
        kinds=KINDS,
        chosen=chosen,
        hours=hours,
        errors=errors or {},
        may_mail=bool(gate.runtime().settings.SMTP_URL),
        last_mail=queries.last_mail(gate.db(), g.actor),
        last_push=queries.last_push(gate.db(), g.actor),
        devices=_devices(),
        problems=PROBLEMS,
    )
