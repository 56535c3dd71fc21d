"""Runs the practice program: this machine only, a thread for each call, one for webhooks."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.practice.errors import Refused
from app.practice.guard import HOSTS
from app.practice.platform import NAME
from app.practice.webhooks import Delivery

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Handler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Addresses hold tokens here, as on the real platform; they belong in no log."""


def bind(app: "WSGIApplication", host: str, port: int) -> BaseWSGIServer:
    """Port 0 takes a free one; `server_port` says which."""
    if host not in HOSTS:
        raise Refused("The practice platform listens on this machine only.")
    return make_server(host, port, app, threaded=True, request_handler=_Handler)


@contextmanager
def running(app: Flask, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The program in threads of this process, with its webhooks; gives its address."""
    delivery: Delivery = app.extensions[NAME + "-delivery"]
    try:
        with listening(app, host, port) as address:
            delivery.start()
            try:
                yield address
            finally:
                delivery.stop()
    finally:
        app.extensions[NAME].store.close()


@contextmanager
def listening(app: "WSGIApplication", host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """A server in threads of this process, and its address."""
    server = bind(app, host, port)
    thread = threading.Thread(
        target=server.serve_forever, args=(0.05,), name="practice", daemon=True
    )
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def serve(
    app: Flask,
    host: str = "127.0.0.1",
    port: int = 8001,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Until SIGINT or SIGTERM; a kill loses nothing that was answered. `ready` gets the address."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with running(app, host, port) as address:
        ready(address)
        stopped.wait()
