"""What becomes of an outbox row: each function is one ending or one step, inside a transaction."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import DESK
from app.audit import log
from app.audit.events import Event
from app.channels.adapter import Outgoing, Reading, Said
from app.channels.models import Channel
from app.foundation.due import is_due
from app.inbox import changes, directs, intake
from app.inbox.intake import Promises
from app.inbox.models import Conversation, Message
from app.replies import (
    drafts,
    fingerprint,
    outbox,
    private_replies,
    recognition,
    refusals,
    rules,
    showing,
    telling,
    windows,
)
from app.replies.abilities import PRIVATE_REPLY
from app.replies.models import Draft, DraftState, OutboxItem, OutboxState
from app.replies.refusals import Steps

READ_AT = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=35))
"""Pauses before the three readings: together longer than a platform's read delay."""
READ_AGAIN = timedelta(seconds=10)
MOST_FAILED_READINGS, SAFE_TRIES = 6, 3
"""A private reply may be sent again: the platform takes one (PLATFORM_FACTS 8, 10900)."""
TRIES_WHEN_GONE = 3
"""A comment written a moment ago may not be readable yet (PLATFORM_FACTS 8, 100.33)."""
LATE = frozenset(
    {OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.QUEUED, OutboxState.NEEDS_PERSON}
)


def outgoing(db: Session, item: OutboxItem) -> Outgoing:
    """What the adapter gets to see."""
    is_private = item.kind == "message"
    return Outgoing(
        item.kind,
        item.target,
        item.text,
        mark=f"outbox:{item.id}",
        elsewhere=_elsewhere(db, item),
        reply_to=item.reply_to,
        last_customer_at=(
            directs.last_customer_at(db, item.conversation_id) if is_private else None
        ),
        is_typed=_is_typed(db.get_one(Draft, item.draft_id)),
    )


def _elsewhere(db: Session, item: OutboxItem) -> str:
    """The post of somebody else's under which it is to stand."""
    post = db.get_one(Conversation, item.conversation_id).post
    return "" if post is None or post.is_ours else post.external_id


def _is_typed(draft: Draft) -> bool:
    """Whether a person wrote it for this customer."""
    return draft.holding_id is None


def claimed(db: Session, item_id: int, until: datetime, now: datetime) -> OutboxItem | None:
    """The row, if the claim until that time still holds; else the lease ran out, and by now it
    may be somebody else's."""
    item = outbox.locked(db, item_id)
    if item is None or item.state is not OutboxState.SENDING:
        return None
    return item if item.next_at == until and not is_due(until, now) else None


def take_in(
    db: Session, item: OutboxItem, reading: Reading, promises: Promises, now: datetime
) -> None:
    """What the thread shows now, before anything is decided on it."""
    channel = db.get_one(Channel, item.channel_id)
    channel.checked_at = now
    intake.pulled(db, channel, reading.bodies, promises, now)


def known(db: Session, item_id: int) -> Reading:
    """The conversation as the desk knows it, without asking the platform."""
    item = db.get_one(OutboxItem, item_id)
    ours = select(Message.external_id).where(
        Message.conversation_id == item.conversation_id, Message.is_ours
    )
    said = tuple(Said(external_id, True, "") for external_id in db.scalars(ours))
    return Reading(said, is_complete=False)


def start(db: Session, item: OutboxItem, reading: Reading, now: datetime, until: datetime) -> bool:
    """Record the send as started, unless the thread is not what was approved any more."""
    conversation = db.get_one(Conversation, item.conversation_id)
    draft = db.get_one(Draft, item.draft_id)
    seen = fingerprint.look(db, conversation, drafts.answered_turns(db, draft))
    if seen.fingerprint(item.text) != item.fingerprint:
        _end(db, item, OutboxState.STOPPED, Event.REPLY_STOPPED, "changed", now)
        _ask_again(db, draft, now)
        return False
    if draft.promised_at is not None and draft.promised_at <= now:
        failed(db, item, "promise", now)
        return False
    window = windows.window(db, conversation, now)
    if window is not None and not window.takes(is_typed=_is_typed(draft)):
        failed(db, item, "window", now)
        return False
    if item.kind == PRIVATE_REPLY and not _may_go_privately(db, item, draft, now):
        failed(db, item, "no-private-reply", now)
        return False
    channel = db.get_one(Channel, item.channel_id)
    if not rules.limit(channel, conversation.audience).takes(item.text):
        failed(db, item, "length", now)
        return False
    item.started_at, item.next_at = now, until
    item.attempts += 1
    item.readings = item.failures = 0
    item.known_ids = json.dumps([s.external_id for s in reading.said if s.is_ours])
    _log(db, item, Event.REPLY_STARTED, now, attempt=item.attempts)
    return True


def _may_go_privately(db: Session, item: OutboxItem, draft: Draft, now: datetime) -> bool:
    """Looked at again when it is sent; a second try is refused by the platform, which is safe."""
    can = private_replies.can(db, draft.private_to_id, now, besides=item.id)
    return can.is_possible or item.attempts > 0


def _ask_again(db: Session, draft: Draft, now: datetime) -> None:
    """To its approver, who sees what changed; a holding reply to whoever sent it."""
    if draft.holding_id is not None:
        draft.move(DraftState.RETURNED)
        return
    draft.move(DraftState.SUBMITTED)
    drafts.show_waiting(db, draft.conversation_id)
    telling.asked(db, draft, now, by=None)


