"""Going through an audit log row by row, however long, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from vault.errors import ArgumentRefused, Break, ChainBroken
from vault.report import Anchor, Epoch, Finding, Report
from vault.row import EPOCH_BEGAN, GENESIS, Row, from_line
from vault.signing import fingerprint
from vault.trust import KeyTrust

_KEPT: Final = 1000


def read_lines(lines: Iterable[bytes]) -> Iterator[Row | ChainBroken]:
    """The rows of an export (a file opened "rb"). A bad line is handed on, not raised, so that
    `verify` can go on behind it."""
    for line in lines:
        try:
            yield from_line(line.removesuffix(b"\n").decode("ascii", "replace"))
        except ChainBroken as broken:
            yield broken


def verify(
    rows: Iterable[Row | ChainBroken],
    trusted: Mapping[int, bytes],
    *,
    anchors: Iterable[Anchor] = (),
    after: Row | None = None,
    limit: int = 20,
) -> Report:
    """Check a log against public keys got elsewhere (derived, or from paper), by key number.

    Keys that enter with an older key's signature need not be in `trusted`. With `after`, a row
    checked before, only what follows it is read. Rows cut off the end show only by `anchors`.
    """
    if limit < 1:
        raise ArgumentRefused("At least one finding has to be listed.")
    walk = _Walk(KeyTrust(trusted, after.key_in_force if after else None), after, limit)
    heads = _Heads(anchors, walk.last)
    for row in rows:
        walk.take(row)
        if isinstance(row, Row):
            walk.note(heads.compare(row))
    walk.close()
    walk.note(heads.missed(walk.last))
    return Report(
        rows=walk.rows,
        head=walk.head,
        findings=walk.first_findings(),
        finding_count=walk.finding_count + walk.gap_count,
        epochs=tuple(walk.epochs),
        anchored_to=heads.fitting,
    )


class _Walk:
    """Where in the log we are, and what was wrong so far."""

    def __init__(self, trust: KeyTrust, after: Row | None, limit: int) -> None:
        self.trust = trust
        self.limit = limit
        self.rows = 0
        self.last = after.sequence if after else 0
        self.head = Anchor(after.sequence, after.hash) if after else None
        self.epochs: list[Epoch] = []
        self.finding_count = 0
        self.gap_count = 0
        self._last_hash: bytes | None = after.hash if after else GENESIS
        self._unread = 0
        self._findings: list[Finding] = []
        self._gaps: list[tuple[int, int]] = []

    def take(self, row: Row | ChainBroken) -> None:
        self.rows += 1
        if isinstance(row, ChainBroken):
            self._unread += 1
            self._report(
                Break.UNREADABLE,
                row.sequence or self.last + 1,
                f"Entry {self.rows} of the log: {row}",
            )
        elif row.sequence <= self.last:
            self._take_late(row)
        else:
            self._take_next(row)

    def note(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.finding_count += 1
            if len(self._findings) < self.limit:
                self._findings.append(finding)

    def close(self) -> None:
        if self.rows == 0 and self.last == 0:
            self._report(Break.EMPTY, 0, "The log has no rows, not even its first.")

    def first_findings(self) -> tuple[Finding, ...]:
        gaps = [_gap(first, last) for first, last in self._gaps]
        return tuple(sorted(self._findings + gaps, key=lambda f: f.first or 0)[: self.limit])

    def _take_next(self, row: Row) -> None:
        missing = row.sequence - self.last - 1
        if missing:
            self.trust.lost_track()
            if missing > self._unread:
                self._open_gap(self.last + 1, row.sequence - 1)
        elif self._last_hash is not None and row.previous_hash != self._last_hash:
            self._report(
                Break.UNLINKED,
                row.sequence,
                f"Row {row.sequence} does not follow the "
                f"row {self.last} that is here: one of the two was replaced.",
            )
        lost_key = self.trust.in_force
        fault = self.trust.judge(row)
        if fault:
            self._report(fault[0], row.sequence, fault[1])
        if row.action == EPOCH_BEGAN and (fault is None or fault[0] is Break.UNVOUCHED_KEY):
            self._note_epoch(row, lost_key)
        self.last, self._unread = row.sequence, 0
        is_false = fault is not None and fault[0] in (Break.EDITED, Break.FORGED)
        self._last_hash = None if is_false else row.hash
        self.head = Anchor(row.sequence, row.hash)

    def _take_late(self, row: Row) -> None:
        """A row behind its place: it is judged, but nothing is measured by it."""
        here = f"Row {row.sequence} stands behind row {self.last}"
        if self._fill_gap(row.sequence):
            self._report(Break.REORDERED, row.sequence, f"{here}: the order was changed.")
        else:
            self._report(
                Break.REPEATED,
                row.sequence,
                f"{here}, where it does not belong: it was put in, or is there twice.",
            )
        fault = self.trust.judge_alone(row)
        if fault:
            self._report(fault[0], row.sequence, fault[1])

    def _open_gap(self, first: int, last: int) -> None:
        self.gap_count += 1
        if len(self._gaps) < _KEPT:
            self._gaps.append((first, last))

    def _fill_gap(self, sequence: int) -> bool:
        """A row thought missing has come after all: what is left of its gap stays one."""
        for gap in self._gaps:
            first, last = gap
            if first <= sequence <= last:
                rests = [(first, sequence - 1), (sequence + 1, last)]
                self._gaps.remove(gap)
                self._gaps += [rest for rest in rests if rest[0] <= rest[1]]
                self.gap_count += sum(rest[0] <= rest[1] for rest in rests) - 1
                return True
        return False

    def _note_epoch(self, row: Row, lost_key: int | None) -> None:
        if len(self.epochs) < _KEPT:
            public_key = bytes.fromhex(str(row.detail["public_key"]))
            self.epochs.append(
                Epoch(row.sequence, lost_key, row.key_number, fingerprint(public_key))
            )

    def _report(self, kind: Break, sequence: int, message: str) -> None:
        self.note([Finding(kind, sequence, sequence, message)])


class _Heads:
    """Heads kept elsewhere, compared as their rows come by."""

    def __init__(self, anchors: Iterable[Anchor], behind: int) -> None:
        self.fitting: Anchor | None = None
        self._waiting: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            if anchor.sequence <= behind:
                raise ArgumentRefused(
                    f"A head of row {anchor.sequence} cannot be compared when "
                    f"only the rows after {behind} are read."
                )
            self._waiting.setdefault(anchor.sequence, []).append(anchor)

    def compare(self, row: Row) -> Iterator[Finding]:
        for anchor in self._waiting.pop(row.sequence, []):
            if anchor.hash == row.hash:
                self.fitting = anchor
            else:
                yield _finding(Break.OTHER_HEAD, anchor, "differs from the head kept elsewhere")

    def missed(self, last: int) -> Iterator[Finding]:
        for sequence in sorted(self._waiting):
            for anchor in self._waiting[sequence]:
                if sequence > last:
                    yield _finding(
                        Break.CUT,
                        anchor,
                        "is known from a head kept elsewhere, but "
                        f"the log ends at row {last}: its end was cut off, or an older "
                        "copy was put in its place",
                    )
                else:
                    yield _finding(
                        Break.OTHER_HEAD,
                        anchor,
                        "is known from a head kept elsewhere, but is not here",
                    )


def _finding(kind: Break, anchor: Anchor, what: str) -> Finding:
    place = f" ({anchor.label})" if anchor.label else ""
    return Finding(kind, anchor.sequence, anchor.sequence, f"Row {anchor.sequence} {what}{place}.")


def _gap(first: int, last: int) -> Finding:
    which = f"Row {first} is" if first == last else f"Rows {first} to {last} are"
    return Finding(Break.GAP, first, last, f"{which} missing.")
