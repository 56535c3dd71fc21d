"""How X says no: a problem with a title, a sentence and an address that names it."""

from typing import Any

PROBLEMS = "https://api.twitter.com/2/problems/"


class Problem(Exception):
    """An answer in X's own form. `more` are headers; `fields` what only this kind carries."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        kind: str = "about:blank",
        *,
        headers: dict[str, str] | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}
        self.body: Any = {"title": title, "detail": detail, "type": kind, "status": status} | fields


def invalid(message: str, **parameters: list[str]) -> Problem:
    """400 as the real one: which parameter, and what was wrong with it."""
    return Problem(
        400,
        "Invalid Request",
        "One or more parameters to your request was invalid.",
        PROBLEMS + "invalid-request",
        errors=[{"parameters": parameters, "message": message}],
    )


def unauthorized() -> Problem:
    return Problem(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str, kind: str = "about:blank", **fields: Any) -> Problem:
    return Problem(403, "Forbidden", detail, kind, **fields)


def missing(what: str, found: object, parameter: str = "id") -> dict[str, Any]:
    """One entry of `errors`: beside `data` in a 200, or alone."""
    return {
        "value": str(found),
        "detail": f"Could not find {what} with {parameter}: [{found}].",
        "title": "Not Found Error",
        "resource_type": what,
        "parameter": parameter,
        "resource_id": str(found),
        "type": PROBLEMS + "resource-not-found",
    }


def not_found(what: str, found: object) -> Problem:
    return Problem(
        404, "Not Found Error", f"Could not find {what} with id: [{found}].",
        PROBLEMS + "resource-not-found", resource_type=what, resource_id=str(found),
    )  # fmt: skip
