"""The desk always has an owner, and what an owner gives only an owner takes.

Changes of rights happen one at a time: each locks the desk's row first and then reads the rights
again, so two owners who end each other at the same moment cannot both succeed.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import DESK, Actor
from app.access.permissions import Permission
from app.access.roles import Role
from app.accounts.models import Desk, Member, MemberState, RoleGrant
from app.foundation.errors import Forbidden
from app.foundation.words import Words

OWNERS_GIVE = frozenset({Role.OWNER, Role.SENDER})
"""Roles that only an owner gives and ends."""
LAST_OWNER = Words("This is the last owner. Make somebody else an owner for good first.")


def lock(db: Session) -> None:
    """Wait until nobody else is changing rights. SQLite's writers wait for each other anyway."""
    db.scalar(select(Desk.id).where(Desk.id == 1).with_for_update())


def held(db: Session, member_id: int) -> list[RoleGrant]:
    """The roles a member has not lost, read anew; dated ones may be over."""
    return list(
        db.scalars(
            select(RoleGrant)
            .where(RoleGrant.member_id == member_id, RoleGrant.ended_at.is_(None))
            .order_by(RoleGrant.id)
            .execution_options(populate_existing=True)
        )
    )


def as_actor(db: Session, member: Member) -> Actor:
    """A member with the rights they hold at this moment."""
    return Actor(member.id, member.name, tuple(g.as_grant() for g in held(db, member.id)))


def require(db: Session, actor: Actor, roles: Iterable[Role], now: datetime) -> None:
    """Whether the actor may change members who hold these roles, by what they hold right now."""
    if actor == DESK:
        return
    member = db.get(Member, actor.member_id, populate_existing=True) if actor.member_id else None
    if member is None or member.state is not MemberState.ACTIVE:
        raise Forbidden(policy.REFUSALS[Permission.MEMBER_MANAGE])
    fresh = as_actor(db, member)
    policy.require(fresh, Permission.MEMBER_MANAGE, now)
    if OWNERS_GIVE & set(roles):
        policy.require(fresh, Permission.OWNER_MANAGE, now)


def require_another(db: Session, without: Iterable[int]) -> None:
    """Refuse when no owner of the whole desk, for good, would be left without these grants."""
    left = db.scalar(
        select(RoleGrant.id)
        .join(Member, Member.id == RoleGrant.member_id)
        .where(
            RoleGrant.role == Role.OWNER,
            RoleGrant.ended_at.is_(None),
            RoleGrant.until.is_(None),
            RoleGrant.channel_id.is_(None),
            RoleGrant.id.not_in(list(without)),
            Member.state == MemberState.ACTIVE,
        )
        .limit(1)
    )
    if left is None:
        raise Forbidden(LAST_OWNER)


def is_lasting_owner(grant: RoleGrant) -> bool:
    """The kind of owner the desk must always have one of."""
    return grant.role is Role.OWNER and grant.until is None and grant.channel_id is None
