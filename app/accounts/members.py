"""Who is at the desk, and the roles they hold."""

from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.access.roles import Role
from app.accounts.models import Member, MemberState, RoleGrant
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.foundation.text import clean
from app.foundation.words import Words

OWNERS_GIVE = frozenset({Role.OWNER, Role.SENDER})


def add(
    db: Session, *, name: str, email: str, password_hash: str, now: datetime, by: Actor
) -> Member:
    """A new member without any role yet."""
    member = Member(name=checked_name(name), email=checked_email(email), created_at=now,
                    password_hash=password_hash)
    if db.scalar(select(Member.id).where(func.lower(Member.email) == member.email.lower())):
        raise Conflict(Words("Somebody with this mail address is at the desk already."))
    db.add(member)
    db.flush()
    log.record(db, Event.MEMBER_ADDED, by.log_name, f"member:{member.id}", now=now)
    return member


def give_role(
    db: Session, actor: Actor, member: Member, role: Role, *, now: datetime,
    channel_id: int | None = None, until: datetime | None = None,
) -> RoleGrant:
    """Give a role; only an owner gives the roles of owner and sender."""
    _may_change(actor, role, now)
    if until is not None and until <= now:
        raise Invalid(Words("The end date is in the past. Choose a later one."), "until")
    grant = RoleGrant(member_id=member.id, role=role, channel_id=channel_id, until=until,
                      given_by_id=actor.member_id, given_at=now)
    member.roles.append(grant)
    member.rights_version += 1
    db.flush()
    log.record(db, Event.ROLE_GIVEN, actor.log_name, f"member:{member.id}", now=now,
               role=role.value, channel=channel_id, until=until.isoformat() if until else None)
    return grant


def end_role(db: Session, actor: Actor, grant_id: int, now: datetime) -> None:
    """End a role at once; the last owner's cannot be ended."""
    grant = db.get(RoleGrant, grant_id)
    if grant is None or grant.ended_at is not None:
        raise NotFound()
    _may_change(actor, grant.role, now)
    if grant.role is Role.OWNER and not _another_owner(db, grant.member_id, now):
        raise Forbidden(Words("This is the last owner. Make somebody else an owner first."))
    grant.ended_at = now
    grant.member.rights_version += 1
    log.record(db, Event.ROLE_ENDED, actor.log_name, f"member:{grant.member_id}", now=now,
               role=grant.role.value, channel=grant.channel_id)


def active(db: Session) -> list[Member]:
    """Everybody at the desk, by name."""
    stmt = select(Member).where(Member.state != MemberState.LEFT).order_by(Member.name)
    return list(db.scalars(stmt))


def who_can(
    db: Session, permission: Permission, now: datetime, channel_id: int | None = None
) -> list[Member]:
    """The members who hold a right here: whom a screen names when it says "X can do this"."""
    found = []
    for member in active(db):
        grants = tuple(r.as_grant() for r in member.roles if r.ended_at is None)
        if policy.can(Actor(member.id, member.name, grants), permission, now, channel_id):
            found.append(member)
    return found


def checked_name(name: str) -> str:
    """A name for the screen."""
    name = " ".join(clean(name).split())
    if not 0 < len(name) <= 120:
        raise Invalid(Words("Write a name of 1 to 120 characters."), "name")
    return name


def checked_email(email: str) -> str:
    """A mail address, as the sign-in name."""
    email = clean(email)
    if (parseaddr(email)[1] != email or email.count("@") != 1 or len(email) > 254
            or not all(email.split("@")) or any(c.isspace() for c in email)):
        raise Invalid(Words("Write a mail address such as sanna@example.com."), "email")
    return email


def _may_change(actor: Actor, role: Role, now: datetime) -> None:
    if not actor.is_desk:
        needed = Permission.OWNER_MANAGE if role in OWNERS_GIVE else Permission.MEMBER_MANAGE
        policy.require(actor, needed, now)


def _another_owner(db: Session, member_id: int, now: datetime) -> bool:
    """An owner of the whole desk, for good, who is still here."""
    stmt = select(RoleGrant.id).join(Member, Member.id == RoleGrant.member_id).where(
        RoleGrant.role == Role.OWNER, RoleGrant.ended_at.is_(None), RoleGrant.until.is_(None),
        RoleGrant.channel_id.is_(None), RoleGrant.member_id != member_id,
        Member.state == MemberState.ACTIVE,
    )
    return db.scalar(stmt.limit(1)) is not None
