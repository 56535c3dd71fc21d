"""Conversations, what was said in them, and who still waits."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.channels.models import Kind
from app.foundation.db import Base, Id
from app.foundation.types import choice
from app.inbox.models.searched import searched_by, to_index


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


class Elsewhere(Enum):
    """How somebody was answered without an answer of ours standing in the thread."""

    PRIVATELY = "privately"
    """By a private reply to their comment."""
    THERE = "there"
    """On the platform itself, as a person said."""


class Contact(Base):
    """A customer as one channel knows them."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel_id", "external_id"), to_index("contacts"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    external_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200), default="")
    """As the platform gave it; empty where it gave none. A name is never invented."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    """As somebody at the desk wrote it down, like the mail address."""
    email: Mapped[str] = mapped_column(String(254), default="")
    first_seen_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    """When the desk blocked them on the platform; None while they may write there."""
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
        Index("ix_conversations_post", "post_id"),
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
        to_index("messages"),
        Index(
            "ix_messages_echo",
            "echo_of",
            sqlite_where=text("echo_of IS NOT NULL"),
            postgresql_where=text("echo_of IS NOT NULL"),
        ),
        Index(
            "ix_messages_media_due",
            "id",
            sqlite_where=text("is_media_due"),
            postgresql_where=text("is_media_due"),
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
    """It needs no answer here: a person said so, or it was answered elsewhere."""
    settled_as: Mapped[Elsewhere | None] = mapped_column(choice(Elsewhere))
    """Where it was answered, by which member and when; None where it was not. No foreign key:
    SQLite would have to write every message anew to add one."""
    settled_by_id: Mapped[int | None] = mapped_column(Id)
    settled_at: Mapped[datetime | None]
    how: Mapped[How | None] = mapped_column(choice(How))
    """Of what the team wrote down: how it came."""
    promised_at: Mapped[datetime | None]
    """The time that was promised here: an answer is due then, whatever the desk's own promise."""
    is_holding: Mapped[bool] = mapped_column(default=False)
    """Of ours: it tells the customer to wait, so it ends nobody's turn."""
    kind: Mapped[Kind | None] = mapped_column(choice(Kind))
    abilities: Mapped[str | None] = mapped_column(String(100))
    """What the platform says can be done with it, with commas; None where it does not say."""
    permalink: Mapped[str | None] = mapped_column(String(500))
    """Where it stands on the platform; None where the platform gave no address."""
    text: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[str] = mapped_column(Text, default="[]")
    sources: Mapped[str | None] = mapped_column(Text)
    """Where each attachment could be fetched when it came (JSON, "" for none): they expire."""
    is_media_due: Mapped[bool] = mapped_column(default=False)
    """The worker has yet to keep what is attached."""
    sent_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    is_liked: Mapped[bool] = mapped_column(default=False)
    """We like it there."""
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


searched_by(Contact, "name")
searched_by(Message, "text", "sent_at", "deleted_at", "contact_id", "conversation_id")
