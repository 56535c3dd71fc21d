"""Labels: the desk's own words for kinds of conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Invalid, NotFound
from app.foundation.text import clean, fold
from app.foundation.words import Words
from app.inbox import access, changes
from app.inbox.models import Conversation, ConversationLabel, Label

LONGEST, MOST = 40, 100


def live(db: Session) -> list[Label]:
    """The labels in use, by name."""
    return _by_name(db.scalars(select(Label).where(Label.ended_at.is_(None))).all())


def ended(db: Session) -> list[Label]:
    """Those that were put away."""
    return _by_name(db.scalars(select(Label).where(Label.ended_at.is_not(None))).all())


def of_conversation(db: Session, conversation_id: int) -> list[Label]:
    """The labels on one conversation."""
    return _by_name(db.scalars(
        select(Label).join(ConversationLabel, ConversationLabel.label_id == Label.id)
        .where(ConversationLabel.conversation_id == conversation_id, Label.ended_at.is_(None))
    ).all())  # fmt: skip


def names_on(db: Session, conversation_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The names of the labels on some conversations."""
    rows = db.execute(
        select(ConversationLabel.conversation_id, Label.name)
        .join(Label, Label.id == ConversationLabel.label_id)
        .where(ConversationLabel.conversation_id.in_(conversation_ids), Label.ended_at.is_(None))
    )
    found: dict[int, list[str]] = {}
    for conversation_id, name in rows:
        found.setdefault(conversation_id, []).append(name)
    return {k: tuple(sorted(names, key=fold)) for k, names in found.items()}


def is_on(label_id: int) -> Any:
    """The condition that a conversation has a label."""
    return Conversation.id.in_(
        select(ConversationLabel.conversation_id).where(ConversationLabel.label_id == label_id)
    )


def make(db: Session, actor: Actor, name: str, now: datetime) -> Label:
    """A new label; one that was put away under this name comes back."""
    policy.require(actor, Permission.SETTINGS_MANAGE, now)
    name = _checked(db, name)
    for label in ended(db):
        if fold(label.name) == fold(name):
            return bring_back(db, actor, label.id, now)
    if len(live(db)) >= MOST:
        raise Invalid(Words("There are 100 labels already. Put one away first."), "name")
    label = Label(name=name, made_at=now)
    db.add(label)
    db.flush()
    _told(db, actor, label, now, "made")
    return label


def rename(db: Session, actor: Actor, label_id: int, name: str, now: datetime) -> Label:
    """Another name for it, on every conversation that has it."""
    label = _managed(db, actor, label_id, now)
    label.name = _checked(db, name, besides=label)
    _told(db, actor, label, now, "renamed")
    return label


def put_away(db: Session, actor: Actor, label_id: int, now: datetime) -> Label:
    """Shown and offered no more; it can be brought back as it was."""
    label = _managed(db, actor, label_id, now)
    label.ended_at = label.ended_at or now
    _told(db, actor, label, now, "ended")
    return label


def bring_back(db: Session, actor: Actor, label_id: int, now: datetime) -> Label:
    """With all the conversations that had it."""
    label = _managed(db, actor, label_id, now)
    if label.ended_at is not None:
        _checked(db, label.name, besides=label)
    label.ended_at = None
    _told(db, actor, label, now, "back")
    return label


def put_on(
    db: Session, actor: Actor, conversation_id: int, label_id: int, now: datetime
) -> Conversation:
    """Label a conversation; one that has the label already stays as it is."""
    conversation, label, there = _about(db, actor, conversation_id, label_id, now)
    if label.ended_at is not None:
        raise Invalid(Words("This label was put away. Choose another one."), "label")
    if there is None:
        db.add(ConversationLabel(conversation_id=conversation.id, label_id=label.id,
                                 member_id=actor.member_id, at=now))  # fmt: skip
        _labelled(db, actor, conversation, label, now, "on")
    return conversation


def take_off(
    db: Session, actor: Actor, conversation_id: int, label_id: int, now: datetime
) -> Conversation:
    """Take a label off again."""
    conversation, label, there = _about(db, actor, conversation_id, label_id, now)
    if there is not None:
        db.delete(there)
        _labelled(db, actor, conversation, label, now, "off")
    return conversation


def _about(
    db: Session, actor: Actor, conversation_id: int, label_id: int, now: datetime
) -> tuple[Conversation, Label, ConversationLabel | None]:
    """The conversation, locked, so that two people never put the same label on at once."""
    conversation = access.get(
        db, actor, conversation_id, now, Permission.CONVERSATION_HANDLE, is_locking=True
    )
    label = db.get(Label, label_id)
    if label is None:
        raise NotFound()
    return conversation, label, db.get(ConversationLabel, (conversation.id, label.id))


def _managed(db: Session, actor: Actor, label_id: int, now: datetime) -> Label:
    policy.require(actor, Permission.SETTINGS_MANAGE, now)
    label = db.get(Label, label_id)
    if label is None:
        raise NotFound()
    return label


def _checked(db: Session, name: str, besides: Label | None = None) -> str:
    """A name on one line that no other label in use has."""
    name = " ".join(clean(name).split())
    if not name or len(name) > LONGEST:
        raise Invalid(Words("Write a name of 1 to 40 characters."), "name")
    if any(fold(other.name) == fold(name) for other in live(db) if other is not besides):
        raise Invalid(Words("There is a label of this name already."), "name")
    return name


def _by_name(found: Sequence[Label]) -> list[Label]:
    return sorted(found, key=lambda label: fold(label.name))


def _told(db: Session, actor: Actor, label: Label, now: datetime, state: str) -> None:
    log.record(db, Event.LABEL_CHANGED, actor.log_name, f"label:{label.id}", now=now, state=state)


def _labelled(
    db: Session, actor: Actor, conversation: Conversation, label: Label, now: datetime, state: str
) -> None:
    about = f"conversation:{conversation.id}"
    log.record(db, Event.CONVERSATION_LABELLED, actor.log_name, about, now=now,
               label=label.id, state=state)  # fmt: skip
    changes.note(db, conversation.channel_id, conversation.id, now)
