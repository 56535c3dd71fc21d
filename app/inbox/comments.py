"""Public comments into conversations: (post, top-level comment)."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.channels.items import CommentItem, DirectItem, Verb
from app.inbox import fetching, media, merging, naming, upkeep
from app.inbox.bench import Bench
from app.inbox.models import Audience, Conversation, Message

CLOCKS_DIFFER = timedelta(minutes=5)


def take(bench: Bench, item: CommentItem) -> None:
    """One thing that happened to a comment, whether it is known already or not."""
    message = bench.message(item.external_id)
    if message is not None:
        _change(bench, message, item)
    elif item.verb in (Verb.DELETE, Verb.HIDE, Verb.UNHIDE):
        bench.mark_early(item.external_id, item.verb.value, _told_at(item, bench.now))
    else:
        _add(bench, item)


def author_key(external_id: str, message_id: str) -> str:
    """Whose turn a customer's message belongs to; one without an author is a turn of its own."""
    return f"c{external_id}" if external_id else f"m{message_id}"


def said_at(item: CommentItem | DirectItem, now: datetime) -> datetime:
    """When it was said, as well as the item knows; a time still to come is no time."""
    at = item.sent_at or item.happened_at or now
    return at if at <= now + CLOCKS_DIFFER else now


def _add(bench: Bench, item: CommentItem) -> None:
    sent_at = said_at(item, bench.now)
    conversation = _conversation(bench, item, sent_at)
    author = None if item.is_ours else bench.person(item.author_id, item.author_name, sent_at)
    message = Message(
        channel_id=bench.channel.id,
        external_id=item.external_id,
        parent_external_id=item.parent_id,
        is_ours=item.is_ours,
        contact_id=author.id if author else None,
        author_key="" if item.is_ours else author_key(item.author_id, item.external_id),
        permalink=item.permalink or None,
        text=item.text or "",
        attachments=json.dumps(item.attachments),
        sources=media.sources_of(item),
        kind=item.kind,
        sent_at=sent_at,
        edited_at=(item.happened_at or bench.now) if item.verb is Verb.EDIT else None,
        answers=json.dumps([f"c{person}" for person in item.mentions] if item.is_ours else []),
    )
    naming.hasten(bench, message)
    media.hasten(bench, message)
    _allow(message, item)
    _show(message, item, bench.now)
    apply_early(bench, message)
    bench.add(conversation, message, author)
    if item.parent_id or item.home:
        _adopt(bench, conversation, item.external_id)
    elif item.external_id == item.post.external_id:
        _gather(bench, conversation, item.external_id)


def _change(bench: Bench, message: Message, item: CommentItem) -> None:
    """Something about a comment we hold; what says nothing new changes nothing."""
    before, allowed = _looks(message), _allowed(message)
    if item.verb is Verb.DELETE:
        message.deleted_at = message.deleted_at or bench.now
    forget_words(bench, message, item)
    _allow(message, item)
    _show(message, item, bench.now)
    edit(message, item, bench.now)
    retime(message, item, bench.now)
    message.permalink = item.permalink or message.permalink
    _name_author(bench, message, item)
    conversation = bench.conversation_by(message.conversation_id)
    if before != _looks(message):
        bench.stir(conversation)
    elif allowed != _allowed(message):
        bench.touch(conversation)
    if item.parent_id and not message.parent_external_id:
        _belong(bench, message, item)


def _looks(message: Message) -> tuple[object, ...]:
    return (
        message.text,
        message.sent_at,
        message.edited_at,
        message.deleted_at,
        message.hidden_at,
        message.author_key,
    )


def _allowed(message: Message) -> tuple[object, ...]:
    """What is shown of it and folds nobody anew."""
    return message.abilities, message.is_liked, message.kind


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
    if naming.is_bare(message) and not is_edit:
        message.text = text
        return
    at = item.happened_at or now
    held = message.edited_at
    is_older = is_edit and held is not None and (at, text) < (held, message.text)
    if (is_edit or (item.is_snapshot and text != message.text)) and not is_older:
        message.text, message.edited_at = text, at
        message.kind = item.kind or message.kind


def _allow(message: Message, item: CommentItem) -> None:
    """What can be done with it, as the platform said last; and what sort of thing it is, which
    one way of hearing of it may tell and another not."""
    if item.abilities is not None:
        message.abilities = ",".join(sorted(act.value for act in item.abilities))
    if item.is_liked is not None:
        message.is_liked = item.is_liked
    message.kind = message.kind or item.kind


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


def _name_author(bench: Bench, message: Message, item: CommentItem) -> None:
    """The platform now says who wrote it, or by what name."""
    if item.is_ours:
        return
    person = bench.person(item.author_id, item.author_name, message.sent_at)
    if person is not None and message.contact_id is None and not message.is_ours:
        message.contact_id = person.id
        message.author_key = author_key(item.author_id, item.external_id)


def _conversation(bench: Bench, item: CommentItem, sent_at: datetime) -> Conversation:
    """The conversation a comment belongs to, made when its first comment comes.

    A post that is itself a message here is a customer's: all that is said under it is one
    conversation, whichever comment it stands under (I5). Where threads are split by person, the
    item says which one it is.
    """
    if item.home:
        return bench.conversation(item.home) or _begin(bench, item, item.home, sent_at)
    for above in (item.parent_id, item.post.external_id):
        home = bench.home_of(above) if above else None
        if home is not None:
            return home
    top = item.parent_id or item.external_id
    return bench.conversation(top) or _begin(bench, item, top, sent_at)


def _begin(bench: Bench, item: CommentItem, key: str, sent_at: datetime) -> Conversation:
    post = bench.post(item.post) if item.post.external_id else None
    return bench.begin(key, Audience.PUBLIC, sent_at, post)


def _belong(bench: Bench, message: Message, item: CommentItem) -> None:
    """It was taken for a top comment until now: one way of hearing of it tells no parent."""
    message.parent_external_id = item.parent_id
    own = bench.conversation_by(message.conversation_id)
    home = _conversation(bench, item, message.sent_at)
    if home is not own and own.external_key == message.external_id:
        _bring_together(bench, [own], home)


def _adopt(bench: Bench, conversation: Conversation, external_id: str) -> None:
    """A reply whose own replies came first was taken for a top comment: bring them together."""
    stray = bench.conversation(external_id)
    if stray is not None and stray is not conversation:
        _bring_together(bench, [stray], conversation)


def _gather(bench: Bench, conversation: Conversation, post_id: str) -> None:
    """Comments came before it was known that their post is a customer's: they belong to it."""
    bench.write()
    found = fetching.under_post(bench.db, bench.channel.id, post_id)
    strays = [bench.conversation_by(n) for n in found if n != conversation.id]
    _bring_together(bench, strays, conversation)


def _bring_together(
    bench: Bench, strays: Sequence[Conversation], conversation: Conversation
) -> None:
    """Everything of these stands in that one from now on."""
    if not strays:
        return
    bench.write()
    into = bench.conversation_by(conversation.id)
    for stray in strays:
        if stray.merged_into_id is None:
            merging.merge(bench.db, stray, into)
            bench.moved(stray, into)
            bench.stir(stray)
    bench.stir(into)
    bench.write()


def apply_early(bench: Bench, message: Message) -> None:
    """What happened to it before it came."""
    mark = bench.early_mark(message.external_id)
    if mark is None:
        return
    if mark.verb == Verb.DELETE.value:
        message.deleted_at = mark.at
    else:
        _set_visibility(message, mark.happened_at, is_hidden=mark.verb == Verb.HIDE.value)
