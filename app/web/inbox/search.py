"""Search: by name, by words, by order number."""

from flask import Blueprint, render_template, request

from app.access.permissions import Permission
from app.gate import requires
from app.web.inbox import lists, searching

bp = Blueprint("search", __name__)


@bp.get("/inbox/search")
@requires(Permission.CONVERSATION_READ)
def index() -> str:
    """What was found, the newest first; without a question, what can be asked."""
    context = searching.context(request.args.get("q", ""), after=request.args.get("after"))
    return render_template("inbox/search.html", **context, **lists.tools())
