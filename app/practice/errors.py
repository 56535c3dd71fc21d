"""The two ways this program says no: as the Graph API would, and in plain words to a tester."""

import secrets
from typing import Any

from app.foundation.words import Words

NOT_FOUND = (
    "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to "
    "missing permissions, or does not support this operation."
)


class Refused(Exception):
    """The control API or the page cannot do this; `Words` are what a person can be told."""

    def __init__(self, message: Words | str, status: int = 400) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.status = status


class GraphError(Exception):
    """An answer in Graph's own form: people decide by the numbers, never by the text."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        status: int = 400,
        kind: str = "OAuthException",
        transient: bool = False,
        title: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.subcode = subcode
        self.status = status
        self.kind = kind
        self.transient = transient
        self.title = title

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["is_transient"] = self.transient
        if self.title:
            error |= {"error_user_title": self.title, "error_user_msg": self.title}
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}


def not_found(found_id: str, method: str = "get") -> GraphError:
    """Gone, never there, or not yours: the platform does not say which."""
    message = NOT_FOUND.format(method=method.lower(), id=found_id[:100])
    return GraphError(100, message, subcode=33, kind="GraphMethodException")


def bad_parameter(message: str, subcode: int | None = None) -> GraphError:
    return GraphError(100, f"(#100) {message}", subcode=subcode)
