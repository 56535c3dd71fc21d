"""Children that end with the program that started them, however that one ended.

Whoever starts a child holds a pipe's one end; the kernel closes it even after a `kill -9`.
"""

import os
import signal
import threading
import time

PATIENCE = 10.0
"""Seconds to end in an orderly way."""


def hold(pipe: int) -> None:
    """End when nobody holds the other end any more."""
    os.set_inheritable(pipe, False)
    threading.Thread(target=_wait, args=(pipe,), daemon=True).start()


def _wait(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(PATIENCE)
    os._exit(1)
