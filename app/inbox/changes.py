"""The change feed: what every open browser asks, every two seconds, in one cheap query.

Numbers are given under a lock right before the commit, so a reader who has seen number n has
seen everything up to n. Without it a slow transaction could commit a smaller number later and
nobody would look at it again.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.policy import Channels
from app.foundation.db import insert_all
from app.inbox.models import Change, ChangeHead

PENDING = "changes"
KEPT = timedelta(days=2)


def note(db: Session, channel_id: int, conversation_id: int | None, now: datetime) -> None:
    """This conversation looks different after the commit."""
    db.info.setdefault(PENDING, {})[(channel_id, conversation_id)] = now


def number(db: Session) -> None:
    """The session's hook before its commit."""
    noted: dict[tuple[int, int | None], datetime] = db.info.pop(PENDING, {})
    if not noted:
        return
    db.flush()
    newest = select(ChangeHead).with_for_update().execution_options(populate_existing=True)
    head = db.scalars(newest).one_or_none()
    if head is None:
        head = ChangeHead(id=1, number=0)
        db.add(head)
    rows = [
        {"id": head.number + i, "channel_id": c, "conversation_id": k, "at": at}
        for i, ((c, k), at) in enumerate(noted.items(), 1)
    ]
    head.number += len(rows)
    insert_all(db, Change, rows)
    db.flush()


def head(db: Session) -> int:
    """The newest number."""
    return db.scalar(select(ChangeHead.number)) or 0


def is_changed(
    db: Session, channels: Channels, since: int, conversation_id: int | None = None
) -> bool:
    """Whether anything changed after a number, on the channels a person may read."""
    found = select(Change.id).where(Change.id > since).limit(1)
    if not channels.is_all:
        found = found.where(Change.channel_id.in_(channels.ids))
    if conversation_id is not None:
        found = found.where(Change.conversation_id == conversation_id)
    return db.scalar(found) is not None


def forget_old(db: Session, now: datetime) -> None:
    """A browser that slept longer than this loads its page anew."""
    db.execute(delete(Change).where(Change.at < now - KEPT))
