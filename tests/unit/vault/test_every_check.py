"""Every check in the vault is held by a test: taking any one out makes a test fail."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CHECKS = {"_require", "_refuse_bits", "refuse", "check_key_number"}


def checks(source: str) -> Iterator[ast.stmt]:
    """Each `raise`, and each call of a function that does nothing but refuse."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise):
            yield node
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            name = getattr(function, "id", getattr(function, "attr", ""))
            if name in CHECKS or name.startswith("_check_"):
                yield node


def without(source: str, check: ast.stmt) -> str:
    lines = source.splitlines()
    lines[check.lineno - 1 : check.end_lineno] = [" " * check.col_offset + "pass"]
    return "\n".join(lines) + "\n"


ALL = [
    pytest.param(path.name, number, id=f"{path.name}:{check.lineno}")
    for path in sorted((ROOT / "vault").glob("*.py"))
    for number, check in enumerate(checks(path.read_text()))
]


@pytest.mark.soak
@pytest.mark.parametrize(("name", "number"), ALL)
def test_taking_a_check_out_makes_a_test_fail(tmp_path, name, number):
    for part in ("vault", "tests/unit/vault"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "vault" / name
    source = path.read_text()
    path.write_text(without(source, list(checks(source))[number]))

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "tests/unit/vault"],
        cwd=tmp_path,
        env=os.environ | {"VUORO_MUTATIONS": "50"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout[-2000:]
    assert " failed" in done.stdout or " error" in done.stdout


def test_there_are_checks_to_take_out():
    assert len(ALL) > 60
