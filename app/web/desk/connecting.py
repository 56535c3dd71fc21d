"""Calls to a platform from a screen: made between transactions, never inside one."""

from typing import Any

from flask import g

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.accounts import members
from app.accounts.models import Member
from app.channels import deadlines, gaps, queries
from app.channels.connections import ANSWERING, Connections, answered
from app.channels.models import Channel, Gap, Platform
from app.credentials.tokens import Secret
from app.foundation.words import Words
from app.web.desk import paying, refused
from app.web.page import phrases

LACKING = {
    "pages_messaging": Words("Private messages do not come in, and none can be sent."),
    "pages_read_user_content": Words("Customers' comments do not come in."),
    "pages_manage_engagement": Words("No answer can be posted under a comment."),
    "pages_read_engagement": Words("Your own posts cannot be read, and what stands under them."),
    "pages_manage_metadata": Words(
        "Facebook does not tell us of news by itself; they come when we look, every 2 minutes."
    ),
    "pages_show_list": Words(
        "Facebook does not tell us of new comments by itself; they come when we look, every 2 "
        "minutes."
    ),
    "instagram_basic": Words("The account's pictures cannot be read, nor what stands under them."),
    "instagram_manage_comments": Words(
        "Comments and mentions do not come in, and none can be answered."
    ),
    "instagram_manage_messages": Words("Private messages do not come in, and none can be sent."),
    "instagram_message_access": Words(
        "Private messages do not come in: the account lets no app read them. Its owner can change "
        "that in the Instagram app, under Settings, Messages and story replies, Message controls, "
        "Connected tools."
    ),
}
"""What does not work without each permission."""
UNKNOWN = Words("Something may not work without it.")


def connections() -> Connections:
    """The desk's platforms with the desk's tokens."""
    runtime = gate.runtime()
    return Connections(runtime.platforms, runtime.keys.tokens, runtime.database)


def connect(platform: Platform, external_id: str, token: Secret) -> int:
    """Try the token, then keep it; returns the channel's id."""
    found = connections().check(platform, external_id, token)
    db = gate.db()
    channel = connections().connect(db, g.actor, platform, found, token, gate.now())
    db.commit()
    return channel.id


def test(channel_id: int) -> Channel:
    """Try the stored token; remember that it worked, and what it lacks."""
    with gate.runtime().database.reading() as reader:
        channel = queries.channel(reader, g.actor, gate.now(), channel_id)
        policy.require(g.actor, Permission.CHANNEL_MANAGE, gate.now(), channel_id)
        call = connections().test(reader, channel)
    found = call()
    channel = queries.channel(gate.db(), g.actor, gate.now(), channel_id)
    answered(gate.db(), channel, found, gate.now())
    gate.db().commit()
    return channel


def helpers() -> dict[str, list[str]]:
    """Who can change channels, where this person cannot."""
    able = members.who_can(gate.db(), Permission.CHANNEL_MANAGE, gate.now())
    return {"helpers": [m.first_name for m in able]}


def page(channel_id: int, *, problem: Words | None = None) -> dict[str, Any]:
    """One channel's page."""
    db = gate.db()
    channel = queries.channel(db, g.actor, gate.now(), channel_id)
    by = db.get(Member, channel.connected_by_id) if channel.connected_by_id else None
    return {
        "channel": channel,
        "connected_by": by.first_name if by else "",
        "problem": problem,
        "gaps": [(gap, _why_blind(gap)) for gap in gaps.newest(db, channel_id)],
        "lacks": [(name, LACKING.get(name, UNKNOWN)) for name in channel.missing],
        "open_there": phrases.PLATFORMS[channel.platform.value].open_there,
        "refused_why": refused.why(channel),
        "may_answer": not ANSWERING.intersection(channel.missing),
        "ends": [
            (d, deadlines.days_left(d, gate.now())) for d in deadlines.of_channel(db, channel_id)
        ],
        "may_manage": policy.can(g.actor, Permission.CHANNEL_MANAGE, gate.now(), channel_id),
        "desk": g.desk,
        **paying.of(channel),
        **helpers(),
    }


def _why_blind(gap: Gap) -> Words:
    """Why nothing was read for a while, in words."""
    kind, _, code = gap.reason.partition(" ")
    if kind == gaps.OFF:
        return Words("The desk was not running.")
    if kind == "token":
        return Words("The platform took our token no more (%(code)s).", {"code": code})
    if kind == "permission":
        return Words("A permission was missing (%(code)s).", {"code": code})
    return Words("The platform could not be read (%(code)s).", {"code": gap.reason or "no answer"})
