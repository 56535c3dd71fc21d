"""Asking for something to be done on a platform with a message or its author, and taking it back.

Hiding and deleting are done there; nothing is ever removed from the desk alone.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.channels.capabilities import ABOUT_A_PERSON, UNDONE_BY
from app.channels.models import Act
from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.foundation.words import Words
from app.inbox import access, changes, turns
from app.inbox.models import Contact, Message, Turn
from app.inbox.waiting import order_of
from app.replies import abilities
from app.replies.models import ActionState, PlatformAction
from app.replies.models.actions import LIVE

RIGHTS = {
    Act.HIDE: Permission.MESSAGE_HIDE,
    Act.UNHIDE: Permission.MESSAGE_HIDE,
    Act.LIKE: Permission.MESSAGE_LIKE,
    Act.UNLIKE: Permission.MESSAGE_LIKE,
    Act.DELETE: Permission.MESSAGE_DELETE,
    Act.BLOCK: Permission.CONTACT_BLOCK,
    Act.UNBLOCK: Permission.CONTACT_BLOCK,
}


def ask(db: Session, actor: Actor, message_id: int, act: Act, now: datetime) -> PlatformAction:
    """Have it done, if it can be and nothing else is being done with this message."""
    message = get(db, actor, message_id, now)
    policy.require(actor, RIGHTS[act], now, message.channel_id)
    can = abilities.what_can(db, message, now).get(act)
    if can is None:
        raise Conflict(Words("It is so already. Look again at how it stands."))
    if can.why_not is not None:
        raise Invalid(can.why_not)
    if _live(db, message) is not None:
        raise Conflict(Words("This is under way already. Look again in a moment."))
    return _queue(db, actor, message, act, now)


def undo(db: Session, actor: Actor, action_id: int, now: datetime) -> PlatformAction:
    """Take it back: before it began it never happens, afterwards the opposite is done."""
    action = db.get(PlatformAction, action_id)
    message = get(db, actor, action.message_id if action else 0, now)
    action = db.get_one(PlatformAction, action_id, with_for_update=True, populate_existing=True)
    policy.require(actor, RIGHTS[action.act], now, message.channel_id)
    if action.state is ActionState.QUEUED:
        action.move(ActionState.UNDONE)
        action.ended_at = now
        log.record(db, Event.ACTION_UNDONE, actor.log_name, ref(action), now=now)
        changes.note(db, action.channel_id, action.conversation_id, now)
        return action
    if action.act not in UNDONE_BY:
        raise Conflict(Words("What was deleted there cannot be brought back."))
    return ask(db, actor, message.id, UNDONE_BY[action.act], now)


def get(db: Session, actor: Actor, message_id: int, now: datetime) -> Message:
    """A message on a channel the person may read, its conversation locked."""
    found = db.get(Message, message_id)
    if found is None:
        raise NotFound()
    access.get(db, actor, found.conversation_id, now, is_locking=True)
    return db.get_one(Message, message_id, with_for_update=True, populate_existing=True)


def of_conversation(db: Session, conversation_id: int) -> dict[int, PlatformAction]:
    """The newest action with each message."""
    rows = db.scalars(
        select(PlatformAction)
        .where(PlatformAction.conversation_id == conversation_id)
        .order_by(PlatformAction.id)
    )
    return {action.message_id: action for action in rows}


def open_turn(db: Session, message: Message) -> Turn | None:
    """The turn in which somebody waits for an answer to this."""
    found = turns.open_turns(db, [message.conversation_id])[message.conversation_id]
    turn = found.get(message.author_key)
    is_within = turn is not None and order_of(message) >= order_of(turn.first_message)
    return turn if is_within else None


def ref(action: PlatformAction) -> str:
    """How the log names it."""
    return f"action:{action.id}"


def _queue(db: Session, actor: Actor, message: Message, act: Act, now: datetime) -> PlatformAction:
    if actor.member_id is None:
        raise Forbidden(Words("Only a person can do this."))
    is_about_a_person = act in ABOUT_A_PERSON
    action = PlatformAction(
        channel_id=message.channel_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        contact_id=message.contact_id if is_about_a_person else None,
        member_id=actor.member_id,
        act=act,
        target=_person(db, message) if is_about_a_person else message.external_id,
        state=ActionState.QUEUED,
        next_at=now,
        created_at=now,
    )
    db.add(action)
    db.flush()
    log.record(
        db,
        Event.ACTION_ASKED,
        actor.log_name,
        ref(action),
        now=now,
        kind=act.value,
        conversation=action.conversation_id,
        external_id=action.target,
    )
    changes.note(db, action.channel_id, action.conversation_id, now)
    return action


def _person(db: Session, message: Message) -> str:
    return db.get_one(Contact, message.contact_id).external_id


def _live(db: Session, message: Message) -> PlatformAction | None:
    return db.scalar(
        select(PlatformAction)
        .where(PlatformAction.message_id == message.id, PlatformAction.state.in_(LIVE))
        .limit(1)
    )
