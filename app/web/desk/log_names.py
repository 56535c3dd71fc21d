"""What the audit log's ids are called today: the log itself holds ids only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts.models import Member
from app.audit.queries import Entry
from app.inbox.models import Contact, Conversation, Label, Note
from app.replies.models import Draft, OutboxItem
from app.web.accounts import people

REFERS = {
    "assignee": "member",
    "channel": "channel",
    "conversation": "conversation",
    "draft": "draft",
    "label": "label",
}
"""Details that are the number of something."""
HOMES: dict[str, Select[int, int]] = {
    "conversation": select(Conversation.id, Conversation.id),
    "draft": select(Draft.id, Draft.conversation_id),
    "outbox": select(OutboxItem.id, Draft.conversation_id).join(
        Draft, Draft.id == OutboxItem.draft_id
    ),
    "note": select(Note.id, Note.conversation_id),
}
"""To which conversation each belongs: it is called by its customer."""
Ids = dict[str, set[int]]


def names(db: Session, actor: Actor, now: datetime, entries: Iterable[Entry]) -> dict[str, str]:
    """By "kind:id", for what is still there; a customer only for who may read the conversation."""
    ids = _ids(entries)
    found = {f"member:{i}": name for i, name in db.execute(select(Member.id, Member.name))}
    found |= {f"channel:{i}": name for i, name in people.channel_names(db).items()}
    labels = select(Label.id, Label.name).where(Label.id.in_(ids["label"]))
    found |= {f"label:{i}": name for i, name in db.execute(labels)}
    return found | _customers(db, actor, now, ids)


def references(detail: Mapping[str, Any]) -> Iterator[str]:
    """What a row's details point to."""
    for key, value in detail.items():
        if key in REFERS and value is not None:
            yield f"{REFERS[key]}:{value}"


def _ids(entries: Iterable[Entry]) -> Ids:
    found: Ids = defaultdict(set)
    for entry in entries:
        for reference in (entry.about, *references(entry.detail)):
            kind, _, number = reference.partition(":")
            if number.isdecimal():
                found[kind].add(int(number))
    return found


def _customers(db: Session, actor: Actor, now: datetime, ids: Ids) -> dict[str, str]:
    homes = {
        f"{kind}:{i}": home
        for kind, query in HOMES.items()
        for i, home in db.execute(query.where(query.selected_columns[0].in_(ids[kind])))
    }
    open_to = policy.channels_open_to(actor, Permission.CONVERSATION_READ, now)
    readable = true() if open_to.is_all else Conversation.channel_id.in_(open_to.ids)
    rows = db.execute(
        select(Conversation.id, Contact.name)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Conversation.id.in_(set(homes.values())), readable, Contact.name != "")
    )
    called = {row.id: row.name for row in rows}
    return {reference: called[home] for reference, home in homes.items() if home in called}
