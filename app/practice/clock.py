"""Moves the practice clock; the desk and this platform read it (app.foundation.clock)."""

import json
import math
import os
import tempfile
from pathlib import Path

from app.foundation.words import Words
from app.practice.errors import Refused
from app.practice.settings import home

# A drill may jump years; further would leave the calendar.
FURTHEST = 20 * 366 * 86400.0


def clock_file(data_dir: Path) -> Path:
    return home(data_dir) / "clock.json"


def offsets(data_dir: Path) -> tuple[float, float]:
    """Wall and monotonic seconds ahead of this machine; nothing written yet means none."""
    try:
        found = json.loads(clock_file(data_dir).read_text())
        return float(found["wall"]), float(found["monotonic"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0, 0.0


def move(data_dir: Path, *, wall: float, monotonic: float) -> None:
    """Sets both offsets at once, so that no reader sees one without the other."""
    for value in (wall, monotonic):
        if not math.isfinite(value) or abs(value) > FURTHEST:
            raise Refused(Words("The practice clock moves at most 20 years either way."))
    path = clock_file(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix="clock.")
    with os.fdopen(descriptor, "w") as out:
        json.dump({"wall": wall, "monotonic": monotonic}, out)
    os.replace(fresh, path)


def reset(data_dir: Path) -> None:
    move(data_dir, wall=0.0, monotonic=0.0)
