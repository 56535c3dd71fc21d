"""Conversations, what was said in them, and who still waits."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    event,
    false,
    inspect,
    text,
)
from sqlalchemy.orm import InstanceState, Mapped, mapped_column, relationship

from app.foundation.db import Base, Id
from app.foundation.types import choice


class Audience(Enum):
    """Who can read it."""

    PUBLIC = "public"
    PRIVATE = "private"


class ConversationState(Enum):
    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


class How(Enum):
    """How something reached the team that came by no platform."""

    CALL = "call"
    VISIT = "visit"
    MAIL = "mail"


class EventState(Enum):
    """How far a raw event has come."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"
    """Could not be understood, wholly or in part; kept, with the reason, to be tried again."""


class RawEvent(Base):
    """What came in, as it came, stored before it is answered or understood."""

    __tablename__ = "raw_events"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    source: Mapped[str] = mapped_column(String(10))
    """webhook or poll"""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[EventState] = mapped_column(choice(EventState), default=EventState.NEW)
    problem: Mapped[str] = mapped_column(String(500), default="")
    tries: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(index=True)


class RefusedDelivery(Base):
    """A delivery with a wrong signature: when, from where, how long; never its content."""

    __tablename__ = "refused_deliveries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(64))
    length: Mapped[int]


def _to_index(table: str) -> Index:
    """The rows of a table whose words search has not taken in as they are now."""
    return Index(
        f"ix_{table}_to_index",
        "id",
        sqlite_where=text("is_indexed = 0"),
        postgresql_where=text("NOT is_indexed"),
    )


class Contact(Base):
    """A customer as one channel knows them."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel_id", "external_id"), _to_index("contacts"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    external_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200), default="")
    """As the platform gave it; empty where it gave none. A name is never invented."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    """As somebody at the desk wrote it down, like the mail address."""
    email: Mapped[str] = mapped_column(String(254), default="")
    first_seen_at: Mapped[datetime]
    is_indexed: Mapped[bool] = mapped_column(default=False)
    """Search knows the contact's messages by this name."""


