"""The worker's part: what waits to be mailed, one mail a member, never inside a transaction.

A worker that dies between sending and noting it mails again; better twice than not at all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.foundation.clock import Clock
from app.foundation.db import Database
from app.foundation.words import Words
from app.notices import choices, practice, queries, sentences
from app.notices.language import Say
from app.notices.mail import Mail, Mailer, NotDelivered
from app.notices.models import Kind, MailState, Notice

log = structlog.get_logger()
TOO_LATE = timedelta(days=1)
"""A mail that could not go for a day says nothing new; the list in the desk has it."""
AGAIN = timedelta(minutes=1)
MOST_TRIES = 6
MOST_WORDS = 5

SUBJECT_MANY = Words("%(count)d notices from your desk")
TEXT = Words("""Hello %(name)s,

%(lines)s

%(link)s

You choose what is mailed to you, and when, under Settings, Notices.
""")
WORDS = Words("%(name)s: “%(text)s”")


@dataclass(frozen=True)
class Recipient:
    """A member as mails need to know them, with the rights they hold now."""

    actor: Actor
    email: str
    first_name: str
    locale: str


@dataclass(frozen=True)
class House:
    """The desk that writes."""

    zone: ZoneInfo
    is_practice: bool


@dataclass(frozen=True)
class People:
    """What lies in higher rooms, handed in: who members are, and what customers said."""

    recipient: Callable[[Session, int], Recipient | None]
    house: Callable[[Session], House]
    name: Callable[[Session, int], str]
    said: Callable[[Session, int], tuple[str, str]]
    """The customer's name and words in a conversation, for those who wish to have them mailed."""


@dataclass(frozen=True)
class Post:
    """One mail and the notices it tells of."""

    mail: Mail
    notice_ids: list[int]


@dataclass(frozen=True)
class NoticeMail:
    """Mails what waits."""

    database: Database
    mailer: Mailer
    clock: Clock
    people: People
    speaker: Callable[[str], Say]
    address: str
    """The desk's own, before "/notices"."""

    def run(self) -> None:
        """Everybody for whom something is due; one member's trouble is nobody else's."""
        for member_id in self._due():
            post = self._claim(member_id)
            if post is None:
                continue
            try:
                self.mailer.send(post.mail)
            except NotDelivered as problem:
                log.warning("mail not delivered", kind="notices", error=str(problem))
                continue
            self._mark(post.notice_ids, MailState.SENT)

    def _due(self) -> list[int]:
        now = self.clock.now()
        with self.database.reading() as db:
            waiting = select(Notice.member_id).where(
                Notice.mail == MailState.WAITS, Notice.mail_at <= now
            )
            return sorted(set(db.scalars(waiting)))

    def _claim(self, member_id: int) -> Post | None:
        """Everything that waits for one member, tried again later unless it is marked as sent."""
        now = self.clock.now()
        with self.database.writing() as db:
            waiting = list(
                db.scalars(
                    select(Notice)
                    .where(Notice.member_id == member_id, Notice.mail == MailState.WAITS)
                    .order_by(Notice.id)
                    .with_for_update(skip_locked=True)
                )
            )
            if not any(n.mail_at is not None and n.mail_at <= now for n in waiting):
                return None
            return self._post(db, member_id, waiting, now)

    def _post(
        self, db: Session, member_id: int, waiting: list[Notice], now: datetime
    ) -> Post | None:
        recipient = self.people.recipient(db, member_id)
        house = self.people.house(db)
        wishes = choices.of_members(db, [member_id])[member_id]
        until = wishes.quiet.until(now, house.zone) if wishes.quiet else None
        if until is not None:
            waiting = _held_back(waiting, until)
        wanted = _still_wanted(db, recipient, waiting, now)
        if recipient is None or not wanted:
            return None
        for notice in wanted:
            notice.mail_tries += 1
            notice.mail_at = now + AGAIN * 2**notice.mail_tries
            if notice.mail_tries >= MOST_TRIES:
                notice.mail = MailState.FAILED
        say = self.speaker(recipient.locale)
        mail = self._mail(db, recipient, wanted, say, has_words=wishes.has_words)
        return Post(
            practice.marked(mail, say) if house.is_practice else mail, [n.id for n in wanted]
        )

    def _mail(
        self, db: Session, to: Recipient, told: list[Notice], say: Say, *, has_words: bool
    ) -> Mail:
        lines = [line for kind in Kind for line in self._lines(db, told, kind, say, has_words)]
        is_one = len(told) == 1
        subject = lines[0] if is_one else say(Words(SUBJECT_MANY.text, {"count": len(told)}))
        link = f"{self.address}/notices" + (f"/{told[0].id}" if is_one else "")
        values: dict[str, object] = {
            "name": to.first_name,
            "lines": "\n".join(lines),
            "link": link,
        }
        return Mail(to.email, subject, say(Words(TEXT.text, values)))

    def _lines(
        self, db: Session, told: list[Notice], kind: Kind, say: Say, has_words: bool
    ) -> list[str]:
        """One line a kind, and on wish the customers' own words under it."""
        some = [n for n in told if n.kind is kind]
        if not some:
            return []
        name = self.people.name(db, some[0].by_id) if some[0].by_id is not None else ""
        words = sentences.sentence(kind, name=name, detail=some[0].detail, count=len(some))
        lines = [say(words)]
        for conversation_id in [n.conversation_id for n in some][:MOST_WORDS] if has_words else []:
            if conversation_id is not None:
                who, text = self.people.said(db, conversation_id)
                lines.append("    " + say(Words(WORDS.text, {"name": who or "?", "text": text})))
        return lines

    def _mark(self, notice_ids: Iterable[int], state: MailState) -> None:
        with self.database.writing() as db:
            db.execute(
                update(Notice)
                .where(Notice.id.in_(list(notice_ids)), Notice.mail != MailState.NONE)
                .values(mail=state, mail_at=self.clock.now())
            )


def _held_back(waiting: list[Notice], until: datetime) -> list[Notice]:
    """What goes in quiet hours all the same: somebody asked for it just now."""
    for notice in waiting:
        if notice.kind is not Kind.TEST:
            notice.mail_at = until
    return [n for n in waiting if n.kind is Kind.TEST]


def _still_wanted(
    db: Session, recipient: Recipient | None, waiting: list[Notice], now: datetime
) -> list[Notice]:
    """Without what was read meanwhile, is too old, or lies where the member may not read now."""
    shown: set[int] = set()
    if recipient is not None:
        ids = [n.id for n in waiting]
        mine = select(Notice.id).where(queries.visible(recipient.actor, now), Notice.id.in_(ids))
        shown = set(db.scalars(mine))
    wanted = []
    for notice in waiting:
        if notice.id in shown and notice.read_at is None and notice.at > now - TOO_LATE:
            wanted.append(notice)
        else:
            notice.mail, notice.mail_at = MailState.NONE, None
    return wanted
