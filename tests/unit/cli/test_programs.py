"""The programs as they really run: several processes on one desk, and children that are watched."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from gunicorn.config import Config

from app.cli import addresses, cast, programs
from app.cli.server_log import ServerLog
from app.foundation.heartbeat import last_beat
from app.runtime import NotReady
from tests import stand as stands
from tests.desks import Desk
from tests.server_keeper import free_port

ROOT = Path(__file__).parents[3]


@contextmanager
def program(name: str, desk: Desk, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """`vuoro NAME` on the test's desk, ended as systemd would end it."""
    desk.running.close()
    given = {"DATA_DIR": str(desk.folder), "META_GRAPH_URL": "http://127.0.0.1:9", **settings}
    if not desk.database.is_sqlite:
        given["DATABASE_URL"] = desk.running.settings.database_url
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VUORO_")}
    child = subprocess.Popen(
        [sys.executable, "-m", "app", name], cwd=ROOT,
        env={**kept, **{f"VUORO_{k}": v for k, v in given.items()}},
    )  # fmt: skip
    try:
        yield child
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(requests.RequestException):
            if is_so():
                return
        time.sleep(0.1)
    pytest.fail("it did not come to be")


def test_two_server_processes_never_share_a_connection(desk: Desk) -> None:
    """Opened before the fork, one socket would be used by both at once."""
    url = f"http://127.0.0.1:{free_port()}"
    found: Counter[int] = Counter()

    def ask() -> None:
        with requests.Session() as session:
            for _ in range(25):
                found[session.get(url + "/readyz", timeout=30).status_code] += 1

    with program("serve", desk, BIND=url.removeprefix("http://")) as child:
        wait_until(lambda: requests.get(url + "/healthz", timeout=5).ok)
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert child.poll() is None

    # No worker beats here, so "not ready" is the right answer, each time.
    assert found == {503: 200}


def test_a_worker_works_until_it_is_told_to_stop(sqlite_desk: Desk) -> None:
    def has_beaten() -> bool:
        with sqlite_desk.database.reading() as db:
            return last_beat(db) is not None

    with program("worker", sqlite_desk) as child:
        wait_until(has_beaten)
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0


def test_the_whole_practice_desk_runs_and_stops(tmp_path: Path) -> None:
    """What `make run` does, on free ports."""
    url, platform = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VUORO_")}
    given = {"VUORO_DATA_DIR": str(tmp_path / "data"), "VUORO_BIND": url.removeprefix("http://"),
             "VUORO_PRACTICE_BIND": platform.removeprefix("http://")}  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-m", "app", "run"], cwd=ROOT, env={**kept, **given}, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        wait_until(lambda: requests.get(url + "/readyz", timeout=5).status_code == 200)
        answers = [requests.get(url + "/sign-in", timeout=5), requests.get(platform + "/practice",
                                                                           timeout=5)]  # fmt: skip
    finally:
        child.send_signal(signal.SIGTERM)
        said = child.communicate(timeout=60)[0]

    assert [a.status_code for a in answers] == [200, 200]
    assert child.returncode == 0
    assert f"Vuoro is at {url}" in said
    for person in cast.CAST:
        assert f"{person.email} " in said
    for address in (url, platform):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=5)


@pytest.mark.parametrize(
    ("command", "taken", "program"),
    [("run", "BIND", "the desk"), ("run", "PRACTICE_BIND", "the practice platform"),
     ("practice", "PRACTICE_BIND", "the practice platform")],
)  # fmt: skip
def test_a_taken_address_is_said_before_anything_is_started(
    tmp_path: Path, command: str, taken: str, program: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = {"VUORO_DATA_DIR": str(tmp_path / "data"), f"VUORO_{taken}": f"127.0.0.1:{port}"}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("VUORO_")}
        free = {f"VUORO_{name}": f"127.0.0.1:{free_port()}" for name in ("BIND", "PRACTICE_BIND")}
        asked = subprocess.run(
            [sys.executable, "-m", "app", command], cwd=ROOT, env={**kept, **free, **settings},
            text=True, timeout=60, capture_output=True,
        )  # fmt: skip

    assert asked.returncode == 1
    assert asked.stderr == (
        f"vuoro: {program} cannot listen on 127.0.0.1:{port}: another program has it. Nothing was "
        "started. Stop that program (is Vuoro running already?) or choose another address with "
        f"VUORO_{taken}, such as VUORO_{taken}=127.0.0.1:{addresses._next(str(port))}.\n"
    )
    assert not (tmp_path / "data").exists()


