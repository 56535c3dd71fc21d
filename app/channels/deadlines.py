"""Dates on which access ends, and the warnings before them, to two people each.

There is a date only where a platform or a person gave one.
"""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import members
from app.audit import log
from app.audit.events import Event
from app.channels.duty_models import Deadline
from app.channels.models import Channel, ChannelState
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.notices import notices
from app.notices.models import Kind
from app.notices.notices import About

TOKEN, DATA_ACCESS, RENEWAL = "token", "data-access", "meta-renewal"
BEFORE_END = (14, 7, 3, 1, 0)
BEFORE_RENEWAL = (60, 30, 14, 7, 0)
"""Days; 0: it is over."""
DAY = timedelta(days=1)
TOLD = 2
FARTHEST = timedelta(days=800)
ALREADY_PAST = Words(
    "This day is over, or more than two years away. Write the day that Meta shows."
)


def of_channel(db: Session, channel_id: int) -> list[Deadline]:
    """What is known to end for a channel, the nearest first."""
    keys = [f"{TOKEN}:{channel_id}", f"{DATA_ACCESS}:{channel_id}"]
    return list(
        db.scalars(select(Deadline).where(Deadline.key.in_(keys)).order_by(Deadline.due_at))
    )


def renewal(db: Session) -> Deadline | None:
    """The Meta app's yearly renewal of its data access."""
    return db.get(Deadline, RENEWAL)


def put(db: Session, key: str, due_at: datetime | None, by: int | None = None) -> None:
    """What was told last counts; a person's own date is not overwritten by a platform's."""
    found = db.get(Deadline, key)
    if found is not None and found.set_by_id is not None and by is None:
        return
    if due_at is None:
        if found is not None:
            db.delete(found)

    elif found is None:
        db.add(Deadline(key=key, due_at=due_at, set_by_id=by))
    elif found.due_at != due_at:
        found.due_at, found.set_by_id, found.told_days = due_at, by, None


def set_renewal(db: Session, actor: Actor, due_at: datetime, now: datetime) -> None:
    """The day that Meta shows to the app's admins."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now)
    if not now - DAY < due_at < now + FARTHEST:
        raise Invalid(ALREADY_PAST, "renewal")
    put(db, RENEWAL, due_at, actor.member_id)
    notices.over(db, Kind.RUNS_OUT, _about(RENEWAL).ref, now)
    log.record(
        db, Event.CHANNEL_CHANGED, actor.log_name, "desk", now=now, fields=["meta_renewal"],
        until=due_at.date().isoformat(),
    )  # fmt: skip


def days_left(deadline: Deadline, now: datetime) -> int:
    """Whole days; 0 once it is over."""
    return max(ceil((deadline.due_at - now) / DAY), 0)


def warn(db: Session, now: datetime) -> None:
    """Each step once: a desk that was off for a while tells only the nearest."""
    for deadline in db.scalars(select(Deadline).order_by(Deadline.key)).all():
        steps = BEFORE_RENEWAL if deadline.key == RENEWAL else BEFORE_END
        left = days_left(deadline, now)
        step = min((s for s in steps if s >= left), default=None)
        is_new = step is not None and (deadline.told_days is None or step < deadline.told_days)
        about = _about(deadline.key)
        if step is None or not is_new or not _is_live(db, about.channel_id):
            continue
        deadline.told_days = step
        told = _two(db, about.channel_id, now)
        notices.tell(db, told, Kind.RUNS_OUT, about, now, detail=str(left))


def _two(db: Session, channel_id: int | None, now: datetime) -> list[int]:
    """Who connected it and an owner; whoever else can help where that is the same person."""
    able = members.who_can(db, Permission.CHANNEL_MANAGE, now, channel_id)
    owners = members.who_can(db, Permission.OWNER_MANAGE, now)
    channel = db.get(Channel, channel_id) if channel_id else None
    by = channel.connected_by_id if channel else None
    first = [m.id for m in able if m.id == by] or [m.id for m in able[:1]]
    others = [m.id for m in (*owners, *able)]
    return list(dict.fromkeys([*first, *others]))[:TOLD]


def _is_live(db: Session, channel_id: int | None) -> bool:
    channel = db.get(Channel, channel_id) if channel_id else None
    return channel is None or channel.state is not ChannelState.REMOVED


def _about(key: str) -> About:
    number = key.partition(":")[2]
    return About(f"channel:{number}", int(number)) if number else About("meta-app:1", None)
