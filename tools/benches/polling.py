"""What an idle desk costs: a poll that finds nothing new, and memory at rest."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from app.factory import create_app
from app.gate import COOKIE
from tests.soak.programs import Programs, free_port, wait_for
from tools.benches import desk
from tools.benches.measure import Measure, percentile, reference_loop
from tools.benches.visitor import signed_in

POLLS, RUNS, QUIET = 100, 20, 5


def nothing_new(folder: Path) -> Iterator[Measure]:
    """The median of the five quietest runs: a neighbour on the same processor is no part of it."""
    running = desk.make(folder)
    client = create_app(running).test_client()
    client.set_cookie(COOKIE, signed_in(running, "ada"))
    found = []
    for _ in range(RUNS):
        began = time.process_time()
        for _ in range(POLLS):
            answer = client.get("/inbox/list?feed=0")
            assert answer.status_code == 204, answer.status
        found.append((time.process_time() - began) / POLLS * 1000)
    yield Measure(
        "a poll that finds nothing new, ms of CPU", percentile(sorted(found)[:QUIET], 0.5), 2.0,
        seen={"reference_loop_s": reference_loop()},
    )  # fmt: skip
    running.close()


def at_rest(folder: Path) -> Iterator[Measure]:
    running = desk.make(folder)
    running.close()
    port = free_port()
    programs = Programs(folder / "desk", {"VUORO_BIND": f"127.0.0.1:{port}"})
    try:
        programs.start("serve")
        programs.start("worker")
        wait_for(f"http://127.0.0.1:{port}/healthz")
        time.sleep(5)
        yield Measure("web and worker at rest, MB of PSS", _pss(os.getpid()), 300.0)
    finally:
        programs.stop()


def _pss(parent: int) -> float:
    """Proportional set size of every descendant, so that shared pages count once."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()[1:]]
    family, grown = {parent}, True
    while grown:
        more = {pid for pid, above in pairs if above in family} - family
        family, grown = family | more, bool(more)
    return sum(_pss_of(pid) for pid in family - {parent}) / 1024


def _pss_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
