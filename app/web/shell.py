"""Hands the templates what they may call."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, url_for
from markupsafe import Markup

from app import gate
from app.access.permissions import Permission
from app.audit import log
from app.channels.models import Kind
from app.foundation import heartbeat
from app.foundation.words import Words
from app.inbox.queries import ListRow
from app.notices.queries import Count
from app.replies import outbox
from app.replies.outbox import Held
from app.web.accounts.devices import device_name
from app.web.accounts.people import role_words
from app.web.desk.deeds import deed
from app.web.desk.log_words import thing
from app.web.inbox import attached, marks, numbers
from app.web.page import act_words, phrases, rail, reader, times


def install(app: Flask) -> None:
    """Hand the helpers to the templates."""
    for helper in GLOBALS:
        app.add_template_global(helper)
    for filter_ in FILTERS:
        app.add_template_filter(filter_)


def sort_words(sort: Kind) -> Words:
    """What sort of thing somebody wrote."""
    return act_words.KINDS[sort]


def answered_there_words() -> dict[str, Words]:
    return phrases.ANSWERED_THERE


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


def numbered(text: str) -> Markup:
    """A customer's words with the order numbers in them as links."""
    return numbers.linked(text, g.desk.order_link)


def row_marks(row: ListRow) -> list[times.Mark]:
    return marks.row_marks(row, g.actor.member_id, reader.zone(), reader.locale(), gate.now())


def problem_title(status: int) -> Words:
    return phrases.PROBLEMS.get(status, phrases.PROBLEM)


GLOBALS: tuple[Callable[..., Any], ...] = (
    asset,
    reader.desk_name,
    holding,
    reader.is_practice,
    reader.has_shortcuts,
    reader.locale,
    log_is_stopped,
    worker_is_gone,
    shortcuts,
    reader.theme,
    rail.rail,
    unread,
    may,
    answered_there_words,
)
FILTERS: tuple[Callable[..., Any], ...] = (
    attached.bytes_said,
    attached.file_of,
    attached.picture_of,
    reader.also,
    reader.capped,
    reader.channel_name,
    reader.clock,
    reader.counting,
    reader.day,
    deed,
    reader.destination,
    device_name,
    reader.due,
    reader.initials,
    reader.long_day,
    reader.moment,
    numbered,
    problem_title,
    role_words,
    row_marks,
    reader.said,
    sort_words,
    reader.span,
    reader.open_there,
    reader.spoken,
    reader.there,
    thing,
    reader.waited,
    reader.window_words,
    reader.year,
)
