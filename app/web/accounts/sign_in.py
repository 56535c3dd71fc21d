"""Signing in, one field a page; on a practice desk also by one press."""

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import members, sessions
from app.foundation.errors import DeskError, NotFound
from app.foundation.text import clean
from app.gate import public, requires
from app.web.accounts import entrance
from app.web.forms import parse

bp = Blueprint("sign_in", __name__)
Page = tuple[str, int]


@bp.get("/sign-in")
@public
def show() -> str:
    """Who are you? A practice desk shows its cast."""
    session["next"] = parse.own_path(request.args.get("next"))
    cast = members.active(gate.db()) if entrance.has_one_press() else []
    return render_template("sign_in/email.html", cast=cast, address=request.host)


@bp.post("/sign-in")
@public
def email() -> Response:
    """Whether anybody has this address is not told."""
    session["email"] = clean(parse.text("email"))[:254]
    return redirect(url_for("sign_in.password"))


@bp.get("/sign-in/password")
@public
def password() -> Response | str:
    if not session.get("email"):
        return redirect(url_for("sign_in.show"))
    return render_template("sign_in/password.html", email=session["email"])


@bp.post("/sign-in/password")
@public
def check_password() -> Response | Page:
    address = session.get("email", "")
    try:
        proven = entrance.prove_password(address, parse.text("password"))
    except DeskError as refused:
        page = render_template("sign_in/password.html", email=address, problem=refused.reason)
        return page, refused.status
    if not proven.needs_code:
        return entrance.enter(proven.member_id)
    entrance.remember(proven)
    return redirect(url_for("sign_in.code"))


@bp.get("/sign-in/code")
@public
def code() -> Response | str:
    if entrance.remembered() is None:
        return redirect(url_for("sign_in.show"))
    return render_template("sign_in/code.html")


@bp.post("/sign-in/code")
@public
def check_code() -> Response | Page:
    member_id = entrance.remembered()
    if member_id is None:
        return redirect(url_for("sign_in.show"))
    try:
        entrance.prove_code(member_id, parse.text("code"))
    except DeskError as refused:
        return render_template("sign_in/code.html", problem=refused.reason), refused.status
    return entrance.enter(member_id)


@bp.get("/sign-in/again")
@requires(Permission.OWN_ACCOUNT)
def again() -> str:
    """Something dangerous is next: is it still you?"""
    session["next"] = parse.own_path(request.args.get("next"))
    return render_template(
        "sign_in/again.html", email=g.member.email, is_one_press=entrance.has_one_press()
    )


@bp.post("/sign-in/again")
@requires(Permission.OWN_ACCOUNT)
def check_again() -> Response | Page:
    try:
        entrance.prove_again(parse.text("password"))
    except DeskError as refused:
        page = render_template("sign_in/again.html", email=g.member.email, problem=refused.reason)
        return page, refused.status
    sessions.freshen(gate.db(), g.actor.session_id, gate.now())
    gate.db().commit()
    return redirect(session.pop("next", None) or url_for("home.index"))


@bp.post("/sign-out")
@public
def out() -> Response:
    """End this session, whatever rights are left; what the browser kept of drafts goes too."""
    if g.actor.session_id is not None:
        sessions.end(gate.db(), g.actor, g.actor.session_id, gate.now())
        gate.db().commit()
    session.clear()
    g.session_cookie = ""
    response = redirect(url_for("sign_in.show"))
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@bp.post("/practice/be/<int:member_id>")
@public
def be(member_id: int) -> Response:
    """One press, no password: only on a practice desk that listens on this machine alone."""
    if not entrance.has_one_press():
        raise NotFound()
    if member_id not in {m.id for m in members.active(gate.db())}:
        raise NotFound()
    session["next"] = parse.own_path(parse.text("next"))
    return entrance.enter(member_id)


@bp.get("/practice/be/<first_name>")
@public
def be_named(first_name: str) -> Response:
    """The links that `vuoro run` prints: the same by a GET, which only this desk has."""
    if not entrance.has_one_press():
        raise NotFound()
    cast = members.active(gate.db(is_writing=True))
    member = next((m for m in cast if m.first_name.lower() == first_name), None)
    if member is None:
        raise NotFound()
    session["next"] = parse.own_path(request.args.get("next"))
    return entrance.enter(member.id)
