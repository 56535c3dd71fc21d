"""Private messages into conversations: (channel, person)."""

import json
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.channels.items import DirectItem, Verb
from app.foundation.db import insert_unless_there
from app.inbox import comments, media
from app.inbox.bench import Bench, person_key
from app.inbox.models import Audience, Contact, Conversation, ConversationState, Message


def take(bench: Bench, item: DirectItem) -> None:
    """One thing that happened to a private message, whether it is known already or not."""
    if not item.person_id:
        raise ValueError("a private message without a person")
    message = bench.message(item.external_id)
    if message is not None:
        _change(bench, message, item)
    elif item.verb is Verb.DELETE:
        bench.mark_early(item.external_id, item.verb.value, item.happened_at or bench.now)
    else:
        _add(bench, item)


def with_person(db: Session, channel_id: int, contact: Contact, at: datetime) -> Conversation:
    """The one private conversation with a person, made now if there is none; locked."""
    key = person_key(contact.external_id)
    known = select(Conversation).where(
        Conversation.channel_id == channel_id, Conversation.external_key == key
    )
    made = {
        "channel_id": channel_id,
        "external_key": key,
        "audience": Audience.PRIVATE,
        "contact_id": contact.id,
        "state": ConversationState.DONE,
        "activity_at": at,
    }
    insert_unless_there(db, Conversation, made)
    return db.scalars(known.with_for_update()).one()


def last_customer_at(db: Session, conversation_id: int) -> datetime | None:
    """When the person last wrote: the platform counts from there, also if they took it back."""
    return db.scalar(
        select(func.max(Message.sent_at)).where(
            Message.conversation_id == conversation_id, Message.is_ours.is_(False)
        )
    )


def _add(bench: Bench, item: DirectItem) -> None:
    """An edit that comes before its message brings the words; the message brings its time."""
    sent_at = comments.said_at(item, bench.now)
    person = bench.person(item.person_id, item.person_name, sent_at)
    author = None if item.is_ours else person
    conversation = _conversation(bench, item, sent_at)
    message = Message(
        channel_id=bench.channel.id,
        external_id=item.external_id,
        is_ours=item.is_ours,
        contact_id=author.id if author else None,
        author_key=comments.author_key(item.person_id, item.external_id) if author else "",
        text=item.text or "",
        attachments=json.dumps(item.attachments),
        sources=media.sources_of(item),
        kind=item.kind,
        sent_at=sent_at,
        edited_at=(item.happened_at or bench.now) if item.verb is Verb.EDIT else None,
        echo_of=item.outbox_id,
        answers="[]",
    )
    comments.apply_early(bench, message)
    media.hasten(bench, message)
    bench.add(conversation, message, person)


def _change(bench: Bench, message: Message, item: DirectItem) -> None:
    """Something about a message we hold; what says nothing new changes nothing."""
    before = _looks(message)
    conversation = bench.conversation_by(message.conversation_id)
    _name_person(bench, conversation, item)
    if item.verb is Verb.DELETE:
        message.deleted_at = message.deleted_at or bench.now
    comments.forget_words(bench, message, item)
    comments.edit(message, item, bench.now)
    comments.retime(message, item, bench.now)
    if _tells_more(message, item):
        message.attachments = json.dumps(item.attachments)
        message.sources = media.sources_of(item)
        media.hasten(bench, message)
    if item.outbox_id is not None and message.outbox_id is None and message.is_ours:
        message.echo_of = item.outbox_id
    if before != _looks(message):
        bench.stir(conversation)


def _looks(message: Message) -> tuple[object, ...]:
    return (
        message.text,
        message.sent_at,
        message.edited_at,
        message.deleted_at,
        message.attachments,
        message.echo_of,
    )


def _tells_more(message: Message, item: DirectItem) -> bool:
    """A webhook names the kinds of attachments better than a reading."""
    is_empty = message.attachments == "[]"
    is_news = item.verb is Verb.ADD and (is_empty or not item.is_snapshot)
    return is_news and bool(item.attachments) and message.deleted_at is None


def _name_person(bench: Bench, conversation: Conversation, item: DirectItem) -> None:
    """Webhooks know only an id; a reading brings the name."""
    known = bench.known(item.person_id)
    before = known.name if known is not None else ""
    found = bench.person(item.person_id, item.person_name, bench.now)
    if found is not None and found.name != before:
        bench.touch(conversation)


def _conversation(bench: Bench, item: DirectItem, sent_at: datetime) -> Conversation:
    """The one conversation with a person."""
    key = person_key(item.person_id)
    return bench.conversation(key) or bench.begin(key, Audience.PRIVATE, sent_at)
