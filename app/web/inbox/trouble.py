"""Answers on their way, and those that did not arrive: what, why, what did not happen, what now."""

from dataclasses import dataclass

from app import gate
from app.foundation.words import Words
from app.inbox.models import TurnState
from app.inbox.queries import ConversationView
from app.replies import drafts, outbox
from app.replies.models import DraftState, OutboxItem, OutboxState
from app.web.page import phrases
from app.web.page.phrases import Phrases

ON_THE_WAY = (OutboxState.HELD, OutboxState.QUEUED, OutboxState.SENDING)

WHY = {
    "gone": Words("The comment was deleted."),
    "window": Words("The time in which the platform lets you write to this person is over."),
    "too-old": Words("The comment is too old to be answered there."),
    "unreachable": Words("This person cannot be reached there just now."),
    "no-recipient": Words("This person cannot be reached there just now."),
    "policy": Words("The platform has blocked this for breaking its rules."),
    "link": Words("The platform does not accept the link in it."),
    "owner-setting": Words("A setting of the Page or account stands against it."),
    "other-app": Words("Another app has this conversation."),
    "length": Words("It is longer than the platform takes."),
    "not-allowed": Words("The platform does not allow it here."),
    "not-available": Words("It cannot be done from here."),
    "no-private-reply": Words(
        "A private reply is no longer possible: it takes one, within 7 days of the comment."
    ),
    "private-reply-done": Words("Somebody has answered this comment privately already."),
    "promise": Words("The time it promised had passed before it could go out."),
}
REFUSED = Words("It did not say why.")


@dataclass(frozen=True)
class Trouble:
    """One answer that did not simply arrive."""

    item: OutboxItem
    title: Words
    why: Words | None
    now: Words
    is_hot: bool
    needs_person: bool = False


def on_the_way(view: ConversationView) -> list[OutboxItem]:
    """Answers that are not on the platform yet."""
    return [i for i in _items(view) if i.state in ON_THE_WAY]


def troubles(view: ConversationView) -> list[Trouble]:
    """The newest word on each answer that still matters."""
    platform = phrases.PLATFORMS[view.channel.platform.value]
    newest = {i.draft_id: i for i in _items(view)}
    return [told for i in newest.values() if (told := _told(i, platform)) is not None]


def _items(view: ConversationView) -> list[OutboxItem]:
    return list(outbox.of_conversation(gate.db(), view.conversation.id))


def _told(item: OutboxItem, platform: Phrases) -> Trouble | None:
    is_live = item.draft.state not in (DraftState.SENT, DraftState.DISCARDED)
    if item.draft.holding_id is not None:
        return _held_up(item, platform) if is_live and _still_waits(item) else None
    if item.state in (OutboxState.UNKNOWN, OutboxState.NEEDS_PERSON):
        return _unsettled(item)
    if item.state is OutboxState.FAILED and is_live:
        return Trouble(
            item,
            platform.did_not_take,
            WHY.get(item.reason, REFUSED),
            Words("Nothing was posted. Your text is saved."),
            is_hot=True,
        )
    if item.state is OutboxState.STOPPED and is_live:
        return Trouble(
            item,
            Words("The conversation changed before this went out."),
            None,
            Words("Nothing was posted. The answer is with its approver again."),
            is_hot=False,
        )
    return None


def _unsettled(item: OutboxItem) -> Trouble | None:
    """Nobody knows yet whether it is there."""
    if item.state is OutboxState.UNKNOWN:
        return Trouble(
            item,
            Words("We do not know yet if it was posted."),
            None,
            Words("We are checking; do not send it again."),
            is_hot=False,
        )
    if item.state is OutboxState.NEEDS_PERSON:
        return Trouble(
            item,
            Words("We could not find out if it was posted."),
            None,
            Words("Look at the platform before anybody answers again."),
            is_hot=True,
            needs_person=True,
        )
    return None


def _held_up(item: OutboxItem, platform: Phrases) -> Trouble | None:
    """A holding reply that did not arrive; its words are nobody's to go on with."""
    again = Words("Nothing was posted. Send another one, or answer.")
    if item.state is OutboxState.FAILED:
        return Trouble(
            item, platform.did_not_take, WHY.get(item.reason, REFUSED), again, is_hot=True
        )
    if item.state is OutboxState.STOPPED:
        return Trouble(
            item, Words("The conversation changed before this went out."), None, again, is_hot=False
        )
    return _unsettled(item)


def _still_waits(item: OutboxItem) -> bool:
    """Whether the customer whom it was for has no answer yet."""
    turns = drafts.answered_turns(gate.db(), item.draft)
    return any(t.state is TurnState.OPEN for t in turns)
