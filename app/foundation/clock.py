"""Time as a value that is passed in.

A real desk reads this machine's clock. A practice desk adds the offsets that the practice
platform keeps in a file, wall and monotonic time apart, so that a drill can move a week on
in a second. No setting moves a real desk's clock.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Where a service gets its time from."""

    def now(self) -> datetime:
        """The present moment, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go backwards while this process lives."""


class SystemClock:
    """This machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class PracticeClock:
    """This machine's clock plus the offsets in a file; the file is read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._offsets = (0.0, 0.0)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._read()[0])

    def monotonic(self) -> float:
        return time.monotonic() + self._read()[1]

    def _read(self) -> tuple[float, float]:
        """The offsets; an unreadable file keeps the last good ones, so that time does not jump."""
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
            if stamp != self._seen:
                found = json.loads(self._path.read_text())
                self._offsets = (float(found["wall"]), float(found["monotonic"]))
                self._seen = stamp
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return self._offsets
