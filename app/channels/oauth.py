"""OAuth 2.0 through Authlib: the address where a person lets us in, and what a code brings."""

from collections.abc import Mapping
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from app.channels.errors import Permanent, Transient
from app.foundation.http import CONNECT, READ

BASIC, IN_FORM = "client_secret_basic", "client_secret_post"


def client(app_id: str, secret: str, way: str, redirect_uri: str, scope: str = "") -> OAuth2Session:
    """The app at a platform; `way` is how it proves itself there."""
    made = OAuth2Session(
        client_id=app_id,
        client_secret=secret,
        token_endpoint_auth_method=way,
        redirect_uri=redirect_uri,
        scope=scope or None,
        code_challenge_method="S256",
    )
    made.trust_env = False
    return made


def page(app: OAuth2Session, url: str, state: str, verifier: str = "", **more: str) -> str:
    """The platform's page that asks the person; with a verifier, PKCE."""
    given = {"code_verifier": verifier} if verifier else {}
    address, _ = app.create_authorization_url(url, state=state, **given, **more)
    return str(address)


def token(app: OAuth2Session, url: str, **asked: str) -> Mapping[str, Any]:
    """What the platform gives for a code or another token.

    Permanent "code": refused, with the platform's number. Transient: no answer that can be read.
    """
    try:
        found = app.fetch_token(url, allow_redirects=False, timeout=(CONNECT, READ), **asked)
    except AuthlibBaseError as problem:
        raise Permanent("code", _number(problem.error)) from None
    except requests.RequestException as problem:
        raise Transient(type(problem).__name__) from None
    except (ValueError, TypeError, AttributeError):
        raise Transient("unreadable") from None
    if not isinstance(found, Mapping) or not isinstance(found.get("access_token"), str):
        raise Transient("unreadable")
    return found


def _number(error: object) -> str:
    """Facebook's error is an object, everybody else's a word."""
    if isinstance(error, Mapping):
        return str(error.get("error_subcode") or error.get("code") or "")[:20]
    return str(error)[:40]
