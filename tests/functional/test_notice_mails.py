"""Notices by mail, on both databases, through a real mail server on this machine."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from zoneinfo import ZoneInfo

import pytest

from app.access.roles import Role
from app.accounts import members
from app.accounts.models import Member
from app.jobs import topics
from app.notices import choices, notices, queries
from app.notices.choices import Choices, Quiet
from app.notices.models import Kind, MailState, Notice
from app.notices.notices import About
from tests import answers, mail_server, people
from tests.mail_server import Inbox
from tests.stand import Stand

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server.listening() as listening:
        yield listening


def mail(stand: Stand, inbox: Inbox, after: float = 61) -> list[Message]:
    """What the worker mails a minute later."""
    stand.advance(after)
    given = stand.running.settings.model_copy(
        update={"SMTP_URL": inbox.url, "BASE_URL": "https://desk.example"}
    )
    before = len(inbox.mails)
    topics.mail(replace(stand.running, settings=given))
    return [m for _, m in inbox.mails[before:]]


def body(found: Message) -> str:
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def tell(stand: Stand, kind: Kind = Kind.MENTIONED, number: int = 1, who: str = "Ada") -> None:
    with stand.database.writing() as db:
        about = About(
            f"thing:{number}", stand.conversations()[0].channel_id, stand.conversations()[0].id
        )
        notices.tell(
            db,
            [stand.actor(who).member_id or 0],
            kind,
            about,
            stand.now,
            by=stand.actor("Ben").member_id,
        )


def states(stand: Stand) -> list[MailState]:
    with stand.database.reading() as db:
        return [n.mail for n in db.query(Notice).order_by(Notice.id)]


def test_a_notice_is_mailed_without_the_customers_words(stand: Stand, inbox: Inbox) -> None:
    about, _ = answers.ask(stand)
    answers.submit(stand, about)

    found = mail(stand, inbox)

    assert {"ada@example.com", "cleo@example.com"} <= {to for to, _ in inbox.mails}
    assert "ben@example.com" not in {to for to, _ in inbox.mails}
    assert found[0]["Subject"] == "PRACTICE: Ben asks for your approval."
    text = body(found[0])
    assert text.startswith("Practice. Nothing here reaches a customer.")
    assert "https://desk.example/notices/" in text
    assert "Kaisa" not in text and "paketti" not in text.lower()
    assert "Kaisa" not in str(found[0]["Subject"])


def test_nothing_is_mailed_in_the_first_minute_nor_twice(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    tell(stand)

    assert mail(stand, inbox, after=30) == []
    assert len(mail(stand, inbox, after=31)) == 1
    assert mail(stand, inbox, after=600) == []
    assert states(stand) == [MailState.SENT]


def test_a_clock_that_was_put_back_holds_no_mail(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    stand.advance(7 * 86400)
    tell(stand)

    assert len(mail(stand, inbox, after=-7 * 86400)) == 1


def test_what_was_read_or_decided_meanwhile_is_not_mailed(stand: Stand, inbox: Inbox) -> None:
    about, _ = answers.ask(stand)
    answers.approve(stand, answers.submit(stand, about))
    tell(stand)
    with stand.database.writing() as db:
        queries.mark_read(db, stand.actor("Ada"), stand.now)

    assert mail(stand, inbox) == []


def test_what_comes_together_is_one_mail_and_of_one_kind_one_line(
    stand: Stand, inbox: Inbox
) -> None:
    answers.ask(stand)
    for number in range(12):
        tell(stand, Kind.DRAFT_WAITS, number)
    tell(stand, Kind.MENTIONED, 99)

    (found,) = mail(stand, inbox)

    assert found["Subject"] == "PRACTICE: 13 notices from your desk"
    assert "12 answers wait for your approval." in body(found)
    assert body(found).count("mentioned") == 1


def test_quiet_hours_hold_the_mail_until_they_end(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    local = stand.now.astimezone(HELSINKI)
    minute = local.hour * 60 + local.minute
    begins, ends = (minute - 60) % 1440, (minute + 120) % 1440
    choose(stand, Choices(quiet=Quiet(begins, ends)))
    tell(stand)

    assert mail(stand, inbox) == []
    assert mail(stand, inbox, after=3600) == []
    assert len(mail(stand, inbox, after=3660)) == 1


def test_on_wish_the_mail_brings_the_customers_words(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    choose(stand, Choices(has_words=True))
    tell(stand)

    (found,) = mail(stand, inbox)

    assert "Kaisa Virtanen: “Missä pakettini on?”" in body(found)
    assert "Kaisa" not in str(found["Subject"])


def choose(stand: Stand, chosen: Choices, who: str = "Ada") -> None:
    with stand.database.writing() as db:
        choices.choose(db, stand.actor(who), chosen)


def test_it_speaks_the_language_of_its_reader(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    with stand.database.writing() as db:
        db.get_one(Member, stand.actor("Ada").member_id).locale = "fi"
    tell(stand)

    (found,) = mail(stand, inbox)

    assert "Hei Ada" in body(found)


def test_what_no_server_takes_is_tried_again_and_then_said_so(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    tell(stand)
    inbox.refuses = True

    assert mail(stand, inbox) == []
    assert states(stand) == [MailState.WAITS]
    for minutes in (2, 4, 8, 16, 32, 64):
        mail(stand, inbox, after=minutes * 60)
    assert states(stand) == [MailState.FAILED]

    inbox.refuses = False
    assert mail(stand, inbox, after=7200) == []


def test_what_came_through_at_the_second_try_is_sent(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    tell(stand)
    inbox.refuses = True
    mail(stand, inbox)
    inbox.refuses = False

    assert mail(stand, inbox, after=60) == []
    assert len(mail(stand, inbox, after=70)) == 1
    assert states(stand) == [MailState.SENT]


def test_after_a_day_it_is_no_news_any_more(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    tell(stand)

    assert mail(stand, inbox, after=86400) == []
    assert states(stand) == [MailState.NONE]


def test_one_who_lost_the_right_to_read_it_is_not_mailed(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    tell(stand, who="Sam")
    with stand.database.writing() as db:
        for grant in people.grants(stand, "Sam"):
            members.end_role(db, stand.actor("Ada"), grant.id, stand.now)

    assert mail(stand, inbox) == []


def test_one_who_left_is_not_mailed(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    people.give(stand, "Vera", Role.RESPONDER)
    tell(stand, who="Vera")
    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), stand.actor("Vera").member_id or 0, stand.now)

    assert mail(stand, inbox) == []


def test_without_a_mail_server_nothing_is_tried(stand: Stand) -> None:
    answers.ask(stand)
    tell(stand)
    stand.advance(120)

    topics.mail(stand.running)

    assert states(stand) == [MailState.WAITS]


def test_a_broken_address_is_nobody_elses_trouble(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    with stand.database.writing() as db:
        ada = db.get_one(Member, stand.actor("Ada").member_id)
        ada.email = "ada@example.com\nBcc: mallory@example.com"
    tell(stand, number=2, who="Cleo")
    tell_by_id(stand, ada.id)

    mail(stand, inbox)

    assert [to for to, _ in inbox.mails] == ["cleo@example.com"]


def tell_by_id(stand: Stand, member_id: int) -> None:
    with stand.database.writing() as db:
        channel = stand.conversations()[0].channel_id
        notices.tell(db, [member_id], Kind.MENTIONED, About("thing:1", channel), stand.now)


def ask_for_a_test(stand: Stand, who: str = "Ada") -> None:
    with stand.database.writing() as db:
        notices.test(db, stand.actor(who), stand.now)


def test_a_test_goes_at_once_even_in_quiet_hours_and_alone(stand: Stand, inbox: Inbox) -> None:
    answers.ask(stand)
    tell(stand)
    now = stand.now.astimezone(HELSINKI)
    minute = now.hour * 60 + now.minute
    with stand.database.writing() as db:
        quiet = Quiet((minute - 5) % 1440, (minute + 60) % 1440)
        choices.choose(db, stand.actor("Ada"), Choices(quiet=quiet))
    ask_for_a_test(stand)

    (found,) = mail(stand, inbox, after=61)

    assert found["Subject"] == "PRACTICE: The test you asked for has arrived."
    assert states(stand)[-2:] == [MailState.WAITS, MailState.SENT]


def test_every_test_is_a_mail_of_its_own(stand: Stand, inbox: Inbox) -> None:
    for _ in range(2):
        ask_for_a_test(stand, "Dan")
        assert len(mail(stand, inbox, after=1)) == 1


def test_the_last_mail_is_the_last_that_was_tried(stand: Stand, inbox: Inbox) -> None:
    def last(who: str = "Ada") -> Notice | None:
        with stand.database.reading() as db:
            return queries.last_mail(db, stand.actor(who))

    answers.ask(stand)
    assert last() is None
    tell(stand)
    mail(stand, inbox)
    first = last()
    assert first is not None and first.mail is MailState.SENT
    ask_for_a_test(stand)
    assert (last() or first).id == first.id
    mail(stand, inbox, after=1)

    newest = last()
    assert newest is not None and newest.kind is Kind.TEST
    assert last("Ben") is None
