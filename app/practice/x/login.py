"""Signing in with X: the page that asks, codes and tokens (OAuth 2.0 with PKCE)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.foundation.words import Words
from app.practice import guard
from app.practice.errors import Refused
from app.practice.faults import Trouble
from app.practice.network import is_loopback
from app.practice.page import refused as broken
from app.practice.platform import current
from app.practice.x import tokens, users
from app.practice.x.call import app_of
from app.practice.x.door import answered, guarded
from app.practice.x_kinds import SIGN_IN

login = Blueprint("x_login", __name__)
login.register_error_handler(Refused, broken)
_ASKED = ("client_id", "redirect_uri", "scope", "state", "code_challenge")


@login.get("/i/oauth2/authorize")
def ask() -> BaseResponse:
    given = _given(request.args)
    with current().store.reading() as db:
        page = render_template(
            "practice/x/authorize.html", given=given, accounts=users.accounts(db)
        )
    response = make_response(page)
    # The answer to the form leads back to the desk, which browsers count as part of the form.
    desk = "{0.scheme}://{0.netloc}".format(urlsplit(given["redirect_uri"]))
    response.headers["Content-Security-Policy"] = guard.POLICY.replace(
        "form-action 'self'", f"form-action 'self' {desk}"
    )
    return response


@login.post("/i/oauth2/authorize")
def decide() -> BaseResponse:
    guard.must_be_own_form()
    given = _given(request.form)
    answer = {"state": given["state"]}
    if request.form.get("decision") != "allow":
        return _back(given, answer | {"error": "access_denied"})
    with current().store.writing() as db:
        person = users.account(db, request.form.get("account", ""))
        code = tokens.code(
            db,
            current().now(),
            person["id"],
            given["redirect_uri"],
            given["code_challenge"],
            given["scope"].split(),
        )
    return _back(given, answer | {"code": code})


@login.post("/2/oauth2/token")
def token() -> Response:
    return guarded(SIGN_IN, "", partial(_token, request.form))


@login.post("/oauth2/token")
def app_token() -> Response:
    """The app's own bearer, for its webhooks."""
    return guarded(SIGN_IN, "", _app_token)


@login.post("/2/oauth2/revoke")
def revoke() -> Response:
    return guarded(SIGN_IN, "", _revoke)


def _given(found: Mapping[str, str]) -> dict[str, str]:
    """What the desk's address must bring: PKCE with S256, a state, scopes that are known."""
    given = {name: found.get(name, "") for name in _ASKED}
    unknown = set(given["scope"].split()) - set(tokens.SCOPES)
    is_right = (
        found.get("response_type") == "code"
        and given["client_id"] == app_of(current()).client_id
        and found.get("code_challenge_method") == "S256"
        and len(given["code_challenge"]) == 43
        and given["state"]
        and given["scope"]
        and not unknown
    )
    if not is_right or not is_loopback(given["redirect_uri"]):
        raise Refused(Words("Something went wrong: X could not read what the desk asked for."))
    return given


def _back(given: dict[str, str], answer: dict[str, str]) -> BaseResponse:
    mark = "&" if urlsplit(given["redirect_uri"]).query else "?"
    return redirect(given["redirect_uri"] + mark + urlencode(answer))


def _token(form: Mapping[str, str], trouble: Trouble) -> Response:
    _need_client()
    kind, now = form.get("grant_type"), current().now()
    if kind not in ("authorization_code", "refresh_token"):
        raise tokens.refused("Value passed for the grant type was invalid.")
    with current().store.writing() as db:
        if kind == "refresh_token":
            return answered(tokens.for_refresh(db, now, form.get("refresh_token", "")))
        address, verifier = form.get("redirect_uri", ""), form.get("code_verifier", "")
        return answered(tokens.for_code(db, now, form.get("code", ""), address, verifier))


def _app_token(trouble: Trouble) -> Response:
    _need_client()
    if request.form.get("grant_type") != "client_credentials":
        raise tokens.refused("Value passed for the grant type was invalid.")
    return answered({"token_type": "bearer", "access_token": app_of(current()).bearer})


def _revoke(trouble: Trouble) -> Response:
    _need_client()
    with current().store.writing() as db:
        tokens.revoke(db, request.form.get("token", ""))
    return answered({"revoked": True})


def _need_client() -> None:
    """Basic, with the client's id and secret."""
    app = app_of(current())
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(text, validate=True) if scheme.lower() == "basic" else b""
    except binascii.Error:
        given = b""
    if not hmac.compare_digest(given, f"{app.client_id}:{app.client_secret}".encode()):
        raise tokens.refused("Missing valid authorization header", "unauthorized_client", 401)
