"""Builds the practice program. Nothing runs by itself until `server` starts its thread."""

import logging
from pathlib import Path

from flask import Flask, Response, jsonify, request
from flask_babel import Babel, get_locale, gettext
from werkzeug.exceptions import HTTPException

from app.foundation.clock import PracticeClock
from app.practice import clock, guard, pages, settings, subscribing
from app.practice.control import control
from app.practice.dialog import dialog
from app.practice.door import answered, graph
from app.practice.errors import GraphError
from app.practice.files import files
from app.practice.forms import forms
from app.practice.instagram.forms import ig_forms
from app.practice.instagram.pages import ig_pages
from app.practice.login import staff
from app.practice.page import broken, page
from app.practice.platform import NAME, Platform
from app.practice.store import Store
from app.practice.webhooks import Delivery
from app.practice.x.door import api as x_api
from app.practice.x.login import login as x_login
from app.practice.x.pages import pages as x_pages
from app.practice.x.sending import XDelivery

LANGUAGES = ("en", "fi")
BIGGEST = 10 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def create_practice_app(
    data_dir: Path, *, app_id: str, app_secret: str, verify_token: str, desk_url: str | None
) -> Flask:
    platform = Platform(
        store=Store(settings.home(data_dir) / "platform.sqlite3"),
        clock=PracticeClock(clock.clock_file(data_dir)),
        data_dir=data_dir,
        app_id=app_id,
        app_secret=app_secret,
        verify_token=verify_token,
        desk_url=desk_url,
    )
    _prepare(platform)
    app = Flask(__name__, static_folder=ROOT / "static", template_folder=ROOT / "templates")
    app.config.update(
        MAX_CONTENT_LENGTH=BIGGEST,
        MAX_FORM_MEMORY_SIZE=BIGGEST,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
    )
    Babel(app, locale_selector=_language)
    app.jinja_env.globals["locale"] = get_locale
    app.extensions[NAME] = platform
    app.extensions[NAME + "-delivery"] = Delivery(platform, XDelivery(platform))
    guard.install(app)
    app.register_blueprint(control)
    app.register_blueprint(page)
    app.register_blueprint(forms)
    app.register_blueprint(files)
    app.register_blueprint(dialog)
    app.register_blueprint(ig_pages)
    app.register_blueprint(ig_forms)
    app.register_blueprint(graph)
    app.register_blueprint(x_api)
    app.register_blueprint(x_login)
    app.register_blueprint(x_pages)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)
    return app


def _language() -> str:
    """The browser's: whoever plays the customer is nobody at the desk."""
    return request.accept_languages.best_match(LANGUAGES, "en") or "en"


def _prepare(platform: Platform) -> None:
    """The desk's own address is subscribed from the start; it is greeted before the first event."""
    with platform.store.writing() as db:
        pages.user_token(db)
        staff.ensure_owner(db)
        if platform.desk_url:
            subscribing.follow(db, platform.desk_url, platform.verify_token)


def _http_error(error: HTTPException) -> Response | tuple[Response, int]:
    """Each door says it in its own form: Graph, JSON, or a page."""
    status, words = error.code or 500, error.description or error.name
    if request.path.startswith("/practice/api/"):
        return jsonify(error=words), status
    if request.path == "/practice" or request.path.startswith(("/practice/", "/static/")):
        return broken(
            gettext("There is nothing at this address.") if status == 404 else words, status
        )
    return answered(GraphError(100, f"(#100) {words}").body(), status)


def _unforeseen(error: Exception) -> Response | tuple[Response, int]:
    """A mistake of ours: the caller never sees a traceback, the log names only its class."""
    _log.error("practice platform: %s at %s", type(error).__name__, request.endpoint)
    if request.path.startswith("/practice/api/"):
        return jsonify(error="The practice platform made a mistake."), 500
    if request.path.startswith("/practice"):
        return broken("The practice platform made a mistake.", 500)
    body = GraphError(1, "An unknown error occurred", transient=True).body()
    return answered(body, 500)
