"""The login dialog: which practice person is it, which Pages, which permissions; allow or refuse.

The real one is at www.facebook.com; here it is beside the Graph API, on the same port.
"""

import sqlite3
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.foundation.words import Words
from app.practice import faults, pages
from app.practice.errors import GraphError, Refused
from app.practice.guard import POLICY, must_be_own_form
from app.practice.login import codes, scopes, staff, tokens
from app.practice.network import is_loopback
from app.practice.page import refused
from app.practice.platform import current

dialog = Blueprint("dialog", __name__)
dialog.register_error_handler(Refused, refused)
dialog.register_error_handler(GraphError, refused)
PATH = "/<version>/dialog/oauth"
KEPT = ("client_id", "redirect_uri", "state", "scope", "config_id", "response_type", "auth_type")


@dialog.after_request
def lead_back(response: Response) -> Response:
    """A browser applies the policy for forms to the address that a form is sent on to."""
    further = g.get("forms_may_go_to", "")
    mine = POLICY.replace("form-action 'self'", f"form-action 'self' {further}".rstrip())
    response.headers["Content-Security-Policy"] = mine
    return response


@dialog.get(PATH)
def show(version: str) -> str:
    """First who it is, then what they allow."""
    _must_be_right()
    with current().store.reading() as db:
        who = request.args.get("staff")
        person = staff.get(db, who) if who else None
        return render_template(
            "practice/dialog.html",
            everyone=staff.every(db),
            person=person,
            is_let_in=person is not None and _is_let_in(db, person),
            theirs=staff.pages_of(db, person["id"]) if person else [],
            scopes=_wanted(),
            kept=[(name, request.args[name]) for name in KEPT if name in request.args],
        )


@dialog.post(PATH)
def decide(version: str) -> BaseResponse:
    """Back to the app with a code, or with the words of a refusal; `state` comes along."""
    must_be_own_form()
    _must_be_right()
    platform = current()
    with platform.store.writing() as db:
        refusal = faults.spend(db, ["dialog_refused"]).first("dialog_refused")
        person = staff.get(db, request.form.get("staff", ""))
        if not _is_let_in(db, person):
            raise Refused(Words("This person has no role on the app, so they are not let in."), 403)
        if refusal or request.form.get("answer") != "allow":
            return _back(**_refusal(refusal.params["reason"] if refusal else "user_denied"))
        mine = {row["id"] for row in staff.pages_of(db, person["id"])}
        chosen = [page_id for page_id in request.form.getlist("pages") if page_id in mine]
        granted = scopes.known(request.form.getlist("scopes"))
        tokens.grant(db, platform.now(), person["id"], granted, chosen)
        uri = request.values["redirect_uri"]
        return _back(code=codes.make(db, platform.now(), person["id"], uri))


def _must_be_right() -> None:
    """What the real dialog refuses to show itself for."""
    given = request.values
    uri = given.get("redirect_uri", "")
    if given.get("client_id") != current().app_id:
        raise Refused(Words("The platform does not know this app (client_id)."))
    if not is_loopback(uri) or urlsplit(uri).fragment:
        raise Refused(Words("The address to come back to is not one of the app's."))
    if not given.get("scope") and not given.get("config_id"):
        raise Refused(Words("The app asks for nothing: scope or config_id is missing."))
    if given.get("response_type", "code") != "code":
        raise Refused(Words("Only response_type=code is spoken here."))
    parts = urlsplit(uri)
    g.forms_may_go_to = f"{parts.scheme}://{parts.netloc}"


def _wanted() -> list[str]:
    """A configuration (Facebook Login for Business) stands for all of them."""
    names = request.args.get("scope", "").replace(",", " ").split()
    return scopes.known(names) if names else list(scopes.SCOPES)


def _is_let_in(db: sqlite3.Connection, person: sqlite3.Row) -> bool:
    """With Standard Access only people with a role on the app."""
    return bool(person["has_role"]) or pages.setting(db, "standard_access") != "1"


def _refusal(reason: str) -> dict[str, str]:
    return {
        "error": "access_denied",
        "error_code": "200",
        "error_description": "Permissions error",
        "error_reason": reason,
    }


def _back(**params: str) -> BaseResponse:
    """`#_=_` at the end is what the real one leaves there."""
    uri = request.values["redirect_uri"]
    if "state" in request.values:
        params["state"] = request.values["state"]
    sign = "&" if urlsplit(uri).query else "?"
    return redirect(f"{uri}{sign}{urlencode(params)}#_=_")
