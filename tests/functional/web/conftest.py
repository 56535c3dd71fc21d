"""The desk's web application with the story in it."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.factory import create_app
from tests.stand import Stand
from tests.web_page import Visitor, as_member


@pytest.fixture
def app(told: Stand) -> Flask:
    return create_app(told.running)


@pytest.fixture
def visit(app: Flask, told: Stand) -> Callable[[str], Visitor]:
    """Somebody at the desk, by first name."""
    return lambda name: as_member(app, told, name)
