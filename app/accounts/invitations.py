"""Invitations: a link or QR handed over by hand, valid for 7 days, once. No mail is needed."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor, Grant
from app.access.permissions import Permission
from app.access.roles import Role
from app.accounts import links, members, ownership
from app.accounts.models import LinkKind, LinkState, Member, OneTimeLink
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, DeskError, Invalid, NotFound
from app.foundation.text import clean
from app.foundation.words import Words

LIVES = timedelta(days=7)
LARGEST = 200
"""Roles in one invitation; more is a mistake."""
NOT_BACKED = Words(
    "Whoever made this invitation may not give these roles any more, so it does not work."
)


def make(
    db: Session, actor: Actor, *, name: str, grants: Sequence[Grant], now: datetime
) -> tuple[OneTimeLink, str]:
    """An invitation with the roles it gives, and its token, which is shown this once."""
    ownership.require(db, actor, [g.role for g in grants], now)
    _check(grants, now)
    link, token = links.make(
        db,
        LinkKind.INVITATION,
        actor,
        lives=_lives(grants, now),
        now=now,
        name=_checked_name(name),
        roles=_to_text(grants),
    )
    log.record(
        db,
        Event.INVITED,
        actor.log_name,
        f"invitation:{link.id}",
        now=now,
        role=", ".join(sorted({g.role.value for g in grants})),
    )
    return link, token


def open_ones(db: Session, actor: Actor, now: datetime) -> list[OneTimeLink]:
    """Invitations that nobody has used yet, newest first."""
    policy.require(actor, Permission.MEMBER_MANAGE, now)
    return links.open_ones(db, LinkKind.INVITATION, now)


def cancel(db: Session, actor: Actor, link_id: int, now: datetime) -> None:
    """Take an invitation back. What only an owner gives, an admin may take back too."""
    policy.require(actor, Permission.MEMBER_MANAGE, now)
    link = db.get(OneTimeLink, link_id, with_for_update=True, populate_existing=True)
    if link is None or link.kind is not LinkKind.INVITATION:
        raise NotFound()
    if link.state(now) is LinkState.USED:
        raise Conflict(Words("Somebody has used this invitation already. Look under Members."))
    if link.state(now) is LinkState.OPEN:
        link.cancel(now)
        log.record(db, Event.INVITATION_CANCELLED, actor.log_name, f"invitation:{link.id}", now=now)


def look(db: Session, token: str, now: datetime) -> OneTimeLink:
    """The invitation behind a link, still open and still backed by who made it."""
    link = links.find(db, LinkKind.INVITATION, token)
    links.refuse_closed(link, now)
    _require_backing(db, link, now)
    return link


def is_backed(db: Session, link: OneTimeLink, now: datetime) -> bool:
    """Whether who made it could still make it today."""
    try:
        _require_backing(db, link, now)
    except Conflict:
        return False
    return True


def made_by(db: Session, token: str) -> Member | None:
    """Who made the link, whatever became of it: whom to ask for another one."""
    try:
        return links.find(db, LinkKind.INVITATION, token).made_by
    except NotFound:
        return None


def accept(
    db: Session, token: str, *, name: str, email: str, password_hash: str, now: datetime
) -> Member:
    """Become a member with the roles of the invitation. The roles are given by who invited."""
    ownership.lock(db)
    link = links.take(db, LinkKind.INVITATION, token, now)
    _require_backing(db, link, now)
    inviter = links.maker(db, link)
    member = members.add(
        db, name=name, email=email, password_hash=password_hash, now=now, by=inviter
    )
    for grant in given(link):
        if grant.until is None or grant.until > now:
            members.give_role(
                db,
                inviter,
                member,
                grant.role,
                now=now,
                channel_id=grant.channel_id,
                until=grant.until,
            )
    link.use(now)
    link.member_id = member.id
    log.record(db, Event.INVITATION_USED, f"member:{member.id}", f"invitation:{link.id}", now=now)
    return member


def given(link: OneTimeLink) -> list[Grant]:
    """The roles an invitation gives."""
    return [
        Grant(Role(role), channel_id, datetime.fromisoformat(until) if until else None)
        for role, channel_id, until in json.loads(link.roles)
    ]


def _to_text(grants: Sequence[Grant]) -> str:
    return json.dumps(
        [[g.role.value, g.channel_id, g.until.isoformat() if g.until else None] for g in grants]
    )


def _check(grants: Sequence[Grant], now: datetime) -> None:
    if not grants:
        raise Invalid(Words("Choose at least one role."), "roles")
    if len(grants) > LARGEST or len({(g.role, g.channel_id) for g in grants}) < len(grants):
        raise Invalid(Words("Choose each role and channel once."), "roles")
    if all(g.role is Role.SENDER for g in grants):
        raise Invalid(
            Words("Sending without approval comes beside another role. Choose that too."), "roles"
        )
    if any(g.until is not None and g.until <= now for g in grants):
        raise Invalid(Words("The end date is in the past. Choose a later one."), "until")


def _lives(grants: Sequence[Grant], now: datetime) -> timedelta:
    """Seven days, and not beyond the last role's end."""
    ends = [g.until for g in grants if g.until is not None]
    return min(LIVES, max(ends) - now) if len(ends) == len(grants) else LIVES


def _checked_name(name: str) -> str:
    """For whom it is meant, if its maker says so."""
    return members.checked_name(name) if clean(name) else ""


def _require_backing(db: Session, link: OneTimeLink, now: datetime) -> None:
    """A link is worth what its maker could still do today: a leaver leaves no door open."""
    try:
        ownership.require(db, links.maker(db, link), [g.role for g in given(link)], now)
    except DeskError:
        raise Conflict(NOT_BACKED) from None
