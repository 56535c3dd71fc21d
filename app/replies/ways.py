"""What the composer's button can do, and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import members
from app.channels.models import Channel
from app.channels.windows import Window
from app.foundation.words import Words
from app.inbox import access
from app.inbox.models import Conversation
from app.replies import windows


@dataclass(frozen=True)
class WayOut:
    """What the composer's button can do, and why."""

    may_send: bool
    why: Words
    approver_names: list[str]
    problem: Words | None = None
    window: Window | None = None
    """Until when the platform takes a private answer; None where it sets no time."""
    is_closed: bool = False
    """Nothing that is written here can be sent."""


def way_out(
    db: Session,
    actor: Actor,
    conversation: Conversation,
    now: datetime,
    *,
    private_to: int | None = None,
) -> WayOut:
    """Whether this person's answer goes out by itself here, and who else can let it;
    `private_to`: a comment that is to be answered privately."""
    channel = access.channel_of(db, conversation)
    names = [
        m.first_name
        for m in members.who_can(db, Permission.DRAFT_APPROVE, now, channel.id)
        if m.id != actor.member_id
    ]
    may_send = policy.can(actor, Permission.REPLY_SEND, now, channel.id)
    closed = windows.obstacle(db, conversation, now, private_to=private_to)
    problem = closed or _no_way_out(channel, is_open=may_send or bool(names))
    why = (
        Words("You may send here without approval.")
        if may_send
        else Words("Answers here are approved first.")
    )
    window = windows.window(db, conversation, now, private_to=private_to)
    return WayOut(may_send, why, names, problem, window, is_closed=closed is not None)


def _no_way_out(channel: Channel, *, is_open: bool) -> Words | None:
    """What stands between a finished answer and the platform."""
    if channel.is_only_read:
        return Words(
            "This desk only reads here: an approved answer is copied from the conversation and "
            "posted on %(platform)s by one of you.",
            {"platform": channel.platform.label},
        )
    if not channel.can_send:
        return Words(
            "Nothing goes out on this channel just now. What you write is kept and "
            "goes out when it works again."
        )
    if not is_open:
        return Words(
            "Nobody else can approve on this channel. An owner can make somebody an "
            "approver, or let you send, under Members."
        )
    return None
