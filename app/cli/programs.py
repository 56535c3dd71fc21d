"""`vuoro serve`, `worker` and `run`."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import click
import requests
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from huey.consumer import Consumer

from app import runtime
from app.cli import addresses, cast, desk, practice, start, story
from app.cli.server_log import ServerLog
from app.factory import build
from app.foundation.config import Settings
from app.jobs import topics
from app.runtime import Runtime

PROCESSES, THREADS, WORKERS = 2, 4, 4
PATIENCE = 10.0
"""Seconds that a program has to end by itself."""
SILENT = 20
"""Seconds that a browser may be silent in the middle of a request before its thread is freed."""
EVERY = {
    "deliver": 5.0,
    "index": 2.0,
    "intake": 5.0,
    "fetch": 15.0,
    "housekeeping": 20.0,
    "mail": 20.0,
    "media": 10.0,
    "push": 5.0,
}
"""Seconds between the worker's own looks, for news that was lost on the way."""


class Server(BaseApplication):
    """gunicorn with the desk's settings; the application is loaded once and shared."""

    def __init__(self, bind: str, load: Callable[[], object]) -> None:
        self._bind, self._load_app = bind, load
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": self._bind,
            "workers": PROCESSES,
            "threads": THREADS,
            "preload_app": True,
            "worker_class": "gthread",
            "accesslog": None,
            "loglevel": "warning",
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "control_socket_disable": True,
            "when_ready": limit_silence,
            "logger_class": ServerLog,
        }
        assert self.cfg is not None
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        return self._load_app()


def limit_silence(server: Arbiter) -> None:
    """gunicorn waits for ever within a request, so a handful of mute ones would stop the desk.

    What is accepted takes these limits over from the socket that listens.
    """
    limit = struct.pack("ll", SILENT, 0)
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, limit)


@click.command()
def serve() -> None:
    """Serve the desk's pages and webhooks."""
    with start.desk() as running:
        cast.refuse_others(running)
    addresses.check_desk(running.settings)
    Server(running.settings.BIND, build).run()


@click.command()
def worker() -> None:
    """Do the desk's work: take in, send, read, remind. One or more may run."""
    with start.desk() as running:
        topics.install(running)
        stop = threading.Event()
        threading.Thread(target=_look, args=(running, stop), daemon=True).start()
        consumer = Consumer(
            running.queue.huey,
            workers=WORKERS,
            worker_type="thread",
            max_delay=0.3,
            initial_delay=0.05,
            scheduler_interval=1,
        )
        try:
            consumer.run()
        finally:
            stop.set()


@click.command()
def run() -> None:
    """Try Vuoro: a practice desk with its platform, all on this machine (what `make run` does)."""
    settings = start.settings()
    addresses.check_platform(settings)
    addresses.check_desk(settings)
    click.get_current_context().invoke(desk.init, practice=True)
    practice.moved(settings)
    programs = Programs(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        programs.start("practice")
        _wait_for(settings.practice_url + "/practice/api/state", programs)
        with start.desk() as running:
            story.prepare(running, settings.practice_url)
        programs.start("worker")
        programs.start("serve")
        _wait_for(settings.base_url + "/healthz", programs)
        _welcome(settings)
        programs.watch()
    except KeyboardInterrupt:
        click.echo("Stopping.")
    finally:
        programs.stop()


class Programs:
    """The desk's programs as children of this one; one that dies is started again."""

    def __init__(self, settings: Settings) -> None:
        self._environ = {**os.environ, "VUORO_DATA_DIR": str(settings.DATA_DIR.absolute())}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._leash, self._hand = os.pipe()  # open until this program ends, however it ends

    def start(self, name: str) -> None:
        self._children[name] = subprocess.Popen(
            [sys.executable, "-m", "app", "--leash", str(self._leash), name],
            env=self._environ,
            start_new_session=True,
            pass_fds=[self._leash],
        )

    def check(self) -> None:
        """A program that cannot even start: its own line has said why."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise runtime.NotReady(f"`vuoro {name}` stopped at once; its message is above.")

    def watch(self) -> None:
        while True:
            time.sleep(1)
            for name, child in self._children.items():
                if child.poll() is not None:
                    click.echo(f"`vuoro {name}` stopped; starting it again.", err=True)
                    self.start(name)
                    break

    def stop(self) -> None:
        for child in self._children.values():
            child.send_signal(signal.SIGINT)
        for child in self._children.values():
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()


def _look(running: Runtime, stop: threading.Event) -> None:
    """Wake each topic now and then, so that nothing waits for news that was lost."""
    due = dict.fromkeys(EVERY, 0.0)
    while not stop.wait(0.5):
        for topic, seconds in EVERY.items():
            if time.monotonic() >= due[topic]:
                due[topic] = time.monotonic() + seconds
                running.queue.wake(topic)


def _wait_for(url: str, programs: Programs, seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        programs.check()
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise runtime.NotReady(f"{urlsplit(url).netloc} did not answer within a minute.")


def _welcome(settings: Settings) -> None:
    click.echo(f"\nVuoro is at {settings.base_url}  (practice: nothing here reaches a customer)")
    click.echo(f"Be the responder: {settings.base_url}/practice/be/sanna")
    click.echo(f"Be the owner:     {settings.base_url}/practice/be/aino")
    click.echo(f"Write as a customer, and break things: {settings.practice_url}/practice\n")
    click.echo("Or sign in with a password:")
    for person in cast.CAST:
        roles = ", ".join(r.value for r in person.roles)
        click.echo(f"  {person.email:32} {person.password:24} {roles}")
    click.echo(
        "\nStop with Ctrl+C. It all lies in "
        f"{settings.DATA_DIR.absolute()}; delete the folder to begin again.\n"
    )
