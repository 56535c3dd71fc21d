"""A forgotten password: a link by mail, or one that somebody who looks after members hands over."""

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import password_links, passwords, sign_in
from app.accounts.models import Member
from app.foundation.errors import Conflict, DeskError, Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.gate import fresh, public, requires
from app.web.accounts import members
from app.web.forms import parse
from app.web.page import handover

bp = Blueprint("passwords", __name__)
MANAGE = Permission.MEMBER_MANAGE
Answer = Response | tuple[str, int]


@bp.get("/sign-in/forgotten")
@public
def forgotten() -> str:
    """By mail where the desk has a mail server; else it says who can help."""
    return _forgotten()


@bp.post("/sign-in/forgotten")
@public
def ask() -> str | tuple[str, int]:
    """The answer is the same, and as fast, whether or not anybody has this address."""
    if not _has_mail():
        return _forgotten()
    email = clean(parse.text("email"))[:254]
    if "@" not in email:
        return _forgotten(
            problem=Words("Write a mail address such as sanna@example.com."), email=email
        ), 422
    db = gate.db()
    try:
        address = sign_in.address_key(request.remote_addr or "")
        keys = [f"forgotten:{email}", f"forgotten-from:{address}"]
        sign_in.count_try(db, keys, gate.now())
    except DeskError as refused:
        return _forgotten(problem=refused.reason, email=email), refused.status
    password_links.ask(db, email, gate.now())
    db.commit()
    gate.runtime().queue.wake("mail")
    return render_template("passwords/asked.html", email=email)


@bp.get(f"{password_links.PATH}<token>")
@public
def show(token: str) -> Answer:
    """Looking uses nothing up: mail programs open links to check them."""
    try:
        member = password_links.look(gate.db(), token, gate.now())
    except DeskError as closed:
        return _closed(closed)
    return _page(member, token)


@bp.post(f"{password_links.PATH}<token>")
@public
def renew(token: str) -> Answer:
    """Every session ends; nobody is signed in by it, since a code from the phone may be asked."""
    try:
        with gate.runtime().database.reading() as reader:
            member = password_links.look(reader, token, gate.now())
        try:
            _renew(token, member)
        except Invalid as problem:
            return _page(member, token, problem)
    except DeskError as closed:
        return _closed(closed)
    return redirect(url_for("passwords.done"))


@bp.get("/sign-in/renewed")
@public
def done() -> str:
    return render_template("passwords/done.html")


@bp.get("/members/<int:member_id>/password-link")
@requires(MANAGE)
@fresh
def ask_link(member_id: int) -> str:
    """What a link for a new password does, before it is made."""
    return render_template("passwords/link.html", member=members.found(member_id), handed=None)


@bp.post("/members/<int:member_id>/password-link")
@requires(MANAGE)
@fresh
def make_link(member_id: int) -> str:
    """The link is shown in this answer and never again."""
    member = members.found(member_id)
    link, token = password_links.make(gate.db(), g.actor, member.id, gate.now())
    gate.db().commit()
    handed = handover.link(url_for("passwords.show", token=token))
    return render_template("passwords/link.html", member=member, handed=handed, link=link)


def _renew(token: str, member: Member) -> None:
    """The slow part comes first and holds no transaction."""
    password = parse.text("password")
    passwords.check_strength(password, about=[member.name, member.email, g.desk.name])
    hashed = passwords.hash_password(password)
    password_links.use(gate.db(), token, hashed, gate.now())
    gate.db().commit()
    session.pop("proven", None)


def _has_mail() -> bool:
    return bool(gate.runtime().settings.SMTP_URL)


def _forgotten(problem: Words | None = None, email: str = "") -> str:
    return render_template(
        "passwords/forgotten.html",
        has_mail=_has_mail(),
        problem=problem,
        email=email or session.get("email", ""),
    )


def _page(member: Member, token: str, problem: Invalid | None = None) -> tuple[str, int]:
    page = render_template(
        "passwords/new.html",
        token=token,
        member=member,
        has_code=member.totp_sealed is not None,
        problem=problem.reason if problem else None,
    )
    return page, problem.status if problem else 200


def _closed(closed: DeskError) -> tuple[str, int]:
    """What happened to the link, and how to get another one."""
    page = render_template("passwords/closed.html", reason=closed.reason, has_mail=_has_mail())
    return page, 410 if isinstance(closed, Conflict) else closed.status
