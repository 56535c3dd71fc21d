"""The audit log: who did what, filtered by person, thing and date."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, g, render_template, request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import gate
from app.access.permissions import Permission
from app.accounts.models import Member
from app.audit import queries
from app.foundation.errors import Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.gate import requires
from app.web import deeds, shell
from app.web.forms import parse

bp = Blueprint("audit", __name__)
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
    names = _names(gate.db())
    return render_template(
        "audit/index.html", page=page, given=given, names=names, areas=deeds.AREAS
    )


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
    return datetime.combine(found, time(), tzinfo=shell.zone())


def _names(db: Session) -> dict[str, str]:
    """How the log's names read: the log itself holds ids only."""
    rows = db.execute(select(Member.id, Member.name).order_by(Member.name))
    return {f"member:{i}": name for i, name in rows} | {
        "desk": "Vuoro",
        "nobody": gettext("Somebody"),
    }
