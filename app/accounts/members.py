"""Who is at the desk, and the roles they hold."""

from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.access.roles import Role
from app.accounts import links, ownership, sessions
from app.accounts.models import Member, MemberState, RecoveryCode, RoleGrant
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.text import clean
from app.foundation.words import Words


class Taken(Conflict):
    """The mail address is a member's already."""


def add(
    db: Session, *, name: str, email: str, password_hash: str, now: datetime, by: Actor
) -> Member:
    """A new member without any role yet."""
    member = Member(
        name=checked_name(name),
        email=checked_email(email),
        created_at=now,
        password_hash=password_hash,
    )
    try:
        with db.begin_nested():
            db.add(member)
    except IntegrityError:
        raise Taken(Words("Somebody with this mail address is at the desk already.")) from None
    log.record(db, Event.MEMBER_ADDED, by.log_name, f"member:{member.id}", now=now)
    return member


def get(db: Session, member_id: int) -> Member:
    """Somebody who is at the desk; whoever left is not found."""
    member = db.get(Member, member_id)
    if member is None or member.state is MemberState.LEFT:
        raise NotFound()
    return member


def give_role(
    db: Session,
    actor: Actor,
    member: Member,
    role: Role,
    *,
    now: datetime,
    channel_id: int | None = None,
    until: datetime | None = None,
) -> RoleGrant:
    """Give a role; the same role given again takes the new end date.

    Only an owner gives the roles of owner and sender, and nobody dates the last owner.
    """
    ownership.lock(db)
    ownership.require(db, actor, [role], now)
    db.refresh(member)
    if member.state is MemberState.LEFT:
        raise NotFound()
    if until is not None and until <= now:
        raise Invalid(Words("The end date is in the past. Choose a later one."), "until")
    _end_same(db, actor, member, role, channel_id, until, now)
    grant = RoleGrant(
        member_id=member.id,
        role=role,
        channel_id=channel_id,
        until=until,
        given_by_id=actor.member_id,
        given_at=now,
    )
    db.add(grant)
    _changed(db, member)
    log.record(
        db,
        Event.ROLE_GIVEN,
        actor.log_name,
        f"member:{member.id}",
        now=now,
        role=role.value,
        channel=channel_id,
        until=until.isoformat() if until else None,
    )
    return grant


def _end_same(
    db: Session,
    actor: Actor,
    member: Member,
    role: Role,
    channel_id: int | None,
    until: datetime | None,
    now: datetime,
) -> None:
    """What the new end date takes the place of."""
    same = [
        g for g in ownership.held(db, member.id) if g.role is role and g.channel_id == channel_id
    ]
    if any(g.until == until for g in same):
        raise Conflict(Words("%(name)s holds this role already.", {"name": member.first_name}))
    if any(map(ownership.is_lasting_owner, same)):
        ownership.require_another(db, [g.id for g in same])
    for old in same:
        _end(db, actor, old, now)


def end_role(db: Session, actor: Actor, grant_id: int, now: datetime) -> None:
    """End a role at once; the last owner's cannot be ended."""
    ownership.lock(db)
    grant = db.get(RoleGrant, grant_id, populate_existing=True)
    if grant is None or grant.ended_at is not None:
        raise NotFound()
    ownership.require(db, actor, [grant.role], now)
    if ownership.is_lasting_owner(grant):
        ownership.require_another(db, [grant.id])
    _end(db, actor, grant, now)
    _changed(db, grant.member)


def leave(db: Session, actor: Actor, member_id: int, now: datetime) -> Member:
    """Somebody's time at the desk ends: sessions, roles and open links, all at once.

    The last owner cannot be removed. What they wrote stays theirs.
    """
    ownership.lock(db)
    member = get(db, member_id)
    roles = ownership.held(db, member.id)
    ownership.require(db, actor, [g.role for g in roles], now)
    if any(map(ownership.is_lasting_owner, roles)):
        ownership.require_another(db, [g.id for g in roles])
    for grant in roles:
        _end(db, actor, grant, now)
    sessions.end_all(db, member.id, now)
    links.cancel_all_of(db, member.id, now)
    db.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    member.leave(now)
    _changed(db, member)
    log.record(db, Event.MEMBER_LEFT, actor.log_name, f"member:{member.id}", now=now)
    return member


def active(db: Session) -> list[Member]:
    """Everybody at the desk, by name."""
    stmt = (
        select(Member)
        .where(Member.state != MemberState.LEFT)
        .options(selectinload(Member.roles))
        .order_by(Member.name)
    )
    return list(db.scalars(stmt))


def who_can(
    db: Session, permission: Permission, now: datetime, channel_id: int | None = None
) -> list[Member]:
    """The members who hold a right here: whom a screen names when it says "X can do this"."""
    found = []
    for member in active(db):
        if policy.can(member.as_actor(), permission, now, channel_id):
            found.append(member)
    return found


def checked_name(name: str) -> str:
    """A name for the screen."""
    name = " ".join(clean(name).split())
    if not 0 < len(name) <= 120:
        raise Invalid(Words("Write a name of 1 to 120 characters."), "name")
    return name


def checked_email(email: str) -> str:
    """A mail address, as the sign-in name: in lower case, so that nobody is here twice."""
    email = clean(email).lower()
    if (
        parseaddr(email)[1] != email
        or email.count("@") != 1
        or len(email) > 254
        or not all(email.split("@"))
        or any(c.isspace() for c in email)
    ):
        raise Invalid(Words("Write a mail address such as sanna@example.com."), "email")
    return email


def _end(db: Session, actor: Actor, grant: RoleGrant, now: datetime) -> None:
    grant.ended_at = now
    log.record(
        db,
        Event.ROLE_ENDED,
        actor.log_name,
        f"member:{grant.member_id}",
        now=now,
        role=grant.role.value,
        channel=grant.channel_id,
    )


def _changed(db: Session, member: Member) -> None:
    """The member's sessions go on under new ids, and what they hold is read anew."""
    member.rights_version += 1
    db.flush()
    db.expire(member, ["roles"])
