"""The check's own words: what failed, what to do, and pytest's closing line last."""

import os
import shutil
import subprocess
import sys

import pytest

from tests import servers
from tools import check

GOOD = check.Step("good", ["python", "-c", "print('quiet')"], "nothing")
BAD = check.Step("bad", ["python", "-c", "print('why'); raise SystemExit(1)"], "mend it")


@pytest.fixture
def machine(monkeypatch):
    """A machine whose lacks the test decides; it does not count as CI."""
    lacking: dict[str, str] = {}
    monkeypatch.setattr(servers, "missing", lambda: lacking)
    monkeypatch.delenv("CI", raising=False)
    return lacking


def closing_step(code: int) -> check.Step:
    script = f"print('== 2 passed =='); raise SystemExit({code})"
    return check.Step("tests", ["python", "-c", script], "look above", is_shown=True)


@pytest.mark.usefixtures("machine")
def test_all_in_order_ends_well_with_the_closing_line_last(monkeypatch, capsys):
    monkeypatch.setattr(check, "STEPS", [closing_step(0), GOOD])

    assert check.main([]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "== 2 passed =="
    assert lines[-2].startswith("All in order.")
    assert "quiet" not in lines


@pytest.mark.usefixtures("machine")
def test_a_failed_step_shows_why_and_the_others_still_run(monkeypatch, capsys):
    monkeypatch.setattr(check, "STEPS", [BAD, closing_step(1)])

    assert check.main([]) == 1

    out = capsys.readouterr().out
    assert "why\nWhat to do: mend it" in out
    assert "Not in order: bad, tests." in out
    assert out.endswith("== 2 passed ==\n")


def test_what_this_machine_lacks_is_told_and_the_end_says_so(monkeypatch, capsys, machine):
    machine["Chromium"] = "install it"
    monkeypatch.setattr(check, "STEPS", [GOOD])

    assert check.main([]) == check.NOT_EVERYTHING_RAN

    out = capsys.readouterr().out
    assert "Chromium is missing, and its tests will not run: install it" in out
    assert "not everything ran: Chromium missing." in out


def test_ci_as_root_installs_what_is_missing_from_debian(monkeypatch, machine):
    asked = []

    def apt_get(command, **_options):
        asked.append(command)
        if "install" in command:
            machine.clear()

    machine.update({"Chromium": "install it", "Redis": "install it"})
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", apt_get)

    assert check.get_what_is_missing({}) == {}
    assert [command[1] for command in asked] == ["update", "install"]
    assert asked[1][-2:] == ["chromium", "redis-server"]


def test_a_long_output_is_cut_and_the_whole_is_named(monkeypatch, capsys, machine):
    step = check.Step(
        "long", ["python", "-c", "print('x\\n' * 149 + 'the sum'); raise SystemExit(1)"], "cut"
    )
    monkeypatch.setattr(check, "STEPS", [step])

    assert check.main([]) == 1

    assert machine == {}
    out = capsys.readouterr().out
    assert "... 50 lines more: .venv/bin/python -c" in out
    assert "the sum\nWhat to do: cut" in out


@pytest.mark.usefixtures("machine")
def test_one_step_can_run_alone_and_a_wrong_name_is_told(monkeypatch, capsys):
    monkeypatch.setattr(check, "STEPS", [BAD, GOOD])

    assert check.main(["good"]) == 0
    assert check.main(["god"]) == 2
    assert "no such step: god. There are: bad, good" in capsys.readouterr().out


def test_settings_of_the_person_at_the_keyboard_do_not_reach_the_tests(monkeypatch):
    monkeypatch.setenv("VUORO_DATABASE_URL", "sqlite:///mine")

    environment = check.clean_environment()

    assert "VUORO_DATABASE_URL" not in environment
    assert environment["PATH"].startswith(str(check.BIN))
    assert check.BIN.samefile(sys.prefix + "/bin")


def test_programs_of_the_tests_need_not_compile_the_libraries_again(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in check.clean_environment()
