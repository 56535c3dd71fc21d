"""The audit log: who did what, filtered by person, thing and date."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import members
from app.accounts.models import Member
from app.audit import checking, log, queries, restoring
from app.audit.restoring import Difference
from app.foundation.errors import Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.gate import fresh, requires
from app.web.desk import deeds, log_names, log_words
from app.web.desk.log_words import Line
from app.web.forms import parse
from app.web.page import reader

bp = Blueprint("audit", __name__)
CONFIRM = Permission.OWNER_MANAGE
YEARS = range(2000, 2200)


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def index() -> str:
    """Newest first, a page at a time."""
    given = {k: clean(request.args.get(k, "")) for k in ("by", "action", "since", "until")}
    before = parse.as_number(request.args["before"]) if request.args.get("before") else None
    since, until = _day(given["since"]), _day(given["until"])
    page = queries.rows(
        gate.db(),
        g.actor,
        gate.now(),
        by=given["by"],
        action=given["action"],
        since=since,
        until=until + timedelta(days=1) if until else None,
        before=before,
    )
    return render_template(
        "audit/index.html",
        rows=_lines(page.rows),
        older=page.next,
        given=given,
        names=_names(gate.db()),
        areas=deeds.AREAS,
        is_stopped=_difference() is not None,
        owners=owners(),
    )


@bp.get("/audit/restored")
@requires(CONFIRM)
@fresh
def restored() -> str:
    """What the second copy knows and the database does not, for an owner to judge."""
    return render_template("audit/restored.html", found=_difference(), names=_names(gate.db()))


@bp.post("/audit/restored")
@requires(CONFIRM)
@fresh
def resume() -> Response:
    """The database was put back on purpose: what is recorded can be done again."""
    found = restoring.confirmed(_difference())
    log.resume(gate.db(), g.actor, gate.now(), found.lost)
    gate.db().commit()
    flash(gettext("Confirmed. The desk goes on, and the log says so."))
    return redirect(url_for("audit.index"))


def owners() -> list[str]:
    """Who can confirm it, where this person cannot."""
    return [m.first_name for m in members.who_can(gate.db(), CONFIRM, gate.now())]


def _lines(rows: list[queries.Entry]) -> list[Line]:
    names = log_names.names(gate.db(), g.actor, gate.now(), rows)
    return [log_words.line(row, names) for row in rows]


def _difference() -> Difference | None:
    running = gate.runtime()
    return restoring.difference(running.database, checking.sink(running.settings.DATA_DIR))


def _day(text: str) -> datetime | None:
    """The beginning of a day in the desk's time zone."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise Invalid(Words("Write the day as year-month-day."), "since")
    return datetime.combine(found, time(), tzinfo=reader.zone())


def _names(db: Session) -> dict[str, str]:
    """How the log's names read: the log itself holds ids only."""
    rows = db.execute(select(Member.id, Member.name).order_by(Member.name))
    return {f"member:{i}": name for i, name in rows} | {
        "desk": "Vuoro",
        "nobody": gettext("Somebody"),
    }
