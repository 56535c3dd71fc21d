"""Outbound HTTP: what was certainly not asked, what may have been, and when to stop waiting."""

import gzip
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from app.foundation import http
from app.foundation.http import Answer, NoAnswer, NotAsked, call
from tests.odd_server import Behaviour, OddServer, hang_up, odd_server, reset, silence, slowly
from tests.odd_server import http as said

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def server() -> Iterator[OddServer]:
    with odd_server() as made:
        yield made


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limits, a hundred times shorter."""
    for name, seconds in {"CONNECT": 0.3, "READ": 0.25, "TOTAL": 0.5}.items():
        monkeypatch.setattr(http, name, seconds)


def ask(url: str, method: str = "GET", **more: Any) -> Answer:
    with requests.Session() as session:
        session.trust_env = False
        return call(session, method, url, **more)


def test_an_answer_comes_whole(server: OddServer) -> None:
    server.says(said("grüezi", status=418, X_Odd="yes"))

    found = ask(server.url, "POST", data={"a": "ä"}, params={"b": "1"}, headers={"X-Mine": "2"})

    assert (found.status, found.body, found.headers["x-odd"]) == (418, "grüezi".encode(), "yes")
    (asked,) = server.asked
    assert (asked.method, asked.query, asked.form) == ("POST", {"b": "1"}, {"a": "ä"})
    assert asked.headers["x-mine"] == "2"


@pytest.mark.parametrize(
    "answer",
    [
        hang_up,
        reset,
        silence,
        b"",
        b"nonsense\r\n\r\n",
        said("cut", length=4000),
        CHUNKED + b"5\r\nhel",
        CHUNKED + b"zz\r\nhello\r\n",
        said(b"no gzip", Content_Encoding="gzip"),
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    ],
)
def test_without_a_whole_answer_nobody_knows(server: OddServer, answer: Behaviour) -> None:
    server.says(answer)

    with pytest.raises(NoAnswer):
        ask(server.url, "POST", data={"a": "b"})

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        slowly(said("x" * 4000), 0.05, start=120),
        slowly(said("x" * 4000, kind="text/html"), 0.05),
        slowly(CHUNKED + b"1\r\nx\r\n" * 500, 0.05, start=len(CHUNKED)),
        slowly(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: y\r\n" * 90, 0.05),
    ],
    ids=["body", "all of it", "chunks", "headers"],
)
def test_the_whole_call_has_a_limit_however_often_a_byte_comes(
    server: OddServer, answer: Behaviour
) -> None:
    server.says(answer)
    began = time.monotonic()

    with pytest.raises(NoAnswer):
        ask(server.url)

    assert time.monotonic() - began < http.TOTAL + 2


def test_more_than_anybody_honest_sends_is_not_read(
    server: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST", 100_000)
    server.says(said("x" * 100_001), said(gzip.compress(b"x" * 9_000_000), Content_Encoding="gzip"))

    for _ in range(2):
        with pytest.raises(NoAnswer, match="too large"):
            ask(server.url)


def test_a_redirect_is_an_answer_and_is_not_followed(server: OddServer) -> None:
    server.says(said("", status=302, Location="http://127.0.0.1:9/elsewhere"))

    assert ask(server.url).status == 302
    assert len(server.asked) == 1


def test_where_nobody_listens_nothing_was_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    for url in (f"http://127.0.0.1:{port}", "http://nowhere.invalid", "http://[/", "http://.../"):
        with pytest.raises(NotAsked):
            ask(url)


def test_a_full_queue_of_connections_is_not_asked() -> None:
    """A listener that takes nobody: the connection itself times out."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(address)
        try:
            with pytest.raises(NotAsked):
                ask(f"http://127.0.0.1:{address[1]}")
        finally:
            for one in crowd:
                one.close()


def test_an_error_never_says_the_address_or_what_was_sent(server: OddServer) -> None:
    server.says(hang_up)
    for url in (f"{server.url}/secret-path", "http://secret-host.invalid/x"):
        with pytest.raises((NoAnswer, NotAsked)) as refused:
            ask(url, "POST", headers={"Authorization": "Bearer secret-token"})

        assert "secret" not in str(refused.value)
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__

    with pytest.raises(NoAnswer) as unsendable:
        ask(server.url, headers={"Authorization": "Bearer secret\r\nX: y"})
    assert "secret" not in str(unsendable.value)
