"""What the intake needs to know about a batch, fetched in a few queries instead of many.

Items of one channel are worked on here in memory and written together. Whoever asks for
something that was not fetched beforehand gets it by a query of its own, so the bench is only
ever a matter of speed.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.channels.items import CommentItem, DirectItem, Item, PostItem
from app.channels.models import Channel
from app.inbox import changes
from app.inbox.models import (
    Audience,
    Contact,
    Conversation,
    ConversationState,
    EarlyMark,
    Message,
    Post,
    Turn,
    TurnState,
)


class Bench:
    """One channel's batch at work."""

    def __init__(self, db: Session, channel: Channel, now: datetime) -> None:
        self.db, self.channel, self.now = db, channel, now
        self._messages: dict[str, Message | None] = {}
        self._conversations: dict[str, Conversation | None] = {}
        self._contacts: dict[str, Contact | None] = {}
        self._posts: dict[str, Post | None] = {}
        self._marks: dict[str, EarlyMark | None] = {}
        self._turns: dict[Conversation, dict[str, Turn]] = {}
        self._touched: dict[Conversation, None] = {}

    def fetch(self, items: Iterable[Item]) -> None:
        """Everything that these items will ask for, as far as it can be told beforehand.

        Conversations come first, locked: what is read of them afterwards is what stands there.
        """
        comments = [i for i in items if isinstance(i, CommentItem)]
        directs = [i for i in items if isinstance(i, DirectItem)]
        ids = {i.external_id for i in comments} | {i.external_id for i in directs}
        parents = {i.parent_id for i in comments if i.parent_id}
        self._fetch_conversations(
            ids | parents | {person_key(i.person_id) for i in directs}, self._where(ids | parents)
        )
        self._fetch_messages(ids | parents)
        authors = {i.author_id for i in comments} | {i.person_id for i in directs}
        self._fetch_contacts(authors - {""})
        self._fetch_posts({i.post.external_id for i in comments})
        self._fetch_marks(ids)
        self._fetch_turns([c for c in self._conversations.values() if c is not None])

    def message(self, external_id: str) -> Message | None:
        """A message by the platform's id."""
        if external_id not in self._messages:
            self._fetch_messages({external_id})
        return self._messages[external_id]

    def add_message(self, message: Message) -> None:
        self.db.add(message)
        self._messages[message.external_id] = message

    def conversation(self, key: str) -> Conversation | None:
        """A conversation by its key."""
        if key not in self._conversations:
            self._fetch_conversations({key}, set())
        return self._conversations[key]

    def begin(
        self, key: str, audience: Audience, sent_at: datetime, post: Post | None = None
    ) -> Conversation:
        """A new conversation: nobody waits in it yet."""
        made = Conversation(
            channel_id=self.channel.id,
            external_key=key,
            audience=audience,
            post=post,
            state=ConversationState.DONE,
            activity_at=sent_at,
            waiting_count=0,
            snippet="",
        )
        self.db.add(made)
        self._conversations[key] = made
        self._turns[made] = {}
        return made

    def contact(self, external_id: str, name: str, at: datetime) -> Contact | None:
        """Who it is, with the newest name the platform gave; None where it does not say."""
        if not external_id:
            return None
        if external_id not in self._contacts:
            self._fetch_contacts({external_id})
        found = self._contacts[external_id]
        if found is None:
            found = Contact(
                channel_id=self.channel.id, external_id=external_id, name="", first_seen_at=at
            )
            self.db.add(found)
            self._contacts[external_id] = found
        if name and name != found.name:
            found.name = name[:200]
        return found

    def post(self, item: PostItem) -> Post:
        """The post a comment stands under; readings bring its words, webhooks only its id."""
        if item.external_id not in self._posts:
            self._fetch_posts({item.external_id})
        found = self._posts[item.external_id]
        if found is None:
            found = Post(
                channel_id=self.channel.id,
                external_id=item.external_id,
                is_ours=item.is_ours,
                text="",
                permalink="",
            )
            self.db.add(found)
            self._posts[item.external_id] = found
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

    def open_turns(self, conversation: Conversation) -> dict[str, Turn]:
        """Who waits in a conversation, by whose turn it is."""
        if conversation not in self._turns:
            self._fetch_turns([conversation])
        return self._turns[conversation]

    def forget_turns(self, *conversations: Conversation) -> None:
        """They are fetched anew when they are asked for."""
        for conversation in conversations:
            self._turns.pop(conversation, None)

    def touch(self, conversation: Conversation) -> None:
        """It looks different now: browsers are told."""
        self._touched[conversation] = None

    def finish(self) -> None:
        """Write it all down."""
        self.db.flush()
        for conversation in self._touched:
            changes.note(self.db, self.channel.id, conversation.id, self.now)

    def _where(self, ids: set[str]) -> set[int]:
        """In which conversations these messages stand."""
        return set(
            self.db.scalars(
                select(Message.conversation_id).where(
                    Message.channel_id == self.channel.id, Message.external_id.in_(ids)
                )
            )
        )

    def _fetch_messages(self, ids: set[str]) -> None:
        rows = self.db.scalars(
            select(Message)
            .where(Message.channel_id == self.channel.id, Message.external_id.in_(ids))
            .options(selectinload(Message.conversation))
            .execution_options(populate_existing=True)
        )
        self._messages |= dict.fromkeys(ids) | {m.external_id: m for m in rows}

    def _fetch_conversations(self, keys: set[str], ids: set[int]) -> None:
        """Locked, so that two workers never count the same people."""
        rows = self.db.scalars(
            select(Conversation)
            .where(
                Conversation.channel_id == self.channel.id,
                Conversation.external_key.in_(keys) | Conversation.id.in_(ids),
            )
            .order_by(Conversation.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        self._conversations |= dict.fromkeys(keys) | {c.external_key: c for c in rows}

    def _fetch_contacts(self, ids: set[str]) -> None:
        rows = self.db.scalars(
            select(Contact).where(
                Contact.channel_id == self.channel.id, Contact.external_id.in_(ids)
            )
        )
        self._contacts |= dict.fromkeys(ids) | {c.external_id: c for c in rows}

    def _fetch_posts(self, ids: set[str]) -> None:
        rows = self.db.scalars(
            select(Post).where(Post.channel_id == self.channel.id, Post.external_id.in_(ids))
        )
        self._posts |= dict.fromkeys(ids) | {p.external_id: p for p in rows}

    def _fetch_marks(self, ids: set[str]) -> None:
        rows = self.db.scalars(
            select(EarlyMark).where(
                EarlyMark.channel_id == self.channel.id, EarlyMark.external_id.in_(ids)
            )
        )
        self._marks |= dict.fromkeys(ids) | {m.external_id: m for m in rows}

    def _fetch_turns(self, conversations: list[Conversation]) -> None:
        self._turns |= {c: {} for c in conversations}
        by_id = {c.id: c for c in conversations if c.id is not None}
        rows = self.db.scalars(
            select(Turn)
            .where(Turn.conversation_id.in_(by_id), Turn.state == TurnState.OPEN)
            .options(selectinload(Turn.first_message), selectinload(Turn.last_message))
        )
        for turn in rows:
            self._turns[by_id[turn.conversation_id]][turn.contact_key] = turn


def person_key(person_id: str) -> str:
    """The key of the private conversation with a person."""
    return f"dm:{person_id}"
