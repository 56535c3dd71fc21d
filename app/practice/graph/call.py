"""A Graph call being answered: who calls, on what, with which trouble in the way."""

import hashlib
import hmac
import sqlite3
from dataclasses import dataclass

from app.practice import pages
from app.practice.errors import GraphError, bad_parameter
from app.practice.faults import Trouble
from app.practice.graph.asked import Asked
from app.practice.graph.misbehave import token_error
from app.practice.graph.nodes import Node
from app.practice.login import scopes, tokens
from app.practice.platform import Platform

PAGE, USER, APP, NOBODY = "page", "user", "app", "nobody"


@dataclass(frozen=True)
class Caller:
    """`issued` is there for a token that came from logging in; the others may do everything."""

    kind: str
    page_id: str = ""
    issued: tokens.Issued | None = None


@dataclass(frozen=True)
class Call:
    platform: Platform
    db: sqlite3.Connection
    now: int
    asked: Asked
    caller: Caller
    trouble: Trouble

    @property
    def readable_before(self) -> int:
        """Rows written after this moment cannot be read yet (fault `read_delay`)."""
        fault = self.trouble.first("read_delay")
        return self.now - fault.params["seconds"] * 1000 if fault else self.now + 1

    @property
    def sees_lists(self) -> bool:
        """A person's token is not refused: its lists are simply empty."""
        return self.caller.kind == PAGE and not self.trouble.has("user_token")


def identify(db: sqlite3.Connection, platform: Platform, asked: Asked) -> Caller:
    if asked.token is None:
        raise GraphError(104, "An access token is required to request this resource.")
    if hmac.compare_digest(asked.token.encode(), platform.app_token.encode()):
        return Caller(APP)
    found = caller_of(db, platform.now(), asked.token)
    if found is None:
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
    if found.issued is not None and found.issued.problem:
        raise token_error(found.issued.problem)
    _check_proof(db, platform, asked)
    return found


def caller_of(db: sqlite3.Connection, now: int, token: str) -> Caller | None:
    issued = tokens.find(db, now, token)
    if issued is not None:
        return Caller(issued.kind, issued.page_id, issued)
    page = pages.by_token(db, token)
    if page is not None:
        return Caller(PAGE, page["id"])
    stored = pages.setting(db, "user_token")
    return Caller(USER) if stored and stored == token else None


def proof(secret: str, token: str) -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _check_proof(db: sqlite3.Connection, platform: Platform, asked: Asked) -> None:
    given = asked.params.get("appsecret_proof")
    if given is None:
        if pages.setting(db, "require_proof") == "1":
            raise bad_parameter("API calls from the server require an appsecret_proof argument")
        return
    expected = proof(platform.app_secret, asked.token or "")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise GraphError(
            100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException"
        )


def need_page(call: Call) -> str:
    """Writing needs the Page's own token."""
    if call.caller.kind != PAGE:
        raise GraphError(
            190,
            "This method must be called with a Page Access Token",
            subcode=2069032,
        )
    return call.caller.page_id


def must_be_granted(caller: Caller, path: str, method: str, node: Node) -> None:
    """A token from logging in may do what was allowed there, with the person's tasks."""
    issued = caller.issued
    if issued is not None and caller.kind == PAGE:
        is_instagram = node.kind.startswith("ig_")
        scopes.must_have(issued.scopes, issued.tasks, path, method == "GET", is_instagram)
