"""Public comments into conversations: (post, top-level comment)."""

import json
from datetime import datetime, timedelta

from app.channels.items import CommentItem, DirectItem, Verb
from app.foundation.text import snippet
from app.inbox import merging, turns, upkeep
from app.inbox.bench import Bench
from app.inbox.models import Audience, Contact, Conversation, ConversationState, Message
from app.inbox.turns import Promise

CLOCKS_DIFFER = timedelta(minutes=5)


def take(bench: Bench, item: CommentItem, promise: Promise) -> None:
    """One thing that happened to a comment, whether it is known already or not."""
    message = bench.message(item.external_id)
    if message is not None:
        _change(bench, message, item, promise)
    elif item.verb in (Verb.DELETE, Verb.HIDE, Verb.UNHIDE):
        bench.mark_early(item.external_id, item.verb.value, _told_at(item, bench.now))
    else:
        _add(bench, item, promise)


def author_key(external_id: str, message_id: str) -> str:
    """Whose turn a customer's message belongs to; one without an author is a turn of its own."""
    return f"c{external_id}" if external_id else f"m{message_id}"


def said_at(item: CommentItem | DirectItem, now: datetime) -> datetime:
    """When it was said, as well as the item knows; a time still to come is no time."""
    at = item.sent_at or item.happened_at or now
    return at if at <= now + CLOCKS_DIFFER else now


def _add(bench: Bench, item: CommentItem, promise: Promise) -> None:
    sent_at = said_at(item, bench.now)
    conversation = _conversation(bench, item, sent_at)
    contact = None if item.is_ours else bench.contact(item.author_id, item.author_name, sent_at)
    message = Message(
        channel_id=bench.channel.id,
        conversation=conversation,
        external_id=item.external_id,
        parent_external_id=item.parent_id,
        is_ours=item.is_ours,
        contact=contact,
        author_key="" if item.is_ours else author_key(item.author_id, item.external_id),
        text=item.text or "",
        attachments=json.dumps(item.attachments),
        sent_at=sent_at,
        edited_at=(item.happened_at or bench.now) if item.verb is Verb.EDIT else None,
        hidden_at=None,
        visibility_at=None,
        deleted_at=None,
        is_settled=False,
        outbox_id=None,
        answers=json.dumps([f"c{person}" for person in item.mentions] if item.is_ours else []),
    )
    bench.add_message(message)
    _show(message, item, bench.now)
    apply_early(bench, message)
    put(bench, conversation, message, contact, promise)
    if item.parent_id:
        _adopt(bench, conversation, item.external_id, promise)


def put(
    bench: Bench,
    conversation: Conversation,
    message: Message,
    contact: Contact | None,
    promise: Promise,
) -> None:
    """A new message into its conversation: list, turns, feed. A customer's ends a snooze."""
    is_last = message.sent_at > conversation.activity_at or conversation.snippet == ""
    is_newest = is_last and message.deleted_at is None
    if is_newest:
        conversation.activity_at = message.sent_at
        conversation.snippet = snippet(message.text) or "…"
    opens = message.external_id == conversation.external_key
    if contact is not None and (opens or conversation.contact is None):
        conversation.contact = contact
    standing = bench.open_turns(conversation)
    if is_newest:
        turns.add(bench.db, conversation, standing, message, promise)
    else:
        turns.fold_again(bench.db, conversation, standing, promise, at=message.sent_at)
    is_theirs = not message.is_ours and message.deleted_at is None
    if conversation.state is ConversationState.SNOOZED and is_theirs:
        conversation.reopen()
    newest = bench.channel.last_item_at
    if newest is None or message.sent_at > newest:
        bench.channel.last_item_at = message.sent_at
    bench.touch(conversation)


def _change(bench: Bench, message: Message, item: CommentItem, promise: Promise) -> None:
    """Something about a comment we hold; what says nothing new changes nothing."""
    before = _looks(message)
    if item.verb is Verb.DELETE:
        message.deleted_at = message.deleted_at or bench.now
    forget_words(bench, message, item)
    _show(message, item, bench.now)
    edit(message, item, bench.now)
    retime(message, item, bench.now)
    _name_author(bench, message, item)
    if before != _looks(message):
        refold(bench, message.conversation, promise)


