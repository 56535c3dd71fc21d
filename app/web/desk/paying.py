"""What the channel's page says of its costs, and why it stands still where that is known."""

from typing import Any

from app import gate
from app.channels import spending
from app.channels.models import CREDIT, Channel, ChannelState
from app.channels.pairs import LOST
from app.foundation.words import Words

STOPPED = {
    CREDIT: (
        Words("The app's credit at X is used up, so nothing is read or sent."),
        Words(
            "Buy credit in the developer console of X, then press Test now: every account goes "
            "on. Answers wait and are kept, and what X tells by itself still comes in."
        ),
    ),
    spending.CEILING: (
        Words("This month's ceiling is reached, so nothing is read or sent until it is over."),
        Words(
            "An owner can raise the ceiling below. Answers wait and are kept, and what X tells by "
            "itself still comes in."
        ),
    ),
    LOST: (
        Words(
            "The desk was stopped while it renewed its access to X, and X had ended the old one."
        ),
        Words("Connect the account again. Nothing is lost; answers wait and are kept."),
    ),
    "app": (
        Words("X refuses the app itself: its set-up there does not allow these calls."),
        Words(
            "Look in the developer console of X whether the app belongs to a project and may read "
            "and write. Answers wait and are kept."
        ),
    ),
}
"""What happened and what to do, by the first word of the reason that is kept."""


def of(channel: Channel) -> dict[str, Any]:
    """What the channel's page says of it."""
    is_paid = channel.platform in spending.COSTS
    spent = spending.spent(gate.db(), channel.id, gate.now()) if is_paid else None
    return {"spent": spent, "stopped_why": _why_stopped(channel, spent)}


def _why_stopped(channel: Channel, spent: spending.Spent | None) -> tuple[Words, Words] | None:
    if channel.state is ChannelState.FROZEN:
        return STOPPED.get(channel.frozen_reason.partition(" ")[0])
    return STOPPED[spending.CEILING] if spent is not None and spent.is_stopped else None
