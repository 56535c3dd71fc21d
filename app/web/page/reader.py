"""What a page says in the reader's own language and time: clocks, spans, names, small words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import get_locale, gettext
from markupsafe import Markup

from app import gate
from app.channels import links
from app.channels.models import Channel, Platform
from app.channels.windows import Window
from app.foundation.words import Words
from app.inbox.queries import OpenTurn
from app.replies.outbox import Held
from app.web.page import phrases, times
from app.web.page.speech import say
from app.web.page.tongue import tongue

MANY = 999


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


def there(address: str | None, channel: Channel) -> str:
    """An address on the channel's platform that may be opened, or nothing."""
    practice_url = gate.runtime().platforms.graph_url if is_practice() else ""
    return links.there(channel.platform, address, practice_url)


def open_there(channel: Channel) -> Words:
    return phrases.PLATFORMS[channel.platform.value].open_there


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
