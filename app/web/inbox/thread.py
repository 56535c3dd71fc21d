"""A conversation's page, but for the composer."""

from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.accounts import members
from app.accounts.models import Member
from app.channels.models import Platform
from app.foundation.words import Words
from app.inbox import changes, mentions
from app.inbox.queries import ConversationView
from app.web.accounts import entrance
from app.web.inbox import acts, trouble
from app.web.page import phrases, reader


def context(view: ConversationView) -> dict[str, Any]:
    """What the head and the thread show."""
    return {
        "view": view,
        "feed": changes.head(gate.db()),
        "name": name(view),
        "since": since(view),
        "reach": reach(view),
        "on_the_way": trouble.on_the_way(view),
        "troubles": trouble.troubles(view),
        "may_resolve": policy.can(g.actor, Permission.DRAFT_APPROVE, gate.now(), view.channel.id),
        "here": [m.first_name for m in view.here if m.id != g.actor.member_id],
        "answering": _other(view.answering),
        "cast": cast(view),
        "seen": view.newest_id,
        "is_written": view.channel.platform is Platform.DESK,
        "acts": acts.told(view.conversation.id),
        "private_talks": acts.private_talks(view),
    }


def name(view: ConversationView) -> str:
    """The customer's name; never an invented one."""
    return view.name or gettext("Name not given")


def since(view: ConversationView) -> Words:
    """Facebook comment, since 12:18."""
    platform = phrases.PLATFORMS[view.channel.platform.value]
    told = platform.comment_since if view.conversation.is_public else platform.message_since
    begun = view.conversation.waiting_since or _begin(view)
    return Words(told.text, {"clock": reader.moment(begun)})


def reach(view: ConversationView) -> Words:
    """Who can read this thread."""
    if view.channel.platform is Platform.DESK:
        return Words("Only your team can read this. Nothing goes out from here.")
    if not view.conversation.is_public:
        who = view.name.split()[0] if view.name else ""
        return (
            Words("Only %(name)s and your team can read this.", {"name": who})
            if who
            else Words("Only this person and your team can read this.")
        )
    if reader.is_practice():
        return phrases.PRACTICE_THREAD
    return phrases.PLATFORMS[view.channel.platform.value].anyone_reads_thread


def cast(view: ConversationView) -> list[Member]:
    """In practice, whom one can be to approve one's own answer; else nobody."""
    if not entrance.has_one_press():
        return []
    able = members.who_can(gate.db(), Permission.DRAFT_APPROVE, gate.now(), view.channel.id)
    return [m for m in able if m.id != g.actor.member_id][:1]


def colleagues(view: ConversationView) -> list[Member]:
    """To whom it can be handed over."""
    able = members.who_can(gate.db(), Permission.CONVERSATION_HANDLE, gate.now(), view.channel.id)
    return [m for m in able if m.id != g.actor.member_id]


def mentionable(view: ConversationView) -> list[str]:
    """What can be written behind an @ here; oneself is no news."""
    found = mentions.names(gate.db(), view.conversation, gate.now())
    return [n for n in found if n not in (g.actor.name, g.actor.name.split()[0])]


def _other(member: Member | None) -> str:
    """A colleague's name; one's own writing is no news."""
    return member.first_name if member and member.id != g.actor.member_id else ""


def _begin(view: ConversationView) -> datetime:
    return view.thread[0].at if view.thread else view.conversation.activity_at
