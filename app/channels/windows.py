"""How long a platform lets a Page write to a person (PLATFORM_FACTS 5). Pure: time comes in.

Meta counts from the person's last private message. A public comment opens nothing: its pages
disagree, and the stricter reading can never lose an answer that was promised.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from app.channels.models import Platform

RESPONSE_FOR = timedelta(hours=24)
HUMAN_AGENT_FOR = timedelta(days=7)
HAVE_WINDOWS = frozenset({Platform.FACEBOOK, Platform.INSTAGRAM})


class WindowKind(Enum):
    """What may be written now."""

    RESPONSE = "response"
    """Anything."""
    HUMAN_AGENT = "human_agent"
    """Only what a person typed for this customer; a holding reply is not."""
    CLOSED = "closed"
    """Nothing, until the person writes again."""


@dataclass(frozen=True)
class Window:
    """The state of the window, and until when it is so (or was open; None: it never was)."""

    kind: WindowKind
    until: datetime | None

    def takes(self, *, is_typed: bool = True) -> bool:
        """Whether an answer goes through, typed by a person or a ready-made one."""
        if self.kind is WindowKind.HUMAN_AGENT:
            return is_typed
        return self.kind is WindowKind.RESPONSE


def window(last_customer_at: datetime | None, now: datetime) -> Window:
    """What Meta takes from us now; both ends still count as inside."""
    if last_customer_at is None:
        return Window(WindowKind.CLOSED, None)
    for kind, length in (
        (WindowKind.RESPONSE, RESPONSE_FOR),
        (WindowKind.HUMAN_AGENT, HUMAN_AGENT_FOR),
    ):
        if now <= last_customer_at + length:
            return Window(kind, last_customer_at + length)
    return Window(WindowKind.CLOSED, last_customer_at + HUMAN_AGENT_FOR)


def answer_window(platform: Platform, *, is_public: bool) -> timedelta | None:
    """Within what time an answer is certainly taken; None where the platform sets none."""
    return None if is_public or platform not in HAVE_WINDOWS else RESPONSE_FOR
