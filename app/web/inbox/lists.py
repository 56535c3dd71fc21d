"""The inbox's list as its page and its live fragment show it."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.accounts import members
from app.foundation.errors import NotFound
from app.foundation.words import Words
from app.inbox import changes, queries
from app.inbox.queries import View
from app.web.inbox import narrowing, reading, snoozing
from app.web.inbox.narrowing import Narrow
from app.web.page import rail, reader
from app.web.page.speech import say

LABELS = {
    View.TO_ANSWER: Words("To answer"),
    View.MINE: Words("Mine"),
    View.APPROVAL: Words("Approval"),
    View.SNOOZED: Words("Later"),
    View.DONE: Words("Done"),
}
EMPTY = {
    View.TO_ANSWER: (
        Words("Nobody is waiting."),
        Words("New comments and messages show up here by themselves."),
    ),
    View.MINE: (
        Words("Nothing is yours just now."),
        Words("What you take or begin to answer shows up here."),
    ),
    View.APPROVAL: (
        Words("No answer waits for approval."),
        Words("What is asked for shows up here until it is decided."),
    ),
    View.SNOOZED: (
        Words("Nothing is snoozed."),
        Words('What you put off comes back to "To answer" by itself.'),
    ),
    View.DONE: (Words("Nothing is done yet."), Words("Answered conversations rest here.")),
}
NARROWED = (
    Words("Nothing here of what you narrowed the list to."),
    Words("Show everything, or look under another tab."),
)


@dataclass(frozen=True)
class Tab:
    """One of the inbox's views."""

    key: str
    label: str
    count: int


def parse_view(found: str | None) -> View:
    """The tab asked for; the first one where none is."""
    try:
        return View(found) if found else View.TO_ANSWER
    except ValueError:
        raise NotFound() from None


def has_changed(since: int, conversation_id: int | None = None) -> bool:
    """Whether anything on the screen may be different since a feed number."""
    readable = policy.channels_open_to(g.actor, Permission.CONVERSATION_READ, gate.now())
    return changes.is_changed(gate.db(), readable, since, conversation_id)


def context(view: View, *, after: str | None = None, current: int = 0) -> dict[str, Any]:
    """Everything the list's templates need."""
    db, now, narrow = gate.db(), gate.now(), narrowing.asked()
    around = frame(current, narrow)
    page = queries.conversation_list(
        db,
        g.actor,
        now,
        view=view,
        cursor=after,
        channel_id=narrow.channel_id,
        label_id=narrow.label_id,
        is_lookalikes=narrow.is_lookalikes,
    )
    args: dict[str, Any] = {"view": view.value, **narrow.args}
    live = {**args, "current": current or None}
    return {
        **around,
        "list_view": view.value,
        "page": page,
        "list_args": args,
        "list_url": url_for("inbox.index", **args),
        "more_url": url_for("inbox.index", **args, after=page.next) if page.next else "",
        "live_url": "" if after else url_for("inbox.rows", **live),
        "empty_words": [say(w) for w in (NARROWED if narrow.args else EMPTY[view])],
        "is_beginner": view is View.TO_ANSWER
        and reader.is_practice()
        and not reading.has_written(db, g.actor),
    }


def frame(current: int, narrow: Narrow) -> dict[str, Any]:
    """What stands around the rows, whichever they are. The feed's number is read before them, so
    that no news between the two is taken for seen."""
    feed, counts = changes.head(gate.db()), rail.inbox_counts()
    return {
        "feed": feed,
        "current": current,
        "narrow": narrow,
        "tabs": [Tab(v.value, label(v), counts.get(v, 0)) for v in LABELS],
        "waiting_count": counts[View.TO_ANSWER],
        "waiting": waiting(counts[View.TO_ANSWER]),
        "may_choose": rail.may(Permission.CONVERSATION_HANDLE),
    }


def tools() -> dict[str, Any]:
    """What stands above and below the list on a whole page: narrowing it, and several at once."""
    able = members.who_can(gate.db(), Permission.CONVERSATION_HANDLE, gate.now())
    return {
        "choices": narrowing.choices(),
        "snooze_times": snoozing.times(),
        "everybody": [m for m in able if m.id != g.actor.member_id],
        "is_choosing": request.args.get("choose") == "1",
    }


def label(view: View) -> str:
    """A tab's name; with one approver at the desk, theirs."""
    if view is not View.APPROVAL:
        return say(LABELS[view])
    able = members.who_can(gate.db(), Permission.DRAFT_APPROVE, gate.now())
    others = [m for m in able if m.id != g.actor.member_id]
    if len(able) == 1 and others:
        return gettext("With %(name)s", name=others[0].first_name)
    return say(LABELS[view])


def waiting(count: int) -> str:
    """9 waiting, oldest 2 h 14 min."""
    oldest = queries.oldest_waiting(gate.db(), g.actor, gate.now()) if count else None
    if oldest is None:
        return gettext("Nobody waiting")
    return gettext(
        "%(count)s waiting, oldest %(length)s",
        count=reader.capped(count),
        length=say(reader.waited(oldest)),
    )
