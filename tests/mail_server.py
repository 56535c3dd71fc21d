"""A small SMTP server on loopback: keeps what it is given, and refuses when told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message


@dataclass
class Inbox:
    """Where it listens, what came in, and how it should behave."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[tuple[str, Message]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses: bool = False
    knows_users: bool = False
    offers_tls: bool = False

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        super().__init__((inbox.host, 0), _Talk)


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.say("220 test")
        to = ""
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                self.say(self.greeting())
            elif verb == "STARTTLS":
                self.say("220 go on")
                self.say("this is no TLS")
                break
            elif verb == "AUTH":
                self.server.inbox.logins.append(line)
                self.say("235 fine")
            elif verb == "RCPT":
                to = line.partition(":")[2].strip(" <>")
                self.say("550 nobody here" if self.server.inbox.refuses else "250 fine")
            elif verb == "DATA":
                self.take(to)
            elif verb == "QUIT":
                self.say("221 bye")
                break
            else:
                self.say("250 fine")

    def greeting(self) -> str:
        inbox = self.server.inbox
        can = ["AUTH PLAIN"] * inbox.knows_users + ["STARTTLS"] * inbox.offers_tls
        return "\r\n".join(["250-test", *(f"250-{each}" for each in can), "250 HELP"])

    def take(self, to: str) -> None:
        self.say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.server.inbox.mails.append((to, message_from_bytes(b"".join(lines))))
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[Inbox]:
    """A server on a free port."""
    inbox = Inbox(host)
    with _Server(inbox) as server:
        inbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield inbox
        server.shutdown()
        thread.join(10)
