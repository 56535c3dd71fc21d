"""@Name in a note: whom it means, and who can be told.

A first name is enough where one member has it; where several do, their full names are asked for.
Whoever may not read the channel is not told, and the writer hears of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.permissions import Permission
from app.accounts import members
from app.accounts.models import Member
from app.inbox.models import Conversation

_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_MORE = re.compile(r"[\w'’-]")
"""What goes on with a name: "@Anna" does not mean anybody in "@Annastiina"."""


@dataclass(frozen=True)
class Mentioned:
    """What became of every @ in a note."""

    told: list[Member] = field(default_factory=list)
    cannot_read: list[Member] = field(default_factory=list)
    unclear: list[list[Member]] = field(default_factory=list)
    """Members of one first name, where the note does not say which."""


def of_note(db: Session, conversation: Conversation, text: str, now: datetime) -> Mentioned:
    """Whom a note in this conversation mentions."""
    everybody = members.active(db)
    able = members.who_can(db, Permission.CONVERSATION_READ, now, conversation.channel_id)
    named, unclear = found(text, everybody)
    readers = {m.id for m in able}
    return Mentioned(
        [m for m in named if m.id in readers], [m for m in named if m.id not in readers], unclear
    )


def names(db: Session, conversation: Conversation, now: datetime) -> list[str]:
    """What can be written behind an @ here, each the shortest that is clear."""
    able = members.who_can(db, Permission.CONVERSATION_READ, now, conversation.channel_id)
    firsts = [m.first_name.casefold() for m in members.active(db)]
    return [m.first_name if firsts.count(m.first_name.casefold()) == 1 else m.name for m in able]


def found(text: str, everybody: Iterable[Member]) -> tuple[list[Member], list[list[Member]]]:
    """The members a text names, and those whom it leaves open. Pure."""
    team = list(everybody)
    named: dict[int, Member] = {}
    unclear: dict[int, list[Member]] = {}
    for at in _AT.finditer(text):
        meant = _meant(text[at.end() :], team)
        if len(meant) == 1:
            named[meant[0].id] = meant[0]
        elif meant:
            unclear[meant[0].id] = meant
    return list(named.values()), list(unclear.values())


def _meant(rest: str, team: list[Member]) -> list[Member]:
    """The full name first; else everybody of the first name."""
    by_full = [m for m in team if _begins(rest, m.name)]
    if by_full:
        longest = max(len(m.name) for m in by_full)
        return [m for m in by_full if len(m.name) == longest]
    return [m for m in team if _begins(rest, m.first_name)]


def _begins(rest: str, name: str) -> bool:
    size = len(name)
    is_name = " ".join(rest[:size].split()).casefold() == name.casefold()
    return is_name and _MORE.match(rest[size:]) is None
