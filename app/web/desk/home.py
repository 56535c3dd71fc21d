"""Where a person begins: what they came to do."""

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.channels import queries
from app.gate import requires
from app.web.page.rail import may

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.OWN_ACCOUNT)
def index() -> Response:
    """The inbox; on a desk without a channel what is to set up; else one's settings."""
    if may(Permission.SETTINGS_MANAGE) and not queries.channels(gate.db(), g.actor, gate.now()):
        return redirect(url_for("setup.index"))
    reads = may(Permission.CONVERSATION_READ)
    return redirect(url_for("inbox.index" if reads else "settings.index"))
