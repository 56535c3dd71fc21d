"""A new password by a one-time link: by mail for an hour, or handed over for a day.

A reset ends every session and leaves the second factor as it is. Whether anybody has an address
is told to nobody: the request is only stored, and the worker finds out.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import DESK, Actor
from app.accounts import links, members, ownership, sessions, sign_in
from app.accounts.models import (
    LinkKind,
    Member,
    MemberState,
    OneTimeLink,
    PasswordRequest,
)
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, DeskError
from app.foundation.text import clean
from app.foundation.words import Words

PATH = "/password/"
"""Where the page of a link is; the mail's text needs it too."""
BY_MAIL = timedelta(hours=1)
BY_HAND = timedelta(hours=24)
"""Longer than by mail: it is given to somebody who may not be at work."""
NOT_BACKED = Words("Whoever made this link may not do so any more, so it does not work.")


def make(db: Session, actor: Actor, member_id: int, now: datetime) -> tuple[OneTimeLink, str]:
    """A link to hand over. An owner's is made by an owner: else an admin could become one."""
    member = members.get(db, member_id)
    _may_help(db, actor, member, now)
    close_open(db, member.id, now)
    return _make(db, actor, member, BY_HAND, now, method="hand")


def make_for_mail(db: Session, email: str, now: datetime) -> tuple[Member, str] | None:
    """The member behind an address with a link for them; nothing where nobody has it."""
    member = db.scalar(select(Member).where(Member.email == clean(email).lower()))
    if member is None or member.state is not MemberState.ACTIVE:
        return None
    return member, _make(db, DESK, member, BY_MAIL, now, method="mail")[1]


def ask(db: Session, email: str, now: datetime) -> None:
    """Somebody asks for a link by mail; nothing is looked up here."""
    db.add(PasswordRequest(email=clean(email)[:254], asked_at=now, next_at=now))


def look(db: Session, token: str, now: datetime) -> Member:
    """Whose password an open link renews."""
    link = links.find(db, LinkKind.PASSWORD, token)
    links.refuse_closed(link, now)
    return _member_of(db, link, now)


def use(db: Session, token: str, password_hash: str, now: datetime) -> Member:
    """The new password; every session of the member ends, and their other links close."""
    ownership.lock(db)
    link = links.take(db, LinkKind.PASSWORD, token, now)
    member = _member_of(db, link, now)
    link.use(now)
    renew(db, f"member:{member.id}", member, password_hash, now, method="link")
    return member


def renew(
    db: Session, by: str, member: Member, password_hash: str, now: datetime, *, method: str
) -> None:
    """Another password for somebody who could not sign in."""
    member.password_hash = password_hash
    close_open(db, member.id, now)
    sessions.end_all(db, member.id, now)
    sign_in.clear_tries(db, [f"email:{member.email}"])
    log.record(db, Event.PASSWORD_CHANGED, by, f"member:{member.id}", now=now, method=method)


def _make(
    db: Session, actor: Actor, member: Member, lives: timedelta, now: datetime, *, method: str
) -> tuple[OneTimeLink, str]:
    made = links.make(db, LinkKind.PASSWORD, actor, lives=lives, now=now, member_id=member.id)
    log.record(
        db, Event.PASSWORD_LINK, actor.log_name, f"member:{member.id}", now=now, method=method
    )
    return made


def _may_help(db: Session, actor: Actor, member: Member, now: datetime) -> None:
    ownership.require(db, actor, [g.role for g in ownership.held(db, member.id)], now)


def _member_of(db: Session, link: OneTimeLink, now: datetime) -> Member:
    """The member, if the link's maker could still make it. A leaver's links are cancelled."""
    member = db.get_one(Member, link.member_id, populate_existing=True)
    try:
        _may_help(db, links.maker(db, link), member, now)
    except DeskError:
        raise Conflict(NOT_BACKED) from None
    return member


def close_open(db: Session, member_id: int, now: datetime) -> None:
    """Only the newest link that was handed over counts, and none after the password is new."""
    for link in db.scalars(
        select(OneTimeLink).where(
            OneTimeLink.member_id == member_id,
            OneTimeLink.kind == LinkKind.PASSWORD,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.cancelled_at.is_(None),
        )
    ):
        link.cancel(now)
