"""Accounts that call themselves like us and comment under our posts: flagged, and told once.

A member's word that somebody is real holds for good.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import members
from app.audit import log
from app.audit.events import Event
from app.channels.models import Channel, ChannelState, Platform
from app.inbox import callers, changes, impersonating
from app.inbox.models import Audience, Contact, Conversation, Lookalike, Message
from app.notices import notices
from app.notices.models import Kind
from app.notices.notices import About

LIVE = Lookalike.dismissed_at.is_(None)


def look_at(db: Session, contact: Contact, now: datetime) -> None:
    """Flag a contact that looks like us; one that was renamed since is none any more."""
    known = db.get(Lookalike, contact.id)
    if known is not None and known.dismissed_at is not None:
        return
    talk = _last_public(db, contact.id)
    found = impersonating.likeness(contact.name, _our_names(db)) if talk else None
    if talk is None or found is None or _is_ours(db, contact):
        if known is not None:
            db.delete(known)
            notices.over(db, Kind.LOOKALIKE, _ref(contact), now)
    elif known is not None:
        known.likeness = found
    else:
        db.add(Lookalike(contact_id=contact.id, likeness=found, found_at=now))
        changes.note(db, talk.channel_id, talk.id, now)
        _tell(db, contact, talk, now)


def of_contact(db: Session, contact_id: int) -> Lookalike | None:
    """What is flagged of a contact, unless somebody said that they are real."""
    return db.scalar(select(Lookalike).where(Lookalike.contact_id == contact_id, LIVE))


def messages_of(db: Session, conversation_id: int) -> dict[int, Lookalike]:
    """The messages of a thread that a look-alike wrote."""
    rows = db.execute(
        select(Message.id, Lookalike)
        .join(Lookalike, Lookalike.contact_id == Message.contact_id)
        .where(Message.conversation_id == conversation_id, LIVE)
    )
    return {row.id: row.Lookalike for row in rows}


def talks_with() -> Select[int]:
    """The conversations in which a look-alike wrote."""
    return (
        select(Message.conversation_id)
        .join(Lookalike, Lookalike.contact_id == Message.contact_id)
        .where(LIVE)
    )


def among(db: Session, conversation_ids: Iterable[int]) -> set[int]:
    """Those of the conversations in which a look-alike wrote."""
    return set(db.scalars(talks_with().where(Message.conversation_id.in_(conversation_ids))))


def is_any(db: Session, actor: Actor, now: datetime) -> bool:
    """Whether there is one on a channel that the actor reads."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    found = select(Contact.id).join(Lookalike, Lookalike.contact_id == Contact.id).where(LIVE)
    if not readable.is_all:
        found = found.where(Contact.channel_id.in_(readable.ids))
    return db.scalar(found.limit(1)) is not None


def last_message(db: Session, contact_id: int) -> int | None:
    """The newest public one of a contact's: from there it can be hidden, and its writer blocked."""
    return db.scalar(_public(Message.id, contact_id))


def dismiss(db: Session, actor: Actor, contact_id: int, now: datetime) -> None:
    """This is a real person; whoever handles the channel says so."""
    contact = callers.get(db, actor, contact_id, now)
    known = of_contact(db, contact.id)
    if known is None:
        return
    known.dismissed_at, known.dismissed_by_id = now, actor.member_id
    notices.over(db, Kind.LOOKALIKE, _ref(contact), now)
    log.record(db, Event.LOOKALIKE_DISMISSED, actor.log_name, _ref(contact), now=now)
    talk = _last_public(db, contact.id)
    if talk is not None:
        changes.note(db, talk.channel_id, talk.id, now)


def _tell(db: Session, contact: Contact, talk: Conversation, now: datetime) -> None:
    """Owners and admins, as far as they read the channel."""
    owners = members.who_can(db, Permission.OWNER_MANAGE, now)
    admins = members.who_can(db, Permission.CHANNEL_MANAGE, now, contact.channel_id)
    read = members.who_can(db, Permission.CONVERSATION_READ, now, contact.channel_id)
    told = {m.id for m in (*owners, *admins)} & {m.id for m in read}
    about = About(_ref(contact), contact.channel_id, talk.id)
    notices.tell(db, told, Kind.LOOKALIKE, about, now)


def _our_names(db: Session) -> list[str]:
    ours = (Channel.platform != Platform.DESK, Channel.state != ChannelState.REMOVED)
    return list(db.scalars(select(Channel.name).where(*ours)))


def _is_ours(db: Session, contact: Contact) -> bool:
    """Another channel of ours on the same platform."""
    platform = db.get_one(Channel, contact.channel_id).platform
    same = (Channel.platform == platform, Channel.external_id == contact.external_id)
    return db.scalar(select(Channel.id).where(*same)) is not None


def _last_public(db: Session, contact_id: int) -> Conversation | None:
    found = db.scalar(_public(Message.conversation_id, contact_id))
    return db.get(Conversation, found) if found is not None else None


def _public(column: InstrumentedAttribute[int], contact_id: int) -> Select[int]:
    """Of the contact's newest public message."""
    return (
        select(column)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.contact_id == contact_id,
            Message.deleted_at.is_(None),
            Conversation.audience == Audience.PUBLIC,
        )
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(1)
    )


def _ref(contact: Contact) -> str:
    return f"contact:{contact.id}"
