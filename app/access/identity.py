"""Who is asking: a value made once a request, passed to every service."""

from dataclasses import dataclass
from datetime import datetime

from app.access.roles import Role


@dataclass(frozen=True)
class Grant:
    """One role, on one channel or on all (`channel_id` None), for good or until a moment."""

    role: Role
    channel_id: int | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Actor:
    """A member at work, or the desk itself (`member_id` None) doing what time asks."""

    member_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    session_id: int | None = None
    is_fresh: bool = False

    @property
    def is_desk(self) -> bool:
        return self.member_id is None

    @property
    def log_name(self) -> str:
        """How the audit log names the actor: by id, never by name."""
        return "desk" if self.member_id is None else f"member:{self.member_id}"


DESK = Actor(None, "Vuoro")
"""The desk acting by itself: intake, delivery, housekeeping. It holds no rights of a member's."""
