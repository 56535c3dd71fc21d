"""Somebody who waits here was answered elsewhere: in private, or on the platform itself."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, NotFound
from app.foundation.words import Words
from app.inbox import access, changes, turns
from app.inbox.intake import Promises
from app.inbox.models import Conversation, Elsewhere, Message, Turn, TurnState
from app.inbox.waiting import order_of


def answered_there(
    db: Session,
    actor: Actor,
    conversation_id: int,
    turn_id: int,
    promises: Promises,
    now: datetime,
    *,
    seen_message_id: int,
) -> Turn:
    """A person says that this customer was answered on the platform; stops if they wrote since."""
    conversation = access.get(
        db, actor, conversation_id, now, Permission.CONVERSATION_HANDLE, is_locking=True
    )
    turn = db.get(Turn, turn_id)
    if turn is None or turn.conversation_id != conversation.id:
        raise NotFound()
    if turn.state is not TurnState.OPEN:
        raise Conflict(Words("This was answered meanwhile, or nobody waits for it any more."))
    if turn.last_message_id > seen_message_id:
        raise Conflict(
            Words(
                "A customer wrote while you were reading. It is still open: look at "
                "the new message first."
            )
        )
    settle(db, conversation, turn, Elsewhere.THERE, actor.member_id, promises, until=now, now=now)
    log.record(
        db,
        Event.CONVERSATION_ANSWERED_THERE,
        actor.log_name,
        f"conversation:{conversation.id}",
        now=now,
    )
    return turn


def settle(
    db: Session,
    conversation: Conversation,
    turn: Turn,
    where: Elsewhere,
    member_id: int | None,
    promises: Promises,
    *,
    until: datetime,
    now: datetime,
) -> None:
    """What this customer wrote in this turn until then needs no answer here any more."""
    begins = order_of(turn.first_message)
    said = db.scalars(
        select(Message).where(
            Message.conversation_id == conversation.id,
            Message.author_key == turn.contact_key,
            Message.is_ours.is_(False),
        )
    )
    for message in said:
        if order_of(message) >= begins and message.sent_at <= until:
            message.is_settled, message.settled_as = True, where
            message.settled_by_id, message.settled_at = member_id, now
    promise = promises.of(access.channel_of(db, conversation), is_public=conversation.is_public)
    turns.again(db, conversation, promise, at=now)
    changes.note(db, conversation.channel_id, conversation.id, now)
