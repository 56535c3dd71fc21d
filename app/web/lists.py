"""The inbox's list as its page and its live fragment show it."""

from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.accounts import members
from app.foundation.errors import NotFound
from app.foundation.words import Words
from app.inbox import changes, queries
from app.inbox.queries import View
from app.web import rail, reading, shell
from app.web.speech import say

LABELS = {
    View.TO_ANSWER: Words("To answer"),
    View.MINE: Words("Mine"),
    View.APPROVAL: Words("Approval"),
    View.SNOOZED: Words("Later"),
    View.DONE: Words("Done"),
}
EMPTY = {
    View.TO_ANSWER: (Words("Nobody is waiting."),
                     Words("New comments and messages show up here by themselves.")),
    View.MINE: (Words("Nothing is yours just now."),
                Words("What you take or begin to answer shows up here.")),
    View.APPROVAL: (Words("No answer waits for approval."),
                    Words("What is asked for shows up here until it is decided.")),
    View.SNOOZED: (Words("Nothing is snoozed."),
                   Words("What you put off comes back to \"To answer\" by itself.")),
    View.DONE: (Words("Nothing is done yet."), Words("Answered conversations rest here.")),
}


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
    db, now = gate.db(), gate.now()
    feed = changes.head(db)
    page = queries.conversation_list(db, g.actor, now, view=view, cursor=after)
    counts = rail.inbox_counts()
    return {
        "list_view": view.value, "page": page, "feed": feed, "after": after, "current": current,
        "tabs": [Tab(v.value, label(v), counts.get(v, 0)) for v in LABELS],
        "waiting_count": counts[View.TO_ANSWER], "waiting": waiting(counts[View.TO_ANSWER]),
        "empty_words": [say(w) for w in EMPTY[view]],
        "is_beginner": view is View.TO_ANSWER and shell.is_practice()
        and not reading.has_written(db, g.actor),
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
    return gettext("%(count)s waiting, oldest %(length)s", count=shell.capped(count),
                   length=say(shell.waited(oldest)))
