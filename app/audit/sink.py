"""The audit log's second, append-only copy: one file a machine, synced before the commit.

Each transaction's rows stand behind one `intent N` line. A process killed between file and
commit leaves one intent that the database does not know: it is closed with a `void` line. Any
other difference means that one of the two was changed or put back.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from vault.chain import ChainBroken, Row, from_line, to_line

NEAR, FAR = 1 << 14, 1 << 20
"""So many bytes of the file's end are read at first; more where they hold no intent."""


@dataclass(frozen=True)
class Intent:
    """The rows of one transaction as the file holds them."""

    rows: tuple[Row, ...]
    is_whole: bool
    is_void: bool = False


class SinkFile:
    """The file on this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, rows: list[Row]) -> None:
        """Write a transaction's rows and wait until the disk has them."""
        self._write(f"intent {len(rows)}\n" + "".join(f"{to_line(r)}\n" for r in rows))

    def void(self, intent: Intent) -> None:
        """Close an intent that never came to be."""
        last = f" {intent.rows[-1].sequence}" if intent.rows else ""
        self._write(f"void{last}\n")

    def last(self) -> Intent | None:
        """The newest intent that was not closed as void, or None for an empty file."""
        found = self.newest(NEAR)
        return found[-1] if found else None

    def newest(self, size: int = FAR) -> list[Intent]:
        """The last of them, at least a thousand rows' worth where there are so many."""
        text, is_all = self._tail(size)
        found = [i for i in _intents(text.splitlines(keepends=True)) if not i.is_void]
        return found if found or is_all else self.newest(size * 4)

    def intents(self) -> Iterator[Intent]:
        """Every intent from the first, for `audit verify`."""
        if self.path.exists():
            with self.path.open(encoding="ascii", errors="replace") as lines:
                yield from _intents(lines)

    def _tail(self, size: int) -> tuple[str, bool]:
        """The end of the file from a whole intent on, and whether it is all of the file."""
        if not self.path.exists():
            return "", True
        with self.path.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - size)
            file.seek(start)
            text = file.read().decode("ascii", "replace")
        if start == 0:
            return text, True
        return text[text.find("\nintent ") + 1 :] if "\nintent " in text else "", False

    def _write(self, text: str) -> None:
        """Always from the beginning of a line: a crash may have torn the one before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            data = ("\n" * is_torn + text).encode("ascii")
            if os.write(descriptor, data) != len(data):
                raise OSError("the audit file took only a part of the row")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _intents(lines: Iterable[str]) -> Iterator[Intent]:
    """Intents from lines; the empty line added at the end closes the last one."""
    rows: list[Row] = []
    expected, is_whole = 0, True
    for line in chain(lines, [""]):
        is_complete = is_whole and len(rows) == expected > 0
        if line.startswith("intent ") or line == "":
            if expected:
                yield Intent(tuple(rows), is_complete)
            rows, is_whole = [], True
            expected = _count(line)
        elif line.startswith("void"):
            yield Intent(tuple(rows), True, is_void=True)
            rows, expected = [], 0
        elif line.strip():
            row = _row(line)
            if row is None and is_complete:  # the next intent, torn within its first word
                yield Intent(tuple(rows), True)
                rows, expected = [], 1
            is_whole = is_whole and row is not None and line.endswith("\n")
            rows.extend([row] if row else [])


def _count(line: str) -> int:
    number = line.removeprefix("intent ").strip()
    return int(number) if number.isdigit() else 0


def _row(line: str) -> Row | None:
    try:
        return from_line(line.rstrip("\n"))
    except ChainBroken:
        return None


Known = Callable[[bytes], bool]


def state_of(last: Intent | None, is_known: Known) -> str:
    """How the file's end stands to the database: "same", "crash" or "different"."""
    if last is None:
        return "same"
    if not last.rows:
        return "crash"
    if last.is_whole and is_known(last.rows[-1].hash):
        return "same"
    return "crash" if is_known(last.rows[0].previous_hash) else "different"
