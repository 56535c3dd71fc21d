"""The inbox's tables, in four files: what came raw, what was said, what was sent
along, what the team adds."""

from app.inbox.models.media import Blob, KeptMedia
from app.inbox.models.raw import EarlyMark, Erasure, EventState, RawEvent, RefusedDelivery
from app.inbox.models.team import Change, ChangeHead, ConversationLabel, Label, Note, Presence
from app.inbox.models.threads import (
    Audience,
    Contact,
    Conversation,
    ConversationState,
    Elsewhere,
    How,
    Message,
    Post,
    Turn,
    TurnState,
)

__all__ = [
    "Audience",
    "Blob",
    "Change",
    "ChangeHead",
    "Contact",
    "Conversation",
    "ConversationLabel",
    "ConversationState",
    "EarlyMark",
    "Elsewhere",
    "Erasure",
    "EventState",
    "How",
    "KeptMedia",
    "Label",
    "Message",
    "Note",
    "Post",
    "Presence",
    "RawEvent",
    "RefusedDelivery",
    "Turn",
    "TurnState",
]
