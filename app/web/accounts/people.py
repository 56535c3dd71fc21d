"""What a member may do, in whole sentences drawn from the roles they hold."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import Grant
from app.access.roles import Role
from app.accounts.models import Member
from app.channels.models import Channel, Platform
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

ANSWERS = Words("Can answer on every channel.")
ANSWERS_ON_SOME = Words("Can answer on %(channels)s.")
NOTHING = Words("Has no role at the desk.")


def channel_names(db: Session) -> dict[int, str]:
    """Each channel's name with its platform."""
    rows = db.execute(select(Channel.id, Channel.name, Channel.platform))
    return {i: _title(name, platform) for i, name, platform in rows}


def _title(name: str, platform: Platform) -> str:
    """What the team wrote down came by no platform."""
    return gettext("Written down") if platform is Platform.DESK else f"{name} ({platform.label})"


def role_words(member: Member) -> list[Words]:
    """The roles a member holds, as labels."""
    return labels(held(member))


def labels(grants: Iterable[Grant]) -> list[Words]:
    """One label a role, however many channels it is given for."""
    return [LABELS[role] for role in dict.fromkeys(g.role for g in grants)]


def held(member: Member, now: datetime | None = None) -> list[Grant]:
    """The roles that were not ended; with a moment given, only those that hold then."""
    return [x for x in member.grants if now is None or x.until is None or x.until > now]


def sentences(
    member: Member, names: Mapping[int, str], now: datetime
) -> list[tuple[Words, datetime | None]]:
    """One sentence a role, each with its end where it has one."""
    return told(held(member, now), names) or [(NOTHING, None)]


def told(grants: list[Grant], names: Mapping[int, str]) -> list[tuple[Words, datetime | None]]:
    """The same for roles that nobody holds yet, as in an invitation."""
    return [(sentence(grant, grants, names), grant.until) for grant in grants]


def sentence(grant: Grant, all_: Iterable[Grant], names: Mapping[int, str]) -> Words:
    """A responder who may send there is not said to need approval."""
    sends = grant.role is Role.RESPONDER and any(
        x.role is Role.SENDER and x.channel_id in (None, grant.channel_id) for x in all_
    )
    if grant.channel_id is None:
        return ANSWERS if sends else EVERYWHERE[grant.role]
    words = ANSWERS_ON_SOME if sends else ON_SOME[grant.role]
    return Words(words.text, {"channels": names.get(grant.channel_id, "?")})
