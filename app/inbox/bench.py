"""A batch of one channel at work: what it speaks of is fetched in a few queries, what it brings
is written in a few.

New rows get their numbers at once, so that they can name each other before they are written.
Whoever asks for something that was not fetched beforehand gets it by a query of its own, so the
bench is only ever a matter of speed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.channels.items import CommentItem, DirectItem, Item, PostItem
from app.channels.models import Channel
from app.foundation.db import Base, insert_all, numbers, row_of
from app.inbox import changes, fetching, talks
from app.inbox.fetching import Person
from app.inbox.models import (
    Audience,
    Contact,
    Conversation,
    ConversationState,
    EarlyMark,
    Message,
    Post,
    Turn,
)
from app.inbox.talks import Talk
from app.inbox.waiting import Promise

AT_ONCE = 100
"""So many numbers are asked of the database at a time."""


@dataclass
class New:
    """What is not written yet, in the order in which it needs each other."""

    posts: dict[str, Post] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)

    def write(self, db: Session) -> None:
        insert_all(db, Post, [row_of(p) for p in self.posts.values()])
        insert_all(db, Contact, [row_of(c) for c in self.contacts.values()])
        insert_all(db, Conversation, [row_of(c) for c in self.conversations.values()])
        insert_all(db, Message, [row_of(m) for m in self.messages.values()])


class Bench:
    """One channel's batch at work."""

    def __init__(
        self, db: Session, channel: Channel, now: datetime, public: Promise, private: Promise
    ) -> None:
        self.db, self.channel, self.now = db, channel, now
        self._promises = {Audience.PUBLIC: public, Audience.PRIVATE: private}
        self._messages: dict[str, Message | None] = {}
        self._homes: dict[str, int | None] = {}
        self._conversations: dict[str, Conversation | None] = {}
        self._by_id: dict[int, Conversation] = {}
        self._people: dict[str, Person | None] = {}
        self._posts: dict[str, Post | None] = {}
        self._marks: dict[str, EarlyMark | None] = {}
        self._numbers: dict[type[Base], Iterator[int]] = {}
        self._new, self._talks = New(), dict[int, Talk]()
        self.added: list[datetime] = []
        """When each new message was said."""

    def fetch(self, items: Iterable[Item]) -> None:
        """Everything that these items will ask for, as far as it can be told beforehand.

        Conversations come first, locked: what is read of them afterwards is what stands there.
        """
        comments = [i for i in items if isinstance(i, CommentItem)]
        directs = [i for i in items if isinstance(i, DirectItem)]
        ids = {i.external_id for i in comments} | {i.external_id for i in directs}
        parents = {above for i in comments for above in (i.parent_id, i.post.external_id) if above}
        private = {person_key(i.person_id) for i in directs}
        authors = {i.author_id for i in comments if not i.is_ours}
        self._fetch_homes(ids | parents)
        known = {number for number in self._homes.values() if number is not None}
        homes = {i.home for i in comments if i.home}
        self._fetch_conversations(ids | parents | private | homes, known)
        self._fetch_messages(ids)
        self._fetch_people((authors | {i.person_id for i in directs}) - {""})
        told = [i for i in items if isinstance(i, PostItem)]
        self._fetch_posts({p.external_id for p in (*told, *(i.post for i in comments))})
        self._fetch_marks(ids)

    def message(self, external_id: str) -> Message | None:
        """A message as it is stored; what this batch brought is written first."""
        if external_id in self._new.messages:
            self.write()
        if external_id not in self._messages:
            self._fetch_messages({external_id})
        return self._messages[external_id]

    def home_of(self, external_id: str) -> Conversation | None:
        """The conversation in which a message stands."""
        if external_id not in self._homes:
            self._fetch_homes({external_id})
        number = self._homes[external_id]
        return None if number is None else self.conversation_by(number)

    def conversation(self, key: str) -> Conversation | None:
        """A conversation by its key."""
        if key not in self._conversations:
            self._fetch_conversations({key}, set())
        return self._conversations[key]

    def conversation_by(self, number: int) -> Conversation:
        """A conversation by its number."""
        if number not in self._by_id:
            self._fetch_conversations(set(), {number})
        return self._by_id[number]

    def begin(
        self, key: str, audience: Audience, sent_at: datetime, post: Post | None = None
    ) -> Conversation:
        """A new conversation: nobody waits in it yet."""
        made = Conversation(
            id=self._number(Conversation),
            channel_id=self.channel.id,
            external_key=key,
            audience=audience,
            post_id=post.id if post is not None else None,
            state=ConversationState.DONE,
            activity_at=sent_at,
            waiting_count=0,
            snippet="",
        )
        self._new.conversations[key] = made
        self._conversations[key] = self._by_id[made.id] = made
        return made

    def add(self, conversation: Conversation, message: Message, person: Person | None) -> None:
        """A new message in its conversation, from a customer or to one."""
        message.id, message.conversation_id = self._number(Message), conversation.id
        self._new.messages[message.external_id] = message
        self._homes[message.external_id] = conversation.id
        self.added.append(message.sent_at)
        self._talk(conversation).hear(message, person)
        newest = self.channel.last_item_at
        if newest is None or message.sent_at > newest:
            self.channel.last_item_at = message.sent_at

    def stir(self, conversation: Conversation) -> None:
        """Something in the middle of it changed."""
        self._talk(conversation).is_stirred = True

    def moved(self, stray: Conversation, into: Conversation) -> None:
        """All that was in one conversation stands in another now."""
        self._homes = {k: into.id if n == stray.id else n for k, n in self._homes.items()}

    def touch(self, conversation: Conversation) -> None:
        """It looks different now: browsers are told."""
        changes.note(self.db, self.channel.id, conversation.id, self.now)

    def person(self, external_id: str, name: str, at: datetime) -> Person | None:
        """Who it is, with the newest name the platform gave; None where it does not say."""
        if not external_id:
            return None
        person = self.known(external_id)
        if person is None:
            person = self._people[external_id] = Person(self._number(Contact), "")
            self._new.contacts[external_id] = Contact(
                id=person.id, channel_id=self.channel.id, external_id=external_id, name="",
                first_seen_at=at,
            )  # fmt: skip
        if name and name[:200] != person.name:
            contact = self._new.contacts.get(external_id) or self.db.get_one(Contact, person.id)
            contact.name = person.name = name[:200]
        return person

    def known(self, external_id: str) -> Person | None:
        """A customer whom the channel knows already."""
        if external_id not in self._people:
            self._fetch_people({external_id})
        return self._people[external_id]

    def post(self, item: PostItem) -> Post:
        """The post a comment stands under; readings bring its words, webhooks only its id."""
        if item.external_id not in self._posts:
            self._fetch_posts({item.external_id})
        found = self._posts[item.external_id]
        if found is None:
            found = Post(
                id=self._number(Post),
                channel_id=self.channel.id,
                external_id=item.external_id,
                is_ours=item.is_ours,
                text="",
                permalink="",
            )
            self._posts[item.external_id] = self._new.posts[item.external_id] = found
        found.is_ours = found.is_ours or item.is_ours
        found.text = item.text or found.text
        found.permalink = item.permalink or found.permalink
        found.posted_at = item.posted_at or found.posted_at
        return found

    def early_mark(self, external_id: str) -> EarlyMark | None:
        """What happened to a thing before it came."""
        if external_id not in self._marks:
            self._fetch_marks({external_id})
        return self._marks[external_id]

    def mark_early(self, external_id: str, verb: str, happened_at: datetime) -> None:
        """Remember what happened to a thing that has not come yet: a delete is the last word, else
        the newest counts, and of one second the hiding."""
        mark = self.early_mark(external_id)
        if mark is None:
            mark = EarlyMark(
                channel_id=self.channel.id,
                external_id=external_id,
                verb=verb,
                happened_at=happened_at,
                at=self.now,
            )
            self.db.add(mark)
            self._marks[external_id] = mark
        elif mark.verb != "delete":
            known = (mark.happened_at, mark.verb == "hide")
            if verb == "delete" or (happened_at, verb == "hide") > known:
                mark.verb, mark.happened_at, mark.at = verb, happened_at, self.now

    def write(self) -> None:
        """Write it all down: who waits is folded once a conversation, not once a message."""
        found = list(self._talks.values())
        begun = talks.fold_on(self.db, [t for t in found if t.is_in_order])
        self._new.write(self.db)
        self.db.flush()
        insert_all(self.db, Turn, begun)
        talks.fold_again(self.db, [t for t in found if not t.is_in_order], self.now)
        self.db.flush()
        for talk in found:
            self.touch(talk.conversation)
        self._forget_new()

    def _forget_new(self) -> None:
        """What was new is from now on read like everything else."""
        for key, made in self._new.conversations.items():
            del self._conversations[key], self._by_id[made.id]
        for external_id in self._new.posts:
            del self._posts[external_id]
        for external_id in self._new.messages:
            self._messages.pop(external_id, None)
        self._new, self._talks = New(), {}

    def _talk(self, conversation: Conversation) -> Talk:
        if conversation.id not in self._talks:
            is_new = conversation.external_key in self._new.conversations
            promise = self._promises[conversation.audience]
            self._talks[conversation.id] = Talk(conversation, promise, is_new)
        return self._talks[conversation.id]

    def _number(self, model: type[Base]) -> int:
        number = next(self._numbers.get(model, iter(())), None)
        if number is None:
            self._numbers[model] = numbers(self.db, model, AT_ONCE)
            number = next(self._numbers[model])
        return number

    def _fetch_homes(self, ids: set[str]) -> None:
        self._homes |= fetching.homes(self.db, self.channel.id, ids)

    def _fetch_messages(self, ids: set[str]) -> None:
        self._messages |= fetching.messages(self.db, self.channel.id, ids)

    def _fetch_conversations(self, keys: set[str], ids: set[int]) -> None:
        found = fetching.conversations(self.db, self.channel.id, keys, ids)
        self._conversations |= dict.fromkeys(keys) | {c.external_key: c for c in found}
        self._by_id |= {c.id: c for c in found}

    def _fetch_people(self, ids: set[str]) -> None:
        self._people |= fetching.people(self.db, self.channel.id, ids)

    def _fetch_posts(self, ids: set[str]) -> None:
        self._posts |= fetching.posts(self.db, self.channel.id, ids)

    def _fetch_marks(self, ids: set[str]) -> None:
        self._marks |= fetching.marks(self.db, self.channel.id, ids)


def person_key(person_id: str) -> str:
    """The key of the private conversation with a person."""
    return f"dm:{person_id}"
