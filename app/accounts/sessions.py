"""Sessions: our own table, so that each can be seen, dated and ended."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import tokens
from app.accounts.models import Member, MemberState, SignInSession
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import NotFound

LIVES = timedelta(days=30)
"""The longest: a phone of one's own, used or not, so that an owner can approve in a minute."""
SHARED_LIVES, SHARED_IDLE = timedelta(days=14), timedelta(hours=72)
"""Any other device, which may stand in the shop."""
PHONES = ("iPhone", "Mobile")
FRESH = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
ROTATING = timedelta(seconds=10)
"""So long after a new id the old one still answers; before it, should clocks differ."""
_ON_ITS_WAY = and_(
    SignInSession.previous_hash == bindparam("digest"),
    SignInSession.rotated_at.between(bindparam("from"), bindparam("to")),
)
_BEHIND_COOKIE = (
    select(SignInSession)
    .where(or_(SignInSession.token_hash == bindparam("digest"), _ON_ITS_WAY))
    .where(SignInSession.ended_at.is_(None))
    .options(joinedload(SignInSession.member).joinedload(Member.roles))
)


@dataclass(frozen=True)
class Found:
    """A live session and who it belongs to."""

    session: SignInSession
    member: Member
    actor: Actor
    is_outdated: bool
    """The member's rights changed since: the door gives the browser a new id."""


def start(
    db: Session, member: Member, *, device: str, address: str, now: datetime
) -> tuple[SignInSession, str]:
    """A new session and the token for the browser's cookie."""
    token = tokens.new_token()
    session = SignInSession(
        token_hash=tokens.hash_token(token),
        member_id=member.id,
        device=device[:200],
        address=address[:64],
        rights_version=member.rights_version,
        created_at=now,
        seen_at=now,
        fresh_at=now,
    )
    db.add(session)
    db.flush()
    log.record(db, Event.SIGN_IN, f"member:{member.id}", f"session:{session.id}", now=now)
    return session, token


def find(db: Session, token: str, now: datetime) -> Found | None:
    """The live session of a cookie, or nothing: one query, since every poll asks for it."""
    asked = {"digest": tokens.hash_token(token), "from": now - ROTATING, "to": now + ROTATING}
    session = db.scalars(_BEHIND_COOKIE, asked).unique().one_or_none()
    if session is None or not _is_alive(session, now):
        return None
    member = session.member
    if member.state is not MemberState.ACTIVE:
        return None
    is_outdated = _is_outdated(session, member, now)
    return Found(session, member, _actor(session, member, now), is_outdated)


def rotate(db: Session, session_id: int, now: datetime) -> str | None:
    """A new id for the same session, after its member's rights changed.

    Pages ask several things at once: the first of them gets the new id, the others nothing, and
    what is still on its way with the old id is let in for a moment.
    """
    session = db.get_one(SignInSession, session_id, with_for_update=True, populate_existing=True)
    member = db.get_one(Member, session.member_id, populate_existing=True)
    if not _is_outdated(session, member, now) or session.ended_at is not None:
        return None
    token = tokens.new_token()
    session.previous_hash, session.token_hash = session.token_hash, tokens.hash_token(token)
    session.rights_version, session.rotated_at = member.rights_version, now
    session.fresh_at, session.seen_at = None, now
    return token


def touch(db: Session, session_id: int, now: datetime) -> None:
    """Remember that the session is in use."""
    db.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))


def freshen(db: Session, session_id: int, now: datetime) -> None:
    """The person has just proved again who they are."""
    db.execute(update(SignInSession).where(SignInSession.id == session_id).values(fresh_at=now))


def live(db: Session, member_id: int, now: datetime) -> list[SignInSession]:
    """A member's sessions that still work, the last used first."""
    found = db.scalars(
        select(SignInSession)
        .where(
            SignInSession.member_id == member_id,
            SignInSession.ended_at.is_(None),
            SignInSession.created_at > now - LIVES,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    return [s for s in found if _is_alive(s, now)]


def is_live(db: Session, session_id: int, now: datetime) -> bool:
    """Whether a session still lets its browser in."""
    session = db.get(SignInSession, session_id)
    return session is not None and session.ended_at is None and _is_alive(session, now)


def end(db: Session, actor: Actor, session_id: int, now: datetime) -> None:
    """End one of one's own sessions; who looks after members, also somebody else's."""
    session = db.get(SignInSession, session_id)
    if session is None or not _may_end(actor, session.member_id, now):
        raise NotFound()
    if session.ended_at is None:
        session.ended_at = now
        log.record(db, Event.SESSION_ENDED, actor.log_name, f"session:{session_id}", now=now)


def end_every(
    db: Session, actor: Actor, member_id: int, now: datetime, *, keep: int | None = None
) -> int:
    """End all of a member's sessions at once; returns how many there were."""
    if not _may_end(actor, member_id, now):
        raise NotFound()
    count = end_all(db, member_id, now, keep=keep)
    if count:
        log.record(
            db, Event.SESSION_ENDED, actor.log_name, f"member:{member_id}", now=now, count=count
        )
    return count


def end_all(db: Session, member_id: int, now: datetime, *, keep: int | None = None) -> int:
    """End every session of a member, but for one; part of an act that has its own audit row."""
    stmt = (
        update(SignInSession)
        .where(
            SignInSession.member_id == member_id,
            SignInSession.ended_at.is_(None),
            SignInSession.id != (keep or 0),
        )
        .values(ended_at=now)
    )
    return len(db.scalars(stmt.returning(SignInSession.id)).all())


def _may_end(actor: Actor, member_id: int, now: datetime) -> bool:
    return member_id == actor.member_id or policy.can(actor, Permission.MEMBER_MANAGE, now)


def _is_alive(session: SignInSession, now: datetime) -> bool:
    age, idle = now - session.created_at, now - session.seen_at
    if any(mark in session.device for mark in PHONES):
        return age <= LIVES
    return age <= SHARED_LIVES and idle <= SHARED_IDLE


def _is_outdated(session: SignInSession, member: Member, now: datetime) -> bool:
    """Whether somebody changed the rights since this id was given, or a dated role ran out."""
    since = session.rotated_at or session.created_at
    ends = (r.until for r in member.roles if r.ended_at is None and r.until is not None)
    has_run_out = any(since < until <= now for until in ends)
    return has_run_out or session.rights_version != member.rights_version


def _actor(session: SignInSession, member: Member, now: datetime) -> Actor:
    is_fresh = session.fresh_at is not None and abs(now - session.fresh_at) < FRESH
    return replace(member.as_actor(), session_id=session.id, is_fresh=is_fresh)
