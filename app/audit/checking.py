"""Checking the audit log: the rows, the chain, and this machine's second copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sqlalchemy import select

from app.audit.models import AuditRow
from app.audit.sink import SinkFile
from app.foundation.db import Database
from vault.chain import Anchor, AuditKey, ChainBroken, Row, from_line
from vault.chain import verify as verify_rows

A_TIME = 1000


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
    differing = _differing(database, copy)
    lines += [
        f"The second copy holds row {n}, which the database does not hold so." for n in differing
    ]
    if not differing:
        lines.append("The second copy on this machine agrees.")
    return Checked(lines, report.is_whole and not differing)


def export(database: Database, file: TextIO) -> int:
    """The log as lines that verify elsewhere with the public key alone."""
    count = 0
    for line in _lines(database):
        file.write(line + "\n")
        count += 1
    return count


def _rows(database: Database) -> Iterator[Row | ChainBroken]:
    for line in _lines(database):
        try:
            yield from_line(line)
        except ChainBroken as broken:
            yield broken


def _lines(database: Database) -> Iterator[str]:
    """Stored lines in order, a thousand at a time, so that memory stays flat."""
    last = 0
    while True:
        with database.reading() as db:
            rows = db.execute(
                select(AuditRow.sequence, AuditRow.line)
                .where(AuditRow.sequence > last)
                .order_by(AuditRow.sequence)
                .limit(A_TIME)
            ).all()
        if not rows:
            return
        yield from (row.line for row in rows)
        last = rows[-1].sequence


def _differing(database: Database, copy: SinkFile) -> list[int]:
    """Rows that the second copy knows and the database does not, the first twenty."""
    found: list[int] = []
    with database.reading() as db:
        for intent in copy.intents():
            hashes = {} if intent.is_void else {r.hash.hex(): r.sequence for r in intent.rows}
            if not hashes:
                continue
            known = set(db.scalars(select(AuditRow.hash).where(AuditRow.hash.in_(hashes))))
            found += [n for h, n in hashes.items() if h not in known]
            if len(found) >= 20:
                break
    return found[:20]
