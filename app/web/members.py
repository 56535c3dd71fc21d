"""Who is at the desk and what each may do, as sentences."""

from flask import Blueprint, render_template

from app import gate
from app.access.permissions import Permission
from app.accounts import members
from app.gate import requires
from app.web import people

bp = Blueprint("members", __name__)


@bp.get("/members")
@requires(Permission.MEMBER_READ)
def index() -> str:
    """Everybody, by name."""
    names = people.channel_names(gate.db())
    rows = [(m, people.sentences(m, names, gate.now())) for m in members.active(gate.db())]
    able = members.who_can(gate.db(), Permission.MEMBER_MANAGE, gate.now())
    return render_template("members/index.html", rows=rows, helpers=[m.first_name for m in able])
