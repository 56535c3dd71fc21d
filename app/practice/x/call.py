"""A call of X being answered: who calls, for what, with which trouble in the way."""

import hmac
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.foundation.practice_x import XApp, of
from app.practice.faults import Trouble
from app.practice.platform import Platform
from app.practice.x import tokens, users
from app.practice.x.asked import Asked
from app.practice.x.errors import PROBLEMS, Problem, forbidden, unauthorized

USER, APP, EITHER = "user", "app", "either"
_UNSUPPORTED = (
    "Authenticating with {used} is forbidden for this endpoint.  "
    "Supported authentication types are [{wanted}]."
)


@dataclass(frozen=True)
class Caller:
    """A person who let the app in, or the app itself, which has no `user`."""

    user: sqlite3.Row | None = None
    scopes: tuple[str, ...] = ()

    @property
    def account(self) -> str:
        return str(self.user["id"]) if self.user else ""


@dataclass(frozen=True)
class Call:
    platform: Platform
    db: sqlite3.Connection
    now: int
    asked: Asked
    caller: Caller
    trouble: Trouble
    files: Any = None

    @property
    def me(self) -> sqlite3.Row:
        """Whoever calls; the route has made sure that it is a person."""
        if self.caller.user is None:
            raise unauthorized()
        return self.caller.user

    @property
    def readable_before(self) -> int:
        """Rows written after this moment cannot be read yet (fault `read_delay`)."""
        fault = self.trouble.first("read_delay")
        return self.now - fault.params["seconds"] * 1000 if fault else self.now + 1

    @property
    def fraction(self) -> bool:
        return not self.trouble.has("x_no_fraction")


Answer = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Route:
    """`path` is the kind a fault can be limited to, `limit` the calls a quarter of an hour."""

    method: str
    rule: str
    path: str
    answer: Answer
    limit: int
    scopes: tuple[str, ...] = ()
    who: str = USER
    params: tuple[str, ...] = ()
    status: int = 200
    # Calls the network, so it opens its own short transaction when it has something to store.
    calls_out: bool = False


def app_of(platform: Platform) -> XApp:
    return of(platform.app_secret)


def identify(db: sqlite3.Connection, platform: Platform, authorization: str, now: int) -> Caller:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthorized()
    if hmac.compare_digest(token.strip().encode(), app_of(platform).bearer.encode()):
        return Caller()
    row = tokens.find(db, now, token.strip())
    if row is None:
        raise unauthorized()
    return Caller(users.get(db, row["user_id"]), tuple(row["scopes"].split()))


def check(route: Route, caller: Caller) -> None:
    """The right kind of token, with every scope the call needs."""
    used = USER if caller.user else APP
    if route.who not in (EITHER, used):
        names = {USER: "OAuth 2.0 User Context", APP: "OAuth 2.0 Application-Only"}
        words = _UNSUPPORTED.format(used=names[used], wanted=names[route.who])
        kind = PROBLEMS + "unsupported-authentication"
        raise Problem(403, "Unsupported Authentication", words, kind)
    if caller.user and not set(route.scopes) <= set(caller.scopes):
        raise forbidden("Forbidden")
