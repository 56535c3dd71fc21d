"""What the team does with a conversation."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts.models import Member, MemberState
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.inbox import access, changes, mentions, turns
from app.inbox.intake import Promises
from app.inbox.models import Conversation, ConversationState, Message, Note
from app.inbox.waiting import order_of
from app.notices import notices
from app.notices.models import Kind
from app.notices.notices import About

LONGEST_NOTE = 20_000
LONGEST_SNOOZE = timedelta(days=365)


def claim(
    db: Session, actor: Actor, conversation_id: int, now: datetime, *, had: int | None = None
) -> Conversation:
    """Take it; also from somebody else, which they see. `had` is who had it on the page."""
    conversation = _handled(db, actor, conversation_id, now)
    _check_had(db, actor, conversation, had)
    return _assign(db, actor, conversation, actor.member_id, now)


def release(
    db: Session, actor: Actor, conversation_id: int, now: datetime, *, had: int | None = None
) -> Conversation:
    """Let it go: it is everybody's again."""
    conversation = _handled(db, actor, conversation_id, now)
    _check_had(db, actor, conversation, had)
    return _assign(db, actor, conversation, None, now)


def release_all(db: Session, actor: Actor, member_id: int, now: datetime) -> int:
    """Everything that somebody who leaves had taken is everybody's again; returns how many.

    For who looks after members, whatever they may read: nothing of a conversation is shown here.
    """
    policy.require(actor, Permission.MEMBER_MANAGE, now)
    rows = db.execute(
        update(Conversation)
        .where(Conversation.assignee_id == member_id)
        .values(assignee_id=None)
        .returning(Conversation.id, Conversation.channel_id, Conversation.state)
    ).all()
    for row in rows:
        if row.state is not ConversationState.DONE:
            changes.note(db, row.channel_id, row.id, now)
    if rows:
        log.record(
            db,
            Event.CONVERSATIONS_RELEASED,
            actor.log_name,
            f"member:{member_id}",
            now=now,
            count=len(rows),
        )
    return len(rows)


def hand_over(
    db: Session,
    actor: Actor,
    conversation_id: int,
    to_member_id: int,
    reason: str,
    now: datetime,
    *,
    had: int | None = None,
) -> Conversation:
    """Give it to a colleague who can answer there, with the reason as a note."""
    conversation = _handled(db, actor, conversation_id, now)
    _check_had(db, actor, conversation, had)
    member = db.get(Member, to_member_id)
    if member is None or member.state is not MemberState.ACTIVE:
        raise Invalid(Words("Choose a colleague who is at the desk."), "to")
    if not policy.can(
        member.as_actor(), Permission.CONVERSATION_HANDLE, now, conversation.channel_id
    ):
        raise Invalid(
            Words(
                "%(name)s cannot answer on this channel. Choose somebody else.",
                {"name": member.first_name},
            ),
            "to",
        )
    if clean(reason):
        add_note(db, actor, conversation_id, reason, now)
    return _assign(db, actor, conversation, member.id, now)


def add_note(db: Session, actor: Actor, conversation_id: int, text: str, now: datetime) -> Note:
    """A word for the team; whom it mentions is told. It can never reach the customer."""
    conversation = _handled(db, actor, conversation_id, now)
    text = clean(text)
    if not text or len(text) > LONGEST_NOTE:
        raise Invalid(Words("Write a note of 1 to 20,000 characters."), "text")
    if actor.member_id is None:
        raise Invalid(Words("Only a person can write a note."))
    note = Note(conversation_id=conversation.id, author_id=actor.member_id, text=text, at=now)
    db.add(note)
    db.flush()
    log.record(
        db,
        Event.NOTE_WRITTEN,
        actor.log_name,
        f"note:{note.id}",
        now=now,
        conversation=conversation.id,
    )
    told = [m.id for m in mentions.of_note(db, conversation, text, now).told]
    about = About(f"note:{note.id}", conversation.channel_id, conversation.id)
    notices.tell(db, told, Kind.MENTIONED, about, now, by=actor.member_id)
    changes.note(db, conversation.channel_id, conversation.id, now)
    return note


def mark_done(
    db: Session,
    actor: Actor,
    conversation_id: int,
    promises: Promises,
    now: datetime,
    *,
    seen_message_id: int,
) -> Conversation:
    """Nobody here needs an answer any more. Stops if a customer wrote after what was seen."""
    conversation = _handled(db, actor, conversation_id, now)
    messages = _customers_messages(db, conversation)
    _check_seen(messages, seen_message_id)
    for message in _waiting(db, conversation, messages):
        message.is_settled = True
    db.flush()
    channel = access.channel_of(db, conversation)
    turns.again(db, conversation, promises.of(channel, is_public=conversation.is_public), at=now)
    conversation.close()
    notices.over(db, Kind.ASSIGNED, f"conversation:{conversation.id}", now)
    _told(db, Event.CONVERSATION_DONE, actor, conversation, now)
    return conversation


