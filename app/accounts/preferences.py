"""What a member changes about their own use of the desk, and an owner about the desk."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import members, password_links, sessions
from app.accounts.models import Desk, Member
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Invalid, NotFound
from app.foundation.text import clean
from app.foundation.words import Words

LANGUAGES, THEMES = ("en", "fi"), ("light", "dark")
MINUTES = range(5, 7 * 24 * 60 + 1)
SECONDS = range(5, 61)
MEGABYTES = range(1_000_001)


def own(db: Session, actor: Actor) -> Member:
    """The member behind the actor."""
    member = db.get(Member, actor.member_id) if actor.member_id else None
    if member is None:
        raise NotFound()
    return member


def set_preferences(
    db: Session, actor: Actor, *, name: str, locale: str, theme: str, has_shortcuts: bool
) -> Member:
    """Name, language, light or dark, keyboard shortcuts; empty means "as the desk has it"."""
    if locale not in ("", *LANGUAGES) or theme not in ("", *THEMES):
        raise Invalid(Words("Choose one of the values offered."))
    member = own(db, actor)
    member.name = members.checked_name(name)
    member.locale, member.theme, member.has_shortcuts = locale, theme, has_shortcuts
    return member


def change_password(db: Session, actor: Actor, new_hash: str, now: datetime) -> None:
    """A new password; every other session of the member ends, and every link for another one."""
    member = own(db, actor)
    member.password_hash = new_hash
    password_links.close_open(db, member.id, now)
    sessions.end_all(db, member.id, now, keep=actor.session_id)
    log.record(
        db, Event.PASSWORD_CHANGED, actor.log_name, f"member:{member.id}", now=now, method="own"
    )


def change_desk(
    db: Session,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    locale: str,
    timezone: str,
    public_promise_minutes: int,
    private_promise_minutes: int,
    public_undo_seconds: int,
    private_undo_seconds: int,
    media_megabytes: int,
    order_link: str = "",
) -> Desk:
    """The desk's own settings; what changed is in the log by field name."""
    policy.require(actor, Permission.SETTINGS_MANAGE, now)
    values = {
        "name": members.checked_name(name),
        "locale": _one_of(locale, LANGUAGES, "locale"),
        "timezone": _timezone(timezone),
        "order_link": _link(order_link),
        "public_promise_minutes": _within(
            public_promise_minutes, MINUTES, "public_promise_minutes"
        ),
        "private_promise_minutes": _within(
            private_promise_minutes, MINUTES, "private_promise_minutes"
        ),
        "public_undo_seconds": _within(public_undo_seconds, SECONDS, "public_undo_seconds"),
        "private_undo_seconds": _within(private_undo_seconds, SECONDS, "private_undo_seconds"),
        "media_megabytes": _within(media_megabytes, MEGABYTES, "media_megabytes"),
    }
    desk = db.get_one(Desk, 1)
    changed = [k for k, v in values.items() if getattr(desk, k) != v]
    for key in changed:
        setattr(desk, key, values[key])
    if changed:
        log.record(db, Event.DESK_SETTINGS, actor.log_name, "desk", now=now, fields=changed)
    return desk


def _one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    if value not in allowed:
        raise Invalid(Words("Choose one of the values offered."), field)
    return value


def _within(value: int, allowed: range, field: str) -> int:
    if value not in allowed:
        raise Invalid(
            Words(
                "Choose a number from %(first)d to %(last)d.",
                {"first": allowed[0], "last": allowed[-1]},
            ),
            field,
        )
    return value


def _timezone(value: str) -> str:
    if value not in available_timezones():
        raise Invalid(Words("Choose a time zone such as Europe/Helsinki."), "timezone")
    return ZoneInfo(value).key


def _link(value: str) -> str:
    """An address of the shop's own system with {number} in it, or nothing."""
    value = clean(value)
    if value and (not value.startswith("https://") or "{number}" not in value or len(value) > 300):
        raise Invalid(
            Words("Write an https address with {number} where the order number goes."), "order_link"
        )
    return value
