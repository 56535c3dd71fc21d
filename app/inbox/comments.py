"""Public comments into conversations: (post, top-level comment)."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.channels.items import CommentItem, PostItem, Verb
from app.channels.models import Channel
from app.foundation.text import snippet
from app.inbox import changes, turns
from app.inbox.models import (
    Audience,
    Contact,
    Conversation,
    ConversationState,
    EarlyMark,
    Message,
    Post,
)


def take(
    db: Session, channel: Channel, item: CommentItem, promise: timedelta, now: datetime
) -> None:
    """One thing that happened to a comment, whether it is known already or not."""
    message = find(db, channel.id, item.external_id)
    if message is None and item.verb in (Verb.DELETE, Verb.HIDE, Verb.UNHIDE):
        _mark_early(db, channel, item, now)
    elif message is None:
        _add(db, channel, item, promise, now)
    else:
        _change(db, message, item, promise, now)


def find(db: Session, channel_id: int, external_id: str) -> Message | None:
    """A message by the platform's id."""
    return db.scalar(
        select(Message).where(Message.channel_id == channel_id, Message.external_id == external_id)
    )


def _add(
    db: Session, channel: Channel, item: CommentItem, promise: timedelta, now: datetime
) -> None:
    sent_at = item.sent_at or now
    conversation = _conversation(db, channel, item, sent_at)
    contact = None if item.is_ours else _contact(db, channel, item, sent_at)
    message = Message(
        channel_id=channel.id,
        conversation_id=conversation.id,
        external_id=item.external_id,
        parent_external_id=item.parent_id,
        is_ours=item.is_ours,
        contact=contact,
        text=item.text or "",
        attachments=json.dumps(item.attachments),
        sent_at=sent_at,
        edited_at=(item.happened_at or now) if item.verb is Verb.EDIT else None,
        hidden_at=now if item.is_hidden else None,
        answers=json.dumps(_tagged(db, channel.id, item)) if item.is_ours else "[]",
    )
    db.add(message)
    db.flush()
    _apply_early(db, message, now)
    _adopt(db, conversation, item.external_id, promise, now)
    _note_said(conversation, message, contact)
    turns.after_new(db, conversation, message, promise)
    channel.last_item_at = max(channel.last_item_at or sent_at, sent_at)
    changes.note(db, channel.id, conversation.id, now)


def _change(
    db: Session, message: Message, item: CommentItem, promise: timedelta, now: datetime
) -> None:
    """Something about a comment we hold; what says nothing new changes nothing."""
    conversation = db.get_one(Conversation, message.conversation_id)
    before = (message.text, message.deleted_at, message.hidden_at, message.contact_id)
    if item.verb is Verb.DELETE:
        message.deleted_at = message.deleted_at or now
    elif item.verb in (Verb.HIDE, Verb.UNHIDE) or item.is_snapshot:
        is_hidden = item.verb is Verb.HIDE or (item.is_snapshot and item.is_hidden)
        message.hidden_at = (message.hidden_at or now) if is_hidden else None
    _edit(message, item, now)
    if message.contact_id is None and item.author_id and not item.is_ours:
        message.contact = _contact(db, None, item, message.sent_at, message.channel_id)
        db.flush()
    if before == (message.text, message.deleted_at, message.hidden_at, message.contact_id):
        return
    db.flush()
    turns.again(db, conversation, promise, at=now)
    changes.note(db, message.channel_id, conversation.id, now)


def _edit(message: Message, item: CommentItem, now: datetime) -> None:
    """New words, unless the item is older than the words we hold."""
    is_news = item.verb is Verb.EDIT or item.is_snapshot
    at = item.happened_at or now
    is_older = message.edited_at is not None and at < message.edited_at and not item.is_snapshot
    if is_news and item.text is not None and item.text != message.text and not is_older:
        message.text, message.edited_at = item.text, at


