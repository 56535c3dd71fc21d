"""What every template may call: the reader's language and clock, and the desk's small words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup

from app import gate
from app.access.permissions import Permission
from app.audit import log
from app.channels.models import Channel, Platform
from app.channels.windows import Window
from app.foundation import heartbeat
from app.foundation.words import Words
from app.inbox.queries import ListRow, OpenTurn
from app.notices.queries import Count
from app.replies import outbox
from app.replies.outbox import Held
from app.web import marks, numbers, phrases, rail, times
from app.web.deeds import deed
from app.web.devices import device_name
from app.web.people import role_words
from app.web.speech import say
from app.web.tongue import tongue

MANY = 999


def install(app: Flask) -> None:
    """Hand the helpers to the templates."""
    for helper in (
        asset,
        desk_name,
        holding,
        is_practice,
        has_shortcuts,
        locale,
        log_is_stopped,
        worker_is_gone,
        shortcuts,
        theme,
        rail.rail,
        unread,
    ):
        app.add_template_global(helper)
    app.add_template_global(may, "may")
    for filter_ in (
        also,
        capped,
        channel_name,
        clock,
        counting,
        day,
        deed,
        destination,
        device_name,
        due,
        initials,
        long_day,
        moment,
        numbered,
        problem_title,
        role_words,
        row_marks,
        said,
        span,
        spoken,
        waited,
        window_words,
        year,
    ):
        app.add_template_filter(filter_)


def locale() -> str:
    return str(get_locale() or "en")


def zone() -> ZoneInfo:
    return ZoneInfo(g.desk.timezone)


def theme() -> str:
    """light, dark, or empty: as the device has it."""
    return g.member.theme if g.get("member") else ""


def has_shortcuts() -> bool:
    return g.member.has_shortcuts if g.get("member") else True


def desk_name() -> str:
    return g.desk.name if g.get("desk") else ""


def is_practice() -> bool:
    return bool(g.get("desk") and g.desk.is_practice)


def log_is_stopped() -> bool:
    """Whether nothing can be done until an owner has looked at the audit log."""
    return bool(g.get("member")) and log.is_stopped(gate.db())


def worker_is_gone() -> bool:
    """Whether nothing comes in and nothing goes out, since the program that does it has ended."""
    return bool(g.get("member")) and heartbeat.is_gone(gate.db(), gate.now())


def shortcuts() -> tuple[tuple[tuple[str, ...], Words], ...]:
    return phrases.SHORTCUTS


def may(right: str) -> bool:
    """Whether to offer something; the service decides again."""
    return rail.may(Permission(right))


def unread() -> Count:
    """How many notices this person has not read."""
    return rail.notice_count()


def holding() -> list[Held]:
    """What this person can still undo."""
    if not g.get("member") or not rail.may(Permission.DRAFT_WRITE):
        return []
    return outbox.holding(gate.db(), g.actor, gate.now())


def asset(name: str) -> str:
    """A file's address with its content's mark, so that a new version is seen at once; a list
    asks for the icons' a hundred times."""
    known: dict[str, str] = g.setdefault("assets", {})
    if name not in known:
        mark = _mark(str(current_app.static_folder), name)
        known[name] = url_for("static", filename=name, v=mark)
    return known[name]


@cache
def _mark(folder: str, name: str) -> str:
    return sha256((Path(folder) / name).read_bytes()).hexdigest()[:8]


def clock(at: datetime) -> str:
    return times.clock_time(at, zone(), locale())


def moment(at: datetime) -> str:
    return times.moment(at, zone(), locale(), gate.now())


def day(at: datetime) -> str:
    return times.day(at, zone(), locale(), gate.now())


def year(at: datetime) -> int:
    return at.astimezone(zone()).year


def long_day(at: datetime) -> str:
    return times.long_day(at, zone(), locale())


def due(at: datetime) -> times.Mark:
    return times.due(at, zone(), locale(), gate.now())


def numbered(text: str) -> Markup:
    """A customer's words with the order numbers in them as links."""
    return numbers.linked(text, g.desk.order_link)


def also(turn: OpenTurn) -> str:
    """Somebody else who waits in the same thread, with their own time."""
    name, mark = turn.name or gettext("Somebody"), due(turn.due_at)
    if mark.tone == "danger":
        return gettext("%(name)s is waiting too, %(late)s", name=name, late=say(mark.text))
    return gettext(
        "%(name)s is waiting too, answer by %(clock)s",
        name=name,
        clock=times.by(turn.due_at, zone(), locale(), gate.now()),
    )


def span(minutes: int) -> Words:
    return times.length(timedelta(minutes=minutes))


def said(errors: Mapping[str, Words]) -> dict[str, str]:
    """A form's problems in the reader's language, by field."""
    return {name: say(words) for name, words in errors.items()}


def waited(since: datetime) -> Words:
    return times.length(max(gate.now() - since, timedelta()))


def window_words(window: Window | None) -> Words | None:
    """Until when a private answer can be sent, where the platform sets a time."""
    words = phrases.WINDOWS.get(window.kind) if window else None
    if window is None or words is None or window.until is None:
        return None
    clock_at = times.by(window.until, zone(), locale(), gate.now())
    return Words(words.text, {"clock": clock_at})


def row_marks(row: ListRow) -> list[times.Mark]:
    return marks.row_marks(row, g.actor.member_id, zone(), locale(), gate.now())


def spoken(text: str) -> str:
    """The language a customer's text is marked with."""
    return tongue(text, g.desk.locale)


def initials(name: str) -> str:
    """KV for Kaisa Virtanen; a question mark where the platform gave no name."""
    parts = [p for p in name.replace("&", " ").split() if p[0].isalnum()]
    return "".join(p[0] for p in (parts[:1] + parts[1:][-1:])).upper() or "?"


def channel_name(channel: Channel) -> str:
    """What the team wrote down has no name of its own."""
    return gettext("Written down") if channel.platform is Platform.DESK else channel.name


def capped(count: int) -> str:
    return f"{MANY}+" if count > MANY else str(count)


def counting(seconds: int) -> Markup:
    """Seconds that the script counts down."""
    return Markup('<span data-count="">{}</span>').format(int(seconds))


def destination(held: Held) -> Words:
    """To whom something goes, and where."""
    platform = phrases.PLATFORMS[held.platform]
    to = platform.to_in_public if held.audience == "public" else platform.to_in_private
    return Words(to.text, {"name": held.contact_name})


def problem_title(status: int) -> Words:
    return phrases.PROBLEMS.get(status, phrases.PROBLEM)
