"""The key that signs browser cookies, made by whichever program starts first."""

import stat
import threading
from pathlib import Path

from app import runtime
from tests.desks import Desk, sqlite_desk

__all__ = ["sqlite_desk"]


def test_programs_that_start_together_get_one_whole_key(tmp_path: Path) -> None:
    path, found, begin = tmp_path / "secret.key", [], threading.Barrier(8)

    def start() -> None:
        begin.wait()
        found.append(runtime.cookie_key(path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found)), len(found[0])) == (8, 1, 32)


def test_it_lies_alone_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    runtime.cookie_key(tmp_path / "secret.key")

    (made,) = tmp_path.iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_what_is_printed_of_a_running_desk_holds_no_secret(sqlite_desk: Desk) -> None:
    running = sqlite_desk.running
    said = repr(running)

    assert running.cookie_key.hex() not in said and repr(running.cookie_key) not in said
    assert running.platforms.meta_app_secret not in said
    assert running.platforms.meta_verify_token not in said
