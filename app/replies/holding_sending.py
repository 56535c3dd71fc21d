"""Sending a holding reply: the desk itself puts the words together, from the approved text."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts.models import Desk
from app.audit import log
from app.audit.events import Event
from app.channels.models import Channel
from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.moments import moment
from app.foundation.text import clean, fold
from app.foundation.words import Words
from app.inbox import access, changes
from app.inbox.models import Contact, Conversation, Turn, TurnState
from app.replies import drafts, fingerprint, holding, outbox, rules, windows
from app.replies.models import Draft, DraftAnswer, DraftState, HoldingReply, OutboxItem

_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]{1,2}[^\W\d_]+)*\.?", re.UNICODE)
LONGEST_NAME, MOST_WORDS = 40, 3


@dataclass(frozen=True)
class Filling:
    """What a person chooses: to whom, and the two things that may differ."""

    turn_id: int
    name: str = ""
    promised_at: datetime | None = None


def send(
    db: Session, actor: Actor, conversation_id: int, reply_id: int, filling: Filling, now: datetime
) -> OutboxItem:
    """Into the outbox, with the usual time to undo. It stands beside any draft of an answer."""
    conversation = access.get(
        db, actor, conversation_id, now, Permission.DRAFT_WRITE, is_locking=True
    )
    channel = access.channel_of(db, conversation)
    _check_way(channel)
    reply = holding.sendable(db, reply_id)
    windows.check(db, conversation, now, is_typed=False)
    turn = _turn(db, conversation, filling.turn_id)
    _refuse_double(db, turn)
    promised_at = _promised(reply, filling.promised_at, now)
    text = words(db, reply, turn.contact, filling.name, promised_at, now)
    text = rules.checked_answer(text, channel, conversation.audience)
    draft = _draft(db, actor, conversation, turn, text, now)
    draft.holding_id, draft.promised_at = reply.id, promised_at
    draft.move(DraftState.APPROVED)
    _claim(db, actor, conversation, now)
    log.record(
        db,
        Event.REPLY_QUEUED,
        actor.log_name,
        f"draft:{draft.id}",
        now=now,
        version=1,
        fingerprint=draft.fingerprint,
        method="holding",
        by=f"member:{reply.approved_by_id}",
    )
    return outbox.enqueue(db, draft, draft.versions[-1], conversation, now)


def words(
    db: Session,
    reply: HoldingReply,
    contact: Contact | None,
    name: str,
    promised_at: datetime | None,
    now: datetime,
) -> str:
    """The approved text with its places filled in, in the desk's own language and time."""
    desk = db.get_one(Desk, 1)
    time = moment(promised_at, ZoneInfo(desk.timezone), desk.locale, now) if promised_at else ""
    greeted = checked_name(name, contact) if holding.has_name(reply.text) else ""
    return holding.filled(reply.text, name=greeted, time=time)


def checked_name(name: str, contact: Contact | None) -> str:
    """The customer's own name and nothing else: whole or a part of it, the first name where
    nothing is chosen; where the platform gave none, what looks like a name."""
    known = contact.name if contact else ""
    name = " ".join(clean(name).split()) or (known.split() or [""])[0]
    parts = name.split()
    if known:
        if not parts or not set(map(fold, parts)) <= set(map(fold, known.split())):
            raise Invalid(
                Words("Here goes the customer's own name: %(name)s.", {"name": known}), "name"
            )
        return name
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or len(parts) > MOST_WORDS:
        raise Invalid(Words("Write the customer's name, or choose a text without one."), "name")
    return name


def _check_way(channel: Channel) -> None:
    """A holding reply that waits for days says something that is not true any more."""
    rules.check_answerable(channel)
    if not channel.can_send:
        raise Conflict(
            Words(
                "Nothing goes out on this channel just now, and later a holding reply would "
                "come too late. Nothing was sent."
            )
        )


def _turn(db: Session, conversation: Conversation, turn_id: int) -> Turn:
    found = db.get(Turn, turn_id)
    if found is None or found.conversation_id != conversation.id:
        raise NotFound()
    if found.state is not TurnState.OPEN:
        raise Conflict(
            Words("This was answered meanwhile, or nobody waits for it any more. Nothing was sent.")
        )
    return found


def _promised(reply: HoldingReply, promised_at: datetime | None, now: datetime) -> datetime | None:
    if not holding.has_time(reply.text):
        return None
    if promised_at is None:
        raise Invalid(Words("This text promises a time. Choose it."), "promised_at")
    if not now < promised_at <= now + holding.LONGEST_PROMISE:
        raise Invalid(Words("Choose a time between now and 30 days from now."), "promised_at")
    return promised_at


def _refuse_double(db: Session, turn: Turn) -> None:
    """What is on its way to this customer is enough; an answer that waits for approval is not."""
    other = db.scalar(
        select(Draft)
        .join(DraftAnswer, DraftAnswer.draft_id == Draft.id)
        .where(DraftAnswer.turn_id == turn.id, Draft.state == DraftState.APPROVED)
        .limit(1)
    )
    if other is not None:
        raise Conflict(
            Words("Something is on its way to this customer already. Nothing was sent twice."),
            other.text,
        )


def _draft(
    db: Session, actor: Actor, conversation: Conversation, turn: Turn, text: str, now: datetime
) -> Draft:
    """Its own draft, bound like any answer to the thread as it stands."""
    if actor.member_id is None:
        raise NotFound()
    seen = fingerprint.look(db, conversation, [turn])
    draft = Draft(
        conversation_id=conversation.id,
        channel_id=conversation.channel_id,
        audience=conversation.audience.value,
        author_id=actor.member_id,
        state=DraftState.DRAFT,
        text=text,
        fingerprint=seen.fingerprint(text),
        head_message_id=seen.head_id,
        created_at=now,
        saved_at=now,
        submitted_at=now,
        answers=[DraftAnswer(turn_id=turn.id, seen_text=seen.words)],
    )
    db.add(draft)
    db.flush()
    drafts.add_version(db, draft, actor, text, now)
    return draft


def _claim(db: Session, actor: Actor, conversation: Conversation, now: datetime) -> None:
    """Whoever says "we are looking into it" has taken it, unless somebody has."""
    if conversation.assignee_id is None:
        conversation.assignee_id = actor.member_id
    changes.note(db, conversation.channel_id, conversation.id, now)
