"""Channels and how far each has been read."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id
from app.foundation.types import choice


class Platform(Enum):
    """Where customers write."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    X = "x"
    DESK = "desk"
    """What came by no platform: calls, visits and mails, written down by the team."""

    @property
    def label(self) -> str:
        return {
            "facebook": "Facebook",
            "instagram": "Instagram",
            "x": "X",
            "desk": "Written down",
        }[self.value]


class Source(Enum):
    """How something came in."""

    WEBHOOK = "webhook"
    POLL = "poll"


class Kind(Enum):
    """What sort of thing somebody wrote, where it is not a plain comment or message."""

    VISITOR_POST = "visitor_post"
    """A post of theirs on our page."""
    MENTION = "mention"
    """A post or comment of theirs elsewhere that names us."""
    TAG = "tag"
    """A picture of theirs in which we are tagged."""
    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    QUOTE = "quote"
    """A post of theirs that quotes one of ours."""
    STORY_REPLY = "story_reply"
    STORY_MENTION = "story_mention"


class Act(Enum):
    """What can be done with a message or its author."""

    REPLY = "reply"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    LIKE = "like"
    UNLIKE = "unlike"
    PRIVATE_REPLY = "private_reply"
    BLOCK = "block"
    UNBLOCK = "unblock"
    ATTACH = "attach"
    """Send a picture or another file along with an answer."""


CREDIT = "credit"
"""Why a channel is frozen where the app's money at the platform is used up."""


class ChannelState(Enum):
    """Whether a channel reads and writes; only the model's methods move it."""

    CONNECTED = "connected"
    FROZEN = "frozen"
    """The platform refuses our token or right: reading by webhook goes on, nothing is sent."""
    REMOVED = "removed"


BLOCKED = "policy"
"""How the reason begins where the platform blocks what we write."""


class Channel(Base):
    """One connected Page or account."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    platform: Mapped[Platform] = mapped_column(choice(Platform))
    external_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[ChannelState] = mapped_column(choice(ChannelState))
    is_sending: Mapped[bool] = mapped_column(default=True)
    """Off: the channel is read and drafts are kept, but nothing goes out."""
    frozen_reason: Mapped[str] = mapped_column(String(300), default="")
    public_promise_minutes: Mapped[int | None]
    """Minutes until a public answer is due; None takes the desk's."""
    private_promise_minutes: Mapped[int | None]
    connected_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    connected_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    """When a call with the token last succeeded."""
    missing_permissions: Mapped[str | None] = mapped_column(String(300))
    """By the platform's names, with commas; None where it could not be found out."""
    last_item_at: Mapped[datetime | None]
    last_push_at: Mapped[datetime | None]
    """When a signed webhook last came."""
    missed_at: Mapped[datetime | None]
    """When a reading last brought what a webhook should have brought before."""
    whole_at: Mapped[datetime | None]
    """When a reading last came to its end."""
    next_poll_at: Mapped[datetime | None]
    poll_lease_until: Mapped[datetime | None]
    poll_failures: Mapped[int] = mapped_column(default=0)
    history_to: Mapped[datetime | None]
    """On the way back through what there was before it was connected: how far it has come."""
    history_items: Mapped[int] = mapped_column(default=0)
    history_done_at: Mapped[datetime | None]
    is_history_stopped: Mapped[bool] = mapped_column(default=False)
    """Somebody wants no more of it; what is new is read all the same."""
    cursor: Mapped[str] = mapped_column(String(4000), default="")
    """How far the adapter has read, in its own words (JSON)."""

    def checked(self, missing: tuple[str, ...] | None, now: datetime) -> None:
        """A call with the token succeeded, and told what the token lacks."""
        self.checked_at = now
        self.missing_permissions = None if missing is None else ",".join(missing)[:300]

    @property
    def missing(self) -> list[str]:
        """The permissions that the token is known to lack."""
        return [name for name in (self.missing_permissions or "").split(",") if name]

    def freeze(self, reason: str) -> None:
        """Stop calling the platform until someone reconnects; the queue is kept."""
        self.state, self.frozen_reason = ChannelState.FROZEN, reason[:300]

    def thaw(self) -> None:
        """Connected again. One that had been taken off the desk begins as a new one does; sending
        that somebody stopped, or the platform, stays stopped."""
        self.is_sending = self.is_sending or self.state is ChannelState.REMOVED
        self.frozen_reason = self.frozen_reason if self.is_blocked else ""
        self.state = ChannelState.CONNECTED

    def went_back(self, reached: datetime | None, items: int) -> None:
        """A page of what there was before it was connected."""
        if reached is not None:
            self.history_to = min(self.history_to or reached, reached)
            self.history_items += items

    def block(self, code: str) -> None:
        """The platform takes no more answers here, for breaking its rules; reading goes on."""
        self.is_sending, self.frozen_reason = False, f"{BLOCKED} {code}"

    def switch_sending(self, *, is_on: bool) -> None:
        """As a person wishes it, who also knows when a block is over."""
        self.frozen_reason = "" if self.is_blocked else self.frozen_reason
        self.is_sending = is_on

    @property
    def is_blocked(self) -> bool:
        return not self.is_sending and self.frozen_reason.startswith(BLOCKED)

    @property
    def is_only_read(self) -> bool:
        """People post its answers on the platform themselves."""
        is_open = self.state is ChannelState.CONNECTED and self.platform is not Platform.DESK
        return is_open and not self.is_sending and not self.is_blocked

    @property
    def is_out_of_credit(self) -> bool:
        return self.state is ChannelState.FROZEN and self.frozen_reason.startswith(CREDIT)

    def remove(self) -> None:
        """Taken off the desk; what came in by it stays readable."""
        self.state, self.is_sending = ChannelState.REMOVED, False

    @property
    def can_send(self) -> bool:
        return self.state is ChannelState.CONNECTED and self.is_sending


