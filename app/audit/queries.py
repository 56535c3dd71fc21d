"""Reading the audit log on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit.models import AuditRow
from app.foundation.paging import Page
from vault.chain import DetailValue, from_line


@dataclass(frozen=True)
class Entry:
    """One row of the log, with its details."""

    sequence: int
    at: datetime
    actor: str
    action: str
    about: str
    detail: Mapping[str, DetailValue]


def rows(
    db: Session,
    actor: Actor,
    now: datetime,
    *,
    by: str = "",
    action: str = "",
    about: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    size: int = 50,
) -> Page[Entry]:
    """Newest first; `action` may be a beginning such as "replies:"."""
    policy.require(actor, Permission.AUDIT_READ, now)
    found = select(AuditRow).order_by(AuditRow.sequence.desc()).limit(size + 1)
    if by:
        found = found.where(AuditRow.actor == by)
    if action:
        found = found.where(AuditRow.action.startswith(action, autoescape=True))
    if about:
        found = found.where(AuditRow.object == about)
    if since is not None:
        found = found.where(AuditRow.at >= since)
    if until is not None:
        found = found.where(AuditRow.at < until)
    if before is not None:
        found = found.where(AuditRow.sequence < before)
    rows = list(db.scalars(found))
    entries = [_entry(r) for r in rows[:size]]
    return Page(entries, str(entries[-1].sequence) if len(rows) > size else None)


def _entry(row: AuditRow) -> Entry:
    return Entry(
        row.sequence, row.at, row.actor, row.action, row.object, from_line(row.line).detail
    )
