"""The inbox: the list and one conversation, live without reload."""

from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.gate import requires
from app.inbox import presence, queries, threads
from app.inbox.models import Audience
from app.replies import rules
from app.web.forms import parse
from app.web.inbox import about, composing, holding_form, lists, searching, thread

bp = Blueprint("inbox", __name__)
UNCHANGED = 204


@bp.get("/inbox")
@requires(Permission.CONVERSATION_READ)
def index() -> str:
    """The list; nothing is opened yet."""
    view = lists.parse_view(request.args.get("view"))
    context = lists.context(view, after=request.args.get("after"))
    return render_template("inbox/index.html", **context, **lists.tools())


@bp.get("/inbox/list")
@requires(Permission.CONVERSATION_READ)
def rows() -> Response | str:
    """The live list: 204 while nothing changed since the number the browser has seen."""
    since = request.args.get("feed")
    if since and not lists.has_changed(parse.as_number(since)):
        return Response(status=UNCHANGED)
    view = lists.parse_view(request.args.get("view"))
    current = parse.as_number(request.args.get("current") or "0")
    return render_template("inbox/live_list.html", **lists.context(view, current=current))


@bp.get("/inbox/<int:conversation_id>")
@requires(Permission.CONVERSATION_READ)
def show(conversation_id: int) -> str:
    """One conversation. Opening it takes nothing; writing does."""
    to = request.args.get("to")
    chosen = {"turn_ids": [parse.as_number(to)]} if to else {}
    return render_template("inbox/show.html", **page(conversation_id, **chosen))


@bp.get("/inbox/<int:conversation_id>/thread")
@requires(Permission.CONVERSATION_READ)
def live_thread(conversation_id: int) -> Response | str:
    """The live thread. The composer is no part of it."""
    since = request.args.get("feed")
    if since and not lists.has_changed(parse.as_number(since), conversation_id):
        return Response(status=UNCHANGED)
    view = queries.conversation(
        gate.db(),
        g.actor,
        gate.now(),
        conversation_id,
        since=request.args.get("from"),
    )
    return render_template("inbox/live_thread.html", **thread.context(view))


@bp.get("/inbox/<int:conversation_id>/older")
@requires(Permission.CONVERSATION_READ)
def older(conversation_id: int) -> str:
    """A part of a very long thread, before a place in it."""
    part = threads.older(
        gate.db(),
        g.actor,
        gate.now(),
        conversation_id,
        request.args.get("before", ""),
    )
    is_part = bool(request.headers.get("HX-Request"))
    return render_template("inbox/older_part.html" if is_part else "inbox/older.html", view=part)


@bp.post("/inbox/<int:conversation_id>/here")
@requires(Permission.CONVERSATION_READ)
def here(conversation_id: int) -> Response:
    """The browser has it on the screen, so colleagues see who looks."""
    queries.conversation(gate.db(), g.actor, gate.now(), conversation_id, newest=1)
    presence.seen(gate.db(), g.actor, conversation_id, gate.now())
    gate.db().commit()
    return Response(status=UNCHANGED)


def page(conversation_id: int, **changed: Any) -> dict[str, Any]:
    """Everything the conversation's page needs; `changed` is what a form brought back."""
    view = queries.conversation(gate.db(), g.actor, gate.now(), conversation_id)
    composer = composing.composer(view, **changed)
    return {
        **_beside(view.conversation.id),
        **lists.tools(),
        **thread.context(view),
        **about.context(view),
        "composer": composer,
        "limit": rules.limit(view.channel, Audience(composer.audience)),
        **holding_form.context(view),
        "colleagues": thread.colleagues(view),
        "mentionable": thread.mentionable(view),
    }


def _beside(conversation_id: int) -> dict[str, Any]:
    """The list beside a conversation: the tab, or the search, that it was opened from."""
    question = request.args.get("q", "")
    if question:
        return searching.context(question, current=conversation_id)
    view = lists.parse_view(request.args.get("view"))
    return lists.context(view, current=conversation_id)
