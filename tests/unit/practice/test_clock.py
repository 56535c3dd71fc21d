"""The practice clock: written whole, read by everybody."""

import json
import math
import time
from datetime import UTC, datetime

import pytest

from app.foundation.clock import PracticeClock
from app.practice import clock, times
from app.practice.errors import GraphError, Refused


def test_a_moved_clock_is_seen_by_a_running_reader(tmp_path):
    reader = PracticeClock(clock.clock_file(tmp_path))
    before = (reader.now(), reader.monotonic())

    clock.move(tmp_path, wall=86400, monotonic=3600)

    assert (reader.now() - before[0]).total_seconds() == pytest.approx(86400, abs=5)
    assert reader.monotonic() - before[1] == pytest.approx(3600, abs=5)


def test_reset_brings_the_real_time_back(tmp_path):
    clock.move(tmp_path, wall=-50, monotonic=50)
    assert clock.offsets(tmp_path) == (-50.0, 50.0)

    clock.reset(tmp_path)

    assert clock.offsets(tmp_path) == (0.0, 0.0)
    assert json.loads(clock.clock_file(tmp_path).read_text()) == {"wall": 0.0, "monotonic": 0.0}
    assert [path.name for path in (tmp_path / "practice").iterdir()] == ["clock.json"]


@pytest.mark.parametrize("far", [math.inf, math.nan, 1e18, -1e18])
def test_no_jump_leaves_the_calendar(tmp_path, far):
    with pytest.raises(Refused):
        clock.move(tmp_path, wall=far, monotonic=0)
    with pytest.raises(Refused):
        clock.move(tmp_path, wall=0, monotonic=far)


def test_a_clock_file_that_cannot_be_read_counts_as_none(tmp_path):
    (tmp_path / "practice").mkdir()
    for text in ("", "[]", '{"wall": 1}', '{"wall": null, "monotonic": 0}'):
        clock.clock_file(tmp_path).write_text(text)
        assert clock.offsets(tmp_path) == (0.0, 0.0)


def test_graph_writes_times_in_its_own_way():
    moment = datetime(2026, 11, 21, 17, 40, 2, 999000, tzinfo=UTC)

    assert times.graph_time(times.ms(moment)) == "2026-11-21T17:40:02+0000"


@pytest.mark.parametrize(
    "text",
    [
        "1795282802",
        "2026-11-21T17:40:02+0000",
        "2026-11-21T17:40:02 0000",  # a plus that came through an address as a space
        "2026-11-21T17:40:02",
        "2026-11-21T17:40:02Z",
    ],
)
def test_since_is_read_in_every_spelling(text):
    assert times.read_time(text) == 1795282802000


@pytest.mark.parametrize("text", ["soon", "9" * 40, "253402300800", "-9" + "0" * 18, ""])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(GraphError) as refused:
        times.read_time(text)
    assert refused.value.code == 100


def test_the_clock_api_moves_adds_and_resets(practice):
    ahead = practice.post("clock", wall=3600, monotonic=60)
    assert (ahead["wall"], ahead["monotonic"]) == (3600, 60)

    further = practice.post("clock", wall=3600, add=True)
    assert (further["wall"], further["monotonic"]) == (7200, 60)
    now = datetime.fromisoformat(further["now"].replace("+0000", "+00:00")).timestamp()
    assert now - time.time() == pytest.approx(7200, abs=5)

    assert practice.delete("clock")["wall"] == 0


@pytest.mark.parametrize("wall", ["soon", True, 1e13, None, [1]])
def test_a_clock_that_is_no_number_is_refused(practice, wall):
    with pytest.raises(Refused) as refused:
        practice.post("clock", wall=wall)
    assert refused.value.status == 400
