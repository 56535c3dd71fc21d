"""Where a person begins: what they came to do."""

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from app.access.permissions import Permission
from app.gate import requires
from app.web.rail import may

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.OWN_ACCOUNT)
def index() -> Response:
    """The inbox; for those who read no conversations, their settings."""
    reads = g.member is not None and may(Permission.CONVERSATION_READ)
    return redirect(url_for("inbox.index" if reads else "settings.index"))
