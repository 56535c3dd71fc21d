"""What is attached is asked for on the platform's own hosts, and nowhere else."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.channels import media
from app.channels.media import Fetcher, Gone, NotNow
from app.channels.models import Platform

INNER = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fe80::1%lo", "fd00::1"]


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A platform that hands out all sorts of things."""

    @Request.application
    def answer(request: Request) -> Response:
        if request.path == "/away":
            return Response(status=302, headers={"Location": "http://169.254.169.254/"})
        if request.path == "/huge":
            return Response(b"x" * 65536 for _ in range(media.LARGEST // 65536 + 2))
        return Response(b"ok" if request.path == "/ok" else b"", int(request.args.get("s", "200")))

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.mark.parametrize(
    ("platform", "address"),
    [
        (Platform.FACEBOOK, "https://scontent-hel3-1.xx.fbcdn.net/v/t1.jpg?oh=1&oe=2"),
        (Platform.FACEBOOK, "https://cdn.fbsbx.com:443/v/file.pdf"),
        (Platform.INSTAGRAM, "https://scontent.cdninstagram.com/a"),
        (Platform.X, "https://pbs.twimg.com/media/1.jpg"),
    ],
)
def test_the_platform_s_own_hosts_are_asked(platform: Platform, address: str) -> None:
    assert media.is_on(platform, address)


@pytest.mark.parametrize(
    "address",
    [
        "http://x.fbcdn.net/a",
        "https://fbcdn.net.evil.test/a",
        "https://evilfbcdn.net/a",
        "https://fbcdn.net@evil.test/a",
        "https://evil.test\\@x.fbcdn.net/a",
        "https://evil.test/#https://x.fbcdn.net/",
        "https://x.fbcdn.net:8443/a",
        "https://pbs.twimg.com/a",
        "https://127.0.0.1/a",
        "file:///etc/passwd",
        "https://x.fbcdn.net/a\r\nHost: evil.test",
        "",
    ],
)
def test_no_other_is(address: str) -> None:
    with pytest.raises(Gone):
        Fetcher().fetch(Platform.FACEBOOK, address)


@pytest.mark.parametrize("inner", INNER)
def test_a_name_that_leads_into_our_own_network_is_not_followed(
    inner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_args: Any, **_more: Any) -> list[Any]:
        return [(2, 1, 6, "", ("31.13.72.12", 443)), (2, 1, 6, "", (inner, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    with pytest.raises(NotNow):
        Fetcher().fetch(Platform.FACEBOOK, "https://x.fbcdn.net/a")


def test_what_is_there_comes(host: str) -> None:
    assert Fetcher(host).fetch(Platform.FACEBOOK, f"{host}/ok") == b"ok"


@pytest.mark.parametrize("path", ["away", "huge", "empty", "ok?s=500"])
def test_what_leads_away_has_no_end_or_is_broken_does_not(host: str, path: str) -> None:
    with pytest.raises(NotNow):
        Fetcher(host).fetch(Platform.FACEBOOK, f"{host}/{path}")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_ended_is_told_apart(host: str, status: int) -> None:
    with pytest.raises(Gone):
        Fetcher(host).fetch(Platform.FACEBOOK, f"{host}/ok?s={status}")


@pytest.mark.parametrize("address", ["https://127.0.0.1/x", "http://[::1", "http://a@127.0.0.1/"])
def test_on_a_practice_desk_nothing_else_is_asked(host: str, address: str) -> None:
    with pytest.raises(Gone):
        Fetcher(host).fetch(Platform.FACEBOOK, address)
