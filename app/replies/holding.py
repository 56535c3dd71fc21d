"""Holding replies: a handful of texts that an owner approved once, so that nobody waits unheard.

Whoever may draft sends one without further approval. The words go out as they were approved but
for two places: the customer's own name, and a time. The customer still waits: their turn stays
open, and the time that was given is when the answer is due (docs/adr/0006-holding-replies.md).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts.models import Member
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.text import clean
from app.foundation.words import Words
from app.replies.models import HoldingReply

NAMES, TIMES = ("[name]", "[nimi]"), ("[time]", "[aika]")
MOST = 8
LONGEST_TITLE, LONGEST = 60, 900
LONGEST_PROMISE = timedelta(days=30)
_PLACE = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True)
class Approved:
    """A text that may be sent, and whose approval it goes out under."""

    reply: HoldingReply
    owner: str

    @property
    def has_name(self) -> bool:
        return has_name(self.reply.text)

    @property
    def has_time(self) -> bool:
        return has_time(self.reply.text)


def has_name(text: str) -> bool:
    """Whether the customer's name goes into it."""
    return any(place in text for place in NAMES)


def has_time(text: str) -> bool:
    """Whether it promises a time."""
    return any(place in text for place in TIMES)


def filled(text: str, *, name: str, time: str) -> str:
    """The text with its two places filled in, and not a letter of it changed besides."""
    values = dict.fromkeys(NAMES, name) | dict.fromkeys(TIMES, time)
    return _PLACE.sub(lambda place: values.get(place[0], place[0]), text)


def current(db: Session) -> list[Approved]:
    """The texts that may be sent now, in the order in which they were approved."""
    rows = db.execute(
        select(HoldingReply, Member)
        .join(Member, Member.id == HoldingReply.approved_by_id)
        .where(HoldingReply.ended_at.is_(None))
        .order_by(HoldingReply.id)
    )
    return [Approved(reply, member.first_name) for reply, member in rows]


def approve(db: Session, actor: Actor, *, title: str, text: str, now: datetime) -> HoldingReply:
    """An owner lets a text be sent from now on by whoever may draft."""
    policy.require(actor, Permission.HOLDING_MANAGE, now)
    if actor.member_id is None:
        raise NotFound()
    made = HoldingReply(
        title=_title(title), text=_text(text), approved_by_id=actor.member_id, approved_at=now
    )
    if len(current(db)) >= MOST:
        raise Conflict(
            Words(
                "There are %(most)d holding replies already. More than a handful nobody can "
                "choose from: end one first.",
                {"most": MOST},
            )
        )
    db.add(made)
    db.flush()
    log.record(db, Event.HOLDING_APPROVED, actor.log_name, f"holding:{made.id}", now=now)
    return made


def end(db: Session, actor: Actor, reply_id: int, now: datetime) -> HoldingReply:
    """An owner takes a text back; what was sent with it stays as it is."""
    policy.require(actor, Permission.HOLDING_MANAGE, now)
    found = sendable(db, reply_id)
    found.end(now)
    log.record(db, Event.HOLDING_ENDED, actor.log_name, f"holding:{found.id}", now=now)
    return found


def sendable(db: Session, reply_id: int) -> HoldingReply:
    """A text that may be sent now; locked, so that it cannot be ended in between."""
    found = db.get(HoldingReply, reply_id, with_for_update=True, populate_existing=True)
    if found is None or found.ended_at is not None:
        raise NotFound(Words("This holding reply was ended. Choose another one."))
    return found


def _title(title: str) -> str:
    title = " ".join(clean(title).split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise Invalid(Words("Write a title of 1 to 60 characters."), "title")
    return title


def _text(text: str) -> str:
    """What stands in square brackets is filled in by the desk, so it has to be known."""
    text = clean(text)
    if not 0 < len(text) <= LONGEST:
        raise Invalid(Words("Write a text of 1 to 900 characters."), "text")
    for place in _PLACE.findall(text):
        if place not in (*NAMES, *TIMES):
            raise Invalid(
                Words(
                    "Only [name] and [time] are filled in. Nothing is known of %(place)s.",
                    {"place": place},
                ),
                "text",
            )
    return text
