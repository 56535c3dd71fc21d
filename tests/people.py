"""Shorthands for tests about members: who they are, what they hold, and a channel or two."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.access.identity import DESK, Grant
from app.access.roles import Role
from app.accounts import invitations, members
from app.accounts.models import Member, OneTimeLink, RoleGrant
from app.audit.models import AuditRow
from app.channels.models import Channel, ChannelState, Platform
from tests.stand import Stand


def member(stand: Stand, first_name: str) -> Member:
    """One of the cast as the database has them now."""
    with stand.database.reading() as db:
        return db.scalars(select(Member).where(Member.name.startswith(f"{first_name} "))).one()


def grants(stand: Stand, first_name: str) -> list[RoleGrant]:
    """The roles somebody has not lost."""
    with stand.database.reading() as db:
        return list(
            db.scalars(
                select(RoleGrant)
                .join(Member, Member.id == RoleGrant.member_id)
                .where(Member.name.startswith(f"{first_name} "), RoleGrant.ended_at.is_(None))
                .order_by(RoleGrant.id)
            )
        )


def roles(stand: Stand, first_name: str) -> list[str]:
    return [grant.role.value for grant in grants(stand, first_name)]


def give(stand: Stand, first_name: str, role: Role, **limits: object) -> None:
    """A role given by the desk itself."""
    with stand.database.writing() as db:
        found = db.get_one(Member, member(stand, first_name).id)
        members.give_role(db, DESK, found, role, now=stand.now, **limits)  # type: ignore[arg-type]  # channel_id and until, by name


def make_sole_owners(stand: Stand, *first_names: str) -> None:
    """Exactly these are owners for good; everybody else's owner role ends."""
    for name in first_names:
        if "owner" not in roles(stand, name):
            give(stand, name, Role.OWNER)
    kept = {member(stand, name).id for name in first_names}
    with stand.database.writing() as db:
        for grant in db.scalars(
            select(RoleGrant).where(
                RoleGrant.role == Role.OWNER,
                RoleGrant.ended_at.is_(None),
                RoleGrant.member_id.not_in(kept),
            )
        ).all():
            members.end_role(db, DESK, grant.id, stand.now)


def channel(stand: Stand, name: str) -> int:
    """A connected channel, as far as roles care."""
    with stand.database.writing() as db:
        made = Channel(
            platform=Platform.FACEBOOK,
            external_id=name,
            name=name,
            state=ChannelState.CONNECTED,
            connected_at=stand.now,
        )
        db.add(made)
        db.flush()
        return made.id


def invite(
    stand: Stand,
    by: str = "Ada",
    given: Sequence[Grant] = (Grant(Role.RESPONDER),),
    name: str = "",
) -> tuple[OneTimeLink, str]:
    """An invitation and its token."""
    with stand.database.writing() as db:
        return invitations.make(db, stand.actor(by), name=name, grants=given, now=stand.now)


def logged(stand: Stand, action: str) -> list[tuple[str, str, str]]:
    """Rows of the audit log of one kind: actor, object, the whole line."""
    with stand.database.reading() as db:
        rows = db.scalars(
            select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.sequence)
        )
        return [(r.actor, r.object, r.line) for r in rows]


def whole_database(stand: Stand) -> str:
    """Everything that is stored, as text: to look for what must not be there."""
    with stand.database.engine.connect() as connection:
        tables = Member.metadata.sorted_tables
        return "\n".join(str(row) for t in tables for row in connection.execute(select(t)))


def later(stand: Stand, **apart: float) -> datetime:
    """A moment from now, as the desk's clock has it."""
    moment: datetime = stand.now + timedelta(**apart)
    return moment
