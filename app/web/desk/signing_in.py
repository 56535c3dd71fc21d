"""Connecting by signing in at the platform: there, back, and the choice of what to connect."""

from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.channels import logins, queries
from app.channels.connections import NEW
from app.channels.errors import ChannelError
from app.channels.logins import Begun, Logins
from app.channels.models import Channel, Login, Platform
from app.channels.offers import Offer
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.gate import requires
from app.web.desk import connecting
from app.web.forms import parse

bp = Blueprint("signing_in", __name__, url_prefix="/channels/sign-in")
MANAGE = Permission.CHANNEL_MANAGE
WAYS = {"facebook": Platform.FACEBOOK, "x": Platform.X}
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class Choice:
    """One page or account that was let in, beside what the desk knows of it."""

    offer: Offer
    channel: Channel | None
    is_expected: bool
    may: bool


@bp.get("/")
@requires(MANAGE)
def show() -> str:
    """What can be connected; or one channel anew."""
    found = parse.as_number(request.args.get("channel") or "0")
    channel = queries.channel(gate.db(), g.actor, gate.now(), found) if found else None
    return _ways(channel)


@bp.post("/<platform>")
@requires(MANAGE)
def begin(platform: str) -> Answer:
    """Off to the platform, with a state that only this session can come back with."""
    now, number = gate.now(), parse.number("channel")
    channel = queries.channel(gate.db(), g.actor, now, number) if number else None
    wanted = Begun(
        _way(platform),
        _session_id(),
        is_reading_only=parse.text("is_reading_only") == "yes",
        has_instagram=parse.text("has_instagram") == "yes",
        channel=channel,
    )
    try:
        url = _logins().begin(gate.db(), g.actor, wanted, _address(platform), now)
    except Invalid as problem:
        return _ways(channel, problem.reason), problem.status
    gate.db().commit()
    return redirect(url)


@bp.get("/<platform>/back")
@requires(MANAGE)
def back(platform: str) -> Answer:
    """What the platform sends a person back with. It writes, though it is a GET: the code lasts
    30 seconds on X, and is good for once."""
    way, db = _way(platform), gate.db(is_writing=True)
    login: Login | None = None
    try:
        login = logins.came_back(
            db, g.actor, way, _session_id(), request.args.get("state", ""), gate.now()
        )
        if request.args.get("error") or not request.args.get("code"):
            raise logins.not_allowed(db, g.actor, way, gate.now())
        db.commit()
        found = _let_in(platform, login)
        db = gate.db(is_writing=True)
        login = db.get_one(Login, login.id)
        _logins().keep(login, found)
        db.commit()
    except Invalid as problem:
        gate.db().commit()
        number = login.channel_id if login is not None else None
        again = gate.db().get(Channel, number) if number else None
        return _ways(again, problem.reason), problem.status
    return redirect(url_for("signing_in.choose", login_id=login.id))


@bp.get("/choose/<int:login_id>")
@requires(MANAGE)
def choose(login_id: int) -> str:
    login = logins.chosen_from(gate.db(), g.actor, _session_id(), login_id, gate.now())
    return _choices(login)


@bp.post("/choose/<int:login_id>")
@requires(MANAGE)
def connect(login_id: int) -> Answer:
    """Each chosen one by itself: one that is refused keeps no other from being connected."""
    with gate.runtime().database.reading() as reader:
        login = logins.chosen_from(reader, g.actor, _session_id(), login_id, gate.now())
    wanted = [o for o in _logins().offers(login) if o.key in request.form.getlist("chosen")]
    if not wanted:
        return _choices(login, {"": Words("Choose at least one.")}), Invalid.status
    problems, made = {}, 0
    for offer in wanted:
        try:
            _connect(offer, login)
            made += 1
        except Invalid as problem:
            problems[offer.key] = problem.reason
    if made:
        flash(
            ngettext(
                "One channel connected. What was written there comes in within a few minutes.",
                "%(num)s channels connected. What was written there comes in within a few minutes.",
                made,
            )
        )
    if problems:
        return _choices(login, problems), Invalid.status
    return redirect(url_for("channels.index"))


def _connect(offer: Offer, login: Login) -> None:
    """By the same real calls as a pasted token."""
    found = connecting.connections().check(offer.platform, offer.external_id, offer.token)
    db = gate.db()
    connecting.connections().connect(
        db,
        g.actor,
        offer.platform,
        found,
        offer.token,
        gate.now(),
        is_reading_only=login.is_reading_only,
    )
    db.commit()


def _let_in(platform: str, login: Login) -> tuple[Offer, ...]:
    """Asked outside any transaction."""
    verifier = _logins().verifier(login)
    code, way = request.args.get("code", "")[:2000], login.platform
    try:
        return gate.runtime().platforms.let_in(way, _address(platform), code, verifier)
    except ChannelError as problem:
        db = gate.db(is_writing=True)
        raise logins.turned_down(db, g.actor, way, problem, gate.now()) from None


def _choices(login: Login, problems: dict[str, Words] | None = None) -> str:
    """What was let in; where a channel is connected again, the one that is expected first."""
    db, now = gate.db(), gate.now()
    expected = db.get(Channel, login.channel_id) if login.channel_id else None
    rows = []
    for offer in _logins().offers(login):
        channel = queries.known(db, offer.platform, offer.external_id)
        is_expected = channel is not None and expected is not None and channel.id == expected.id
        may = policy.can(g.actor, MANAGE, now, channel.id if channel else NEW)
        rows.append(Choice(offer, channel, is_expected, may))
    return render_template(
        "channels/choose.html",
        login=login,
        rows=rows,
        expected=expected,
        is_wrong=expected is not None and not any(r.is_expected for r in rows),
        problems=problems or {},
    )


def _ways(channel: Channel | None, problem: Words | None = None) -> str:
    platforms = gate.runtime().platforms
    g.forms_may_go_to = platforms.login_origins()
    return render_template(
        "channels/sign_in.html",
        channel=channel,
        problem=problem,
        has_meta=platforms.has_app(Platform.FACEBOOK),
        has_x=platforms.has_app(Platform.X),
        **connecting.helpers(),
    )


def _way(platform: str) -> Platform:
    if platform not in WAYS:
        raise Invalid(parse.DAMAGED)
    return WAYS[platform]


def _address(platform: str) -> str:
    """Where the platform sends people back to; the app there names it, too."""
    path = url_for("signing_in.back", platform=platform)
    return gate.runtime().settings.base_url + path


def _session_id() -> int:
    found = gate.signed_in()
    return found.found.session.id if found is not None else 0


def _logins() -> Logins:
    return Logins(gate.runtime().platforms, gate.runtime().keys.tokens)
