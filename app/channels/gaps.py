"""The gap ledger: from when to when a channel was blind, why, and what was recovered.

A gap begins where the last whole reading ended, since nobody knows what came after it, and ends
with the next whole reading. What webhooks bring meanwhile comes in all the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.models import Channel, Gap

BLIND_AFTER = timedelta(minutes=10)
"""A reading that comes later than this behind its time leaves a gap."""
OFF = "off"
"""The reason where nobody tried: the desk's worker was not running."""
SHOWN = 20


def blind(db: Session, channel: Channel, reason: str, now: datetime, *, at_once: bool) -> None:
    """Readings fail; a channel that has never been read whole has a history, and no gap."""
    since = channel.whole_at
    if since is None or open_gap(db, channel.id) is not None:
        return
    if at_once or now - since >= BLIND_AFTER:
        db.add(Gap(channel_id=channel.id, began_at=since, reason=reason[:100], recovered=0))


def was_off(db: Session, channel: Channel, now: datetime) -> None:
    """The reading that begins now should have begun long ago, and nobody tried."""
    planned = channel.next_poll_at
    if planned is not None and now - planned >= BLIND_AFTER:
        blind(db, channel, OFF, now, at_once=True)


def recover(db: Session, channel: Channel, new: int) -> None:
    """Messages that a reading brought and nothing had brought before."""
    found = open_gap(db, channel.id) if new else None
    if found is not None:
        found.recovered += new


def close(db: Session, channel: Channel, now: datetime) -> None:
    """The channel was read whole."""
    found = open_gap(db, channel.id)
    if found is not None:
        found.ended_at = now
    channel.whole_at = now


def open_gap(db: Session, channel_id: int) -> Gap | None:
    """The gap a channel is in."""
    return db.scalar(select(Gap).where(Gap.channel_id == channel_id, Gap.ended_at.is_(None)))


def newest(db: Session, channel_id: int, most: int = SHOWN) -> Sequence[Gap]:
    """A channel's newest gaps, the newest first."""
    found = select(Gap).where(Gap.channel_id == channel_id)
    return db.scalars(found.order_by(Gap.began_at.desc(), Gap.id.desc()).limit(most)).all()
