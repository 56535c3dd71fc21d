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
    """A member at work; the desk itself, doing what time asks; or somebody not signed in."""

    member_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    session_id: int | None = None
    is_fresh: bool = False

    @property
    def is_desk(self) -> bool:
        """Only the one below: whoever has no number is not the desk for that."""
        return self is DESK

    @property
    def log_name(self) -> str:
        """How the audit log names the actor: by id, never by name."""
        if self.member_id is not None:
            return f"member:{self.member_id}"
        return "desk" if self.is_desk else "nobody"


DESK = Actor(None, "Vuoro")
"""The desk acting by itself: intake, delivery, housekeeping. It holds no rights of a member's."""
