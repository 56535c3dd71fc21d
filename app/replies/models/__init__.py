"""Answers on their way from a draft to a platform, and what else is done there."""

from app.replies.models.actions import ACTION_MOVES, ActionState, PlatformAction
from app.replies.models.answers import (
    DRAFT_MOVES,
    Decision,
    Draft,
    DraftAnswer,
    DraftState,
    DraftVersion,
    HoldingReply,
)
from app.replies.models.outbox import OUTBOX_MOVES, OutboxItem, OutboxState

__all__ = [
    "ACTION_MOVES",
    "DRAFT_MOVES",
    "OUTBOX_MOVES",
    "ActionState",
    "Decision",
    "Draft",
    "DraftAnswer",
    "DraftState",
    "DraftVersion",
    "HoldingReply",
    "OutboxItem",
    "OutboxState",
    "PlatformAction",
]
