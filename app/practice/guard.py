"""Only this machine's own pages may talk to the practice platform.

A page elsewhere can make a browser send requests here (rebinding a name to 127.0.0.1, or a plain
form), so the Host must be this machine and a request that says where it comes from must come
from here. Every answer carries the desk's own content policy; a page that leads back to the desk
brings its own.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

HOSTS = ("127.0.0.1", "localhost", "::1")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)


def install(app: Flask) -> None:
    app.before_request(_refuse_strangers)
    app.after_request(_headers)


def host_name(netloc: str) -> str:
    """The name without the port; empty when it cannot be read."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").lower()
    except ValueError:
        return ""


def _refuse_strangers() -> None:
    if host_name(request.host) not in HOSTS:
        abort(400, "The practice platform answers only as 127.0.0.1 or localhost.")
    # A link from elsewhere may lead here (the desk may be called localhost), nothing more.
    writes = request.method not in ("GET", "HEAD")
    is_foreign = writes and request.headers.get("Sec-Fetch-Site") == "cross-site"
    origin = request.headers.get("Origin")
    if is_foreign or (origin is not None and not _is_ours(origin)):
        abort(403, "This request comes from another site.")


def must_be_own_form() -> None:
    """A form of ours says where it comes from; browsers always do on POST."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if not origin or not _is_ours(origin):
        abort(403, "This form was not sent from a page of the practice platform.")


def _is_ours(address: str) -> bool:
    try:
        return urlsplit(address).netloc == request.host
    except ValueError:
        return False


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # "no-referrer" would make browsers send "Origin: null" with our own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response
