"""The worker's part of a forgotten password: find out who it is, and mail them a link.

The link's token is made right before the mail goes and is stored nowhere. A worker that dies in
between mails again; the person has two links, and the first one used closes the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from app.accounts import password_links
from app.accounts.models import Desk, Member, PasswordRequest
from app.foundation.clock import Clock
from app.foundation.db import Database
from app.foundation.due import due
from app.foundation.words import Words
from app.notices import practice
from app.notices.language import Say
from app.notices.mail import Mail, Mailer, NotDelivered

log = structlog.get_logger()
KEPT = timedelta(hours=1)
"""After this nobody waits for it any more."""
AGAIN = timedelta(minutes=1)
A_TIME = 20

SUBJECT = Words("A new password for your desk")
TEXT = Words("""Hello %(name)s,

somebody, probably you, asked for a new password for your desk %(desk)s. Choose it here:

%(link)s

The link works once, for an hour. The code from your phone stays as it is.
If it was not you, do nothing: nothing has changed.
""")


@dataclass(frozen=True)
class Asked:
    """A request that is due."""

    id: int
    email: str


@dataclass(frozen=True)
class PasswordMail:
    """Works off the requests, each on its own."""

    database: Database
    mailer: Mailer
    clock: Clock
    address: Callable[[str], str]
    """The link for a token."""
    speaker: Callable[[str], Say]

    def run(self) -> None:
        """Every request that is due; what could not be delivered is tried again in a while."""
        for asked in self._claim(self.clock.now()):
            try:
                self._answer(asked)
            except NotDelivered as problem:
                log.warning("mail not delivered", kind="password", error=str(problem))
                continue
            with self.database.writing() as db:
                db.execute(delete(PasswordRequest).where(PasswordRequest.id == asked.id))

    def _claim(self, now: datetime) -> list[Asked]:
        """Take what is due, later for everybody else; forget what is too old."""
        with self.database.writing() as db:
            db.execute(delete(PasswordRequest).where(PasswordRequest.asked_at < now - KEPT))
            waiting = db.scalars(
                select(PasswordRequest)
                .where(due(PasswordRequest.next_at, now))
                .order_by(PasswordRequest.id)
                .limit(A_TIME)
                .with_for_update(skip_locked=True)
            ).all()
            for request in waiting:
                request.tries += 1
                request.next_at = now + AGAIN * 2**request.tries
            return [Asked(r.id, r.email) for r in waiting]

    def _answer(self, asked: Asked) -> None:
        """An address that nobody has is answered by doing nothing."""
        with self.database.writing() as db:
            found = password_links.make_for_mail(db, asked.email, self.clock.now())
            desk = db.get_one(Desk, 1)
        if found is not None:
            self.mailer.send(self._mail(found[0], desk, self.address(found[1])))

    def _mail(self, member: Member, desk: Desk, link: str) -> Mail:
        say = self.speaker(member.locale or desk.locale)
        values: dict[str, object] = {
            "name": member.first_name,
            "desk": desk.name or "Vuoro",
            "link": link,
        }
        mail = Mail(member.email, say(SUBJECT), say(Words(TEXT.text, values)))
        return practice.marked(mail, say) if desk.is_practice else mail
