"""A database that was put back: what the second copy knows and the database does not.

Audited acts stand still until somebody has looked at this and confirmed it.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import log
from app.audit.models import AuditRow
from app.audit.sink import Intent, SinkFile
from app.foundation.db import Database
from app.foundation.errors import Conflict
from app.foundation.words import Words
from vault.chain import Row

A_TIME = 500


@dataclass(frozen=True)
class Difference:
    """The newest rows that only the second copy holds, oldest first; none: the copy is gone."""

    lost: list[Row]
    is_longer: bool
    """There are more of them than these."""


def difference(database: Database, copy: SinkFile) -> Difference | None:
    """What somebody has to confirm; None while all is well."""
    newest = copy.newest()  # before the database: what is written between is not taken for lost
    with database.reading() as db:
        if not log.is_stopped(db) and not _differs(db, newest[-1] if newest else None):
            return None
        rows = [row for intent in newest for row in intent.rows]
        known = _known(db, rows)
    lost = [row for row in rows if row.hash.hex() not in known]
    return Difference(lost, is_longer=bool(lost) and lost[0] is rows[0])


def notice(database: Database, copy: SinkFile) -> None:
    """See the difference before anybody acts, so that the desk can say so."""
    last = copy.last()
    with database.reading() as db:
        is_news = not log.is_stopped(db) and _differs(db, last)
    if is_news:
        with database.writing() as db:
            log.stop(db)


def confirmed(found: Difference | None) -> Difference:
    """There has to be something to confirm."""
    if found is None:
        raise Conflict(Words("The log and its second copy agree. There is nothing to confirm."))
    return found


def _differs(db: Session, last: Intent | None) -> bool:
    return log.copy_state(db, last) == "different"


def _known(db: Session, rows: list[Row]) -> set[str]:
    """Those of the rows that the database holds too, by their hashes."""
    known: set[str] = set()
    for start in range(0, len(rows), A_TIME):
        hashes = [row.hash.hex() for row in rows[start : start + A_TIME]]
        known.update(db.scalars(select(AuditRow.hash).where(AuditRow.hash.in_(hashes))))
    return known
