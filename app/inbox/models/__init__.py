"""The inbox's tables: what came raw, what was said, what was sent
along, what the team adds, who is who."""

from app.inbox.models.lookalikes import Likeness, Lookalike
from app.inbox.models.media import Blob, KeptMedia
from app.inbox.models.raw import EarlyMark, Erasure, EventState, RawEvent, RefusedDelivery
from app.inbox.models.same import Clue, ContactClue, FeedReader, SamePerson, SameState
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
    "Clue",
    "Contact",
    "ContactClue",
    "Conversation",
    "ConversationLabel",
    "ConversationState",
    "EarlyMark",
    "Elsewhere",
    "Erasure",
    "EventState",
    "FeedReader",
    "How",
    "KeptMedia",
    "Label",
    "Likeness",
    "Lookalike",
    "Message",
    "Note",
    "Post",
    "Presence",
    "RawEvent",
    "RefusedDelivery",
    "SamePerson",
    "SameState",
    "Turn",
    "TurnState",
]
