"""What a batch does to conversations, and who waits in them afterwards."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.foundation.db import Row
from app.inbox import fetching, turns
from app.inbox.fetching import Person
from app.inbox.models import Conversation, ConversationState, Message
from app.inbox.waiting import Promise, Said, order_of


@dataclass
class Talk:
    """What a batch does to one conversation."""

    conversation: Conversation
    promise: Promise
    is_new: bool
    said: list[Said] = field(default_factory=list)
    is_stirred: bool = False
    """Something in the middle changed."""

    @property
    def is_in_order(self) -> bool:
        """Whether all of it was said after what is known; of a new conversation nothing is."""
        last = self.conversation.activity_at
        is_behind = all(m.sent_at > last and not m.deleted_at for m in self.said)
        return self.is_new or (is_behind and not self.is_stirred)

    def hear(self, message: Message, person: Person | None) -> None:
        """A new message, from a customer or to one. A customer who writes ends a snooze."""
        opens = message.external_id == self.conversation.external_key
        if person is not None and (opens or self.conversation.contact_id is None):
            self.conversation.contact_id = person.id
        is_theirs = not message.is_ours and not message.deleted_at
        if is_theirs and self.conversation.state is ConversationState.SNOOZED:
            self.conversation.reopen()
        self.said.append(_said(message, None if message.is_ours or not person else person.name))


def fold_on(db: Session, talks: list[Talk]) -> list[Row]:
    """Fold what came in order, before it is written; returns the new turns."""
    known = [t.conversation.id for t in talks if not t.is_new]
    standing = turns.open_turns(db, known) if known else {}
    ends = fetching.spoken_of(db, [turn for own in standing.values() for turn in own.values()])
    begun = []
    for talk in talks:
        own = standing.get(talk.conversation.id, {})
        said = sorted(talk.said, key=order_of)
        begun += turns.fold_on(talk.conversation, own, ends, said, talk.promise)
    return begun


def fold_again(db: Session, talks: list[Talk], now: datetime) -> None:
    """Fold the conversations anew in which something came late or changed."""
    said: dict[int, list[Said]] = {t.conversation.id: [] for t in talks}
    if not said:
        return
    for message in turns.read(db, Message.conversation_id.in_(said)):
        said[message.conversation_id].append(message)
    standing = turns.open_turns(db, said)
    for talk in talks:
        number = talk.conversation.id
        turns.fold_again(
            db, talk.conversation, standing[number], said[number], talk.promise, at=now
        )


def _said(message: Message, name: str | None) -> Said:
    """A new message, which nobody can have settled or promised anything in."""
    return Said(
        message.id, message.conversation_id, message.external_id, message.is_ours,
        message.author_key, message.contact_id, name, message.answers,
        message.text, message.sent_at, message.deleted_at,
    )  # fmt: skip
