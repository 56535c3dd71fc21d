"""A message's menu, and what stands beside the message of what was done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g

from app import gate
from app.access import policy
from app.accounts import members
from app.channels.models import Act, Channel
from app.foundation.words import Words
from app.inbox import access, threads
from app.inbox.models import Conversation, Message, Turn, TurnState
from app.inbox.queries import ConversationView, contact_name
from app.replies import abilities, actions, private_replies
from app.replies.actions import RIGHTS
from app.replies.models import ActionState, PlatformAction
from app.replies.models.actions import LIVE
from app.web.inbox import trouble
from app.web.page import act_words

ORDER = (Act.LIKE, Act.UNLIKE, Act.HIDE, Act.UNHIDE, Act.DELETE, Act.BLOCK, Act.UNBLOCK)


@dataclass(frozen=True)
class Choice:
    """One line of the menu: a button, or why there is none."""

    act: Act
    label: Words
    icon: str
    hint: Words | None
    why_not: Words | None
    helpers: list[str]
    """Who can do it, where this person may not."""

    @property
    def is_final(self) -> bool:
        return self.act is Act.DELETE


@dataclass(frozen=True)
class Menu:
    """All that can be done with one message."""

    message: Message
    conversation: Conversation
    channel: Channel
    name: str
    choices: list[Choice]
    privately: Words | None
    """Why it cannot be answered privately, where the platform has private replies."""
    has_private_reply: bool
    private_until: datetime | None
    turn: Turn | None
    """The open turn that this message belongs to."""
    is_busy: bool
    seen: int
    """The last message that was taken in before it was shown."""


@dataclass(frozen=True)
class Told:
    """What stands under a message of an action with it."""

    text: Words
    why: Words | None = None
    is_hot: bool = False


def menu(message_id: int) -> Menu:
    """For who may read the conversation; each thing says who may do it."""
    db, now = gate.db(), gate.now()
    message = actions.get(db, g.actor, message_id, now)
    conversation = access.get(db, g.actor, message.conversation_id, now)
    channel = access.channel_of(db, conversation)
    cans = abilities.what_can(db, message, now)
    private = cans.get(Act.PRIVATE_REPLY) if conversation.is_public else None
    last = actions.of_conversation(db, conversation.id).get(message.id)
    return Menu(
        message,
        conversation,
        channel,
        channel.name if message.is_ours else contact_name(message.contact),
        [_choice(channel, act, cans[act].why_not) for act in ORDER if act in cans],
        private.why_not if private else None,
        private is not None,
        private.until if private else None,
        _turn(message),
        last is not None and last.state in LIVE,
        threads.newest_ids(db, [conversation.id])[conversation.id],
    )


def told(conversation_id: int) -> dict[int, Told]:
    """Of each message what is being done with it, or was not done."""
    found = actions.of_conversation(gate.db(), conversation_id)
    return {number: said for number, a in found.items() if (said := _told(a)) is not None}


def private_talks(view: ConversationView) -> dict[str, int]:
    """Where the private answers to comments of this thread stand."""
    return private_replies.sent_from(gate.db(), [view.conversation.id])


def _told(action: PlatformAction) -> Told | None:
    if action.state in (ActionState.QUEUED, ActionState.SENDING):
        return Told(act_words.DOING[action.act])
    if action.state is ActionState.UNKNOWN:
        return Told(act_words.CHECKING)
    if action.state is ActionState.NEEDS_PERSON:
        return Told(act_words.NOT_KNOWN, is_hot=True)
    if action.state is ActionState.FAILED:
        why = trouble.WHY.get(action.reason, trouble.REFUSED)
        return Told(act_words.NOT_DONE[action.act], why, is_hot=True)
    return None


def _choice(channel: Channel, act: Act, why_not: Words | None) -> Choice:
    right, now = RIGHTS[act], gate.now()
    may = policy.can(g.actor, right, now, channel.id)
    able: Sequence[str] = (
        [] if may else [m.first_name for m in members.who_can(gate.db(), right, now, channel.id)]
    )
    return Choice(
        act,
        act_words.do(channel.platform.value, act),
        act_words.ICONS[act],
        act_words.HINTS.get(act),
        why_not if may or why_not else policy.refusal(right),
        list(able),
    )


def _turn(message: Message) -> Turn | None:
    """Whose question it is part of, while nobody has answered it."""
    if message.is_ours or message.deleted_at or message.is_settled:
        return None
    found = actions.open_turn(gate.db(), message)
    return found if found is not None and found.state is TurnState.OPEN else None
