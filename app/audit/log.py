"""Writing the audit log, in the same transaction as what it tells.

`record` only notes an event on the session. Right before the commit the recorder takes the
chain's lock, signs the rows, has the second copy on disk and then lets the commit go on. So a
change is never there without its row, and the lock is held for the commit alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit.events import DETAILS, PROTECTIVE, Event
from app.audit.models import AuditHead, AuditRow
from app.audit.sink import Intent, SinkFile, state_of
from app.foundation.errors import DeskError
from app.foundation.words import Words
from vault import chain

PENDING = "audit"
DIFFERS = "differs from the second copy"
Detail = str | int | bool | None | list[str]


class AuditStopped(DeskError):
    """It could not be recorded, so it was not done."""

    status = 503


@dataclass(frozen=True)
class Entry:
    """An event that waits for its transaction's commit."""

    event: Event
    actor: str
    object: str
    at: datetime
    detail: dict[str, Detail]


def record(
    db: Session, event: Event, actor: str, object: str, *, now: datetime, **detail: Detail
) -> None:
    """Note what is being done; it is written with the commit or not at all."""
    unknown = detail.keys() - DETAILS
    if unknown:
        raise ValueError(f"not a detail of the audit log: {sorted(unknown)}")
    db.info.setdefault(PENDING, []).append(Entry(event, actor, object, now, detail))


def resume(db: Session, actor: Actor, now: datetime, lost: Sequence[chain.Row] = ()) -> None:
    """An owner confirms that the database was put back on purpose: audited acts go on."""
    policy.require(actor, Permission.OWNER_MANAGE, now)
    resume_on_machine(db, actor, now, lost)


def resume_on_machine(
    db: Session, actor: Actor, now: datetime, lost: Sequence[chain.Row] = ()
) -> None:
    """The same for whoever holds the machine itself. The log names the newest row it put aside."""
    newest = lost[-1].sequence if lost else None
    record(
        db,
        Event.AUDIT_RESUMED,
        actor.log_name,
        "audit",
        now=now,
        count=len(lost),
        sequence=newest,
    )


def stop(db: Session) -> None:
    """Remember a difference that was found before anybody acted."""
    db.execute(update(AuditHead).values(stopped=DIFFERS))


def is_stopped(db: Session) -> bool:
    """Whether audited acts wait for that, as far as somebody has noticed."""
    return bool(db.scalar(select(AuditHead.stopped)))


def copy_state(db: Session, last: Intent | None) -> str:
    """How the second copy's end stands to the database: "same", "crash" or "different".

    With SQLite there is one machine, so a copy that is gone is a difference too.
    """
    if last is None and db.get_bind().dialect.name == "sqlite":
        return "different" if db.scalar(select(AuditHead.sequence)) else "same"
    return state_of(last, lambda h: h == chain.GENESIS or _knows(db, h))


class Recorder:
    """Writes what was noted, with the key and the second copy of this machine."""

    def __init__(self, key: chain.AuditKey, sink: SinkFile, *, is_practice: bool) -> None:
        self._key, self._sink, self._is_practice = key, sink, is_practice

    def __call__(self, db: Session) -> None:
        """The session's hook before its commit."""
        entries: list[Entry] = db.info.pop(PENDING, [])
        if not entries:
            return
        is_protective = all(e.event in PROTECTIVE for e in entries)
        db.flush()
        newest = select(AuditHead).with_for_update().execution_options(populate_existing=True)
        head = db.scalars(newest).one_or_none()
        if head is None:
            head = AuditHead(id=1)
            db.add(head)
        with _disk(is_protective):
            self._compare(db, head, entries, is_protective)
        rows = self._signed(db, head, entries)
        db.add_all(_stored(r) for r in rows)
        head.sequence, head.hash = rows[-1].sequence, rows[-1].hash.hex()
        db.flush()
        with _disk(is_protective):
            self._sink.append(rows)

    def _compare(
        self, db: Session, head: AuditHead, entries: list[Entry], is_protective: bool
    ) -> None:
        """The second copy must end where the database does; a crash's leftover is closed.

        A difference that a protective act has passed by still stands: the head remembers it.
        """
        last = self._sink.last()
        state = copy_state(db, last)
        if state == "crash" and last is not None:
            self._sink.void(last)
            note = Entry(
                Event.AUDIT_VOIDED,
                "desk",
                "audit",
                entries[0].at,
                {"sequence": last.rows[-1].sequence if last.rows else None},
            )
            entries.insert(0, note)
        if state == "different" or head.stopped:
            resumes = any(e.event is Event.AUDIT_RESUMED for e in entries)
            head.stopped = "" if resumes else DIFFERS
            if not (resumes or is_protective):
                raise AuditStopped(
                    Words(
                        "The audit log and its second copy differ, so nothing was done. If the "
                        "database was put back from a backup, an owner confirms it under Audit log."
                    )
                )

    def _signed(self, db: Session, head: AuditHead, entries: list[Entry]) -> list[chain.Row]:
        try:
            return self._sign(db, head, entries)
        except chain.ChainBroken:
            raise AuditStopped(
                Words(
                    "The audit log's last row is not as it was written, so nothing was done. "
                    "Whoever looks after the machine finds out more with: vuoro audit verify"
                )
            ) from None

    def _sign(self, db: Session, head: AuditHead, entries: list[Entry]) -> list[chain.Row]:
        rows: list[chain.Row] = []
        if head.sequence:
            line = db.scalar(select(AuditRow.line).where(AuditRow.sequence == head.sequence))
            previous = chain.from_line(line or "")
        else:
            previous = chain.begin(
                at=entries[0].at,
                actor=entries[0].actor,
                object="desk",
                key=self._key,
                detail=self._detail({}),
            )
            rows.append(previous)
        for entry in entries:
            previous = chain.append(
                previous,
                at=entry.at,
                actor=entry.actor,
                action=entry.event.value,
                object=entry.object,
                key=self._key,
                detail=self._detail(entry.detail),
            )
            rows.append(previous)
        return rows

    def _detail(self, given: dict[str, Detail]) -> dict[str, chain.DetailValue]:
        """What is known, and on a practice desk always that it is one."""
        known: dict[str, chain.DetailValue] = {k: v for k, v in given.items() if v is not None}
        return known | {"practice": True} if self._is_practice else known


@contextmanager
def _disk(is_protective: bool) -> Iterator[None]:
    """What cannot be written is not done, unless it protects somebody."""
    try:
        yield
    except OSError:
        if not is_protective:
            raise AuditStopped(
                Words(
                    "The audit log's second copy cannot be written, so nothing was done. "
                    "Is the disk full? Whoever looks after the machine can make room."
                )
            ) from None


def _knows(db: Session, row_hash: bytes) -> bool:
    return db.scalar(select(AuditRow.sequence).where(AuditRow.hash == row_hash.hex())) is not None


def _stored(row: chain.Row) -> AuditRow:
    return AuditRow(
        sequence=row.sequence,
        at=row.at,
        actor=row.actor,
        action=row.action,
        object=row.object,
        line=chain.to_line(row),
        hash=row.hash.hex(),
    )
