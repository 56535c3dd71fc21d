"""Reading forms: numbers, ids and paths as they come from anybody."""

from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

from app.foundation.errors import Invalid
from app.foundation.words import Words

LARGEST_ID = 2**63 - 1
DAMAGED = Words("This form came in damaged. Load the page again and send it once more.")


def text(name: str) -> str:
    """A field as it was typed; an absent one is empty."""
    return request.form.get(name, "")


def number(name: str) -> int | None:
    """A whole number, or nothing where the field is empty."""
    found = request.form.get(name, "").strip()
    return as_number(found) if found else None


def needed_number(name: str) -> int:
    """A whole number that the form always has."""
    found = number(name)
    if found is None:
        raise Invalid(DAMAGED, name)
    return found


def numbers(name: str, form: MultiDict[str, str] | None = None) -> list[int]:
    """Every value of a repeated field."""
    return [as_number(v) for v in (form or request.form).getlist(name)]


def as_number(found: str) -> int:
    if not found.isascii() or not found.isdigit() or len(found) > 19 or int(found) > LARGEST_ID:
        raise Invalid(DAMAGED)
    return int(found)


def own_path(found: str | None) -> str | None:
    """A path on this desk to go back to; another site's address is dropped."""
    if not found or not found.startswith("/") or found.startswith("//") or "\\" in found:
        return None
    parts = urlsplit(found)
    clean = not parts.scheme and not parts.netloc and found.isprintable() and len(found) < 500
    return found if clean else None