def _looks(message: Message) -> tuple[object, ...]:
    return (
        message.text,
        message.sent_at,
        message.edited_at,
        message.deleted_at,
        message.hidden_at,
        message.author_key,
    )


def retime(message: Message, item: CommentItem | DirectItem, now: datetime) -> None:
    """Only a thing's own coming tells when it was said; until then an early edit's time stands
    there. An answer of the desk's counts from when it was begun, whatever the platform says."""
    if item.verb is Verb.ADD and item.sent_at is not None and message.outbox_id is None:
        message.sent_at = said_at(item, now)


def edit(message: Message, item: CommentItem | DirectItem, now: datetime) -> None:
    """New words, unless the item is older than the words we hold, or they were deleted.

    Of two edits in one second nobody knows the later one: the same one is taken in any order.
    """
    text, is_edit = item.text, item.verb is Verb.EDIT
    if text is None or message.deleted_at is not None:
        return
    at = item.happened_at or now
    held = message.edited_at
    is_older = is_edit and held is not None and (at, text) < (held, message.text)
    if (is_edit or (item.is_snapshot and text != message.text)) and not is_older:
        message.text, message.edited_at = text, at


def _told_at(item: CommentItem, now: datetime) -> datetime:
    """The platform's time of what it tells; readings show the thing as it is now."""
    return item.happened_at or now.replace(microsecond=0)


def _show(message: Message, item: CommentItem, now: datetime) -> None:
    """Whether it is hidden, by the newest that was told of it; of one second the hiding counts."""
    if item.verb not in (Verb.HIDE, Verb.UNHIDE) and not item.is_snapshot:
        return
    is_hidden = item.verb is Verb.HIDE or (item.is_snapshot and item.is_hidden)
    _set_visibility(message, _told_at(item, now), is_hidden=is_hidden)


def _set_visibility(message: Message, at: datetime, *, is_hidden: bool) -> None:
    known = message.visibility_at
    if known is not None and (at, is_hidden) < (known, message.hidden_at is not None):
        return
    message.visibility_at = at
    message.hidden_at = (message.hidden_at or at) if is_hidden else None


def forget_words(bench: Bench, message: Message, item: CommentItem | DirectItem) -> None:
    """A delivery that tells the words of what was erased already is kept without them, too."""
    is_erased = message.deleted_at is not None and not message.text
    if is_erased and item.text and not item.is_snapshot:
        upkeep.look_for(bench.db, bench.channel.id, message.external_id, bench.now)


def refold(bench: Bench, conversation: Conversation, promise: Promise) -> None:
    """Who waits, after something in the middle changed."""
    standing = bench.open_turns(conversation)
    turns.fold_again(bench.db, conversation, standing, promise, at=bench.now)
    bench.touch(conversation)


def _name_author(bench: Bench, message: Message, item: CommentItem) -> None:
    """The platform now says who wrote it, or by what name."""
    if item.is_ours or not item.author_id:
        return
    contact = bench.contact(item.author_id, item.author_name, message.sent_at)
    if message.contact is None and not message.is_ours:
        message.contact = contact
        message.author_key = author_key(item.author_id, item.external_id)


def _conversation(bench: Bench, item: CommentItem, sent_at: datetime) -> Conversation:
    """The conversation a comment belongs to, made when its first comment comes."""
    top = item.external_id
    if item.parent_id:
        parent = bench.message(item.parent_id)
        if parent is not None:
            return parent.conversation
        top = item.parent_id
    found = bench.conversation(top)
    if found is None:
        return bench.begin(top, Audience.PUBLIC, sent_at, bench.post(item.post))
    bench.post(item.post)
    return found


def _adopt(bench: Bench, conversation: Conversation, external_id: str, promise: Promise) -> None:
    """A reply whose own replies came first was taken for a top comment: bring them together."""
    stray = bench.conversation(external_id)
    if stray is None or stray is conversation or stray.merged_into_id is not None:
        return
    bench.db.flush()
    merging.merge(bench, stray, conversation)
    refold(bench, stray, promise)
    refold(bench, conversation, promise)


def apply_early(bench: Bench, message: Message) -> None:
    """What happened to it before it came."""
    mark = bench.early_mark(message.external_id)
    if mark is None:
        return
    if mark.verb == Verb.DELETE.value:
        message.deleted_at = mark.at
    else:
        _set_visibility(message, mark.happened_at, is_hidden=mark.verb == Verb.HIDE.value)
