"""Checking the audit log: the rows, the chain, and this machine's second copy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from sqlalchemy import select

from app.audit.events import Event
from app.audit.models import AuditRow
from app.audit.sink import SinkFile
from app.foundation.db import Database
from vault.chain import Anchor, AuditKey, Break, ChainBroken, Row, from_line
from vault.chain import verify as verify_rows

A_TIME = 1000
MOST_NAMED = 20
BEFORE_ALL = -(2**62)
"""A row put in before the first is read too."""


@dataclass(frozen=True)
class Checked:
    """What `vuoro audit verify` says."""

    lines: list[str]
    is_sound: bool


def sink(data_dir: Path) -> SinkFile:
    """This machine's second copy."""
    return SinkFile(data_dir / "audit.log")


def verify(database: Database, key: AuditKey, copy: SinkFile, anchor: str | None) -> Checked:
    """Every row against the next, the key and what is known elsewhere."""
    anchors = [Anchor.from_text(anchor, "the head you gave")] if anchor else []
    report = verify_rows(_rows(database), {key.number: key.public_key}, anchors=anchors)
    lines = [str(s) for s in report.sentences()]
    if report.is_whole and report.head:
        lines.append(f"The head to keep elsewhere: {report.head}")
    missing = _missing(database, copy)
    lines += [
        f"The second copy holds {count} rows that the database does not; row {sequence} "
        "confirms that an older database was put back."
        for sequence, count in missing.confirmed
    ]
    wrong = [
        f"The second copy holds row {n}, which the database does not hold so."
        for n in missing.unexplained[:MOST_NAMED]
    ]
    if not copy.path.exists():
        said = "There is no second copy on this machine."
        (wrong if database.is_sqlite else lines).append(said)
    elif not wrong:
        lines.append("The second copy on this machine agrees.")
    return Checked(lines + wrong, report.is_whole and not wrong)


def export(database: Database, file: TextIO) -> int:
    """The log as lines that verify elsewhere with the public key alone."""
    count = 0
    for stored in _stored(database):
        file.write(stored.line + "\n")
        count += 1
    return count


def _rows(database: Database) -> Iterator[Row | ChainBroken]:
    """The signed lines; what stands beside one for filters must say the same."""
    for stored in _stored(database):
        try:
            row = from_line(stored.line)
        except ChainBroken as broken:
            yield broken
            continue
        said = (row.sequence, row.at, row.actor, row.action, row.object, row.hash.hex())
        if said == _columns(stored) or row.hash != row.content_hash:
            yield row
        else:
            words = f"The columns of row {stored.sequence} differ from its signed line."
            yield ChainBroken(words, Break.EDITED, row.sequence)


def _columns(stored: AuditRow) -> tuple[object, ...]:
    return (stored.sequence, stored.at, stored.actor, stored.action, stored.object, stored.hash)


def _stored(database: Database) -> Iterator[AuditRow]:
    """Stored rows in order, a thousand at a time, so that memory stays flat."""
    last = BEFORE_ALL
    while True:
        with database.reading() as db:
            found = select(AuditRow).where(AuditRow.sequence > last)
            rows = db.scalars(found.order_by(AuditRow.sequence).limit(A_TIME)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].sequence


@dataclass
class _Missing:
    """Rows that the second copy knows and the database does not."""

    unexplained: list[int] = field(default_factory=list)
    confirmed: list[tuple[int, int]] = field(default_factory=list)
    """For each confirmed restore its row, and how many rows before it were put aside."""


def _missing(database: Database, copy: SinkFile) -> _Missing:
    """A confirmed restore explains what stands before it in the copy, and nothing after it."""
    found = _Missing()
    with database.reading() as db:
        for intent in copy.intents():
            rows = [] if intent.is_void else intent.rows
            hashes = [r.hash.hex() for r in rows]
            known = set(db.scalars(select(AuditRow.hash).where(AuditRow.hash.in_(hashes))))
            for row in rows:
                if row.hash.hex() not in known:
                    found.unexplained.append(row.sequence)
                elif row.action == Event.AUDIT_RESUMED.value and found.unexplained:
                    found.confirmed.append((row.sequence, len(found.unexplained)))
                    found.unexplained.clear()
    return found
