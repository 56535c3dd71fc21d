"""Sessions: our own table, so that each can be seen, dated and ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.accounts import tokens
from app.accounts.models import Member, MemberState, SignInSession
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import NotFound

LIVES = timedelta(days=14)
IDLE = timedelta(hours=72)
FRESH = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Found:
    """A live session and who it belongs to."""

    session: SignInSession
    member: Member
    actor: Actor

    @property
    def is_outdated(self) -> bool:
        """The member's rights changed since: the door gives the browser a new id."""
        return self.session.rights_version != self.member.rights_version


def start(
    db: Session, member: Member, *, device: str, address: str, now: datetime
) -> tuple[SignInSession, str]:
    """A new session and the token for the browser's cookie."""
    token = tokens.new_token()
    session = SignInSession(
        token_hash=tokens.hash_token(token), member_id=member.id, device=device[:200],
        address=address[:64], rights_version=member.rights_version, created_at=now, seen_at=now,
        fresh_at=now,
    )
    db.add(session)
    db.flush()
    log.record(db, Event.SIGN_IN, f"member:{member.id}", f"session:{session.id}", now=now)
    return session, token


def find(db: Session, token: str, now: datetime) -> Found | None:
    """The live session of a cookie, or nothing."""
    session = db.scalar(
        select(SignInSession).where(
            SignInSession.token_hash == tokens.hash_token(token), SignInSession.ended_at.is_(None)
        )
    )
    if session is None or now - session.created_at > LIVES or now - session.seen_at > IDLE:
        return None
    member = session.member
    if member.state is not MemberState.ACTIVE:
        return None
    return Found(session, member, _actor(session, member, now))


def rotate(db: Session, session_id: int, now: datetime) -> str:
    """A new id for the same session, after its member's rights changed."""
    session = db.get_one(SignInSession, session_id)
    token = tokens.new_token()
    session.token_hash = tokens.hash_token(token)
    session.rights_version = session.member.rights_version
    session.fresh_at, session.seen_at = None, now
    return token


def touch(db: Session, session_id: int, now: datetime) -> None:
    """Remember that the session is in use."""
    db.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))


def freshen(db: Session, session_id: int, now: datetime) -> None:
    """The person has just proved again who they are."""
    db.execute(update(SignInSession).where(SignInSession.id == session_id).values(fresh_at=now))


def live(db: Session, member_id: int, now: datetime) -> list[SignInSession]:
    """A member's sessions that still work, newest first."""
    return list(
        db.scalars(
            select(SignInSession)
            .where(
                SignInSession.member_id == member_id,
                SignInSession.ended_at.is_(None),
                SignInSession.created_at > now - LIVES,
                SignInSession.seen_at > now - IDLE,
            )
            .order_by(SignInSession.seen_at.desc())
        )
    )


def end(db: Session, actor: Actor, session_id: int, now: datetime) -> None:
    """End one of one's own sessions."""
    session = db.get(SignInSession, session_id)
    if session is None or session.member_id != actor.member_id:
        raise NotFound()
    if session.ended_at is None:
        session.ended_at = now
        log.record(db, Event.SESSION_ENDED, actor.log_name, f"session:{session_id}", now=now)


def end_all(db: Session, member_id: int, now: datetime, *, keep: int | None = None) -> None:
    """End every session of a member, but for one."""
    stmt = update(SignInSession).where(
        SignInSession.member_id == member_id, SignInSession.ended_at.is_(None)
    )
    db.execute(stmt.where(SignInSession.id != (keep or 0)).values(ended_at=now))


def _actor(session: SignInSession, member: Member, now: datetime) -> Actor:
    is_fresh = session.fresh_at is not None and now - session.fresh_at < FRESH
    grants = tuple(r.as_grant() for r in member.roles if r.ended_at is None)
    return Actor(member.id, member.name, grants, session.id, is_fresh)
