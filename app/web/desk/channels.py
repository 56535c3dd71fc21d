"""Channels: how each is connected, how it does, and switching its sending off and on."""

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.channels import connections, history, queries
from app.channels.models import Platform
from app.credentials.tokens import secret
from app.foundation.errors import Conflict, Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.gate import requires
from app.inbox import dead_letters
from app.web.desk import connecting
from app.web.forms import parse

bp = Blueprint("channels", __name__)
PARTS = 5
"""What is left after so many is for the next press."""
BY_PAGE_TOKEN = {p.value: p for p in (Platform.FACEBOOK, Platform.INSTAGRAM)}
READ, MANAGE = Permission.CHANNEL_READ, Permission.CHANNEL_MANAGE
Answer = Response | tuple[str, int]


@bp.get("/channels")
@requires(READ)
def index() -> str:
    """Every channel this person may see, and whether it works."""
    found = queries.channels(gate.db(), g.actor, gate.now())
    may_manage = policy.can(g.actor, MANAGE, gate.now())
    return render_template(
        "channels/index.html",
        channels=found,
        dead=dead_letters.count(gate.db()) if may_manage else 0,
        **connecting.helpers(),
    )


@bp.get("/channels/not-taken-in")
@requires(MANAGE)
def not_taken_in() -> str:
    """The dead-letter list."""
    db = gate.db()
    groups = dead_letters.shown(db, g.actor, gate.now())
    count = dead_letters.count(db)
    return render_template("channels/dead_letters.html", groups=groups, count=count)


@bp.post("/channels/not-taken-in/again")
@requires(MANAGE)
def take_in_again() -> Response:
    """Those of one reason, or all of them, and what came of it."""
    tried, taken = _try_again(clean(parse.text("reason")) or None)
    flash(
        ngettext(
            "%(num)s delivery was tried again. Taken in: %(taken)s. Still here: %(left)s.",
            "%(num)s deliveries were tried again. Taken in: %(taken)s. Still here: %(left)s.",
            tried,
            taken=taken,
            left=tried - taken,
        )
    )
    return redirect(url_for("channels.not_taken_in"))


def _try_again(reason: str | None) -> tuple[int, int]:
    """How many were tried and how many came in; a part a commit, so that nobody waits long."""
    tried = taken = last = 0
    for _ in range(PARTS):
        part = dead_letters.again(
            gate.db(), g.actor, gate.runtime().promises(), gate.now(), reason=reason, after=last
        )
        gate.db().commit()
        tried, taken, last = tried + part.count, taken + part.taken, part.last
        if not last:
            break
    if not tried:
        raise Conflict(Words("There is nothing to try here any more."))
    gate.runtime().queue.wake("intake")
    return tried, taken


@bp.get("/channels/<int:channel_id>")
@requires(READ)
def show(channel_id: int) -> str:
    page = connecting.page(channel_id)
    is_written = page["channel"].platform is Platform.DESK
    return render_template("channels/desk.html" if is_written else "channels/show.html", **page)


@bp.post("/channels/<int:channel_id>/sending")
@requires(MANAGE)
def sending(channel_id: int) -> Response:
    """Stop or start what goes out; reading goes on."""
    is_on = parse.text("is_on") == "yes"
    channel = queries.channel(gate.db(), g.actor, gate.now(), channel_id)
    connections.set_sending(gate.db(), g.actor, channel, is_sending=is_on, now=gate.now())
    gate.db().commit()
    flash(
        gettext("Sending is on again.")
        if is_on
        else gettext("Nothing goes out on this channel now. What waits is kept.")
    )
    return redirect(url_for("channels.show", channel_id=channel_id))


@bp.post("/channels/<int:channel_id>/history")
@requires(MANAGE)
def history_stopped(channel_id: int) -> Response:
    """Read no further back, or go on."""
    is_stopped = parse.text("is_stopped") == "yes"
    channel = queries.channel(gate.db(), g.actor, gate.now(), channel_id)
    history.stop(gate.db(), g.actor, channel, is_stopped=is_stopped, now=gate.now())
    gate.db().commit()
    gate.runtime().queue.wake("fetch")
    flash(
        gettext("It is read no further back. What is new comes in as before.")
        if is_stopped
        else gettext("It is read further back, from where it was.")
    )
    return redirect(url_for("channels.show", channel_id=channel_id))


@bp.post("/channels/<int:channel_id>/test")
@requires(MANAGE)
def test(channel_id: int) -> Answer:
    """A real call with the token we have."""
    try:
        channel = connecting.test(channel_id)
    except Invalid as problem:
        page = connecting.page(channel_id, problem=problem.reason)
        return render_template("channels/show.html", **page), problem.status
    flash(
        gettext("It answered, but a permission is missing.")
        if channel.missing
        else gettext("It answered. The token works.")
    )
    return redirect(url_for("channels.show", channel_id=channel_id))


@bp.get("/channels/connect")
@requires(MANAGE)
def connect() -> str:
    """A form, for whatever it was opened for."""
    asked = request.args.get("platform", "")
    return _connect_form(asked if asked in BY_PAGE_TOKEN else Platform.FACEBOOK.value)


@bp.post("/channels/connect")
@requires(MANAGE)
def check_and_connect() -> Answer:
    """The token is tried with a real call before anything is kept; it is never shown again."""
    policy.require(g.actor, MANAGE, gate.now())
    asked, external_id = parse.text("platform"), parse.text("external_id").strip()
    try:
        token = secret(parse.text("token").strip())
        channel_id = connecting.connect(_with_page_token(asked), external_id, token)
    except Invalid as problem:
        errors = {problem.field: problem.reason}
        return _connect_form(asked, external_id, errors), problem.status
    flash(gettext("Connected. What was written there comes in within a few minutes."))
    return redirect(url_for("channels.show", channel_id=channel_id))


def _with_page_token(asked: str) -> Platform:
    """The platforms that are reached with a Page's token; Facebook where nothing was chosen."""
    platform = BY_PAGE_TOKEN.get(asked or Platform.FACEBOOK.value)
    if platform is None:
        raise Invalid(Words("Choose a Facebook Page or an Instagram account."), "platform")
    return platform


def _connect_form(
    platform: str, external_id: str = "", errors: Mapping[str, Words] | None = None
) -> str:
    return render_template(
        "channels/connect.html", platform=platform, external_id=external_id, errors=errors or {}
    )
