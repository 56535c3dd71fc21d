"""Time: the machine's own on a real desk, moved by a file on a practice desk."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.foundation.clock import PracticeClock, SystemClock


def near(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(seconds=5)


def offsets(file: Path, wall: object, monotonic: object) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"wall": wall, "monotonic": monotonic}))
    fresh.replace(file)


def test_a_real_desk_s_clock_is_the_machine_s() -> None:
    clock = SystemClock()

    assert near(clock.now(), datetime.now(UTC))
    assert clock.now().tzinfo is UTC
    assert abs(clock.monotonic() - time.monotonic()) < 5


def test_without_a_file_a_practice_desk_runs_in_real_time(tmp_path: Path) -> None:
    clock = PracticeClock(tmp_path / "clock.json")

    assert near(clock.now(), datetime.now(UTC))
    assert abs(clock.monotonic() - time.monotonic()) < 5


def test_wall_and_monotonic_time_move_apart(tmp_path: Path) -> None:
    clock = PracticeClock(tmp_path / "clock.json")
    offsets(tmp_path / "clock.json", 86400, 60)

    assert near(clock.now(), datetime.now(UTC) + timedelta(days=1))
    assert abs(clock.monotonic() - time.monotonic() - 60) < 5


def test_a_new_offset_is_seen_at_once(tmp_path: Path) -> None:
    clock = PracticeClock(tmp_path / "clock.json")
    for days in (1, 2, -3):
        offsets(tmp_path / "clock.json", days * 86400, 0)

        assert near(clock.now(), datetime.now(UTC) + timedelta(days=days))


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"wall": 1}', '{"wall": "x", "monotonic": 0}'])
def test_a_broken_file_does_not_make_time_jump(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "clock.json"
    clock = PracticeClock(file)
    offsets(file, 86400, 0)
    assert near(clock.now(), datetime.now(UTC) + timedelta(days=1))

    file.write_text(broken)

    assert near(clock.now(), datetime.now(UTC) + timedelta(days=1))
    file.unlink()
    assert near(clock.now(), datetime.now(UTC) + timedelta(days=1))
