"""A platform that refuses our access: the channel stops, and those are told who can help."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import DESK
from app.access.permissions import Permission
from app.accounts import members
from app.audit import log
from app.audit.events import Event
from app.channels.models import CREDIT, Channel, ChannelState
from app.notices import notices
from app.notices.models import Kind
from app.notices.notices import About


def freeze(db: Session, channel: Channel, reason: str, now: datetime) -> None:
    """Nothing goes out until somebody connects it again; its admins and the owners are told.

    Where the app's own money is used up, all its channels stop.
    """
    for one in _beside(db, channel) if reason.startswith(CREDIT) else [channel]:
        one.freeze(reason)
        _tell(db, one, reason, now)


def paid(db: Session, channel: Channel, now: datetime) -> None:
    """A call was taken: where only money was missing, all that stopped for it go on."""
    if not channel.is_out_of_credit:
        return
    for one in _beside(db, channel, ChannelState.FROZEN):
        if one.is_out_of_credit:
            one.next_poll_at = now
            thaw(db, one, now)


def _beside(
    db: Session, channel: Channel, state: ChannelState = ChannelState.CONNECTED
) -> list[Channel]:
    """The channels that the same app reaches."""
    found = select(Channel).where(Channel.platform == channel.platform, Channel.state == state)
    return list(db.scalars(found.order_by(Channel.id)))


def revoked(db: Session, channel: Channel, at: datetime, now: datetime) -> None:
    """Somebody took our access away there; what was so before it was connected again is over."""
    is_old = channel.connected_at is not None and at < channel.connected_at
    if channel.state is ChannelState.CONNECTED and not is_old:
        freeze(db, channel, "token revoked", now)


def block(db: Session, channel: Channel, code: str, now: datetime) -> None:
    """The platform blocks what we write. Trying on would make it worse, so nothing goes out until
    a person starts sending again."""
    if not channel.is_blocked:
        channel.block(code)
        _tell(db, channel, channel.frozen_reason, now, detail="blocked")


def thaw(db: Session, channel: Channel, now: datetime) -> None:
    """Connected again: what was told is over."""
    channel.thaw()
    over(db, channel, now)


def over(db: Session, channel: Channel, now: datetime) -> None:
    """What was told is over, unless the platform still blocks it."""
    if not channel.is_blocked:
        notices.over(db, Kind.CHANNEL_FROZEN, _ref(channel), now)


def _tell(db: Session, channel: Channel, reason: str, now: datetime, *, detail: str = "") -> None:
    """The log, the channel's admins and the owners."""
    log.record(db, Event.CHANNEL_FROZEN, DESK.log_name, _ref(channel), now=now, reason_code=reason)
    admins = members.who_can(db, Permission.CHANNEL_MANAGE, now, channel.id)
    owners = members.who_can(db, Permission.OWNER_MANAGE, now)
    told = {m.id for m in (*admins, *owners)}
    about = About(_ref(channel), channel.id)
    notices.tell(db, told, Kind.CHANNEL_FROZEN, about, now, detail=detail)


def _ref(channel: Channel) -> str:
    return f"channel:{channel.id}"
