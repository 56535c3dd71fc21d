"""What a member may do, in whole sentences drawn from the roles they hold."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import Grant
from app.access.roles import Role
from app.accounts.models import Member
from app.channels.models import Channel
from app.foundation.words import Words

LABELS = {
    Role.OWNER: Words("Owner"),
    Role.APPROVER: Words("Approver"),
    Role.RESPONDER: Words("Responder"),
    Role.ADMIN: Words("Admin"),
    Role.VIEWER: Words("Viewer"),
    Role.SENDER: Words("Sends without approval"),
}

EVERYWHERE = {
    Role.OWNER: Words("Answers and approves everywhere, and decides who may do what."),
    Role.APPROVER: Words("Can answer and approve on every channel."),
    Role.RESPONDER: Words("Can answer on every channel, cannot post without approval."),
    Role.ADMIN: Words("Looks after channels and members, and reads no conversations."),
    Role.VIEWER: Words("Can read every channel, changes nothing."),
    Role.SENDER: Words("May post own answers on every channel without approval."),
}

ON_SOME = {
    Role.OWNER: Words("Answers and approves on %(channels)s."),
    Role.APPROVER: Words("Can answer and approve on %(channels)s."),
    Role.RESPONDER: Words("Can answer on %(channels)s, cannot post without approval."),
    Role.ADMIN: Words("Looks after %(channels)s."),
    Role.VIEWER: Words("Can read %(channels)s, changes nothing."),
    Role.SENDER: Words("May post own answers on %(channels)s without approval."),
}

NOTHING = Words("Has no role at the desk.")


def channel_names(db: Session) -> dict[int, str]:
    """Each channel's name with its platform."""
    rows = db.execute(select(Channel.id, Channel.name, Channel.platform))
    return {i: f"{name} ({platform.label})" for i, name, platform in rows}


def role_words(member: Member) -> list[Words]:
    """The roles a member holds, as labels."""
    held = dict.fromkeys(r.role for r in member.roles if r.ended_at is None)
    return [LABELS[role] for role in held]


def sentences(
    member: Member, names: Mapping[int, str], now: datetime
) -> list[tuple[Words, datetime | None]]:
    """One sentence a role, each with its end where it has one."""
    grants = [r.as_grant() for r in member.roles if r.ended_at is None]
    live = [x for x in grants if x.until is None or x.until > now]
    told = [(_sentence(grant, live, names), grant.until) for grant in live]
    return told or [(NOTHING, None)]


def _sentence(grant: Grant, all_: list[Grant], names: Mapping[int, str]) -> Words:
    """A responder who may send everywhere is not said to need approval."""
    if grant.channel_id is None:
        sends = any(x.role is Role.SENDER and x.channel_id is None for x in all_)
        if grant.role is Role.RESPONDER and sends:
            return Words("Can answer on every channel.")
        return EVERYWHERE[grant.role]
    channel = names.get(grant.channel_id, "?")
    return Words(ON_SOME[grant.role].text, {"channels": channel})
