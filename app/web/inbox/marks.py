"""The statuses beside a row: at most one is tinted, the rest are bare."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.foundation.words import Words
from app.inbox.queries import ListRow
from app.web.page.times import Mark, due, moment

LOOKALIKE = Mark(Words("Looks like you, is not"), "danger", "alert-circle")
APPROVAL = Mark(Words("Waits for approval"), "bare", "approve")


def row_marks(
    row: ListRow, member_id: int | None, zone: ZoneInfo, locale: str, now: datetime
) -> list[Mark]:
    """When it is due, who is at it, how many wait, whose it is."""
    found = list(_when(row, member_id, zone, locale, now))
    if row.has_lookalike:
        found.insert(0, LOOKALIKE)
    if row.waiting_count > 1:
        found.append(Mark(Words("%(count)d waiting", {"count": row.waiting_count}), "bare", "team"))
    if row.has_submitted:
        found.append(APPROVAL)
    if row.assignee_id is not None and row.assignee_id == member_id:
        found.append(Mark(Words("Yours"), "brand", "hand"))
    elif row.assignee_name and not row.has_submitted:
        first = row.assignee_name.split()[0]
        found.append(Mark(Words("Taken: %(name)s", {"name": first}), "bare", "user"))
    return _one_tinted(found)


def _when(
    row: ListRow, member_id: int | None, zone: ZoneInfo, locale: str, now: datetime
) -> list[Mark]:
    """When it comes back, or is due, or who answers it; one's own answering is no news."""
    if row.state == "snoozed" and row.snoozed_until:
        until = moment(row.snoozed_until, zone, locale, now)
        return [Mark(Words("Comes back %(clock)s", {"clock": until}), "bare", "snooze")]
    mark = due(row.due_at, zone, locale, now) if row.due_at else None
    if row.answering_name and row.answering_id != member_id:
        busy = Mark(Words("%(name)s is answering", {"name": row.answering_name}), "bare", "pencil")
        return [mark, busy] if mark and mark.tone == "danger" else [busy]
    return [mark] if mark else [Mark(Words("Nobody waits"), "bare", "check")]


def _one_tinted(found: list[Mark]) -> list[Mark]:
    """The first one that has a tone keeps it."""
    kept = next((m for m in found if m.tone != "bare"), None)
    return [m if m is kept else m._replace(tone="bare") for m in found]
