"""A call, a visit or a mail, written down: a conversation of its own, in the contact's history.

It lies on the desk's own channel. Nothing can be sent from it; what was promised is its due date.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import members
from app.audit import log
from app.audit.events import Event
from app.channels import desk
from app.channels.models import Channel
from app.foundation.errors import Forbidden, Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.inbox import callers, changes, turns
from app.inbox.comments import author_key
from app.inbox.intake import Promises
from app.inbox.models import Audience, Contact, Conversation, ConversationState, How, Message

LONGEST, LONGEST_NAME = 20_000, 200
LONGEST_PROMISE = timedelta(days=366)
NOT_MADE_YET = 0
"""No channel has this number: only a role on all channels covers it."""
_PHONE = re.compile(r"\+?[\d()/ .-]{3,39}")
_MARK = re.compile(r"[0-9a-f]{16,64}")


@dataclass(frozen=True)
class Given:
    """What somebody wrote down."""

    how: How
    text: str
    name: str = ""
    phone: str = ""
    email: str = ""
    contact_id: int | None = None
    """A customer whom the desk knows already."""
    promised_at: datetime | None = None
    is_mine: bool = True
    mark: str = ""
    """The form's own: the same form sent twice is written down once."""


def may(db: Session, actor: Actor, now: datetime) -> bool:
    """Whether this person may write something down."""
    return policy.can(actor, Permission.CONVERSATION_HANDLE, now, _channel_id(db))


def new_mark() -> str:
    """For a form that is about to be shown."""
    return secrets.token_hex(8)


def write_down(
    db: Session, actor: Actor, given: Given, promises: Promises, now: datetime
) -> Conversation:
    """Keep it; whoever wrote it down has it from then on, unless they say otherwise."""
    _require(db, actor, now)
    channel = desk.open_channel(db, now)
    key = f"w:{given.mark if _MARK.fullmatch(given.mark) else new_mark()}"
    known = _known(db, channel, key)
    if known is not None:
        return known
    text = _checked(given, now)
    try:
        with db.begin_nested():
            conversation = _begin(db, actor, channel, given, key, now)
            db.add(_message(actor, conversation, given, text, key, now))
    except IntegrityError:  # the same form came in at the same moment
        return db.scalars(select(Conversation).where(Conversation.external_key == key)).one()
    turns.again(db, conversation, promises.of(channel, is_public=False), at=now)
    log.record(
        db,
        Event.WRITTEN_DOWN,
        actor.log_name,
        f"conversation:{conversation.id}",
        now=now,
        kind=given.how.value,
    )
    channel.last_item_at = now
    changes.note(db, channel.id, conversation.id, now)
    return conversation


def _channel_id(db: Session) -> int:
    found = desk.find(db)
    return found.id if found is not None else NOT_MADE_YET


def _require(db: Session, actor: Actor, now: datetime) -> None:
    if not may(db, actor, now) or actor.member_id is None:
        raise Forbidden(
            Words(
                "Your role covers some channels only, and what is written down is none of them. "
                "An owner can change that under Members."
            )
        )


def _known(db: Session, channel: Channel, key: str) -> Conversation | None:
    return db.scalar(
        select(Conversation).where(
            Conversation.channel_id == channel.id, Conversation.external_key == key
        )
    )


def _checked(given: Given, now: datetime) -> str:
    text = clean(given.text)
    if not 0 < len(text) <= LONGEST:
        raise Invalid(Words("Write what it was about, in 1 to 20,000 characters."), "text")
    at = given.promised_at
    if at is not None and not now < at <= now + LONGEST_PROMISE:
        raise Invalid(Words("Choose a time between now and a year from now."), "promised_at")
    return text


def _contact(
    db: Session, actor: Actor, channel: Channel, given: Given, key: str, now: datetime
) -> Contact:
    """The customer chosen, else somebody new on the desk's own channel."""
    phone, email = _phone(given.phone), _email(given.email)
    if given.contact_id is not None:
        found = callers.get(db, actor, given.contact_id, now)
        found.phone, found.email = phone or found.phone, email or found.email
        return found
    name = " ".join(clean(given.name).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(Words("Write who it was, or choose a customer you know."), "name")
    made = Contact(
        channel_id=channel.id,
        external_id=key,
        name=name,
        phone=phone,
        email=email,
        first_seen_at=now,
    )
    db.add(made)
    return made


def _phone(phone: str) -> str:
    phone = " ".join(clean(phone).split())
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid(Words("Write a phone number such as 040 123 4567."), "phone")
    return phone


def _email(email: str) -> str:
    return members.checked_email(email) if clean(email) else ""


def _begin(
    db: Session, actor: Actor, channel: Channel, given: Given, key: str, now: datetime
) -> Conversation:
    """A new conversation; nobody waits in it yet."""
    made = Conversation(
        channel_id=channel.id,
        external_key=key,
        audience=Audience.PRIVATE,
        contact=_contact(db, actor, channel, given, key, now),
        state=ConversationState.OPEN,
        assignee_id=actor.member_id if given.is_mine else None,
        activity_at=now,
        waiting_count=0,
        snippet="",
    )
    db.add(made)
    db.flush()
    return made


def _message(
    actor: Actor,
    conversation: Conversation,
    given: Given,
    text: str,
    key: str,
    now: datetime,
) -> Message:
    """The customer's words, as a member wrote them."""
    external_id = conversation.contact.external_id if conversation.contact else ""
    return Message(
        channel_id=conversation.channel_id,
        conversation=conversation,
        external_id=key,
        is_ours=False,
        contact=conversation.contact,
        author_key=author_key(external_id, key),
        member_id=actor.member_id,
        how=given.how,
        promised_at=given.promised_at,
        text=text,
        sent_at=now,
    )
