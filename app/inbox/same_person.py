"""Contacts that are one person: said by a member, undone in one step, and nothing is moved by it.

A reader is told of contacts on channels open to them, and of what joins those, and of no others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.access.policy import Channels
from app.audit import log
from app.audit.events import Event
from app.channels.models import Channel
from app.foundation.errors import Conflict, NotFound
from app.foundation.words import Words
from app.inbox.models import Clue, Contact, SamePerson, SameState

HANDLE = Permission.CONVERSATION_HANDLE
DECIDED = Words("A colleague has decided this meanwhile. Nothing was changed.")


@dataclass(frozen=True)
class Alike:
    """Another contact of the same person's, or perhaps of theirs."""

    contact: Contact
    channel: Channel
    pair: SamePerson
    may_decide: bool

    @property
    def reasons(self) -> list[Clue]:
        return self.pair.reasons


@dataclass(frozen=True)
class Same:
    """A person as far as a reader may know them."""

    ids: list[int]
    """All their contacts, the one asked for first."""
    joined: list[Alike] = field(default_factory=list)
    proposed: list[Alike] = field(default_factory=list)


def around(db: Session, actor: Actor, now: datetime, contact: Contact) -> Same:
    """Who else a contact is, and who they may be."""
    readable = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    ids, by = [contact.id], dict[int, SamePerson]()
    for number in ids:
        for other, pair in _others(db, readable, [number], SameState.JOINED):
            if other not in ids:
                ids.append(other)
                by[other] = pair
    perhaps = {n: p for n, p in _others(db, readable, ids, SameState.PROPOSED) if n not in ids}
    handled = policy.channels_open_to(actor, HANDLE, now)
    return Same(ids, _alike(db, handled, by), _alike(db, handled, perhaps))


def join(db: Session, actor: Actor, contact_id: int, other_id: int, now: datetime) -> None:
    """They are one person."""
    pair = _pair(db, actor, contact_id, other_id, now)
    _decide(db, actor, pair, SameState.PROPOSED, SameState.JOINED, Event.CONTACTS_JOINED, now)


def take_apart(db: Session, actor: Actor, contact_id: int, other_id: int, now: datetime) -> None:
    """Undo it: the question is as open as before."""
    pair = _pair(db, actor, contact_id, other_id, now)
    _decide(db, actor, pair, SameState.JOINED, SameState.PROPOSED, Event.CONTACTS_PARTED, now)


def keep_apart(db: Session, actor: Actor, contact_id: int, other_id: int, now: datetime) -> None:
    """They are two people: it is not proposed again."""
    pair = _pair(db, actor, contact_id, other_id, now)
    _decide(db, actor, pair, SameState.PROPOSED, SameState.APART, Event.CONTACTS_KEPT_APART, now)


def _pair(db: Session, actor: Actor, contact_id: int, other_id: int, now: datetime) -> SamePerson:
    """The pair, locked; both channels must be open to the actor, and both handled by them."""
    key = tuple(sorted((contact_id, other_id)))
    found = db.get(SamePerson, key, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound()
    channels = [db.get_one(Contact, number).channel_id for number in key]
    if not all(policy.can(actor, Permission.CONVERSATION_READ, now, n) for n in channels):
        raise NotFound()
    for channel_id in channels:
        policy.require(actor, HANDLE, now, channel_id)
    return found


def _decide(
    db: Session,
    actor: Actor,
    pair: SamePerson,
    before: SameState,
    after: SameState,
    event: Event,
    now: datetime,
) -> None:
    """Pressed twice is said once; what a colleague said otherwise stands."""
    if pair.state is after:
        return
    if pair.state is not before:
        raise Conflict(DECIDED)
    pair.decide(after, actor.member_id, now)
    about = f"contact:{pair.contact_id}"
    log.record(db, event, actor.log_name, about, now=now, other=pair.other_id)


def _others(
    db: Session, readable: Channels, ids: Iterable[int], state: SameState
) -> list[tuple[int, SamePerson]]:
    """The other ends of these contacts' pairs, on channels open to the reader."""
    one = select(SamePerson, SamePerson.other_id, Contact.channel_id).join(
        Contact, Contact.id == SamePerson.other_id
    ).where(SamePerson.contact_id.in_(ids))  # fmt: skip
    other = select(SamePerson, SamePerson.contact_id, Contact.channel_id).join(
        Contact, Contact.id == SamePerson.contact_id
    ).where(SamePerson.other_id.in_(ids))  # fmt: skip
    rows = [r for q in (one, other) for r in db.execute(q.where(SamePerson.state == state))]
    return [(number, pair) for pair, number, channel_id in rows if channel_id in readable]


def _alike(db: Session, handled: Channels, by: dict[int, SamePerson]) -> list[Alike]:
    found = []
    for number, pair in by.items():
        contact = db.get_one(Contact, number)
        ends = [db.get_one(Contact, n).channel_id for n in (pair.contact_id, pair.other_id)]
        channel = db.get_one(Channel, contact.channel_id)
        found.append(Alike(contact, channel, pair, all(n in handled for n in ends)))
    return found
