"""facebook-sdk 3.1.0 with its faults cured in one place: every call goes through `request`.

Cured (PLATFORM_FACTS 2): lists and booleans as JSON, the token in a header instead of the
address, appsecret_proof, a time limit, no changed arguments, and errors that keep status,
subcode and usage headers. The SDK refuses today's versions, so the version is set afterwards.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import facebook
import requests

from app.foundation import http

FACEBOOK = "https://graph.facebook.com"
ALL = 100
LARGEST = 10**9
"""No code or percentage that they send is larger."""


class GraphProblem(Exception):
    """A Graph error, or no readable answer (`code` 0). Its text never holds an address or token."""

    def __init__(self, status: int, error: Mapping[str, Any] | None, usage: "Usage") -> None:
        found = error or {}
        self.status = status
        self.code = _number(found.get("code"))
        self.subcode = _number(found.get("error_subcode"))
        self.is_transient = found.get("is_transient") is True
        self.trace = str(found.get("fbtrace_id", ""))[:60]
        self.usage = usage
        super().__init__(f"HTTP {status}, code {self.code}, subcode {self.subcode}")


class Usage:
    """How much of the allowance is used, from the answer's headers."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.percent = 0
        self.regain_minutes = 0
        self.version = headers.get("Facebook-API-Version", "")
        for name in ("X-App-Usage", "X-Page-Usage"):
            self._take(_json(headers.get(name, "")))
        cases = _json(headers.get("X-Business-Use-Case-Usage", ""))
        for rows in cases.values() if isinstance(cases, dict) else ():
            for row in rows if isinstance(rows, list) else ():
                self._take(row)

    @property
    def used(self) -> int:
        """In percent; a block that they announce counts as all of it."""
        return max(self.percent, ALL) if self.regain_minutes > 0 else self.percent

    def _take(self, row: object) -> None:
        if not isinstance(row, dict):
            return
        for name in ("call_count", "total_time", "total_cputime", "call_volume", "cpu_time"):
            self.percent = max(self.percent, _number(row.get(name)))
        self.regain_minutes = max(
            self.regain_minutes, _number(row.get("estimated_time_to_regain_access"))
        )


class Graph(facebook.GraphAPI):
    """The Graph API with one token."""

    def __init__(
        self,
        *,
        token: str,
        secret: str,
        version: str,
        base_url: str = "",
        goes_by_cursors: bool = False,
    ) -> None:
        """`goes_by_cursors`: some lists of Instagram's go on without a `next`."""
        super().__init__(access_token=token)
        self._goes_by_cursors = goes_by_cursors
        self.version = version
        self.usage = Usage({})
        self._token, self._secret = token, secret
        self._base = (base_url or FACEBOOK).rstrip("/")
        self._http = requests.Session()
        self._http.trust_env = False

    def request(
        self,
        path: str,
        args: Mapping[str, Any] | None = None,
        post_args: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        method: str | None = None,
    ) -> Any:
        """One call; raises GraphProblem, http.NotAsked or http.NoAnswer."""
        verb = method or ("POST" if post_args is not None else "GET")
        answer = http.call(
            self._http,
            verb,
            f"{self._base}/{path.lstrip('/')}",
            params=_plain(args) if post_args is not None else self._signed(args),
            data=self._signed(post_args) if post_args is not None else None,
            headers={"Authorization": f"Bearer {self._token}"},
        )
        self.usage = Usage(answer.headers)
        found = _json(answer.body)
        error = found.get("error") if isinstance(found, dict) else None
        if isinstance(error, dict):
            raise GraphProblem(answer.status, error, self.usage)
        if answer.status >= 300 or not isinstance(found, dict):
            raise GraphProblem(answer.status, None, self.usage)
        return found

    def get_connections(self, id: str, connection_name: str, **args: Any) -> Any:
        """A list has its rows under `data`; without them it is no list, and not an empty one."""
        page = super().get_connections(id, connection_name, **args)
        if not isinstance(page.get("data"), list):
            raise GraphProblem(200, None, self.usage)
        return page

    def pages(
        self, parent: str, edge: str, *, most: int = 10_000, **args: Any
    ) -> Iterator[dict[str, Any]]:
        """Every page of an edge. No `next` is the end; an empty page with `next` is not.

        Only the query of `next` is used: its host and token are not ours to trust. A cursor that
        comes twice would go round for ever and ends as an unreadable answer.
        """
        seen: set[str] = set()
        limit = args.get("limit")
        for _ in range(most):
            page = self.get_connections(parent, edge, **args)
            yield page
            following = self.following(page, limit)
            if following is None:
                return
            mark = json.dumps(following, sort_keys=True)
            if mark in seen:
                raise GraphProblem(200, None, self.usage)
            seen.add(mark)
            args = {**args, **following}
        raise GraphProblem(200, None, self.usage)

    def following(self, page: Mapping[str, Any], limit: object = None) -> dict[str, str] | None:
        """How to ask for what comes behind a page that was asked for with this limit."""
        named = next_arguments(page)
        rows = page.get("data")
        is_full = isinstance(rows, list) and isinstance(limit, int) and len(rows) >= limit
        if named is not None or not (self._goes_by_cursors and is_full):
            return named
        after = _cursor_after(page)
        return {"after": after} if after else None

    def _signed(self, args: Mapping[str, Any] | None) -> dict[str, str]:
        """The arguments, with the proof that we also hold the app's secret."""
        if not self._secret:
            return _plain(args)
        return {"appsecret_proof": proof(self._token, self._secret), **_plain(args)}


def proof(token: str, secret: str) -> str:
    """Hex HMAC-SHA256 of the token under the app secret (Meta: "Securing Graph API Requests")."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def next_arguments(page: Mapping[str, Any]) -> dict[str, str] | None:
    """The query of `next`, without the token that stands in it; None at the end."""
    paging = page.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(following, str) or not following:
        return None
    query = dict(parse_qsl(following.partition("?")[2].partition("#")[0]))
    return {k: v for k, v in query.items() if k not in ("access_token", "appsecret_proof")}


def _cursor_after(page: Mapping[str, Any]) -> str:
    paging = page.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) else ""


def _plain(args: Mapping[str, Any] | None) -> dict[str, str]:
    """Arguments as the Graph API reads them: JSON for what is not text, nothing for None."""
    return {
        k: v if isinstance(v, str) else json.dumps(v)
        for k, v in (args or {}).items()
        if v is not None
    }


def _json(text: str | bytes) -> Any:
    """Parsed whatever the content type says; None where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _number(value: object) -> int:
    """A number that may come as text, broken or not at all."""
    try:
        return min(int(float(str(value))), LARGEST) if value is not None else 0
    except (ValueError, OverflowError):
        return 0
