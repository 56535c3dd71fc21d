"""Notices as the list shows them: who did what, about whom, and where it opens."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import g, url_for
from sqlalchemy import select

from app import gate
from app.accounts.models import Member
from app.channels.models import Channel
from app.foundation.words import Words
from app.inbox.models import Contact, Conversation
from app.notices import devices, queries, sentences
from app.notices.models import Kind, MailState, Notice, PushDevice, PushProblem
from app.notices.queries import Line
from app.replies.models import Draft, DraftState
from app.web.page import reader

OF_CHANNELS = (Kind.CHANNEL_FROZEN, Kind.RUNS_OUT)
ICONS = {
    Kind.DRAFT_WAITS: "approve",
    Kind.DRAFT_RETURNED: "undo",
    Kind.ASSIGNED: "hand",
    Kind.MENTIONED: "team",
    Kind.REPLY_TROUBLE: "alert-circle",
    Kind.CHANNEL_FROZEN: "plug",
    Kind.RUNS_OUT: "clock",
    Kind.LOOKALIKE: "alert-circle",
    Kind.TEST: "bell",
}

PROBLEMS = {
    PushProblem.REFUSED: Words("The push service refused the last one. Turn it off and on there."),
    PushProblem.BUSY: Words("The push service asked the desk to wait."),
    PushProblem.TROUBLE: Words("The push service had a problem of its own."),
    PushProblem.UNREACHABLE: Words("The push service could not be reached."),
}


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    line: Line
    words: Words
    icon: str
    name: str
    """Whom it is about: a customer, or a channel."""
    href: str
    mail: str
    """"failed" or "tried" where a mail of it did not arrive."""
    push: str
    """The same of a push."""
    browsers: list[PushDevice]
    """Those that did not take it, as far as that is known still."""


def lines() -> list[Row]:
    """The member's own list."""
    notices = queries.mine(gate.db(), g.actor, gate.now())
    members = _members(n.by_id for n in notices)
    names = _names(notices)
    browsers = devices.own(gate.db(), g.actor.member_id)
    return [_row(line, members, names, browsers) for line in queries.lines(notices)]


def place(notice: Notice) -> str:
    """What a notice opens: just that card, note or answer."""
    number = int(notice.about.partition(":")[2])
    if notice.kind is Kind.RUNS_OUT and notice.channel_id is None:
        return url_for("steps.show", platform="facebook")
    if notice.kind in (Kind.CHANNEL_FROZEN, Kind.RUNS_OUT):
        return url_for("channels.show", channel_id=number)
    if notice.kind is Kind.DRAFT_WAITS and _still_waits(number):
        return url_for("approvals.show", draft_id=number)
    if notice.kind is Kind.TEST:
        return url_for("notice_settings.show")
    anchors = {Kind.MENTIONED: f"note-{number}", Kind.REPLY_TROUBLE: f"trouble-{number}"}
    return url_for(
        "inbox.show", conversation_id=notice.conversation_id, _anchor=anchors.get(notice.kind)
    )


def places(kind: Kind) -> str:
    """Where everything of a kind stands."""
    return {
        Kind.DRAFT_WAITS: lambda: url_for("approvals.index"),
        Kind.DRAFT_RETURNED: lambda: url_for("replies.sent_back"),
        Kind.ASSIGNED: lambda: url_for("inbox.index", view="mine"),
        Kind.CHANNEL_FROZEN: lambda: url_for("channels.index"),
        Kind.RUNS_OUT: lambda: url_for("channels.index"),
        Kind.LOOKALIKE: lambda: url_for("inbox.index", lookalikes=1),
        Kind.TEST: lambda: url_for("notice_settings.show"),
    }.get(kind, lambda: url_for("notices.index"))()


def _row(
    line: Line, members: dict[int, str], names: dict[int, str], browsers: list[PushDevice]
) -> Row:
    newest = line.newest
    by = members.get(newest.by_id or 0, "")
    words = sentences.sentence(newest.kind, name=by, detail=newest.detail, count=line.count)
    is_many = line.count > 1
    href = (
        url_for("notices.open_many", kind=newest.kind.value)
        if is_many
        else url_for("notices.open_one", notice_id=newest.id)
    )
    return Row(
        line,
        words,
        ICONS[newest.kind],
        "" if is_many else names.get(newest.id, ""),
        href,
        _trouble(newest.mail, newest.mail_tries),
        _trouble(newest.push, newest.push_tries),
        [b for b in browsers if b.problem_at is not None and b.problem_at >= newest.at],
    )


def _trouble(state: MailState, tries: int) -> str:
    if state is MailState.FAILED:
        return "failed"
    return "tried" if state is MailState.WAITS and tries else ""


def _members(ids: Iterable[int | None]) -> dict[int, str]:
    rows = gate.db().scalars(select(Member).where(Member.id.in_({i for i in ids if i})))
    return {m.id: m.first_name for m in rows}


def _names(notices: list[Notice]) -> dict[int, str]:
    """The customer's name of each, or the channel's."""
    db = gate.db()
    talks = {n.conversation_id for n in notices if n.conversation_id}
    rows = db.execute(
        select(Conversation.id, Contact.name)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Conversation.id.in_(talks))
    )
    customers = {row.id: row.name for row in rows}
    frozen = {n.channel_id for n in notices if n.kind in OF_CHANNELS}
    channels = {
        c.id: reader.channel_name(c)
        for c in db.scalars(select(Channel).where(Channel.id.in_(frozen)))
    }
    return {
        n.id: channels.get(n.channel_id or 0, "")
        if n.kind in OF_CHANNELS
        else customers.get(n.conversation_id or 0, "")
        for n in notices
    }


def _still_waits(draft_id: int) -> bool:
    draft = gate.db().get(Draft, draft_id)
    return (
        draft is not None
        and draft.state is DraftState.SUBMITTED
        and draft.author_id != g.actor.member_id
    )
