"""A server on loopback that answers exactly the bytes it is told, and keeps what it was asked."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

Behaviour = bytes | Callable[[socket.socket], None]


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: str

    @property
    def method(self) -> str:
        return self.line.split()[0]

    @property
    def path(self) -> str:
        return urlsplit(self.line.split()[1]).path

    @property
    def query(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(urlsplit(self.line.split()[1]).query).items()}

    @property
    def form(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(self.body).items()}


@dataclass
class OddServer:
    """Answers in the order given; the last answer is given for ever."""

    url: str = ""
    answers: list[Behaviour] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def says(self, *answers: Behaviour) -> None:
        self.answers = list(answers)

    def next_answer(self) -> Behaviour:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def odd_server() -> Iterator[OddServer]:
    """Runs until the block ends; what still hangs then is cut."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = OddServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
    threading.Thread(target=_accept, args=(listener, server), daemon=True).start()
    try:
        yield server
    finally:
        listener.close()


def _accept(listener: socket.socket, server: OddServer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, server), daemon=True).start()


def _serve(connection: socket.socket, server: OddServer) -> None:
    with connection, suppress(OSError):
        asked = _read(connection)
        if asked is None:
            return
        server.asked.append(asked)
        answer = server.next_answer()
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    line, *rest = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (each.partition(":") for each in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Asked(line, headers, body.decode())


def http(
    body: str | bytes = "{}",
    *,
    status: int = 200,
    kind: str = "application/json",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """An answer of HTTP; `length` may lie."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", "Connection: close"]
    lines.append(f"Content-Length: {len(raw) if length is None else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


def slowly(answer: bytes, seconds: float, start: int = 0) -> Behaviour:
    """The first bytes at once, then one byte after each pause."""

    def send(connection: socket.socket) -> None:
        connection.sendall(answer[:start])
        for byte in answer[start:]:
            time.sleep(seconds)
            connection.sendall(bytes([byte]))

    return send


def hang_up(connection: socket.socket) -> None:
    """Closes without a word."""


def reset(connection: socket.socket) -> None:
    """Breaks the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def silence(connection: socket.socket) -> None:
    """Says nothing for longer than any test waits."""
    time.sleep(5)
