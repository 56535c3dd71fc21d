"""The worker's part: what waits to be mailed, one mail a member, never inside a transaction.

A worker that dies between sending and noting it mails again; better twice than not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from app.foundation.clock import Clock
from app.foundation.db import Database
from app.foundation.words import Words
from app.notices import practice
from app.notices.language import Say
from app.notices.mail import Mail, Mailer, NotDelivered
from app.notices.models import MailState
from app.notices.people import People
from app.notices.waiting import Claim, Way

log = structlog.get_logger()
BY_MAIL = Way("mail")

SUBJECT_MANY = Words("%(count)d notices from your desk")
TEXT = Words("""Hello %(name)s,

%(lines)s

%(link)s

You choose what is mailed to you, and when, under Settings, Notices.
""")


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
        with self.database.reading() as db:
            due = BY_MAIL.due(db, self.clock.now())
        for member_id in due:
            post = self._claim(member_id)
            if post is None:
                continue
            try:
                self.mailer.send(post.mail)
            except NotDelivered as problem:
                log.warning("mail not delivered", kind="notices", error=str(problem))
                continue
            with self.database.writing() as db:
                BY_MAIL.mark(db, post.notice_ids, MailState.SENT, self.clock.now())

    def _claim(self, member_id: int) -> Post | None:
        with self.database.writing() as db:
            claim = BY_MAIL.claim(db, member_id, self.people, self.clock.now())
            if claim is None:
                return None
            return Post(self._mail(db, claim), [n.id for n in claim.told])

    def _mail(self, db: Session, claim: Claim) -> Mail:
        say, told = self.speaker(claim.to.locale), claim.told
        lines = self.people.lines(db, told, say, has_words=claim.wishes.has_words)
        is_one = len(told) == 1
        subject = lines[0] if is_one else say(Words(SUBJECT_MANY.text, {"count": len(told)}))
        link = f"{self.address}/notices" + (f"/{told[0].id}" if is_one else "")
        values: dict[str, object] = {
            "name": claim.to.first_name,
            "lines": "\n".join(lines),
            "link": link,
        }
        mail = Mail(claim.to.email, subject, say(Words(TEXT.text, values)))
        return practice.marked(mail, say) if claim.house.is_practice else mail