def reopen(
    db: Session, actor: Actor, conversation_id: int, promises: Promises, now: datetime
) -> Conversation:
    """Undo "done": the newest customer message counts as unanswered again."""
    conversation = _handled(db, actor, conversation_id, now)
    last = db.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.is_ours.is_(False),
            Message.deleted_at.is_(None),
        )
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(1)
    )
    if last is not None:
        last.is_settled, last.settled_as = False, None
        db.flush()
        channel = access.channel_of(db, conversation)
        turns.again(
            db, conversation, promises.of(channel, is_public=conversation.is_public), at=now
        )
    conversation.reopen()
    _told(db, Event.CONVERSATION_REOPENED, actor, conversation, now)
    return conversation


def snooze(
    db: Session,
    actor: Actor,
    conversation_id: int,
    until: datetime,
    now: datetime,
    *,
    seen_message_id: int | None = None,
) -> Conversation:
    """Out of the way until a moment; a customer who writes again brings it back, and one who wrote
    after what was seen stops it."""
    conversation = _handled(db, actor, conversation_id, now)
    if seen_message_id is not None:
        _check_seen(_customers_messages(db, conversation), seen_message_id)
    if not now < until <= now + LONGEST_SNOOZE:
        raise Invalid(Words("Choose a time between now and a year from now."), "until")
    conversation.snooze(until)
    _told(db, Event.CONVERSATION_SNOOZED, actor, conversation, now)
    return conversation


def wake_snoozed(db: Session, now: datetime) -> int:
    """Bring back what was snoozed until now; what somebody is at work on, a minute later."""
    rows = db.scalars(
        select(Conversation)
        .where(Conversation.state == ConversationState.SNOOZED, Conversation.snoozed_until <= now)
        .order_by(Conversation.id)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for conversation in rows:
        conversation.reopen()
        changes.note(db, conversation.channel_id, conversation.id, now)
    return len(rows)


def _handled(db: Session, actor: Actor, conversation_id: int, now: datetime) -> Conversation:
    """Locked, so that nobody writes over what a colleague or a customer did this moment."""
    return access.get(
        db, actor, conversation_id, now, Permission.CONVERSATION_HANDLE, is_locking=True
    )


def _check_had(db: Session, actor: Actor, conversation: Conversation, had: int | None) -> None:
    """Whoever has it now got it after the page was shown: nobody takes that back unseen."""
    has = conversation.assignee_id
    if had is None or has is None or has in (had, actor.member_id):
        return
    name = db.get_one(Member, has).first_name
    raise Conflict(
        Words("Meanwhile %(name)s has it. Nothing was changed: look again.", {"name": name})
    )


def _customers_messages(db: Session, conversation: Conversation) -> list[Message]:
    found = select(Message).where(
        Message.conversation_id == conversation.id, Message.is_ours.is_(False)
    )
    return list(db.scalars(found))


def _waiting(db: Session, conversation: Conversation, messages: list[Message]) -> list[Message]:
    """Those that nobody answered: of each open turn, its first message and what came after it."""
    open_turns = turns.open_turns(db, [conversation.id])[conversation.id]
    order = {m.id: order_of(m) for m in messages}
    begins = {key: order[turn.first_message_id] for key, turn in open_turns.items()}
    return [m for m in messages if m.author_key in begins and order[m.id] >= begins[m.author_key]]


def _check_seen(messages: list[Message], seen_message_id: int) -> None:
    if any(m.id > seen_message_id and not m.deleted_at for m in messages):
        raise Conflict(
            Words(
                "A customer wrote while you were reading. It is still open: look at "
                "the new message first."
            )
        )


def _assign(
    db: Session, actor: Actor, conversation: Conversation, member_id: int | None, now: datetime
) -> Conversation:
    conversation.assignee_id = member_id
    about = About(f"conversation:{conversation.id}", conversation.channel_id, conversation.id)
    notices.over(db, Kind.ASSIGNED, about.ref, now)
    if member_id is not None:
        notices.tell(db, [member_id], Kind.ASSIGNED, about, now, by=actor.member_id)
    _told(db, Event.CONVERSATION_ASSIGNED, actor, conversation, now, assignee=member_id)
    return conversation


def _told(
    db: Session,
    event: Event,
    actor: Actor,
    conversation: Conversation,
    now: datetime,
    **detail: int | None,
) -> None:
    log.record(db, event, actor.log_name, f"conversation:{conversation.id}", now=now, **detail)
    changes.note(db, conversation.channel_id, conversation.id, now)
