"""Deliveries that could not be taken in whole: kept as they came, to be tried again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.inbox import intake
from app.inbox.intake import Promises
from app.inbox.models import EventState, RawEvent

SHOWN = 50
TOGETHER = 100
"""So many are tried in one transaction, as the worker does."""
LONELY = re.compile("page (\\S+) is not connected")
DEAD = RawEvent.state == EventState.DEAD
HAS_BODY = func.length(RawEvent.body) > 0
"""Not so once it was emptied, since a customer deleted what it spoke of."""


@dataclass(frozen=True)
class Group:
    """Those of one reason, without anything of what customers wrote."""

    reason: str
    source: str
    count: int
    triable: int
    newest_at: datetime

    @property
    def page(self) -> str:
        """The Page that is not connected here, if that is all that stands against them."""
        found = LONELY.fullmatch(self.reason)
        return found[1] if found else ""


@dataclass(frozen=True)
class Tried:
    """What came of a part of them; `last` is where the next part begins, 0: there was none."""

    count: int
    taken: int
    last: int


def count(db: Session) -> int:
    """How many there are."""
    return db.scalar(select(func.count()).where(DEAD)) or 0


def groups(db: Session, most: int = SHOWN) -> Sequence[Group]:
    """By reason, the one with the newest delivery first."""
    found = (
        select(
            RawEvent.problem,
            RawEvent.platform,
            func.count(),
            func.sum(case((HAS_BODY, 1), else_=0)),
            func.max(RawEvent.received_at, type_=RawEvent.received_at.type),
        )
        .where(DEAD)
        .group_by(RawEvent.problem, RawEvent.platform)
        .order_by(func.max(RawEvent.id).desc())
        .limit(most)
    )
    return [Group(*row) for row in db.execute(found)]


def shown(db: Session, actor: Actor, now: datetime) -> Sequence[Group]:
    """For whoever looks after channels."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now)
    return groups(db)


def again(
    db: Session,
    actor: Actor,
    promises: Promises,
    now: datetime,
    *,
    reason: str | None = None,
    after: int = 0,
) -> Tried:
    """Take a part of them in once more, of one reason or of all; nothing comes in twice."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now)
    which: list[Any] = [DEAD, HAS_BODY, RawEvent.id > after]
    if reason is not None:
        which.append(RawEvent.problem == reason)
    some = select(RawEvent).where(*which).order_by(RawEvent.id).limit(TOGETHER)
    events = list(db.scalars(some.with_for_update(skip_locked=True)))
    if not events:
        return Tried(0, 0, 0)
    intake.take_apart(db, events, promises, now)
    left = sum(event.state is EventState.DEAD for event in events)
    log.record(db, Event.DELIVERY_RETRIED, actor.log_name, "deliveries", now=now, count=len(events))
    return Tried(len(events), len(events) - left, events[-1].id)