def _conversation(
    db: Session, channel: Channel, item: CommentItem, sent_at: datetime
) -> Conversation:
    """The conversation a comment belongs to, made when its first comment comes."""
    top = item.external_id
    if item.parent_id:
        parent = find(db, channel.id, item.parent_id)
        if parent is not None:
            return db.get_one(Conversation, parent.conversation_id)
        top = item.parent_id
    found = db.scalar(
        select(Conversation).where(
            Conversation.channel_id == channel.id, Conversation.external_key == top
        )
    )
    if found is None:
        found = Conversation(
            channel_id=channel.id,
            external_key=top,
            audience=Audience.PUBLIC,
            post=post(db, channel.id, item.post),
            state=ConversationState.DONE,
            activity_at=sent_at,
        )
        db.add(found)
        db.flush()
    return found


def post(db: Session, channel_id: int, item: PostItem) -> Post:
    """The post a comment stands under; readings bring its words, webhooks only its id."""
    found = db.scalar(
        select(Post).where(Post.channel_id == channel_id, Post.external_id == item.external_id)
    )
    if found is None:
        found = Post(channel_id=channel_id, external_id=item.external_id, is_ours=item.is_ours)
        db.add(found)
    found.text = item.text or found.text or ""
    found.permalink = item.permalink or found.permalink or ""
    found.posted_at = item.posted_at or found.posted_at
    return found


def _contact(
    db: Session, channel: Channel | None, item: CommentItem, at: datetime, channel_id: int = 0
) -> Contact | None:
    """Who wrote it; None where the platform does not say."""
    owner = channel.id if channel else channel_id
    if not item.author_id:
        return None
    found = db.scalar(
        select(Contact).where(Contact.channel_id == owner, Contact.external_id == item.author_id)
    )
    if found is None:
        found = Contact(channel_id=owner, external_id=item.author_id, first_seen_at=at, name="")
        db.add(found)
    found.name = item.author_name or found.name
    return found


def _tagged(db: Session, channel_id: int, item: CommentItem) -> list[str]:
    """The contact keys of the people tagged in an answer of ours."""
    ids = db.scalars(
        select(Contact.id).where(
            Contact.channel_id == channel_id, Contact.external_id.in_(item.mentions)
        )
    )
    return [f"c{i}" for i in ids] if item.mentions else []


def _note_said(conversation: Conversation, message: Message, contact: Contact | None) -> None:
    if message.sent_at >= conversation.activity_at or not conversation.snippet:
        conversation.activity_at = max(message.sent_at, conversation.activity_at)
        if not message.is_ours or not conversation.snippet:
            conversation.snippet = snippet(message.text)
    if contact is not None and (
        conversation.contact_id is None or message.external_id == conversation.external_key
    ):
        conversation.contact_id = contact.id


def _adopt(
    db: Session, conversation: Conversation, external_id: str, promise: timedelta, now: datetime
) -> None:
    """A reply whose own replies came first was taken for a top comment: bring them together."""
    if external_id == conversation.external_key:
        return
    stray = db.scalar(
        select(Conversation).where(
            Conversation.channel_id == conversation.channel_id,
            Conversation.external_key == external_id,
        )
    )
    if stray is not None:
        db.execute(
            update(Message)
            .where(Message.conversation_id == stray.id)
            .values(conversation_id=conversation.id)
        )
        turns.again(db, stray, promise, at=now)
        stray.merged_into_id = conversation.id
        turns.again(db, conversation, promise, at=now)
        changes.note(db, stray.channel_id, stray.id, now)


def _mark_early(db: Session, channel: Channel, item: CommentItem, now: datetime) -> None:
    mark = db.get(EarlyMark, (channel.id, item.external_id))
    if mark is None:
        mark = EarlyMark(channel_id=channel.id, external_id=item.external_id, at=now, verb="")
        db.add(mark)
    if mark.verb != Verb.DELETE.value:
        mark.verb, mark.at = item.verb.value, now


def _apply_early(db: Session, message: Message, now: datetime) -> None:
    mark = db.get(EarlyMark, (message.channel_id, message.external_id))
    if mark is None:
        return
    if mark.verb == Verb.DELETE.value:
        message.deleted_at, message.text = now, ""
    elif mark.verb == Verb.HIDE.value:
        message.hidden_at = now
