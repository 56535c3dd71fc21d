"""What `make test` runs, step by step: `python -m tools.check [STEP ...]`.

Every step runs, also after one that failed, so that one run tells everything. Ends with 0 when all
is in order, 1 when something failed, 3 when nothing failed but not everything could run. pytest's
closing line stands last in the output.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import servers
from tools import bootstrap

BIN = Path(sys.executable).parent
DEBIAN = {"Chromium": "chromium", "Redis": "redis-server", "PostgreSQL": "postgresql"}
NOT_EVERYTHING_RAN = 3
FIRST_LINES, LAST_LINES = 80, 20


@dataclass(frozen=True)
class Step:
    """One command, and what to do when it fails. `is_shown` streams it instead of keeping it."""

    name: str
    command: list[str]
    what_to_do: str
    is_shown: bool = False


STEPS = [
    Step(
        "translations",
        ["python", "-m", "tools.translations", "check"],
        "run `make translations`, then fill in translations/fi/LC_MESSAGES/messages.po",
    ),
    Step(
        "lint",
        ["ruff", "check", "--output-format=concise", "."],
        "`make sure` mends most of these by itself",
    ),
    Step(
        "format",
        ["ruff", "format", "--check", "--output-format=concise", "."],
        "`make sure` mends this by itself",
    ),
    Step("types", ["mypy"], "mend the types named above"),
    Step(
        "contracts",
        ["lint-imports", "--no-logo"],
        "move the code to where the map of the house lets it import this (pyproject.toml)",
    ),
    Step(
        "tests",
        ["python", "-m", "pytest", "-n", "2", "--dist", "loadgroup", "--cov", "--cov-report="],
        "run one alone with: .venv/bin/python -m pytest PATH::NAME -p no:randomly",
        is_shown=True,
    ),
    Step(
        "coverage",
        ["coverage", "report", "--fail-under=95"],
        "write tests for the lines named above until the whole has 95 %",
    ),
    Step(
        "coverage of the vault and of access",
        ["coverage", "report", "--include=vault/*,app/access/*", "--fail-under=100"],
        "write tests for the lines and branches named above: these two rooms have 100 %",
    ),
]


def main(names: list[str]) -> int:
    unknown = set(names) - {step.name for step in STEPS}
    if unknown:
        print(f"no such step: {', '.join(unknown)}. There are: {', '.join(s.name for s in STEPS)}")
        return 2
    begun = time.monotonic()
    environment = clean_environment()
    lacking = get_what_is_missing(environment)
    outcomes = [run(step, environment) for step in STEPS if not names or step.name in names]
    failed = [outcome.name for outcome in outcomes if not outcome.is_good]
    print(f"\n{verdict(failed, lacking)} {time.monotonic() - begun:.0f} s in all.")
    for outcome in outcomes:
        if outcome.name == "tests":
            print(outcome.last_line)
    return 1 if failed else NOT_EVERYTHING_RAN if lacking else 0


def verdict(failed: list[str], lacking: dict[str, str]) -> str:
    if failed:
        return f"Not in order: {', '.join(failed)}."
    if lacking:
        return f"What ran is in order, but not everything ran: {', '.join(lacking)} missing."
    return "All in order."


def clean_environment() -> dict[str, str]:
    """Somebody's own VUORO_ settings have no place in the tests.

    Python's compiled files are written also where somebody wants none: without them every program
    that a test starts would compile all libraries again.
    """
    own = bootstrap.own_environment()
    unwanted = ("VUORO_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in own.items() if not name.startswith(unwanted)}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{kept.get('PATH', os.defpath)}"}


def get_what_is_missing(environment: dict[str, str]) -> dict[str, str]:
    """CI gets it from Debian, where it may; a person is told how to."""
    lacking = servers.missing()
    if lacking and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [DEBIAN[name] for name in lacking]
        print(f"installing {', '.join(packages)}", flush=True)
        for command in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
            quiet = {**environment, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", *command], env=quiet, check=False, stdout=sys.stderr)
        lacking = servers.missing()
    for name, how in lacking.items():
        print(f"{name} is missing, and its tests will not run: {how}")
    return lacking


@dataclass(frozen=True)
class Outcome:
    name: str
    is_good: bool
    last_line: str


def run(step: Step, environment: dict[str, str]) -> Outcome:
    begun = time.monotonic()
    print(f"{step.name} ...", end="\n" if step.is_shown else " ", flush=True)
    output, code = output_of(step.command, environment, echo if step.is_shown else ignore)
    taken = f"{time.monotonic() - begun:.1f} s"
    if step.is_shown:
        print(f"{step.name} ", end="")
    lines = output.rstrip().splitlines() or [""]
    if code == 0:
        print(taken, flush=True)
    else:
        shown = [] if step.is_shown else shortened(step, lines)
        said = [f"FAILED, {taken}", *shown, f"What to do: {step.what_to_do}"]
        print("\n".join(said), end="\n\n", flush=True)
    return Outcome(step.name, code == 0, lines[-1])


def shortened(step: Step, lines: list[str]) -> list[str]:
    """The beginning and the sum at the end; the middle of a long output waits for who asks."""
    more = len(lines) - FIRST_LINES - LAST_LINES
    if more <= 0:
        return lines
    command = " ".join([f".venv/bin/{step.command[0]}", *step.command[1:]])
    return [*lines[:FIRST_LINES], f"... {more} lines more: {command}", *lines[-LAST_LINES:]]


def output_of(
    command: list[str], environment: dict[str, str], show: Callable[[str], None]
) -> tuple[str, int]:
    lines = []
    program = [str(BIN / command[0]), *command[1:]]
    with subprocess.Popen(
        program,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        cwd=bootstrap.ROOT,
    ) as child:
        for line in child.stdout or ():
            show(line)
            lines.append(line)
    return "".join(lines), child.returncode


def echo(line: str) -> None:
    print(line, end="", flush=True)


def ignore(_line: str) -> None:
    """The output of a step is shown only when it fails."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
