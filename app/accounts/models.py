"""Members and what lets them in."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.access.identity import Actor, Grant
from app.access.roles import Role
from app.foundation.db import Base, Id
from app.foundation.types import choice


class MemberState(Enum):
    """Where a member stands; only this model's methods move between states."""

    ACTIVE = "active"
    LEFT = "left"


class Member(Base):
    """A person at the desk."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    locale: Mapped[str] = mapped_column(String(8), default="")
    theme: Mapped[str] = mapped_column(String(8), default="")
    has_shortcuts: Mapped[bool] = mapped_column(default=True)
    state: Mapped[MemberState] = mapped_column(choice(MemberState), default=MemberState.ACTIVE)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    totp_sealed: Mapped[bytes | None]
    """The one-time-code secret, sealed with the machine class; None: no second factor."""
    totp_pending: Mapped[bytes | None]
    """A secret that was shown but not yet proven by a code."""
    totp_version: Mapped[int] = mapped_column(default=1)
    """What the secret is bound to; grows with each one made or forgotten, so no old one fits."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The last time step whose code was taken, so that no code works twice."""
    rights_version: Mapped[int] = mapped_column(default=1)
    """Goes up at every change of rights; sessions made before it get a new id."""
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    roles: Mapped[list["RoleGrant"]] = relationship(
        back_populates="member", foreign_keys="RoleGrant.member_id", order_by="RoleGrant.id"
    )

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The roles that were not ended; dated ones may be over."""
        return tuple(r.as_grant() for r in self.roles if r.ended_at is None)

    def as_actor(self) -> Actor:
        """The member with the rights they hold now, outside any session."""
        return Actor(self.id, self.name, self.grants)

    def leave(self, now: datetime) -> None:
        """Gone for good: cannot sign in again; what they wrote stays theirs.

        The mail address is forgotten, so that the same person can be invited anew.
        """
        self.state, self.left_at = MemberState.LEFT, now
        self.email, self.password_hash = f"left-{self.id}", ""
        self.forget_second_factor()
        self.rights_version += 1

    def forget_second_factor(self) -> None:
        self.totp_sealed = self.totp_pending = None
        self.totp_version += 1


class RoleGrant(Base):
    """A role given to a member; ended ones stay, as history."""

    __tablename__ = "role_grants"
    __table_args__ = (Index(None, "member_id", "ended_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    role: Mapped[Role] = mapped_column(choice(Role))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    until: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(back_populates="roles", foreign_keys=[member_id])

    def as_grant(self) -> Grant:
        return Grant(self.role, self.channel_id, self.until)


class SignInSession(Base):
    """One browser that is signed in. Only the hash of its cookie is kept."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index(None, "member_id", "ended_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    previous_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    """The id before the last change of rights, and when that was."""
    rotated_at: Mapped[datetime | None]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    device: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    rights_version: Mapped[int]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime | None]
    """When the person last proved who they are; what is dangerous asks for a recent one."""
    ended_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()


class SignInAttempt(Base):
    """Wrong tries in a row for one name or one address; kept apart from whether it exists."""

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for a lost phone, once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class LinkKind(Enum):
    """What a one-time link is for."""

    INVITATION = "invitation"
    PASSWORD = "password"


class LinkState(Enum):
    """Where a one-time link stands."""

    OPEN = "open"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class OneTimeLink(Base):
    """A link handed over by hand or mail: an invitation, or a new password. Works once."""

    __tablename__ = "one_time_links"
    __table_args__ = (
        Index(None, "kind", "used_at"),
        Index(None, "member_id"),
        Index(None, "made_by_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(choice(LinkKind))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """Whose password it renews; of an invitation, who came in by it."""
    name: Mapped[str] = mapped_column(String(120), default="")
    """For whom an invitation is meant, as its maker wrote it."""
    roles: Mapped[str] = mapped_column(Text, default="[]")
    """What an invitation gives: a JSON list of [role, channel id, until]."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """None: the desk itself, for a link that went out by mail."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    made_by: Mapped[Member | None] = relationship(foreign_keys=[made_by_id])
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])

    def state(self, now: datetime) -> LinkState:
        """What opening it does at this moment."""
        if self.used_at is not None:
            return LinkState.USED
        if self.cancelled_at is not None:
            return LinkState.CANCELLED
        return LinkState.OPEN if now < self.expires_at else LinkState.EXPIRED

    def use(self, now: datetime) -> None:
        self.used_at = now

    def cancel(self, now: datetime) -> None:
        """Only an open link can be cancelled; anything else stays what it is."""
        if self.state(now) is LinkState.OPEN:
            self.cancelled_at = now


class PasswordRequest(Base):
    """Somebody who asks for a new password by mail; the worker finds out whether they are here.

    So the page answers alike, and as fast, for an address that nobody has.
    """

    __tablename__ = "password_requests"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(index=True)


class Desk(Base):
    """The one row about this desk: its name, language and what kind it is."""

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120), default="")
    locale: Mapped[str] = mapped_column(String(8), default="en")
    timezone: Mapped[str] = mapped_column(String(40), default="Europe/Helsinki")
    is_practice: Mapped[bool] = mapped_column(default=False)
    root_key_check: Mapped[str] = mapped_column(String(100), default="")
    """Public check value of the root key: a wrong key is refused at start."""
    public_promise_minutes: Mapped[int] = mapped_column(default=240)
    private_promise_minutes: Mapped[int] = mapped_column(default=240)
    public_undo_seconds: Mapped[int] = mapped_column(default=10)
    private_undo_seconds: Mapped[int] = mapped_column(default=6)
    order_link: Mapped[str] = mapped_column(String(300), default="")
    media_megabytes: Mapped[int] = mapped_column(default=1000)
    """How much of what customers send is kept; the oldest gives way."""
    created_at: Mapped[datetime]
