"""Builds the web application from a running desk."""

import os
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_address, ip_network
from types import TracebackType
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from flask import Flask, Response, g, render_template, request
from flask_babel import Babel, gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from app import gate
from app.api import BLUEPRINTS as MACHINES
from app.foundation import log
from app.foundation.config import load_settings
from app.foundation.errors import Conflict, DeskError
from app.runtime import ROOT, Runtime, start
from app.web import BLUEPRINTS as SCREENS
from app.web import install as install_screens
from app.web.forms.parse import LARGEST_ID
from app.web.page.speech import say

Caught = tuple[type, BaseException, TracebackType] | tuple[None, None, None]
_log = structlog.get_logger()
LANGUAGES = ("en", "fi")
LARGEST_REQUEST = 10_000_000
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)


def build() -> Flask:
    """The application of this environment's settings, for a WSGI server."""
    settings = load_settings(os.environ)
    log.set_up(settings.LOG_LEVEL)
    running = start(settings)
    app = create_app(running)
    running.let_go()  # the server forks from here: its processes must not share a connection
    return app


class Application(Flask):
    """Flask, but for its log: an address may hold a link's token, an error a customer's words."""

    def log_exception(self, exc_info: Caught) -> None:
        _log.error(
            "request failed",
            view=request.endpoint,
            method=request.method,
            error=log.where(exc_info[1]),
        )


def create_app(runtime: Runtime) -> Flask:
    """The desk as a WSGI application."""
    app = Application(
        "app", root_path=str(ROOT), template_folder="templates", static_folder="static"
    )
    app.config.update(
        SECRET_KEY=runtime.cookie_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        SESSION_COOKIE_NAME="vuoro_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=runtime.settings.base_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE="en",
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
    )
    app.url_map.converters["int"] = RowNumber
    app.extensions["vuoro"] = runtime
    gate.install(app)
    csrf = CSRFProtect(app)
    Babel(app, locale_selector=locale, timezone_selector=lambda: g.desk.timezone)
    app.add_template_filter(say)
    for blueprint in (*SCREENS, *MACHINES):
        app.register_blueprint(blueprint)
    for blueprint in MACHINES:
        csrf.exempt(blueprint)
    install_screens(app)
    _handle_errors(app)
    app.after_request(_headers)
    if runtime.settings.TRUSTED_PROXIES:
        behind = Behind(app.wsgi_app, runtime.settings.TRUSTED_PROXIES)
        app.wsgi_app = behind  # type: ignore[assignment, method-assign]  # Flask's own way to wrap
    return app


class RowNumber(IntegerConverter):
    """A number in an address; no row has one larger than the databases can hold."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


class Behind:
    """Believes X-Forwarded headers of the named proxies only; anybody else could invent them."""

    def __init__(self, inner: WSGIApplication, networks: str) -> None:
        self._inner, self._fixed = inner, ProxyFix(inner, x_for=1, x_proto=1, x_host=1)
        self._networks = [ip_network(n.strip()) for n in networks.split(",") if n.strip()]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            address = ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return self._inner(environ, start)
        is_proxy = any(address in network for network in self._networks)
        return (self._fixed if is_proxy else self._inner)(environ, start)


def locale() -> str:
    """The member's language, else the desk's, else the browser's."""
    member = g.get("member")
    if member is not None and member.locale in LANGUAGES:
        return str(member.locale)
    desk = g.get("desk")
    if desk is not None and desk.locale in LANGUAGES:
        return str(desk.locale)
    return request.accept_languages.best_match(LANGUAGES, "en") or "en"


def _handle_errors(app: Flask) -> None:
    app.register_error_handler(DeskError, _refused)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http_error)


def _refused(problem: DeskError) -> tuple[str, int]:
    theirs = problem.theirs if isinstance(problem, Conflict) else ""
    return _page(say(problem.reason), problem.status, theirs)


def _overtaken(_problem: StaleDataError) -> tuple[str, int]:
    return _page(
        gettext(
            "Somebody changed this at the same moment. Nothing of yours was saved "
            "over it. Open it again."
        ),
        409,
    )


def _form_too_old(_problem: CSRFError) -> tuple[str, int]:
    return _page(
        gettext(
            "This page was open for too long to be trusted. Nothing was done. Go "
            "back, load the page again, and send it once more."
        ),
        400,
    )


def _http_error(problem: HTTPException) -> Any:
    code = problem.code or 500
    if code < 400:
        return problem
    sentences = {
        404: gettext("There is nothing here, or it is not open to you."),
        405: gettext("This address does not take that kind of request."),
        413: gettext("This is more than the desk takes at once (10 MB). Nothing was saved."),
    }
    return _page(
        sentences.get(
            code,
            gettext(
                "Something went wrong on our side. What you had saved is safe. "
                "Try again in a moment."
            ),
        ),
        code,
    )


def _page(reason: str, status: int, theirs: str = "") -> tuple[str, int]:
    """The reason within the desk's page; alone where the database, which the page asks, is away.

    A script gets a part, which it shows beside what stands there already.
    """
    if "desk" not in g:
        return reason, status
    if "db" in g:
        g.db.rollback()  # what failed there would fail everything after it
    if request.headers.get("HX-Request"):
        is_writing = request.method != "GET"
        part = render_template(
            "errors/_part.html", reason=reason, status=status, is_writing=is_writing
        )
        return part, status
    try:
        page = render_template(
            "errors/error.html", reason=reason, status=status, theirs=theirs, typed=_typed(status)
        )
    except SQLAlchemyError:
        return reason, status
    return page, status


def _typed(status: int) -> list[str]:
    """What the refused form brought in words: a page that says no must not lose them."""
    if status == 413:  # too large to be read at all
        return []
    found = [request.form.get(name, "").strip() for name in ("text", "reason", "question")]
    return [words for words in found if words]


def _policy() -> str:
    """Browsers hold a form's policy against the address that its answer leads on to, as well."""
    further = g.get("forms_may_go_to", "")
    return CSP.replace("form-action 'self'", f"form-action 'self' {further}".rstrip())


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _policy())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
