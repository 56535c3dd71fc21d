"""Notices: what a member should know of, by ids only; the words are in the desk itself."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id
from app.foundation.types import choice


class Kind(Enum):
    """What one can be told of; each is switched on and off by itself."""

    DRAFT_WAITS = "draft-waits"
    DRAFT_RETURNED = "draft-returned"
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    REPLY_TROUBLE = "reply-trouble"
    CHANNEL_FROZEN = "channel-frozen"
    RUNS_OUT = "runs-out"
    LOOKALIKE = "lookalike"
    """Somebody calls themselves like one of our channels."""
    TEST = "test"
    """Asked for by the member, to see whether it arrives."""


class MailState(Enum):
    """How far a notice's mail has come, or its push."""

    NONE = "none"
    WAITS = "waits"
    SENT = "sent"
    FAILED = "failed"


class Notice(Base):
    """One thing that one member should know of."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_member", "member_id", "id"),
        Index(
            "ix_notices_unread",
            "member_id",
            "kind",
            "about",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notices_mail",
            "mail_at",
            sqlite_where=text("mail = 'waits'"),
            postgresql_where=text("mail = 'waits'"),
        ),
        Index("ix_notices_push", "push", "push_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    about: Mapped[str] = mapped_column(String(40))
    """What it opens, as the log names it: "draft:5"."""
    detail: Mapped[str] = mapped_column(String(24), default="")
    channel_id: Mapped[int | None] = mapped_column(Id)
    """Whoever may not read this channel any more does not see the notice; no foreign key."""
    conversation_id: Mapped[int | None] = mapped_column(Id)
    by_id: Mapped[int | None] = mapped_column(Id)
    """The member who caused it; None: the desk itself."""
    at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]
    is_listed: Mapped[bool] = mapped_column(default=True)
    """False where the member does not want this kind in the list."""
    mail: Mapped[MailState] = mapped_column(choice(MailState), default=MailState.NONE)
    mail_at: Mapped[datetime | None]
    """When it is to be mailed, or was."""
    mail_tries: Mapped[int] = mapped_column(default=0)
    push: Mapped[MailState] = mapped_column(choice(MailState), default=MailState.NONE)
    push_at: Mapped[datetime | None]
    push_tries: Mapped[int] = mapped_column(default=0)


class NoticeSettings(Base):
    """How one member wants to be told; whoever has no row is told as the desk thinks best."""

    __tablename__ = "notice_settings"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    choices: Mapped[str] = mapped_column(Text, default="{}")
    """JSON: kind → [in the desk, by mail, by push]."""
    quiet_from: Mapped[int | None]
    """Minutes after midnight in the desk's time zone, when mails and pushes begin to wait."""
    quiet_until: Mapped[int | None]
    has_words: Mapped[bool] = mapped_column(default=False)
    """Mails may carry the customer's name and words."""
    has_push_words: Mapped[bool] = mapped_column(default=False)
    """Pushes may: they are read on a locked screen."""


class PushProblem(Enum):
    """Why a device could not be told the last time."""

    REFUSED = "refused"
    """The push service takes nothing from this desk for it."""
    BUSY = "busy"
    TROUBLE = "trouble"
    """An error of the push service's own."""
    UNREACHABLE = "unreachable"


class PushDevice(Base):
    """A browser that a member wants to be told in, as long as it is signed in."""

    __tablename__ = "push_devices"
    __table_args__ = (Index(None, "member_id"), Index(None, "session_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """By which the address is found: itself it is sealed, since whoever has it could disturb."""
    sealed: Mapped[bytes]
    """The push service's address for this browser, and the browser's keys."""
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sign_in_sessions.id"))
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When the push service last took a push for it."""
    problem: Mapped[PushProblem | None] = mapped_column(choice(PushProblem))
    """Why the last one was not taken; None: it was."""
    problem_at: Mapped[datetime | None]


class PushKey(Base):
    """The desk's key pair at the push services (VAPID); one row, made on first need."""

    __tablename__ = "push_keys"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public: Mapped[str] = mapped_column(String(100))
    """As browsers take it: the point, uncompressed, in base64url."""
    sealed: Mapped[bytes]
    """The private key (PEM), sealed with the machine class."""
    made_at: Mapped[datetime]
