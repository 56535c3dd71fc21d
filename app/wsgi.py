"""The web application for a WSGI server: `app.wsgi:build()`."""

import os

from flask import Flask

from app import runtime
from app.factory import create_app
from app.foundation import log
from app.foundation.config import load_settings


def build() -> Flask:
    """The desk of this environment's settings."""
    settings = load_settings(os.environ)
    log.set_up(settings.LOG_LEVEL)
    return create_app(runtime.start(settings))
