"""Whether an answer may still go out: asked when it is written, approved and sent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels import windows
from app.channels.models import Act, Channel
from app.channels.windows import Window, WindowKind
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.inbox import access, directs
from app.inbox.models import Conversation, Message, Turn, TurnState
from app.replies import abilities, private_replies


def window(
    db: Session, conversation: Conversation, now: datetime, *, private_to: int | None = None
) -> Window | None:
    """The platform's window with the person, or of a private reply to a comment; None where it
    sets none."""
    if private_to is not None:
        until = private_replies.can(db, private_to, now).until
        return Window(WindowKind.RESPONSE, until) if until is not None else None
    channel = access.channel_of(db, conversation)
    if windows.answer_window(channel.platform, is_public=conversation.is_public) is None:
        return None
    return windows.window(directs.last_customer_at(db, conversation.id), now)


def problem(channel: Channel, found: Window | None, *, is_typed: bool = True) -> Words | None:
    """Why an answer cannot be sent, where it cannot."""
    if found is None or found.takes(is_typed=is_typed):
        return None
    named: dict[str, object] = {"platform": channel.platform.label}
    if found.takes():
        return Words(
            "This person last wrote more than a day ago, and %(platform)s now takes only what "
            "somebody writes for them. Nothing is sent: write the answer yourself.",
            named,
        )
    if found.until is None:
        return Words(
            "%(platform)s lets a Page write only to people who wrote first, and this person has "
            "not. Nothing is sent, and what was written is kept.",
            named,
        )
    return Words(
        "This person last wrote more than 7 days ago, and %(platform)s takes no answer until "
        "they write again. Nothing is sent, and what was written is kept.",
        named,
    )


def gone(db: Session, conversation: Conversation) -> Words | None:
    """A public answer stands under the thread's first comment; without it there is no place."""
    if not conversation.is_public:
        return None
    deleted_at = db.scalar(
        select(Message.deleted_at).where(
            Message.channel_id == conversation.channel_id,
            Message.external_id == conversation.external_key,
        )
    )
    if deleted_at is None:
        return None
    return Words(
        "The comment that began this thread was deleted, so no answer can stand under it. "
        "Nothing is sent, and what was written is kept."
    )


def obstacle(
    db: Session,
    conversation: Conversation,
    now: datetime,
    *,
    is_typed: bool = True,
    private_to: int | None = None,
) -> Words | None:
    """What the platform would refuse an answer for, as far as it is known."""
    if private_to is not None:
        return private_replies.can(db, private_to, now).why_not
    channel, found = access.channel_of(db, conversation), window(db, conversation, now)
    barred = gone(db, conversation) or _barred(db, conversation, now)
    return barred or problem(channel, found, is_typed=is_typed)


def _barred(db: Session, conversation: Conversation, now: datetime) -> Words | None:
    """Why the platform takes no answer to any of those who wait, where it takes none."""
    waiting = select(Turn.last_message_id).where(
        Turn.conversation_id == conversation.id, Turn.state == TurnState.OPEN
    )
    found = abilities.of_messages(db, list(db.scalars(waiting)), now).values()
    reasons = [cans[Act.REPLY].why_not for cans in found if Act.REPLY in cans]
    return reasons[0] if reasons and all(reasons) else None


def check(
    db: Session,
    conversation: Conversation,
    now: datetime,
    *,
    is_typed: bool = True,
    private_to: int | None = None,
) -> None:
    """Refuse what the platform would refuse."""
    found = obstacle(db, conversation, now, is_typed=is_typed, private_to=private_to)
    if found is not None:
        raise Invalid(found, "text")
