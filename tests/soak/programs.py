"""The desk's real programs on free ports, to be killed without warning and started again."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

START_WITHIN = 180.0


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Programs:
    """Practice platform, web and worker, each a process group of its own."""

    def __init__(self, data_dir: Path, environ: dict[str, str]) -> None:
        self._environ = {
            **os.environ,
            **environ,
            "VUORO_DATA_DIR": str(data_dir),
            "VUORO_LOG_LEVEL": "ERROR",
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._errors = (data_dir / "programs.log").open("ab")

    def start(self, name: str) -> None:
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", "app", name],
            env=self._environ,
            start_new_session=True,
            stdout=self._errors,
            stderr=self._errors,
        )

    def kill(self, name: str) -> None:
        """The whole group at once, as when the machine's memory runs out."""
        child = self._running.pop(name)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def kill_one_child(self, name: str, random_: random.Random) -> None:
        """Only one of gunicorn's processes; its parent starts another."""
        parent = self._running[name].pid
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if listed:
            os.kill(int(random_.choice(listed)), signal.SIGKILL)

    def stop(self) -> None:
        for name in list(self._running):
            self.kill(name)
        self._errors.close()


def wait_for(url: str, seconds: float = START_WITHIN) -> None:
    """Until an address answers."""
    ends = time.monotonic() + seconds
    while True:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            if time.monotonic() > ends:
                raise
        time.sleep(0.1)
