"""Inviting a colleague by link or QR, and becoming one."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import invitations, members, passwords
from app.accounts.models import OneTimeLink
from app.foundation.errors import Conflict, DeskError, Invalid
from app.foundation.words import Words
from app.gate import fresh, public, requires
from app.web.accounts import entrance, granting, people
from app.web.forms import parse
from app.web.page import handover

bp = Blueprint("invitations", __name__)
MANAGE = Permission.MEMBER_MANAGE
Answer = Response | tuple[str, int]
Errors = dict[str, Words]


@bp.get("/members/invite")
@requires(MANAGE)
@fresh
def form() -> str:
    return _form(granting.Given(), {})


@bp.post("/members/invite")
@requires(MANAGE)
@fresh
def invite() -> str | tuple[str, int]:
    """The link is shown in this answer and never again: only its hash is kept."""
    db, typed = gate.db(), granting.given()
    try:
        link, token = invitations.make(
            db, g.actor, name=typed.name, now=gate.now(), grants=granting.grants(typed)
        )
    except Invalid as problem:
        return _form(typed, {problem.field: problem.reason}), problem.status
    db.commit()
    told = people.told(invitations.given(link), people.channel_names(db))
    return render_template(
        "invitations/made.html",
        link=link,
        told=told,
        handed=handover.link(url_for("invitations.show", token=token)),
    )


@bp.post("/members/invitations/<int:link_id>/cancel")
@requires(MANAGE)
def cancel(link_id: int) -> Response:
    """At once; whoever opens the link then is told so."""
    invitations.cancel(gate.db(), g.actor, link_id, gate.now())
    gate.db().commit()
    flash(gettext("The invitation is cancelled."))
    return redirect(url_for("members.index"))


@bp.get("/invitation/<token>")
@public
def show(token: str) -> Answer:
    """Looking uses nothing up: chat programs open links to draw a preview."""
    try:
        link = invitations.look(gate.db(), token, gate.now())
    except DeskError as closed:
        return _closed(token, closed)
    return _page(link, token, {}, 200)


@bp.post("/invitation/<token>")
@public
def accept(token: str) -> Answer:
    """Name, address and password, and the new colleague is signed in."""
    try:
        with gate.runtime().database.reading() as reader:
            link = invitations.look(reader, token, gate.now())
        try:
            member_id = _join(token)
        except Invalid as problem:
            return _page(link, token, {problem.field: problem.reason}, problem.status)
    except DeskError as closed:
        return _closed(token, closed)
    return entrance.enter(member_id)


def _join(token: str) -> int:
    """The slow part comes first and holds no transaction."""
    name = members.checked_name(parse.text("name"))
    email = members.checked_email(parse.text("email"))
    password = parse.text("password")
    passwords.check_strength(password, about=[name, email, g.desk.name])
    hashed = passwords.hash_password(password)
    db = gate.db()
    try:
        made = invitations.accept(
            db, token, name=name, email=email, password_hash=hashed, now=gate.now()
        )
    except members.Taken as problem:
        raise Invalid(problem.reason, "email") from None
    db.commit()
    return made.id


def _form(typed: granting.Given, errors: Errors) -> str:
    return render_template(
        "invitations/form.html",
        given=typed,
        errors=errors,
        offered=granting.offered(),
        labels=people.LABELS,
        told=people.EVERYWHERE,
        channels=granting.channels(),
        names=people.channel_names(gate.db()),
    )


def _page(link: OneTimeLink, token: str, errors: Errors, status: int) -> tuple[str, int]:
    """What they will be able to do here, and what is recorded about them, before they say yes."""
    with gate.runtime().database.reading() as reader:
        told = people.told(invitations.given(link), people.channel_names(reader))
        maker = invitations.made_by(reader, token)
    page = render_template(
        "invitations/accept.html",
        token=token,
        told=told,
        problems=errors,
        maker=maker,
        name=parse.text("name") or link.name,
        email=parse.text("email"),
    )
    return page, status


def _closed(token: str, closed: DeskError) -> tuple[str, int]:
    """What happened, and who makes another one. A link that is none names nobody."""
    with gate.runtime().database.reading() as reader:
        maker = invitations.made_by(reader, token)
    page = render_template("invitations/closed.html", reason=closed.reason, maker=maker)
    return page, 410 if isinstance(closed, Conflict) else closed.status