class Gap(Base):
    """A time in which a channel was not read: what came then was seen late, if at all."""

    __tablename__ = "gaps"
    __table_args__ = (Index(None, "channel_id", "began_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    began_at: Mapped[datetime]
    """The end of the last whole reading before it."""
    ended_at: Mapped[datetime | None]
    """None while it lasts."""
    reason: Mapped[str] = mapped_column(String(100))
    recovered: Mapped[int] = mapped_column(default=0)
    """Messages that only the reading afterwards brought."""


class Login(Base):
    """Somebody is at a platform to let us in: what must come back, to whom, and what it brought.

    It lasts an hour; what nobody chose until then is forgotten.
    """

    __tablename__ = "channel_logins"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    platform: Mapped[Platform] = mapped_column(choice(Platform))
    session_id: Mapped[int] = mapped_column(Id)
    """The member's session it was begun in; no foreign key, since it may be gone before this."""
    member_id: Mapped[int] = mapped_column(Id)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    """The channel that is to be connected again."""
    is_reading_only: Mapped[bool]
    began_at: Mapped[datetime]
    came_back_at: Mapped[datetime | None]
    """A state is good for once."""
    sealed: Mapped[bytes]
    """The verifier (PKCE); once it came back, the tokens to choose from."""


class Spending(Base):
    """What a channel may cost in a month, on a platform that is paid for each call."""

    __tablename__ = "spending"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    ceiling_cents: Mapped[int]
    """US cents a month, as an owner set it."""
    stopped_month: Mapped[str] = mapped_column(String(7), default="")
    """The month in which the ceiling was reached: nothing is read or sent in it; webhooks go on."""
    told_month: Mapped[str] = mapped_column(String(7), default="")
    """The month in which people were told that most of it is spent."""


class Charge(Base):
    """One thing that was paid for: each counts once a UTC day."""

    __tablename__ = "charges"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    price: Mapped[str] = mapped_column(String(20), primary_key=True)
    resource: Mapped[str] = mapped_column(String(220), primary_key=True)
    micros: Mapped[int]
    """Millionths of a US dollar."""