def sent(
    db: Session, item_id: int, external_id: str | None, promises: Promises, now: datetime
) -> None:
    """It stands on the platform, under this id; None where only that much is known."""
    item = outbox.locked(db, item_id)
    if item is None or item.state not in LATE:
        return
    how = Event.REPLY_SENT if item.state is OutboxState.SENDING else Event.REPLY_SETTLED
    item.external_id = external_id
    _end(db, item, OutboxState.SENT, how, "", now)
    draft = db.get_one(Draft, item.draft_id)
    draft.move(DraftState.SENT)
    if item.kind == PRIVATE_REPLY:
        private_replies.show(db, item, external_id, promises, now)
    elif external_id is not None:
        showing.show(db, item, draft, external_id, promises, now)


def unknown(db: Session, item: OutboxItem, now: datetime) -> None:
    """Nobody knows whether it was done: it is read back before anything else."""
    item.move(OutboxState.UNKNOWN)
    item.readings = item.failures = 0
    item.next_at = now + READ_AT[0]
    _log(db, item, Event.REPLY_UNKNOWN, now, attempt=item.attempts)
    changes.note(db, item.channel_id, item.conversation_id, now)


def lease_ran_out(db: Session, item: OutboxItem, now: datetime) -> None:
    """Its worker is gone. Without a recorded start the platform was certainly not asked."""
    if item.started_at is None:
        item.move(OutboxState.QUEUED)
        item.next_at = now
    else:
        unknown(db, item, now)


def where_to_look(db: Session, item: OutboxItem) -> tuple[str, str]:
    """What shows whether it is there: a private reply stands among the messages with the person."""
    if item.kind == PRIVATE_REPLY:
        return "message", private_replies.person(db, item)
    return item.kind, item.target


def read_back(
    db: Session, item_id: int, reading: Reading, promises: Promises, now: datetime
) -> None:
    """One reading of a row whose outcome is unknown."""
    item = outbox.locked(db, item_id)
    if item is None or item.state is not OutboxState.UNKNOWN:
        return
    found = recognition.ours(db, item, reading)
    if found is not None:
        sent(db, item_id, found, promises, now)
    elif item.kind == PRIVATE_REPLY and item.attempts < SAFE_TRIES:
        back(db, item, now)
        _log(db, item, Event.REPLY_REQUEUED, now, readings=1)
    elif not recognition.is_complete(item, reading):
        item.failures += 1
        item.next_at = now + READ_AGAIN
        if item.failures >= MOST_FAILED_READINGS:
            _end(db, item, OutboxState.NEEDS_PERSON, Event.REPLY_NEEDS_PERSON, "unreadable", now)
    else:
        _not_there(db, item, now)


def failed(db: Session, item: OutboxItem, kind: str, now: datetime) -> None:
    """The platform will never take it: the words stay with their writer."""
    if kind == "gone" and item.started_at is None and item.failures < TRIES_WHEN_GONE - 1:
        later(db, item, None, now)
        return
    _end(db, item, OutboxState.FAILED, Event.REPLY_FAILED, kind, now)
    draft = db.get_one(Draft, item.draft_id)
    draft.move(DraftState.RETURNED)


def later(db: Session, item: OutboxItem, until: datetime | None, now: datetime) -> None:
    """Nothing was done; once more after a pause."""
    back(db, item, now)
    item.failures += 1
    item.next_at = refusals.pause(item.failures, until, now)


def back(db: Session, item: OutboxItem, now: datetime) -> None:
    """Nothing was done; it waits in the queue for its channel."""
    item.move(OutboxState.QUEUED)
    item.started_at, item.next_at = None, now
    changes.note(db, item.channel_id, item.conversation_id, now)


def steps(db: Session, item: OutboxItem, promises: Promises, now: datetime) -> Steps:
    """What follows on each kind of refusal."""

    def refused(kind: str) -> None:
        if kind == "private-reply-done" and item.attempts > 1:
            sent(db, item.id, None, promises, now)
        else:
            failed(db, item, kind, now)

    return Steps(
        unknown=lambda: unknown(db, item, now),
        failed=refused,
        later=lambda until: later(db, item, until, now),
        back=lambda: back(db, item, now),
    )


def _not_there(db: Session, item: OutboxItem, now: datetime) -> None:
    """A complete reading without it. After three: sent again, once; then a person decides."""
    item.readings += 1
    if item.readings < len(READ_AT):
        item.next_at = now + READ_AT[item.readings]
    elif item.attempts <= 1:
        item.move(OutboxState.QUEUED)
        item.started_at, item.next_at = None, now
        _log(db, item, Event.REPLY_REQUEUED, now, readings=item.readings)
    else:
        _end(db, item, OutboxState.NEEDS_PERSON, Event.REPLY_NEEDS_PERSON, "twice", now)


def _end(
    db: Session, item: OutboxItem, state: OutboxState, event: Event, reason: str, now: datetime
) -> None:
    item.move(state)
    item.reason, item.ended_at = reason, now
    _log(db, item, event, now, reason_code=reason or None, external_id=item.external_id)
    telling.ended(db, item, now)
    changes.note(db, item.channel_id, item.conversation_id, now)


def _log(
    db: Session, item: OutboxItem, event: Event, now: datetime, **detail: str | int | None
) -> None:
    log.record(
        db, event, DESK.log_name, f"outbox:{item.id}", now=now, draft=item.draft_id, **detail
    )
