"""One Graph request, read from HTTP: version, path, parameters, token."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request

from app.practice.errors import GraphError, bad_parameter

NEWEST, OLDEST = 26, 21
_VERSION = re.compile(r"v(\d{1,3})\.(\d)\Z")
_DEEPEST = 40
LARGEST_UPLOAD = 26 * 1024 * 1024


@dataclass(frozen=True)
class Asked:
    method: str
    version: str
    parts: tuple[str, ...]
    params: Mapping[str, Any]
    token: str | None
    base_url: str
    uploads: tuple[tuple[str, str, bytes], ...] = ()  # mime, name, content

    def text(self, name: str, default: str = "") -> str:
        value = self.params.get(name, default)
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str | int):
            raise bad_parameter(f"Param {name} must be a string")
        return str(value)

    def flag(self, name: str) -> bool:
        """`true`, `1` and their opposites; anything else is not a yes or no."""
        value = self.text(name).lower()
        if value not in ("true", "false", "1", "0"):
            raise bad_parameter(f"Param {name} must be a boolean")
        return value in ("true", "1")

    def listed(self, name: str) -> list[str]:
        """A JSON list, or words with commas between; left out, nothing."""
        value = self.value(name)
        if value is None:
            return []
        if isinstance(value, str | int):
            value = str(value).split(",")
        if not isinstance(value, list) or not all(isinstance(x, str | int) for x in value):
            raise bad_parameter(f"Param {name} must be a list of strings")
        return [str(item).strip() for item in value if str(item).strip()]

    def value(self, name: str) -> Any:
        """A parameter that may be JSON inside a form field."""
        found = self.params.get(name)
        if isinstance(found, str) and found[:1] in ("{", "["):
            return load(found)
        return found

    def opened(self) -> dict[str, Any]:
        """All parameters with JSON inside form fields opened, as the Send API reads them."""
        return {name: self.value(name) for name in self.params}


def read(request: Request, path: str) -> Asked:
    parts = tuple(part for part in path.split("/") if part)
    match = _VERSION.match(parts[0]) if parts else None
    number = NEWEST
    if match:
        number, parts = int(match.group(1)), parts[1:]
        if number > NEWEST:
            raise GraphError(2500, f"Unknown path components: /v{number}.{match.group(2)}")
    if request.mimetype == "multipart/form-data":
        request.max_content_length = LARGEST_UPLOAD
    params = _params(request)
    return Asked(
        method=request.method,
        # An expired version is answered, without a word, by the oldest living one.
        version=f"v{max(number, OLDEST)}.0",
        parts=parts,
        params=params,
        token=_token(request, params),
        base_url=request.host_url,
        uploads=_uploads(request),
    )


def _uploads(request: Request) -> tuple[tuple[str, str, bytes], ...]:
    found = request.files.values()
    return tuple((item.mimetype, item.filename or "file", item.read()) for item in found)


def load(text: str | bytes) -> Any:
    """JSON from outside; what no reader can take is refused, lone surrogates are mended."""
    try:
        return _clean(json.loads(text), 0)
    except (ValueError, RecursionError) as error:
        raise bad_parameter("Invalid JSON") from error


def _clean(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise bad_parameter("The parameters are nested too deeply")
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_clean(k, depth): _clean(item, depth + 1) for k, item in value.items()}
    return value


def _params(request: Request) -> dict[str, Any]:
    params: dict[str, Any] = dict(request.args.items())
    params.update(request.form.items())
    if request.mimetype == "application/json":
        body = request.get_data()
        found = load(body) if body.strip() else {}
        if not isinstance(found, dict):
            raise bad_parameter("The body must be a JSON object")
        params.update(found)
    return params


def _token(request: Request, params: Mapping[str, Any]) -> str | None:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth") and credentials.strip():
        return credentials.strip()
    found = params.get("access_token")
    return found if isinstance(found, str) and found else None
