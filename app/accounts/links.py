"""One-time links: 256 random bits in an address, of which only the hash is stored."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.identity import DESK, Actor
from app.accounts import ownership, tokens
from app.accounts.models import LinkKind, LinkState, Member, OneTimeLink
from app.foundation.errors import Conflict, NotFound
from app.foundation.words import Words

CLOSED = {
    LinkState.USED: Words("This link was used already. It works once."),
    LinkState.CANCELLED: Words("This link was cancelled, so it does not work any more."),
    LinkState.EXPIRED: Words("This link has run out."),
}


def make(
    db: Session,
    kind: LinkKind,
    actor: Actor,
    *,
    lives: timedelta,
    now: datetime,
    member_id: int | None = None,
    name: str = "",
    roles: str = "[]",
) -> tuple[OneTimeLink, str]:
    """A new link and its token, which is shown this once."""
    token = tokens.new_token()
    link = OneTimeLink(
        kind=kind,
        token_hash=tokens.hash_token(token),
        member_id=member_id,
        name=name,
        roles=roles,
        made_by_id=actor.member_id,
        made_at=now,
        expires_at=now + lives,
    )
    db.add(link)
    db.flush()
    return link, token


def find(db: Session, kind: LinkKind, token: str) -> OneTimeLink:
    """The link behind a token, whatever its state; anything else is not found."""
    found = db.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == tokens.hash_token(token), OneTimeLink.kind == kind
        )
    )
    if found is None:
        raise NotFound(
            Words(
                "This is not a link of this desk. Perhaps a part of it is missing: "
                "open it again from where you got it, or copy all of it."
            )
        )
    return found


def take(db: Session, kind: LinkKind, token: str, now: datetime) -> OneTimeLink:
    """The link, locked so that it works once; refuses one that is closed."""
    found = find(db, kind, token)
    db.refresh(found, with_for_update=True)
    refuse_closed(found, now)
    return found


def refuse_closed(link: OneTimeLink, now: datetime) -> None:
    """Refuse, saying what happened to it."""
    state = link.state(now)
    if state is not LinkState.OPEN:
        raise Conflict(CLOSED[state])


def maker(db: Session, link: OneTimeLink) -> Actor:
    """Who made it, with the rights they hold now; the desk itself where it went by mail."""
    if link.made_by_id is None:
        return DESK
    return ownership.as_actor(db, db.get_one(Member, link.made_by_id))


def cancel_all_of(db: Session, member_id: int, now: datetime) -> None:
    """Close every open link that a member made or that would open their account."""
    found = db.scalars(
        select(OneTimeLink).where(
            or_(OneTimeLink.member_id == member_id, OneTimeLink.made_by_id == member_id),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.cancelled_at.is_(None),
        )
    )
    for link in found:
        link.cancel(now)


def open_ones(db: Session, kind: LinkKind, now: datetime) -> list[OneTimeLink]:
    """Links that still work, newest first."""
    return list(
        db.scalars(
            select(OneTimeLink)
            .where(
                OneTimeLink.kind == kind,
                OneTimeLink.used_at.is_(None),
                OneTimeLink.cancelled_at.is_(None),
                OneTimeLink.expires_at > now,
            )
            .order_by(OneTimeLink.id.desc())
        )
    )
