"""The code from the phone: set up, recovery codes, switch off, and signing in without the phone."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import preferences, second_factor
from app.accounts.models import Member
from app.credentials.rootkey import KeyProblem
from app.foundation.errors import DeskError, Invalid
from app.foundation.words import Words
from app.gate import fresh, public, requires
from app.web.accounts import entrance
from app.web.forms import parse
from app.web.page import qr

bp = Blueprint("second_factor", __name__)
OWN = Permission.OWN_ACCOUNT
HERE = "/settings/second-factor"
Answer = Response | tuple[str, int]


@bp.get(HERE)
@requires(OWN)
def index() -> str:
    """Whether it is on, and what one can do about it."""
    left = second_factor.codes_left(gate.db(), g.member.id)
    return render_template(
        "second_factor/index.html", is_on=g.member.totp_sealed is not None, left=left
    )


@bp.get(f"{HERE}/setup")
@requires(OWN)
@fresh
def setup() -> Response | str:
    """The QR code and the same as text, until a first code was given."""
    return _setup()


@bp.post(f"{HERE}/setup")
@requires(OWN)
@fresh
def begin() -> Response:
    """A new secret; one that was shown before and not confirmed is void."""
    second_factor.begin(gate.db(), g.actor, _box())
    gate.db().commit()
    return redirect(url_for("second_factor.setup"))


@bp.get(f"{HERE}/confirm")
@requires(OWN)
def confirming() -> Response:
    """Back from proving who it is: the code has to be given once more."""
    return redirect(url_for("second_factor.setup"))


@bp.post(f"{HERE}/confirm")
@requires(OWN)
@fresh
def confirm() -> Answer | str:
    """On from now, and the recovery codes are shown this once."""
    try:
        codes = second_factor.confirm(gate.db(), g.actor, _box(), parse.text("code"), gate.now())
    except Invalid as problem:
        gate.db().rollback()
        return make_response(_setup(problem.reason), problem.status)
    except KeyProblem:
        return redirect(url_for("second_factor.index"))
    gate.db().commit()
    return render_template("second_factor/codes.html", codes=codes, is_new=True)


@bp.get(f"{HERE}/codes")
@requires(OWN)
@fresh
def ask_codes() -> str:
    return render_template("second_factor/ask_codes.html")


@bp.post(f"{HERE}/codes")
@requires(OWN)
@fresh
def codes() -> str:
    """Ten new ones; the old ones are void."""
    made = second_factor.new_codes(gate.db(), g.actor, gate.now())
    gate.db().commit()
    return render_template("second_factor/codes.html", codes=made, is_new=False)


@bp.get(f"{HERE}/off")
@requires(OWN)
@fresh
def ask_off() -> str:
    return render_template("second_factor/off.html")


@bp.post(f"{HERE}/off")
@requires(OWN)
@fresh
def off() -> Answer:
    """The password is asked once more: without the phone it is all that protects."""
    try:
        entrance.prove_own(parse.text("password"))
    except DeskError as refused:
        page = render_template("second_factor/off.html", problem=refused.reason)
        return page, refused.status
    second_factor.switch_off(gate.db(), g.actor, g.member.id, gate.now())
    gate.db().commit()
    flash(gettext("The code from the phone is off. Your password alone lets you in."))
    return redirect(url_for("second_factor.index"))


@bp.get("/sign-in/recovery")
@public
def recovery() -> Response | str:
    """The phone is lost: one of the codes on paper."""
    if entrance.remembered() is None:
        return redirect(url_for("sign_in.show"))
    return render_template("second_factor/recovery.html")


@bp.post("/sign-in/recovery")
@public
def check_recovery() -> Answer:
    member_id = entrance.remembered()
    if member_id is None:
        return redirect(url_for("sign_in.show"))
    try:
        entrance.prove_recovery(member_id, parse.text("code"))
    except DeskError as refused:
        page = render_template("second_factor/recovery.html", problem=refused.reason)
        return page, refused.status
    left = second_factor.codes_left(gate.db(), member_id)
    response = entrance.enter(member_id)
    flash(
        gettext(
            "Recovery codes you still have: %(count)d. Is the phone lost? Switch the code "
            "off under your account and set it up anew.",
            count=left,
        )
    )
    return response


def _setup(problem: Words | None = None) -> Response | str:
    member = _member()
    try:
        secret = second_factor.pending(member, _box())
    except KeyProblem:  # changed, or an older one was put back: begin anew
        secret = None
    if secret is None:
        return redirect(url_for("second_factor.index"))
    mark = "PRACTICE " if g.desk.is_practice else ""
    address = second_factor.address(secret, member, f"{mark}Vuoro {g.desk.name}".strip())
    groups = [secret[i : i + 4] for i in range(0, len(secret), 4)]
    return render_template(
        "second_factor/setup.html", qr=qr.draw(address), groups=groups, problem=problem
    )


def _member() -> Member:
    """The member as stored now, not as the request began."""
    return preferences.own(gate.db(), g.actor)


def _box() -> second_factor.Box:
    return gate.runtime().keys.tokens
