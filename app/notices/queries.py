"""A member's own list, without what lies on channels they may not read any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, false, func, or_, select, true, update
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.foundation.errors import NotFound
from app.notices.models import Kind, MailState, Notice

MOST = 300
TOGETHER = 10
AT_ONCE = timedelta(hours=1)

NEEDED = {
    Kind.DRAFT_WAITS: Permission.DRAFT_APPROVE,
    Kind.DRAFT_RETURNED: Permission.CONVERSATION_READ,
    Kind.ASSIGNED: Permission.CONVERSATION_READ,
    Kind.MENTIONED: Permission.CONVERSATION_READ,
    Kind.REPLY_TROUBLE: Permission.CONVERSATION_READ,
    Kind.CHANNEL_FROZEN: Permission.CHANNEL_READ,
    Kind.RUNS_OUT: Permission.OWN_ACCOUNT,
    Kind.LOOKALIKE: Permission.CONVERSATION_READ,
    Kind.TEST: Permission.OWN_ACCOUNT,
}
"""What one must hold on its channel to be shown a notice; what has no channel is one's own."""


@dataclass(frozen=True)
class Line:
    """One line of the list: a notice, or many of one kind that came at once."""

    newest: Notice
    count: int = 1

    @property
    def is_read(self) -> bool:
        return self.newest.read_at is not None


@dataclass(frozen=True)
class Count:
    """How many are unread, and a mark that changes when the list does."""

    unread: int
    newest: int

    @property
    def mark(self) -> str:
        return f"{self.newest}.{self.unread}"


def mine(db: Session, actor: Actor, now: datetime, most: int = MOST) -> list[Notice]:
    """The newest of one's own."""
    found = (
        select(Notice)
        .where(visible(actor, now), Notice.is_listed)
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(most)
    )
    return list(db.scalars(found))


def lines(notices: Iterable[Notice]) -> list[Line]:
    """Newest first; ten or more unread ones of one kind within an hour are one line."""
    given = list(notices)
    heaps = {kind: _heap([n for n in given if n.kind is kind]) for kind in Kind}
    found = []
    for notice in given:
        heap = heaps[notice.kind]
        if notice.id not in heap:
            found.append(Line(notice))
        elif notice.id == next(iter(heap)):
            found.append(Line(notice, len(heap)))
    return found


def count(db: Session, actor: Actor, now: datetime) -> Count:
    """What the rail shows, in one query; every open page asks it again and again."""
    row = db.execute(
        select(func.count(), func.max(Notice.id)).where(
            visible(actor, now), Notice.is_listed, Notice.read_at.is_(None)
        )
    ).one()
    return Count(row[0], row[1] or 0)


def get(db: Session, actor: Actor, notice_id: int, now: datetime) -> Notice:
    """One's own notice; another's is not found."""
    found = db.scalar(select(Notice).where(Notice.id == notice_id, visible(actor, now)))
    if found is None:
        raise NotFound()
    return found


def mark_read(
    db: Session, actor: Actor, now: datetime, *, kind: Kind | None = None, id: int | None = None
) -> None:
    """One's own: this one, those of one kind, or all. What was read is not sent any more."""
    own = [Notice.member_id == actor.member_id, Notice.read_at.is_(None)]
    if kind is not None:
        own.append(Notice.kind == kind)
    if id is not None:
        own.append(Notice.id == id)
    stop_sending(db, *own)
    db.execute(update(Notice).where(*own).values(read_at=now))


def stop_sending(db: Session, *which: Any) -> None:
    """What waits to be mailed or pushed of these does not go any more."""
    mail = update(Notice).where(*which, Notice.mail == MailState.WAITS)
    db.execute(mail.values(mail=MailState.NONE, mail_at=None))
    push = update(Notice).where(*which, Notice.push == MailState.WAITS)
    db.execute(push.values(push=MailState.NONE, push_at=None))


def last_mail(db: Session, actor: Actor) -> Notice | None:
    """The last of one's own that was mailed, or could not be."""
    tried = or_(Notice.mail.in_((MailState.SENT, MailState.FAILED)), Notice.mail_tries > 0)
    return db.scalars(
        select(Notice)
        .where(Notice.member_id == actor.member_id, tried, Notice.mail != MailState.NONE)
        .order_by(Notice.mail_at.desc(), Notice.id.desc())
        .limit(1)
    ).first()


def last_push(db: Session, actor: Actor) -> Notice | None:
    """The last of one's own that was pushed, or could not be."""
    tried = or_(Notice.push.in_((MailState.SENT, MailState.FAILED)), Notice.push_tries > 0)
    return db.scalars(
        select(Notice)
        .where(Notice.member_id == actor.member_id, tried, Notice.push != MailState.NONE)
        .order_by(Notice.push_at.desc(), Notice.id.desc())
        .limit(1)
    ).first()


def visible(actor: Actor, now: datetime) -> Any:
    """The condition under which a member is shown a notice, in the list and outside."""
    return and_(
        Notice.member_id == actor.member_id,
        or_(
            *(
                and_(Notice.kind == kind, _open(actor, needed, now))
                for kind, needed in NEEDED.items()
            )
        ),
    )


def _open(actor: Actor, needed: Permission, now: datetime) -> Any:
    open_to = policy.channels_open_to(actor, needed, now)
    if open_to.is_all or needed is Permission.OWN_ACCOUNT:
        return true() if open_to else false()
    return Notice.channel_id.in_(open_to.ids)


def _heap(of_kind: list[Notice]) -> dict[int, None]:
    """The unread ones within an hour of the newest, if they are enough to be one line."""
    unread = [n for n in of_kind if n.read_at is None]
    together = [n for n in unread if unread[0].at - n.at <= AT_ONCE]
    return dict.fromkeys(n.id for n in together) if len(together) >= TOGETHER else {}
