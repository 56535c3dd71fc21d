"""What was written before a channel was connected: read back page by page, as far as one likes."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.channels.models import Channel


def stop(db: Session, actor: Actor, channel: Channel, *, is_stopped: bool, now: datetime) -> None:
    """Read no further back, or go on where it was; what is new is read all the same."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now, channel.id)
    if channel.is_history_stopped == is_stopped or channel.history_done_at is not None:
        return
    channel.is_history_stopped = is_stopped
    channel.next_poll_at = now
    log.record(
        db,
        Event.CHANNEL_CHANGED,
        actor.log_name,
        f"channel:{channel.id}",
        now=now,
        fields=["is_history_stopped"],
        state="off" if is_stopped else "on",
    )
