"""The holding replies that a conversation's composer offers."""

from dataclasses import dataclass, field
from typing import Any

from app import gate
from app.channels.models import Platform
from app.foundation.words import Words
from app.inbox.queries import ConversationView
from app.replies import holding, windows
from app.replies.holding import Approved
from app.web.inbox import promising

NOTHING_GOES_OUT = Words(
    "Nothing goes out on this channel just now, and later a holding reply would come too late."
)


@dataclass(frozen=True)
class Offer:
    """What the dialog shows, with what a form brought back."""

    replies: list[Approved]
    problem: Words | None
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Words] = field(default_factory=dict)

    @property
    def is_offered(self) -> bool:
        return bool(self.replies)


def context(
    view: ConversationView,
    values: dict[str, str] | None = None,
    errors: dict[str, Words] | None = None,
) -> dict[str, Any]:
    """For the conversation's page; nothing is offered where nobody waits or nothing is approved."""
    if view.channel.platform is Platform.DESK or not view.open_turns:
        return {"holding_offer": Offer([], None), "promises": []}
    found = holding.current(gate.db())
    standard = {"promise": "hour", "promised_at": "", "name": "", "turn_id": "", "holding_id": ""}
    return {
        "holding_offer": Offer(found, _problem(view), standard | (values or {}), errors or {}),
        "promises": promising.choices(),
    }


def _problem(view: ConversationView) -> Words | None:
    """Why none can go out here, where none can."""
    if not view.channel.can_send:
        return NOTHING_GOES_OUT
    window = windows.window(gate.db(), view.conversation, gate.now())
    return windows.problem(view.channel, window, is_typed=False)
