"""What becomes of an action: each function is one ending or one step, inside a transaction."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access.identity import DESK
from app.audit import log
from app.audit.events import Event
from app.channels.adapter import Shown
from app.channels.capabilities import ABOUT_A_PERSON
from app.channels.items import CommentItem, PostItem, Verb
from app.channels.models import Act, Channel
from app.foundation.due import is_due
from app.inbox import changes, intake
from app.inbox.intake import Promises
from app.inbox.models import Contact, Message
from app.replies import actions, refusals
from app.replies.models import ActionState, PlatformAction
from app.replies.refusals import Steps

LOOK_AFTER = timedelta(seconds=5)
MOST_FAILURES, TRIES_WHEN_GONE = 6, 3
VERBS = {Act.HIDE: Verb.HIDE, Act.UNHIDE: Verb.UNHIDE, Act.DELETE: Verb.DELETE}
"""What comes in by the one intake, as if the platform had told it first."""


def claimed(db: Session, action_id: int, until: datetime, now: datetime) -> PlatformAction | None:
    """The row, if the claim until that time still holds."""
    action = db.get(PlatformAction, action_id, with_for_update=True, populate_existing=True)
    if action is None or action.state is not ActionState.SENDING:
        return None
    return action if action.next_at == until and not is_due(until, now) else None


def is_so(act: Act, shown: Shown) -> bool:
    """Whether what was asked for is so on the platform, as far as looking tells."""
    if not shown.is_there:
        return act is Act.DELETE
    return {
        Act.HIDE: shown.is_hidden is True,
        Act.UNHIDE: shown.is_hidden is False,
        Act.LIKE: shown.is_liked is True,
        Act.UNLIKE: shown.is_liked is False,
    }.get(act, False)


def start(
    db: Session, action: PlatformAction, shown: Shown, now: datetime, until: datetime
) -> bool:
    """Record the call as started, unless the platform says that it is not to be done here."""
    if not shown.is_there and action.act is not Act.DELETE:
        _gone(db, action, now)
        return False
    if shown.abilities is not None and action.act not in shown.abilities:
        failed(db, action, "not-allowed", now)
        return False
    action.started_at, action.next_at = now, until
    action.attempts += 1
    _log(db, action, Event.ACTION_STARTED, now, attempt=action.attempts)
    return True


def done(db: Session, action: PlatformAction, promises: Promises, now: datetime) -> None:
    """It is so there, and from now on here: the same as when the platform tells of it."""
    if action.state not in (ActionState.SENDING, ActionState.UNKNOWN):
        return
    _end(db, action, ActionState.DONE, Event.ACTION_DONE, "", now)
    if action.act in VERBS:
        _take_in(db, action, promises, now)
    elif action.act in ABOUT_A_PERSON:
        contact = db.get_one(Contact, action.contact_id)
        contact.blocked_at = now if action.act is Act.BLOCK else None
    else:
        message = db.get_one(Message, action.message_id)
        message.is_liked = action.act is Act.LIKE


def unknown(db: Session, action: PlatformAction, now: datetime) -> None:
    """Nobody knows whether it was done: it is looked at before anything else."""
    action.move(ActionState.UNKNOWN)
    action.failures, action.next_at = 0, now + LOOK_AFTER
    _log(db, action, Event.ACTION_UNKNOWN, now, attempt=action.attempts)
    changes.note(db, action.channel_id, action.conversation_id, now)


def lease_ran_out(db: Session, action: PlatformAction, now: datetime) -> None:
    """Its worker is gone. Without a recorded start the platform was certainly not asked."""
    if action.started_at is None:
        back(db, action, now)
    else:
        unknown(db, action, now)


def looked(
    db: Session, action: PlatformAction, shown: Shown | None, promises: Promises, now: datetime
) -> None:
    """How it stands after a call without an answer; None: that could not be read.

    Doing it again changes nothing where it was done, so it may be repeated once.
    """
    if action.state is not ActionState.UNKNOWN:
        return
    if shown is None:
        action.failures += 1
        action.next_at = refusals.pause(action.failures + 2, None, now)
        if action.failures >= MOST_FAILURES:
            _give_up(db, action, "unreadable", now)
    elif is_so(action.act, shown):
        done(db, action, promises, now)
    elif action.attempts <= 1:
        back(db, action, now)
    else:
        _give_up(db, action, "twice", now)


def _gone(db: Session, action: PlatformAction, now: datetime) -> None:
    """What was written a moment ago may not be readable yet (PLATFORM_FACTS 8, 100.33)."""
    if action.failures < TRIES_WHEN_GONE - 1:
        later(db, action, None, now)
    else:
        failed(db, action, "gone", now)


def failed(db: Session, action: PlatformAction, kind: str, now: datetime) -> None:
    """The platform will never do it."""
    _end(db, action, ActionState.FAILED, Event.ACTION_FAILED, kind, now)


def back(db: Session, action: PlatformAction, now: datetime) -> None:
    """Nothing was done; it waits in the queue for its channel."""
    action.move(ActionState.QUEUED)
    action.started_at, action.next_at = None, now
    changes.note(db, action.channel_id, action.conversation_id, now)


def later(db: Session, action: PlatformAction, until: datetime | None, now: datetime) -> None:
    """Nothing was done; once more after a pause."""
    back(db, action, now)
    action.failures += 1
    action.next_at = refusals.pause(action.failures, until, now)


def steps(db: Session, action: PlatformAction, now: datetime) -> Steps:
    """What follows on each kind of refusal."""
    return Steps(
        unknown=lambda: unknown(db, action, now),
        failed=lambda kind: failed(db, action, kind, now),
        later=lambda until: later(db, action, until, now),
        back=lambda: back(db, action, now),
    )


def _take_in(db: Session, action: PlatformAction, promises: Promises, now: datetime) -> None:
    item = CommentItem(
        VERBS[action.act],
        action.target,
        PostItem(""),
        happened_at=action.started_at or now,
    )
    intake.take(db, db.get_one(Channel, action.channel_id), [item], promises, now)


def _give_up(db: Session, action: PlatformAction, reason: str, now: datetime) -> None:
    _end(db, action, ActionState.NEEDS_PERSON, Event.ACTION_NEEDS_PERSON, reason, now)


def _end(
    db: Session,
    action: PlatformAction,
    state: ActionState,
    event: Event,
    reason: str,
    now: datetime,
) -> None:
    action.move(state)
    action.reason, action.ended_at = reason, now
    _log(db, action, event, now, reason_code=reason or None)
    changes.note(db, action.channel_id, action.conversation_id, now)


def _log(
    db: Session, action: PlatformAction, event: Event, now: datetime, **detail: str | int | None
) -> None:
    kind = action.act.value
    log.record(db, event, DESK.log_name, actions.ref(action), now=now, kind=kind, **detail)
