"""Who is calling: customers that the desk knows already, found while their name is typed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.channels.models import Channel
from app.foundation.errors import NotFound
from app.foundation.text import clean, search_words
from app.inbox.models import Contact, Conversation

MOST = 6
SHORTEST = 2


@dataclass(frozen=True)
class Caller:
    """A customer who may be the one on the phone."""

    id: int
    name: str
    channel: Channel
    last_at: datetime | None
    phone: str
    email: str


def search(db: Session, actor: Actor, question: str, now: datetime) -> list[Caller]:
    """Customers with a name, number or address that begins so, on channels this person handles."""
    asked = " ".join(clean(question).split())[:80]
    open_to = policy.channels_open_to(actor, Permission.CONVERSATION_HANDLE, now)
    if len(asked) < SHORTEST or not open_to or not search_words(asked):
        return []
    last_at = (
        select(func.max(Conversation.activity_at))
        .where(Conversation.contact_id == Contact.id)
        .scalar_subquery()
    )
    found = (
        select(Contact, Channel, last_at)
        .join(Channel, Channel.id == Contact.channel_id)
        .where(Contact.name != "", or_(*(_begins(asked, form) for form in _forms(asked))))
        .order_by(last_at.desc(), Contact.id.desc())
        .limit(MOST)
    )
    if not open_to.is_all:
        found = found.where(Contact.channel_id.in_(open_to.ids))
    return [_caller(*row) for row in db.execute(found)]


def get(db: Session, actor: Actor, contact_id: int, now: datetime) -> Contact:
    """One customer; on a channel that this person does not handle there is none."""
    found = db.get(Contact, contact_id, with_for_update=True)
    if found is None or not policy.can(
        actor, Permission.CONVERSATION_HANDLE, now, found.channel_id
    ):
        raise NotFound()
    return found


def _forms(asked: str) -> list[str]:
    """A database folds only plain letters; so Ä is tried beside ä."""
    return list(dict.fromkeys((asked, asked.lower(), asked.title())))


def _begins(asked: str, form: str) -> ColumnElement[bool]:
    numbers = asked.replace(" ", "")
    return or_(
        Contact.name.istartswith(form, autoescape=True),
        Contact.name.icontains(f" {form}", autoescape=True),
        Contact.email.istartswith(form, autoescape=True),
        func.replace(Contact.phone, " ", "").startswith(numbers, autoescape=True),
    )


def _caller(contact: Contact, channel: Channel, last_at: datetime | None) -> Caller:
    return Caller(contact.id, contact.name, channel, last_at, contact.phone, contact.email)
