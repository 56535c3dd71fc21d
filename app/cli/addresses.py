"""The addresses our programs listen on: taken ones are said before anything is started."""

import errno
import socket

from app.foundation.config import Settings
from app.runtime import NotReady

DESK, PLATFORM = "the desk", "the practice platform"


def check_desk(settings: Settings) -> None:
    _check_free(DESK, "VUORO_BIND", settings.BIND)


def check_platform(settings: Settings) -> None:
    _check_free(PLATFORM, "VUORO_PRACTICE_BIND", settings.PRACTICE_BIND)


def _check_free(program: str, setting: str, bind: str) -> None:
    """One line before a server tries for itself; most often Vuoro is running already."""
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), int(port)), family=family).close()
    except OSError as problem:
        is_taken = problem.errno == errno.EADDRINUSE
        why = "another program has it" if is_taken else problem.strerror
        advice = "Stop that program (is Vuoro running already?) or choose another address"
        raise NotReady(
            f"{program} cannot listen on {bind}: {why}. Nothing was started. "
            f"{advice if is_taken else 'Choose another address'} with {setting}, "
            f"such as {setting}={host}:{_next(port)}."
        ) from None


def _next(port: str) -> int:
    """Far enough for the desk and the platform not to meet."""
    return int(port) + 10 if int(port) < 65_000 else int(port) - 10
