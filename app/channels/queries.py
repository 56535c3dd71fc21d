"""What the screens show of channels."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.channels.models import Channel, ChannelState, Platform
from app.foundation.errors import NotFound


def channels(db: Session, actor: Actor, now: datetime) -> list[Channel]:
    """The channels a person may see, by name."""
    open_to = policy.channels_open_to(actor, Permission.CHANNEL_READ, now)
    found = (
        select(Channel)
        .where(Channel.state != ChannelState.REMOVED)
        .order_by(Channel.platform, Channel.name, Channel.id)
    )
    if not open_to.is_all:
        found = found.where(Channel.id.in_(open_to.ids))
    return list(db.scalars(found))


def channel(db: Session, actor: Actor, now: datetime, channel_id: int) -> Channel:
    """One channel; somebody it is not open to finds nothing."""
    found = db.get(Channel, channel_id)
    if (
        found is None
        or found.state is ChannelState.REMOVED
        or not policy.can(actor, Permission.CHANNEL_READ, now, channel_id)
    ):
        raise NotFound()
    return found


def known(db: Session, platform: Platform, external_id: str) -> Channel | None:
    """The channel of a page or account, also one that was taken off the desk."""
    found = select(Channel).where(Channel.platform == platform, Channel.external_id == external_id)
    return db.scalar(found)
