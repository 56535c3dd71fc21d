"""The form that says which roles somebody gets: where, and until when."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask import g, request

from app import gate
from app.access.identity import Grant
from app.access.permissions import Permission
from app.access.roles import Role
from app.accounts.ownership import OWNERS_GIVE
from app.channels import queries
from app.channels.models import Channel
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.web.forms import parse
from app.web.page import rail, reader

EVERYWHERE, SOME = "all", "some"
ORDER = (Role.RESPONDER, Role.APPROVER, Role.VIEWER, Role.ADMIN, Role.OWNER, Role.SENDER)
YEARS = range(2000, 2200)
GONE = Words("One of these channels is not there any more. Choose again.")


@dataclass
class Given:
    """What stands in the form, as it was typed."""

    name: str = ""
    roles: list[str] = field(default_factory=lambda: [Role.RESPONDER.value])
    where: str = EVERYWHERE
    channels: list[str] = field(default_factory=list)
    until: str = ""


def given() -> Given:
    """What somebody chose."""
    form = request.form
    return Given(
        parse.text("name"),
        form.getlist("roles"),
        parse.text("where"),
        form.getlist("channels"),
        parse.text("until").strip(),
    )


def offered() -> list[Role]:
    """The roles this person may give; an admin makes no owner, not even of themselves."""
    is_owner = rail.may(Permission.OWNER_MANAGE)
    return [role for role in ORDER if is_owner or role not in OWNERS_GIVE]


def channels() -> list[Channel]:
    """The channels a role can be limited to."""
    return queries.channels(gate.db(), g.actor, gate.now())


def grants(form: Given) -> list[Grant]:
    """The roles somebody chose, each once a channel; refuses what the form does not offer."""
    roles = [_role(value) for value in dict.fromkeys(form.roles)]
    if not roles:
        raise Invalid(Words("Choose at least one role."), "roles")
    until = last_moment(form.until)
    return [Grant(role, channel, until) for role in roles for channel in _places(form)]


def last_moment(day: str) -> datetime | None:
    """A minute before the end of the day, in the desk's time zone."""
    if not day:
        return None
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise Invalid(Words("Write the day as year-month-day."), "until")
    return datetime.combine(found, time(23, 59), tzinfo=reader.zone())


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError:
        raise Invalid(parse.DAMAGED, "roles") from None


def _places(form: Given) -> list[int | None]:
    """All channels (None), or the ones chosen, which have to be there."""
    if form.where == EVERYWHERE:
        return [None]
    if form.where != SOME:
        raise Invalid(parse.DAMAGED, "where")
    known = {channel.id for channel in channels()}
    chosen = list(dict.fromkeys(parse.as_number(value) for value in form.channels))
    if not chosen:
        raise Invalid(Words("Choose at least one channel, or all of them."), "channels")
    if not known.issuperset(chosen):
        raise Invalid(GONE, "channels")
    return list(chosen)
