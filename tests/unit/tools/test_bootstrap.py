"""The bootstrap: quick when nothing changed, whole when something did, clear when it cannot.

A stand-in for uv on PATH writes down what it was asked; the real ones are tried by every build.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCKS = ("run", "dev", "uv")
STAND_IN = f"""#!/bin/sh
echo "$@" >> "$LOG"
test -z "$IS_BROKEN" || test "$1" = --version || exit 1
if [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin"; ln -s {sys.executable} "$last/bin/python"; fi
case "$*" in *" -e "*) touch .venv/bin/vuoro ;; esac
"""


@pytest.fixture
def project(tmp_path):
    """A project with nothing but its locks, and a machine with nothing but a stand-in for uv."""
    folder = tmp_path / "project"
    (folder / "tools").mkdir(parents=True)
    (folder / "requirements").mkdir()
    shutil.copy(ROOT / "tools/bootstrap.py", folder / "tools")
    for name in ("pyproject.toml", *(f"requirements/{lock}.txt" for lock in LOCKS)):
        (folder / name).write_text("")
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(STAND_IN)
    uv.chmod(0o755)
    return folder


def command(project: Path, lock: str) -> list[str]:
    return [sys.executable, str(project / "tools/bootstrap.py"), lock]


def environment(project: Path, **more: str) -> dict[str, str]:
    path = f"{project.parent / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return {"PATH": path, "LOG": str(project.parent / "log"), "HOME": "/nonexistent", **more}


def bootstrap(project: Path, lock: str = "run", **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(project, lock),
        env=environment(project, **more),
        capture_output=True,
        text=True,
        check=False,
    )


def installs(project: Path) -> list[str]:
    log = project.parent / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [Path(line.split()[-1]).name for line in lines if "--require-hashes" in line]


def test_installs_the_lock_and_then_the_project(project):
    done = bootstrap(project)

    assert done.returncode == 0, done.stderr
    asked = (project.parent / "log").read_text()
    assert installs(project) == ["run.txt"]
    assert "--no-deps --no-build-isolation -e" in asked.splitlines()[-1]


def test_a_second_run_has_nothing_to_do(project):
    bootstrap(project)
    done = bootstrap(project)

    assert (done.returncode, done.stdout) == (0, "")
    assert installs(project) == ["run.txt"]


@pytest.mark.parametrize("name", ["requirements/run.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(project, name):
    bootstrap(project)
    (project / name).write_text("changed")
    bootstrap(project)

    assert installs(project) == ["run.txt", "run.txt"]


def test_dev_is_added_to_run_and_serves_run_too(project):
    bootstrap(project, "run")
    bootstrap(project, "dev")
    bootstrap(project, "run")

    assert installs(project) == ["run.txt", "dev.txt"]
    assert (project.parent / "log").read_text().count("venv ") == 1


def test_a_copied_folder_gets_its_own_venv(project):
    bootstrap(project)
    shutil.copytree(project, project.with_name("copy"), symlinks=True)
    bootstrap(project.with_name("copy"))

    assert installs(project) == ["run.txt", "run.txt"]


def test_what_failed_halfway_is_done_again(project):
    failed = bootstrap(project, IS_BROKEN="1")
    done = bootstrap(project)

    assert failed.returncode == 1
    assert "this did not work" in failed.stderr
    assert (done.returncode, installs(project)) == (0, ["run.txt"])


def test_two_at_once_install_once(project):
    both = [
        subprocess.Popen(
            command(project, "run"), env=environment(project), stdout=subprocess.DEVNULL
        )
        for _ in range(2)
    ]

    assert [each.wait() for each in both] == [0, 0]
    assert installs(project) == ["run.txt"]


def test_without_uv_pip_and_ensurepip_one_line_says_what_to_install(project):
    (project.parent / "bin" / "uv").unlink()
    shadows = project.parent / "shadows"
    shadows.mkdir()
    for module in ("pip", "venv"):
        (shadows / f"{module}.py").write_text("raise SystemExit(1)")

    done = bootstrap(project, PYTHONPATH=str(shadows))

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt install python3-venv" in done.stderr


def test_a_python_we_do_not_claim_is_told_in_one_line(project):
    script = project / "tools/bootstrap.py"
    script.write_text(script.read_text().replace("((3, 11), (3, 12), (3, 13))", "((2, 0),)"))

    done = bootstrap(project)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hash_and_no_lock_names_a_registry(lock):
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    pins = re.findall(r"^[a-z0-9].*(?:\n .*)+", text, re.MULTILINE)

    assert pins
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
    assert "://" not in text
    assert "index" not in text
