"""Telling members of what happened, in the transaction in which it happens.

Services say whom and about what; what nobody needs to look at any more is called `over`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.foundation.errors import NotFound
from app.notices import choices, devices, queries
from app.notices.choices import Choice
from app.notices.models import Kind, MailState, Notice

MAIL_AFTER = timedelta(minutes=1)
"""What is undone, read or decided within a minute is not mailed, and what comes together is one."""
PUSH_AFTER = timedelta(seconds=5)
"""What one act causes comes together; an approver should know at once."""
READ_KEPT, KEPT = timedelta(days=90), timedelta(days=365)


@dataclass(frozen=True)
class About:
    """What a notice opens, and on which channel it lies."""

    ref: str
    channel_id: int | None
    conversation_id: int | None = None


def tell(
    db: Session,
    member_ids: Iterable[int],
    kind: Kind,
    about: About,
    now: datetime,
    *,
    by: int | None = None,
    detail: str = "",
) -> None:
    """Tell these members; nobody of what they did themselves, nor twice of what is still unread."""
    told = set(member_ids) - {by}
    wishes = choices.of_members(db, told)
    unread = _unread(db, told, kind, about.ref)
    reachable = devices.reachable(db, told)
    for member_id in sorted(told):
        wish = wishes[member_id].of(kind)
        if member_id not in reachable:
            wish = replace(wish, by_push=False)
        known = unread.get(member_id)
        if known is not None:
            known.at, known.by_id, known.detail = now, by, detail
        elif wish.in_desk or wish.by_mail or wish.by_push:
            db.add(_notice(member_id, kind, about, now, wish, by, detail))


def test(db: Session, actor: Actor, now: datetime) -> None:
    """What a member asks for, to see whether it arrives; every one is a notice of its own."""
    if actor.member_id is None:
        raise NotFound()
    tell(db, [actor.member_id], Kind.TEST, About(f"test:{int(now.timestamp())}", None), now)


def over(db: Session, kind: Kind, ref: str, now: datetime) -> None:
    """It has been dealt with: nobody has to read it any more, and nothing more is sent of it."""
    db.flush()
    mine = (Notice.kind == kind, Notice.about == ref)
    db.execute(update(Notice).where(*mine, Notice.read_at.is_(None)).values(read_at=now))
    queries.stop_sending(db, *mine)


def forget(db: Session, now: datetime) -> None:
    """What is old and read, and what nobody read in a year."""
    is_read = Notice.read_at.is_not(None)
    db.execute(delete(Notice).where(Notice.at < now - READ_KEPT, is_read))
    db.execute(delete(Notice).where(Notice.at < now - KEPT))


def _times(kind: Kind, now: datetime) -> tuple[datetime, datetime]:
    """When a mail goes out, and a push; a test at once."""
    return (now, now) if kind is Kind.TEST else (now + MAIL_AFTER, now + PUSH_AFTER)


def _unread(db: Session, member_ids: set[int], kind: Kind, ref: str) -> dict[int, Notice]:
    rows = db.scalars(
        select(Notice).where(
            Notice.member_id.in_(member_ids),
            Notice.kind == kind,
            Notice.about == ref,
            Notice.read_at.is_(None),
        )
    )
    return {n.member_id: n for n in rows}


def _notice(
    member_id: int,
    kind: Kind,
    about: About,
    now: datetime,
    wish: Choice,
    by: int | None,
    detail: str,
) -> Notice:
    mail_at, push_at = _times(kind, now)
    return Notice(
        member_id=member_id,
        kind=kind,
        about=about.ref,
        detail=detail,
        channel_id=about.channel_id,
        conversation_id=about.conversation_id,
        by_id=by,
        at=now,
        is_listed=wish.in_desk,
        mail=MailState.WAITS if wish.by_mail else MailState.NONE,
        mail_at=mail_at if wish.by_mail else None,
        push=MailState.WAITS if wish.by_push else MailState.NONE,
        push_at=push_at if wish.by_push else None,
    )
