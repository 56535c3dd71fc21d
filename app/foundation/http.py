"""Outbound HTTP with a limit on the whole call, not only between two bytes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

import requests

CONNECT, READ, TOTAL, LARGEST = 5.0, 20.0, 25.0, 20_000_000


class NotAsked(Exception):
    """The other side was certainly not reached: nothing was done."""


class NoAnswer(Exception):
    """It may have been asked, but no whole answer came back."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    session: requests.Session,
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    data: Mapping[str, str] | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    largest: int | None = None,
) -> Answer:
    """One request. Redirects are not followed: no API we call redirects, and a token might leak.

    It runs in a thread of its own, since the time limits of sockets count from byte to byte, and
    looking up a name has none at all.
    """
    ended: SimpleQueue[Answer | Exception] = SimpleQueue()

    def run() -> None:
        try:
            ended.put(_ask(session, method, url, params, data, headers, largest or LARGEST))
        except Exception as problem:  # handed on to the caller below
            ended.put(problem)

    Thread(target=run, name="outbound", daemon=True).start()
    try:
        outcome = ended.get(timeout=TOTAL)
    except Empty:
        raise NoAnswer("too slow") from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _ask(
    session: requests.Session,
    method: str,
    url: str,
    params: Mapping[str, str] | None,
    data: Mapping[str, str] | bytes | None,
    headers: Mapping[str, str] | None,
    largest: int,
) -> Answer:
    ends = time.monotonic() + TOTAL
    try:
        with session.request(
            method,
            url,
            params=params,
            data=data,
            headers=headers,
            timeout=(CONNECT, READ),
            stream=True,
            allow_redirects=False,
        ) as response:
            return Answer(response.status_code, response.headers, _read(response, ends, largest))
    except (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL) as problem:
        raise NotAsked(type(problem).__name__) from None
    except requests.exceptions.ConnectionError as problem:
        if _never_connected(problem):
            raise NotAsked(type(problem).__name__) from None
        raise NoAnswer(type(problem).__name__) from None
    except requests.exceptions.RequestException as problem:
        raise NoAnswer(type(problem).__name__) from None


def _read(response: requests.Response, ends: float, largest: int) -> bytes:
    """The body, within the call's total time and a size."""
    parts, size = [], 0
    for part in response.iter_content(65536):
        parts.append(part)
        size += len(part)
        if time.monotonic() > ends or size > largest:
            raise NoAnswer("too slow or too large")
    return b"".join(parts)


def _never_connected(problem: BaseException) -> bool:
    """Whether the connection itself failed, seen in urllib3's error inside."""
    inner: object = problem
    for _ in range(6):
        if type(inner).__name__ in (
            "NewConnectionError",
            "NameResolutionError",
            "ConnectTimeoutError",
        ):
            return True
        arguments = getattr(inner, "args", ()) or (None,)
        inner = getattr(inner, "reason", None) or arguments[0]
    return False