def test_children_end_with_a_parent_that_was_killed(sqlite_desk: Desk) -> None:
    """Else they would keep the ports, and the next `vuoro run` could not start."""
    sqlite_desk.running.close()
    url = f"http://127.0.0.1:{free_port()}"
    code = (
        "import time; from app.cli import start, programs; p = programs.Programs(start.settings());"
        "p.start('serve'); p.start('worker');"
        "print(*(c.pid for c in p._children.values()), flush=True); time.sleep(600)"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VUORO_")}
    given = {"DATA_DIR": str(sqlite_desk.folder), "META_GRAPH_URL": "http://127.0.0.1:9",
             "BIND": url.removeprefix("http://")}  # fmt: skip
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        env={**kept, **{f"VUORO_{k}": v for k, v in given.items()}},
    )  # fmt: skip
    assert parent.stdout is not None
    children = [int(n) for n in parent.stdout.readline().split()]
    wait_until(lambda: requests.get(url + "/healthz", timeout=5).ok)

    parent.kill()
    parent.communicate()

    wait_until(lambda: not any(is_there(child) for child in children))
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be asked does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_servers_own_log_holds_no_address_and_no_words(
    capfd: pytest.CaptureFixture[str],
) -> None:
    log = ServerLog(Config())
    try:
        raise ValueError("Kaisa's words")
    except ValueError:
        log.exception("Error handling request %s", "/password/a-token")
        log.warning("a hook failed", exc_info=True)

    said = capfd.readouterr().err
    assert said.count("ValueError at cli/test_programs.py") == 2
    assert "Error handling request" in said
    assert "a-token" not in said and "Kaisa" not in said


def test_who_falls_silent_within_a_request_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SILENT", 1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server: Any = SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listening)])
        programs.limit_silence(server)
        with socket.create_connection(listening.getsockname()) as mute:
            accepted, _ = listening.accept()
            with accepted, pytest.raises(BlockingIOError):
                mute.sendall(b"P")
                accepted.recv(1)
                accepted.recv(1)


class TestWatching:
    @pytest.fixture
    def watched(self, tmp_path: Path) -> Iterator[programs.Programs]:
        made = programs.Programs(stands.settings(tmp_path / "none"))
        yield made
        made.stop()

    def test_a_program_that_cannot_start_is_said(self, watched: programs.Programs) -> None:
        watched.start("check")
        watched._children["check"].wait(30)

        with pytest.raises(NotReady, match="`vuoro check` stopped at once"):
            watched.check()
        with pytest.raises(NotReady, match="stopped at once"):
            programs._wait_for("http://127.0.0.1:9", watched)

    def test_one_that_stops_is_started_again(
        self, watched: programs.Programs, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        watched.start("check")
        first = watched._children["check"]
        first.wait(30)
        naps = iter([None, KeyboardInterrupt()])

        def nap(_seconds: float) -> None:
            over = next(naps)
            if over is not None:
                raise over

        monkeypatch.setattr(time, "sleep", nap)
        with pytest.raises(KeyboardInterrupt):
            watched.watch()

        assert watched._children["check"] is not first
        assert "`vuoro check` stopped; starting it again." in capsys.readouterr().err

    def test_one_that_does_not_listen_is_ended(self, watched: programs.Programs) -> None:
        deaf = subprocess.Popen(
            [sys.executable, "-c", "import signal, time; signal.signal(2, signal.SIG_IGN);"
             "print(flush=True); time.sleep(60)"], stdout=subprocess.PIPE)  # fmt: skip
        assert deaf.stdout is not None
        deaf.stdout.readline()
        watched._children["deaf"] = deaf
        patience, programs.PATIENCE = programs.PATIENCE, 0.2
        watched.stop()
        programs.PATIENCE = patience

        assert deaf.wait(10) == -signal.SIGKILL
        deaf.stdout.close()
        watched._children.clear()

    def test_what_does_not_answer_in_time_is_said(self, watched: programs.Programs) -> None:
        with pytest.raises(NotReady, match="127.0.0.1:9 did not answer"):
            programs._wait_for("http://127.0.0.1:9/x", watched, seconds=0.3)


def test_the_worker_looks_by_itself_for_lost_news(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: Counter[str] = Counter()
    stop = threading.Event()
    monkeypatch.setattr(sqlite_desk.running.queue, "wake", lambda topic: woken.update([topic]))
    monkeypatch.setattr(programs, "EVERY", {"often": 0.0, "seldom": 60.0})
    thread = threading.Thread(target=programs._look, args=(sqlite_desk.running, stop))
    thread.start()
    wait_until(lambda: woken["often"] >= 2)
    stop.set()
    thread.join()

    assert woken["seldom"] == 1
