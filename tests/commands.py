"""`vuoro` in this process, as its console script runs it: exit code and what it said."""

import logging
import os
import sys
from dataclasses import dataclass
from unittest import mock

import structlog
from click.testing import CliRunner

from app.cli import main
from tests.server_keeper import free_port

LISTENING, STARTERS = ("BIND", "PRACTICE_BIND"), {"run", "practice"}
"""What they would refuse for a taken address, whatever else runs on this machine."""


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def is_one_clear_line(self) -> bool:
        """A refusal: not zero, one line that is a sentence, and no traceback."""
        lines = [line for line in self.err.splitlines() if not line.startswith("Warning: ")]
        return self.code != 0 and len(lines) == 1 and "Traceback" not in self.out + self.err


def vuoro(*words: object, typed: object = "", **settings: object) -> Said:
    """Run a command with these settings (without their prefix) and nothing else set."""
    listening = {name: f"127.0.0.1:{free_port()}" for name in LISTENING if STARTERS & {*words}}
    environ = {f"VUORO_{k}": str(v) for k, v in {**listening, **settings}.items()}
    umask = os.umask(0o022)
    handlers, level = logging.root.handlers[:], logging.root.level
    config = structlog.get_config()
    arguments = ["vuoro", *map(str, words)]
    try:
        with (
            CliRunner().isolation(input=str(typed), env=environ) as (out, err, _),
            mock.patch.object(sys, "argv", arguments),
        ):
            code = _code()
            sys.stdout.flush()
            sys.stderr.flush()
            return Said(code, out.getvalue().decode(), err.getvalue().decode())
    finally:
        os.umask(umask)
        logging.root.handlers[:], logging.root.level = handlers, level
        structlog.configure(**config)


def _code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0