class Post(Base):
    """What a public conversation is about: context, not a message."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("channel_id", "external_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    external_id: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text, default="")
    permalink: Mapped[str] = mapped_column(String(500), default="")
    is_ours: Mapped[bool] = mapped_column(default=True)
    posted_at: Mapped[datetime | None]


class Conversation(Base):
    """(post, top comment) in public; (channel, person) in private."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("channel_id", "external_key"),
        Index("ix_conversations_due", "state", "due_at", "id"),
        Index("ix_conversations_activity", "state", "activity_at", "id"),
        Index(
            "ix_conversations_submitted",
            "has_submitted",
            "due_at",
            "id",
            sqlite_where=text("has_submitted = 1"),
            postgresql_where=text("has_submitted"),
        ),
        Index("ix_conversations_assignee", "assignee_id", "state", "due_at", "id"),
        Index("ix_conversations_channel", "channel_id", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    external_key: Mapped[str] = mapped_column(String(220))
    """The top comment's id, or "dm:" and the person's id."""
    audience: Mapped[Audience] = mapped_column(choice(Audience))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    """Who opened it; None while only we have written or the platform gave no name."""
    state: Mapped[ConversationState] = mapped_column(choice(ConversationState))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    due_at: Mapped[datetime | None]
    """When the longest-waiting open turn must be answered; None: nobody waits."""
    waiting_since: Mapped[datetime | None]
    waiting_count: Mapped[int] = mapped_column(default=0)
    activity_at: Mapped[datetime]
    snippet: Mapped[str] = mapped_column(String(200), default="")
    """The words shown in the list: of the customer who waits longest, else the newest."""
    snoozed_until: Mapped[datetime | None]
    has_submitted: Mapped[bool] = mapped_column(default=False)
    """An answer waits for approval here; set by replies, shown in the list."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    """Set where this turned out to be a part of another conversation; it is shown nowhere."""

    contact: Mapped[Contact | None] = relationship()
    post: Mapped[Post | None] = relationship()
    messages: Mapped[list["Message"]] = relationship(viewonly=True)

    @property
    def is_public(self) -> bool:
        return self.audience is Audience.PUBLIC

    def reopen(self) -> None:
        self.state, self.snoozed_until = ConversationState.OPEN, None

    def close(self) -> None:
        self.state, self.snoozed_until = ConversationState.DONE, None

    def snooze(self, until: datetime) -> None:
        self.state, self.snoozed_until = ConversationState.SNOOZED, until


class Message(Base):
    """Something said in a conversation, by a customer or by us, as the platform shows it."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel_id", "external_id"),
        Index("ix_messages_thread", "conversation_id", "sent_at", "id"),
        Index(
            "ix_messages_contact",
            "contact_id",
            "conversation_id",
            sqlite_where=text("contact_id IS NOT NULL"),
            postgresql_where=text("contact_id IS NOT NULL"),
        ),
        _to_index("messages"),
        Index(
            "ix_messages_echo",
            "echo_of",
            sqlite_where=text("echo_of IS NOT NULL"),
            postgresql_where=text("echo_of IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    external_id: Mapped[str] = mapped_column(String(220))
    parent_external_id: Mapped[str] = mapped_column(String(220), default="")
    is_ours: Mapped[bool] = mapped_column(default=False)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    author_key: Mapped[str] = mapped_column(String(220), default="")
    """Whose turn a customer's message belongs to: "c" and the author's id on the platform, or
    "m" and the message's own where the platform names nobody. Empty for ours."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """Who at the desk wrote it; None for ours: answered natively on the platform."""
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    echo_of: Mapped[int | None] = mapped_column(Id)
    """The outbox row that an echo names, until that row says whether it is so; no foreign key,
    since it comes from outside."""
    answers: Mapped[str] = mapped_column(Text, default="[]")
    """Of ours: whose turns it is known to answer (JSON); empty where the platform can't say."""
    is_settled: Mapped[bool] = mapped_column(default=False)
    """A person said that this needs no answer."""
    how: Mapped[How | None] = mapped_column(choice(How))
    """Of what the team wrote down: how it came."""
    promised_at: Mapped[datetime | None]
    """The time that was promised here: an answer is due then, whatever the desk's own promise."""
    is_holding: Mapped[bool] = mapped_column(default=False)
    """Of ours: it tells the customer to wait, so it ends nobody's turn."""
    text: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[str] = mapped_column(Text, default="[]")
    sent_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    visibility_at: Mapped[datetime | None]
    """When the platform last told whether it is hidden: an older word changes nothing."""
    deleted_at: Mapped[datetime | None]
    is_indexed: Mapped[bool] = mapped_column(default=False)
    """Search has taken it in as it is now."""
    indexed_as: Mapped[int | None] = mapped_column(Id)
    """Its number in the index of words; None while it is not in there."""

    contact: Mapped[Contact | None] = relationship()
    conversation: Mapped[Conversation] = relationship()


class EarlyMark(Base):
    """A delete, hide or unhide that came before the thing itself: applied when that comes."""

    __tablename__ = "early_marks"
    __table_args__ = (Index(None, "at"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(220), primary_key=True)
    verb: Mapped[str] = mapped_column(String(10))
    happened_at: Mapped[datetime]
    """The platform's time of it; the newest counts."""
    at: Mapped[datetime]
    """When it came here; kept as long as what it is about can still come."""


class Erasure(Base):
    """A deleted message of which stored deliveries may still speak."""

    __tablename__ = "erasures"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(220), primary_key=True)
    next_event_id: Mapped[int] = mapped_column(Id, index=True)
    """Where the search through them goes on."""


class TurnState(Enum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    """Marked done by a person without an answer."""
    GONE = "gone"
    """Everything the customer wrote in it was deleted, or turned out to belong to another turn."""


class Turn(Base):
    """One customer's open question in a conversation, with its own clock."""

    __tablename__ = "turns"
    __table_args__ = (
        Index(
            "uq_turns_open",
            "conversation_id",
            "contact_key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_turns_contact", "contact_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    contact_key: Mapped[str] = mapped_column(String(220))
    """Whose turn it is: the author_key of its messages."""
    first_message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    last_message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    promised_at: Mapped[datetime | None]
    """What this customer was promised last, if anything."""
    state: Mapped[TurnState] = mapped_column(choice(TurnState), default=TurnState.OPEN)
    ended_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))

    contact: Mapped[Contact | None] = relationship()
    conversation: Mapped[Conversation] = relationship()
    first_message: Mapped[Message] = relationship(foreign_keys=[first_message_id])
    last_message: Mapped[Message] = relationship(foreign_keys=[last_message_id])
    answered_by: Mapped[Message | None] = relationship(foreign_keys=[answered_by_id])

    def reopen(self) -> None:
        """What ended it is no longer so: the customer waits as before."""
        self.state, self.ended_at, self.answered_by_id = TurnState.OPEN, None, None

    def end(self, state: TurnState, at: datetime, answered_by_id: int | None = None) -> None:
        """The customer no longer waits for this."""
        self.state, self.ended_at, self.answered_by_id = state, at, answered_by_id


class Note(Base):
    """A word for the team. Lives in its own table: no sender can ever reach it."""

    __tablename__ = "notes"
    __table_args__ = (_to_index("notes"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    is_indexed: Mapped[bool] = mapped_column(default=False)
    indexed_as: Mapped[int | None] = mapped_column(Id)


SEARCHED: dict[type[Base], tuple[str, ...]] = {
    Contact: ("name",),
    Message: ("text", "sent_at", "deleted_at", "contact_id", "conversation_id"),
    Note: ("text", "at", "conversation_id"),
}
"""What search goes by; a change of it is taken in anew."""


def _changed(_mapper: object, _connection: object, row: Contact | Message | Note) -> None:
    """Said outright, also where the row seemed to wait already: the indexer may have been there
    since it was read."""
    state: InstanceState[Any] = inspect(row)
    if any(state.attrs[name].history.has_changes() for name in SEARCHED[type(row)]):
        row.is_indexed = false()


for _kind in SEARCHED:
    event.listen(_kind, "before_update", _changed)


class Label(Base):
    """A word of the team's for a kind of conversation."""

    __tablename__ = "labels"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Put away: shown and offered nowhere, and kept on its conversations for its return."""


class ConversationLabel(Base):
    """A label on a conversation, and who put it there."""

    __tablename__ = "conversation_labels"
    __table_args__ = (Index(None, "label_id", "conversation_id"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]


class Change(Base):
    """The change feed: a number that grows in commit order, read by every open browser."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "channel_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    channel_id: Mapped[int]
    conversation_id: Mapped[int | None]
    at: Mapped[datetime]


class ChangeHead(Base):
    """The feed's end, one row; locked while numbers are given, so that none is ever skipped."""

    __tablename__ = "change_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Id, default=0)


class Presence(Base):
    """Who has a conversation open, and who is writing in it."""

    __tablename__ = "presence"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    seen_at: Mapped[datetime]
    answering_at: Mapped[datetime | None]
