"""The web application for a WSGI server: `app.wsgi:build()`."""

from app.factory import build

__all__ = ["build"]
