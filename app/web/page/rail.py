"""What the rail and the tab bar show this person: only what they can do, only what exists."""

from dataclasses import dataclass
from typing import cast

from flask import g, url_for
from flask_babel import gettext

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.inbox import queries
from app.notices import queries as notices
from app.notices.queries import Count
from app.replies import approvals


@dataclass(frozen=True)
class Entry:
    """One place to go. A count is something this person can do now; `hidden` says what."""

    key: str
    label: str
    icon: str
    href: str
    count: int = 0
    hidden: str = ""
    go: str = ""
    is_apart: bool = False


def rail() -> list[Entry]:
    """The entries in their order; asked for twice a page and made once."""
    if "rail" not in g:
        g.rail = _entries()
    return cast(list[Entry], g.rail)


def inbox_counts() -> dict[queries.View, int]:
    """How many are in each tab, counted once a request."""
    if "inbox_counts" not in g:
        g.inbox_counts = queries.counts(gate.db(), g.actor, gate.now())
    return cast(dict[queries.View, int], g.inbox_counts)


def notice_count() -> Count:
    """How many notices are unread, counted once a request."""
    if "notice_count" not in g:
        g.notice_count = notices.count(gate.db(), g.actor, gate.now())
    return cast(Count, g.notice_count)


def _entries() -> list[Entry]:
    found = []
    may_approve = may(Permission.DRAFT_APPROVE)
    if may(Permission.CONVERSATION_READ):
        found.append(_inbox(is_counted=may(Permission.DRAFT_WRITE) and not may_approve))
    if may_approve:
        found.append(_approvals())
    elif may(Permission.DRAFT_WRITE):
        found.append(_sent_back())
    if may(Permission.OWN_ACCOUNT):
        found.append(_notices())
    if not may(Permission.DRAFT_WRITE):
        found += _places()
    return [*found, _rest()]


def _approvals() -> Entry:
    count = approvals.waiting_count(gate.db(), g.actor, gate.now())
    where, what = url_for("approvals.index"), gettext("to approve")
    return Entry("approvals", gettext("Approvals"), "approve", where, count, what, "a")


def _sent_back() -> Entry:
    count = len(approvals.sent_back(gate.db(), g.actor))
    where, what = url_for("replies.sent_back"), gettext("to mend")
    return Entry("sent-back", gettext("Sent back"), "undo", where, count, what, "a")


def _notices() -> Entry:
    where, count = url_for("notices.index"), notice_count().unread
    return Entry("notices", gettext("Notices"), "bell", where, count, gettext("unread"), "n")


def may(permission: Permission) -> bool:
    """Whether this person holds a right on at least one channel."""
    return policy.can(g.actor, permission, gate.now())


def _inbox(*, is_counted: bool) -> Entry:
    count = 0
    if is_counted:
        count = inbox_counts()[queries.View.TO_ANSWER]
    return Entry(
        "inbox", gettext("Inbox"), "inbox", url_for("inbox.index"), count, gettext("waiting"), "i"
    )


def _places() -> list[Entry]:
    """For those who do not answer, what they look after stands in the rail itself."""
    return [
        Entry("channels", gettext("Channels"), "plug", url_for("channels.index")),
        Entry("members", gettext("Members"), "team", url_for("members.index")),
    ]


def _rest() -> Entry:
    is_settings = may(Permission.SETTINGS_MANAGE)
    label = gettext("Settings") if is_settings else gettext("More")
    return Entry(
        "settings",
        label,
        "settings" if is_settings else "menu",
        url_for("settings.index"),
        is_apart=True,
    )
