"""Mails over real SMTP to a small server on this machine."""

import socket
from pathlib import Path

import pytest

from app.foundation.config import ConfigError, load_settings
from app.foundation.words import Words
from app.notices.language import speaker
from app.notices.mail import Mail, NotDelivered, Recording, SmtpMailer
from tests.mail_server import listening

DESK = "https://desk.example.com"
MAIL = Mail("nea@example.com", "Uusi salasana työpöydälle", "Hei Nea, tässä linkki: https://x/ä\n")


def test_a_mail_arrives_whole_with_letters_and_headers() -> None:
    with listening() as inbox:
        SmtpMailer(inbox.url, DESK).send(MAIL)

    ((to, mail),) = inbox.mails
    assert to == mail["To"] == "nea@example.com"
    assert mail["From"] == "vuoro@desk.example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@desk.example.com>") and mail["Date"]
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode("utf-8").strip() == MAIL.text.strip()


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp://host", "vuoro@desk.example.com"),
        ("smtps://desk%40firm.example:p@host:465", "desk@firm.example"),
        ("smtp://u:p@host?from=palvelu@firm.example", "palvelu@firm.example"),
        ("smtp://u:p@host", "vuoro@desk.example.com"),
    ],
)
def test_the_sender_is_what_was_set_or_else_the_desk(url: str, sender: str) -> None:
    assert SmtpMailer(url, DESK).sender == sender


def test_a_server_with_users_is_told_who_it_is() -> None:
    with listening() as inbox:
        inbox.knows_users = True
        SmtpMailer(inbox.url.replace("//", "//user:p%40ss@"), DESK).send(MAIL)

    assert len(inbox.mails) == len(inbox.logins) == 1


def test_what_a_server_refuses_is_not_delivered() -> None:
    with listening() as inbox:
        inbox.refuses = True
        with pytest.raises(NotDelivered, match="SMTPRecipientsRefused"):
            SmtpMailer(inbox.url, DESK).send(MAIL)

    assert inbox.mails == []


def test_a_server_that_is_not_there_is_said_by_the_kind_of_error_only() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(NotDelivered, match="^ConnectionRefusedError$"):
        SmtpMailer(f"smtp://user:secret@127.0.0.1:{port}", DESK).send(MAIL)


ELSEWHERE = "127.0.0.2"
"""An address of this machine that counts as another one."""


def test_a_password_never_goes_to_another_machine_in_clear() -> None:
    with listening(ELSEWHERE) as inbox:
        inbox.knows_users = True
        url = inbox.url.replace("//", "//user:secret@") + "?tls=no"
        with pytest.raises(NotDelivered, match="SMTPNotSupportedError"):
            SmtpMailer(url, DESK).send(MAIL)

    assert not inbox.logins
    assert not inbox.mails


def test_a_link_goes_to_another_machine_in_clear_only_where_the_setting_says_so() -> None:
    with listening(ELSEWHERE) as inbox:
        with pytest.raises(NotDelivered, match="SMTPNotSupportedError"):
            SmtpMailer(inbox.url, DESK).send(MAIL)
        assert not inbox.mails

        SmtpMailer(f"{inbox.url}?tls=no", DESK).send(MAIL)

    assert len(inbox.mails) == 1


def test_tls_that_fails_is_not_gone_around() -> None:
    with listening(ELSEWHERE) as inbox:
        inbox.offers_tls = True
        with pytest.raises(NotDelivered, match="SSL"):
            SmtpMailer(inbox.url, DESK).send(MAIL)
    assert inbox.mails == []


def test_smtps_speaks_tls_from_the_first_byte() -> None:
    with listening() as inbox, pytest.raises(NotDelivered, match="SSL"):
        SmtpMailer(inbox.url.replace("smtp:", "smtps:"), DESK).send(MAIL)


@pytest.mark.parametrize("to", ["a@b.fi\nBcc: all@b.fi", "a@b.fi\r\n.\r\nQUIT"])
def test_an_address_cannot_add_a_header(to: str) -> None:
    with listening() as inbox, pytest.raises(NotDelivered, match="ValueError"):
        SmtpMailer(inbox.url, DESK).send(Mail(to, "s", "t"))

    assert inbox.mails == []


def test_the_stand_in_keeps_what_it_is_given() -> None:
    mailer = Recording()
    mailer.send(MAIL)

    assert mailer.sent == [MAIL]


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://host",
        "smtp://",
        "smtp://u:secret",
        "smtp://h:0",
        "smtp://h:99999",
        "smtp://h/path",
        "smtp://[bad",
    ],
)
def test_a_bad_mail_server_refuses_to_start_without_saying_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match="VUORO_SMTP_URL") as refused:
        load_settings({"VUORO_SMTP_URL": url})

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "smtp://host", "smtps://u:p@host:465?from=a@b.fi"])
def test_a_good_one_starts(url: str) -> None:
    assert url == load_settings({"VUORO_SMTP_URL": url}).SMTP_URL


def test_a_language_without_a_catalog_is_english(tmp_path: Path) -> None:
    say = speaker(tmp_path, "fi")

    assert say(Words("Wait %(count)d minutes", {"count": 3})) == "Wait 3 minutes"
    assert say(Words("100 % sure")) == "100 % sure"
