"""Every topic, and what the worker does when it is woken."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from app.accounts import password_links, recipients, sessions
from app.accounts import upkeep as accounts_upkeep
from app.accounts.password_mail import PasswordMail
from app.audit import checking, restoring
from app.channels import deadlines, logins
from app.channels.connections import Connections
from app.channels.media import Fetcher
from app.channels.models import Channel
from app.channels.polling import Polling, Take, Taken
from app.channels.probing import Probing
from app.foundation.clock import SystemClock
from app.foundation.heartbeat import beat
from app.foundation.log import where
from app.inbox import changes, conversations, indexing, intake, looking, naming, upkeep
from app.inbox.gist import gist
from app.inbox.keeping import Keeping
from app.notices import notices
from app.notices.language import speaker
from app.notices.mail import SmtpMailer
from app.notices.mailing import NoticeMail
from app.notices.people import People
from app.notices.push import WebPusher
from app.notices.pushing import NoticePush
from app.replies.acting import Acting
from app.replies.delivery import Delivery
from app.runtime import ROOT, Runtime

log = structlog.get_logger()
LONGEST_SLEEP = timedelta(seconds=50)
ROUNDS = 10
PEOPLE = People(recipients.recipient, recipients.house, recipients.first_name, gist)
DUTIES: tuple[Callable[[Session, datetime], object], ...] = (
    conversations.wake_snoozed,
    changes.forget_old,
    upkeep.erase,
    accounts_upkeep.forget,
    notices.forget,
    logins.forget,
    deadlines.warn,
)


def install(runtime: Runtime) -> None:
    """Tell the queue what each topic runs."""
    runtime.queue.topics.update(
        {
            "intake": lambda: intake_events(runtime),
            "deliver": lambda: deliver_replies(runtime),
            "fetch": lambda: fetch_messages(runtime),
            "housekeeping": lambda: housekeeping(runtime),
            "index": lambda: index_words(runtime),
            "media": lambda: keep_media(runtime),
            "mail": lambda: mail(runtime),
            "push": lambda: notices_by_push(runtime).run(),
        }
    )


def intake_events(runtime: Runtime) -> None:
    """Take stored deliveries apart, a hundred a commit, until none is left."""
    promises = runtime.promises()

    def some(db: Session) -> int:
        events = intake.new_events(db)
        if events:
            intake.take_apart(db, events, promises, runtime.clock.now())
        return len(events)

    while runtime.database.write(some):
        pass
    delivery(runtime).take_echoes()


def deliver_replies(runtime: Runtime) -> None:
    """Move the outbox and the actions on, and come back when the next row is due."""
    for next_at in (delivery(runtime).run(), acting(runtime).run()):
        if next_at is not None:
            _come_back(runtime, "deliver", next_at)


def fetch_messages(runtime: Runtime) -> None:
    """Read every channel whose turn it is."""
    polling(runtime).run()


def keep_media(runtime: Runtime) -> None:
    """Keep what customers sent before its address ends."""
    url = runtime.platforms.graph_url if runtime.is_practice else ""
    Keeping(runtime.database, connections(runtime), runtime.clock, Fetcher(url)).run()


def index_words(runtime: Runtime) -> None:
    """Bring what is new or was changed into the index of words, five hundred a commit."""
    while True:
        with runtime.database.reading() as db:
            if not indexing.is_behind(db):
                return
        with runtime.database.writing() as db:
            if not indexing.take_in(db):
                return


def housekeeping(runtime: Runtime) -> None:
    """The sign of life, then small duties of every minute."""
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        beat(db, now)
    each_on_its_own(
        lambda: restoring.notice(runtime.database, checking.sink(runtime.settings.DATA_DIR)),
        *(partial(_duty, runtime, duty, now) for duty in DUTIES),
        lambda: look_at_people(runtime),
        lambda: probing(runtime).run(),
    )


def look_at_people(runtime: Runtime) -> None:
    """Who is who among those who wrote: a hundred changes a commit, and in a storm a thousand a
    minute."""
    for _ in range(ROUNDS):
        with runtime.database.writing() as db:
            if not looking.look(db, runtime.clock.now()):
                return


def _duty(runtime: Runtime, duty: Callable[[Session, datetime], object], now: datetime) -> None:
    with runtime.database.writing() as db:
        duty(db, now)


def each_on_its_own(*duties: Callable[[], object]) -> None:
    """One that fails, however unforeseen, keeps no other from its work."""
    for duty in duties:
        try:
            duty()
        except Exception as problem:
            log.error("duty failed", error=where(problem))


def mail(runtime: Runtime) -> None:
    """Everything that goes by mail."""
    each_on_its_own(lambda: mail_passwords(runtime), lambda: mail_notices(runtime))


def mail_passwords(runtime: Runtime) -> None:
    """Answer those who forgot their password, where there is a mail server."""
    if runtime.settings.SMTP_URL:
        passwords_by_mail(runtime).run()


def mail_notices(runtime: Runtime) -> None:
    """Tell members by mail what they wish to be told so, where there is a mail server."""
    if runtime.settings.SMTP_URL:
        notices_by_mail(runtime).run()


def passwords_by_mail(runtime: Runtime) -> PasswordMail:
    """The mails of a running desk."""
    base = runtime.settings.base_url
    return PasswordMail(
        runtime.database,
        SmtpMailer(runtime.settings.SMTP_URL, base),
        runtime.clock,
        lambda token: f"{base}{password_links.PATH}{token}",
        lambda locale: speaker(ROOT / "translations", locale),
    )


def notices_by_mail(runtime: Runtime) -> NoticeMail:
    """What the members of a running desk wish to be mailed."""
    base = runtime.settings.base_url
    return NoticeMail(
        runtime.database,
        SmtpMailer(runtime.settings.SMTP_URL, base),
        runtime.clock,
        PEOPLE,
        lambda locale: speaker(ROOT / "translations", locale),
        base,
    )


def notices_by_push(runtime: Runtime) -> NoticePush:
    """What the members of a running desk wish to be told in their browsers."""
    return NoticePush(
        runtime.database,
        WebPusher(runtime.settings.PUSH_STAND_IN),
        runtime.clock,
        SystemClock(),
        PEOPLE,
        sessions.is_live,
        runtime.keys.tokens,
        lambda locale: speaker(ROOT / "translations", locale),
        runtime.settings.base_url,
    )


def delivery(runtime: Runtime) -> Delivery:
    """The outbox of a running desk."""
    return Delivery(runtime.database, connections(runtime), runtime.clock, runtime.promises)


def acting(runtime: Runtime) -> Acting:
    """What is done on the platforms besides answering."""
    return Acting(runtime.database, connections(runtime), runtime.clock, runtime.promises)


def probing(runtime: Runtime) -> Probing:
    """The daily look at every channel's access."""
    return Probing(runtime.database, connections(runtime), runtime.clock)


def polling(runtime: Runtime) -> Polling:
    """The reading of a running desk."""
    return Polling(
        runtime.database, connections(runtime), runtime.clock, taker(runtime), naming.named
    )


def connections(runtime: Runtime) -> Connections:
    """The channels of a running desk."""
    return Connections(runtime.platforms, runtime.keys.tokens, runtime.database)


def taker(runtime: Runtime) -> Take:
    """Hands what was read to the intake."""
    promises = runtime.promises()

    def take(db: Session, channel: Channel, bodies: Sequence[bytes], now: datetime) -> Taken:
        return intake.pulled(db, channel, bodies, promises, now)

    return take


def _come_back(runtime: Runtime, topic: str, at: datetime) -> None:
    wait = min(max(at - runtime.clock.now(), timedelta(seconds=0.2)), LONGEST_SLEEP)
    runtime.queue.wake(topic, delay=wait.total_seconds())
