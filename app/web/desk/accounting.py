"""The desk's settings as a form shows them and gives them back."""

from typing import Any

from app.accounts.models import Desk
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.web.accounts import entrance
from app.web.forms import parse

TEXTS = ("name", "locale", "timezone", "order_link")
NUMBERS = (
    "public_promise_minutes",
    "private_promise_minutes",
    "public_undo_seconds",
    "private_undo_seconds",
    "media_megabytes",
)


def values(desk: Desk) -> dict[str, str]:
    """What stands in the form at first."""
    return {name: str(getattr(desk, name)) for name in (*TEXTS, *NUMBERS)}


def given() -> dict[str, str]:
    """What somebody typed, as they typed it."""
    return {name: parse.text(name) for name in (*TEXTS, *NUMBERS)}


def parsed(form: dict[str, str]) -> dict[str, Any]:
    """The same as the service takes it."""
    texts = {name: form[name].strip() for name in TEXTS}
    return texts | {name: _number(name, form[name]) for name in NUMBERS}


def password_errors(problem: Invalid) -> dict[str, Words]:
    """Beside the old password or the new one: both call themselves "password"."""
    is_old = problem.reason == entrance.WRONG_PASSWORD
    return {"password" if is_old else "new_password": problem.reason}


def _number(name: str, found: str) -> int:
    found = found.strip()
    if not found.isascii() or not found.isdigit() or len(found) > 9:
        raise Invalid(Words("Write a whole number."), name)
    return int(found)
