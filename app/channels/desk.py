"""The desk's own channel: calls, visits and mails that the team wrote down.

Made at its first use. Nothing is read there and nothing can be sent: a role on all channels
covers it, a role on some covers it only where it was given for this one too.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.identity import DESK
from app.audit import log
from app.audit.events import Event
from app.channels.models import Channel, ChannelState, Platform

EXTERNAL_ID = "written-down"


def find(db: Session) -> Channel | None:
    """The channel, where somebody has written something down before."""
    return db.scalar(
        select(Channel).where(Channel.platform == Platform.DESK, Channel.external_id == EXTERNAL_ID)
    )


def open_channel(db: Session, now: datetime) -> Channel:
    """The channel, made now if it is not there; two who come at once get the same one."""
    found = find(db)
    return found if found is not None else _make(db, now)


def _make(db: Session, now: datetime) -> Channel:
    made = Channel(
        platform=Platform.DESK,
        external_id=EXTERNAL_ID,
        name=Platform.DESK.label,
        state=ChannelState.CONNECTED,
        is_sending=False,
        connected_at=now,
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        return db.scalars(select(Channel).where(Channel.external_id == EXTERNAL_ID)).one()
    log.record(
        db,
        Event.CHANNEL_CONNECTED,
        DESK.log_name,
        f"channel:{made.id}",
        now=now,
        platform=Platform.DESK.value,
    )
    return made
