"""A private answer to a public comment: once, within the platform's time, to one person (I6).

It belongs to the thread of the comment while it is written, approved and sent; what was sent
stands in the private conversation with that person.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.capabilities import Can
from app.channels.models import Act
from app.foundation.words import Words
from app.inbox import access, changes, directs, elsewhere, turns
from app.inbox.intake import Promises
from app.inbox.models import Conversation, Elsewhere, Message, Turn
from app.replies import abilities, drafts
from app.replies.abilities import PRIVATE_REPLY
from app.replies.models import Draft, DraftState, OutboxItem

_NOT_HERE = Words("There is no comment here that can be answered privately.")


def target(answered: Sequence[Turn]) -> Message | None:
    """What is answered: the newest that this customer wrote."""
    return answered[0].last_message if answered else None


def can(db: Session, message_id: int | None, now: datetime, *, besides: int = 0) -> Can:
    """Whether it can go out; `besides` is its own row in the outbox."""
    message = db.get(Message, message_id) if message_id else None
    if message is None:
        return Can(_NOT_HERE)
    found = abilities.what_can(db, message, now, besides=besides)
    return found.get(Act.PRIVATE_REPLY, Can(_NOT_HERE))


def person(db: Session, item: OutboxItem) -> str:
    """Whom it goes to, by the platform's id; empty where the comment does not say."""
    comment = _comment(db, item)
    return comment.contact.external_id if comment is not None and comment.contact else ""


def show(
    db: Session, item: OutboxItem, external_id: str | None, promises: Promises, now: datetime
) -> None:
    """It is there: nobody waits for it in public any more, and it stands in private.

    Without an id it is known only that the platform has it: its words come by themselves.
    """
    draft, comment = db.get_one(Draft, item.draft_id), _comment(db, item)
    began = item.started_at or item.created_at
    public = db.get_one(Conversation, item.conversation_id, with_for_update=True)
    for turn in drafts.answered_turns(db, draft):
        elsewhere.settle(
            db, public, turn, Elsewhere.PRIVATELY, item.member_id, promises, until=began, now=now
        )
    if external_id is not None and comment is not None and comment.contact is not None:
        talk = directs.with_person(db, item.channel_id, comment.contact, began)
        _stand(db, item, talk, external_id, began)
        channel = access.channel_of(db, talk)
        turns.again(db, talk, promises.of(channel, is_public=False), at=now)
        changes.note(db, talk.channel_id, talk.id, now)


def _stand(
    db: Session, item: OutboxItem, talk: Conversation, external_id: str, began: datetime
) -> None:
    """The words in the conversation; their echo may have come before the call returned."""
    message = access.message(db, item.channel_id, external_id)
    if message is None:
        message = Message(
            channel_id=item.channel_id,
            conversation_id=talk.id,
            external_id=external_id,
            is_ours=True,
            text=item.text,
            answers=json.dumps([f"c{talk.external_key.removeprefix('dm:')}"]),
        )
        db.add(message)
    message.sent_at, message.outbox_id, message.member_id = began, item.id, item.member_id
    db.flush()


def sent_from(db: Session, conversation_ids: Sequence[int]) -> dict[str, int]:
    """Of the comments in these conversations that were answered privately: where that stands."""
    rows = db.execute(
        select(OutboxItem.target, Message.conversation_id)
        .join(Draft, Draft.id == OutboxItem.draft_id)
        .join(Message, Message.outbox_id == OutboxItem.id)
        .where(
            OutboxItem.conversation_id.in_(conversation_ids),
            OutboxItem.kind == PRIVATE_REPLY,
            Draft.state == DraftState.SENT,
        )
    )
    return {row.target: row.conversation_id for row in rows}


def _comment(db: Session, item: OutboxItem) -> Message | None:
    draft = db.get_one(Draft, item.draft_id)
    return db.get(Message, draft.private_to_id) if draft.private_to_id else None
