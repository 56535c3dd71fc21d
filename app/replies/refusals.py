"""What a platform's refusal means for a row on its way to it: an answer and an action alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from app.channels import freezing
from app.channels.errors import (
    AuthExpired,
    ChannelError,
    Permanent,
    RateLimited,
    Transient,
    Unknown,
)
from app.channels.models import BLOCKED, Channel

log = structlog.get_logger()
T = TypeVar("T")
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Steps:
    """The steps that a row can take after a refusal."""

    unknown: Callable[[], None]
    """It may have been done."""
    failed: Callable[[str], None]
    """It never will be; the kind says why."""
    later: Callable[[datetime | None], None]
    """Nothing was done: again then, or after a pause."""
    back: Callable[[], None]
    """Nothing was done: into the queue, which waits for the channel."""


def asked(call: Callable[[], T], *, is_write: bool, **about: int) -> T | ChannelError:
    """The platform's answer, or what stands against it; `about` says in the log what it is."""
    try:
        return call()
    except ChannelError as problem:
        refused: ChannelError = problem
    except Exception as problem:
        refused = (Unknown if is_write else Transient)(type(problem).__name__)
    log.info(
        "platform refused",
        error=type(refused).__name__,
        code=refused.code,
        trace=refused.trace,
        **about,
    )
    return refused


def take(db: Session, channel_id: int, problem: ChannelError, steps: Steps, now: datetime) -> None:
    """The one step that follows, and what it means for the whole channel."""
    if isinstance(problem, Unknown) or _is_duplicate(problem):
        steps.unknown()
    elif isinstance(problem, Permanent):
        steps.failed(problem.kind)
        if problem.kind == BLOCKED:
            freezing.block(db, db.get_one(Channel, channel_id), problem.code, now)
    elif isinstance(problem, AuthExpired):
        steps.back()
        reason = f"{problem.kind} {problem.code}"
        freezing.freeze(db, db.get_one(Channel, channel_id), reason, now)
    else:
        steps.later(problem.until if isinstance(problem, RateLimited) else None)


def _is_duplicate(problem: ChannelError) -> bool:
    """It may be our own earlier try."""
    return isinstance(problem, Permanent) and problem.kind == "duplicate"


def pause(failures: int, until: datetime | None, now: datetime) -> datetime:
    """When to try again: as the platform says, else after a pause that doubles from a second to an
    hour."""
    if until is not None and until > now:
        return until
    return now + min(timedelta(seconds=2 ** min(failures, 12)), LONGEST_PAUSE)
