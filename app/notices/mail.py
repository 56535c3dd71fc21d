"""Mail by SMTP. Whoever sends holds no transaction: a mail server may take its time."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.foundation.config import LOOPBACK

SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465}


class NotDelivered(Exception):
    """No mail server took it; the text names the kind of error and nothing of the mail."""


@dataclass(frozen=True)
class Mail:
    """One mail to one person."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Hands a mail to whoever carries it."""

    def send(self, mail: Mail) -> None:
        """Returns once it was taken; raises `NotDelivered` otherwise."""


@dataclass
class Recording:
    """The stand-in: keeps what it is given."""

    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)


class SmtpMailer:
    """The server named by `smtp(s)://user:password@host:port?from=ADDRESS`.

    Nothing goes to another machine without TLS; with `tls=no` mails may, a password never.
    """

    def __init__(self, url: str, desk_url: str) -> None:
        self._at = urlsplit(url)
        self._host = self._at.hostname or ""
        self._user = unquote(self._at.username or "")
        self._password = unquote(self._at.password or "")
        self.sender = _sender(self._at, self._user, urlsplit(desk_url).hostname or "localhost")

    def send(self, mail: Mail) -> None:
        try:
            message = _message(mail, self.sender)
            with self._connect() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message, from_addr=self.sender, to_addrs=[mail.to])
        except (OSError, ValueError) as problem:
            raise NotDelivered(type(problem).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        port = self._at.port or PORTS[self._at.scheme]
        if self._at.scheme == "smtps":
            return smtplib.SMTP_SSL(
                self._host, port, timeout=SECONDS, context=ssl.create_default_context()
            )
        server = smtplib.SMTP(self._host, port, timeout=SECONDS)
        try:
            self._protect(server)
        except BaseException:
            server.close()
            raise
        return server

    def _protect(self, server: smtplib.SMTP) -> None:
        """STARTTLS; on this machine's own loopback it adds nothing."""
        if self._host in LOOPBACK:
            return
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self._user or not may_go_in_clear(self._at):
            raise smtplib.SMTPNotSupportedError("no TLS")


def may_go_in_clear(at: SplitResult) -> bool:
    """Whether the setting says that mails, and the links in them, may be read on the way."""
    return parse_qs(at.query).get("tls") == ["no"] and at.scheme == "smtp"


def _sender(at: SplitResult, user: str, desk_host: str) -> str:
    given = parse_qs(at.query).get("from", [""])[0]
    return given or (user if "@" in user else f"vuoro@{desk_host}")


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
