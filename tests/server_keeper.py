"""Starts one server for a test run and keeps it until the run's last user is gone.

`server_keeper.py postgres|redis PROGRAM FOLDER` returns when the server answers and leaves a child
behind. The users hold shares of the lock on FOLDER/users: the kernel gives those back however a
user ends, so that even `kill -9` leaves no server and no files.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

START_SECONDS = 30
TRIES = 3
Server = tuple[subprocess.Popen[bytes], str, signal.Signals]


class NotStarted(Exception):
    """The server's own words stand in the log above this."""


def main(kind: str, program: Path, folder: Path) -> int:
    is_ready, tell = os.pipe()
    if os.fork() != 0:
        os.close(tell)
        return 0 if os.read(is_ready, 1) else 1
    os.setsid()
    keep(kind, program, folder, tell)
    return 0


def keep(kind: str, program: Path, folder: Path, tell: int) -> None:
    """Tells the waiting parent by a byte that all is well, and by closing that it is not."""
    server, stop = None, signal.SIGKILL
    try:
        server, address, stop = start(kind, program, folder)
        (folder / "address").touch(mode=0o600)  # it holds the password
        (folder / "address").write_text(address)
        os.write(tell, b".")
    except (OSError, NotStarted) as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
    finally:
        os.close(tell)
        with (folder / "users").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            if server:
                server.send_signal(stop)
                server.wait()
            clear_away(folder)


def start(kind: str, program: Path, folder: Path) -> Server:
    """Once more where it fails: somebody may have taken the free port before the server did."""
    for _ in range(TRIES - 1):
        with suppress(NotStarted):
            return (postgres if kind == "postgres" else redis)(program, folder)
    return (postgres if kind == "postgres" else redis)(program, folder)


def clear_away(folder: Path) -> None:
    """`users` goes last: until then newcomers wait at its lock, and nobody reads an old address."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != "users":
            path.unlink()
    (folder / "users").unlink()
    with suppress(OSError):  # a newcomer is already here
        folder.rmdir()
        folder.parent.rmdir()


def postgres(binaries: Path, folder: Path) -> Server:
    """Without fsync, which a test's data does not need."""
    data, password, port = folder / "data", secrets.token_hex(16), free_port()
    user = plain_user()
    if user:
        binaries = readable_copy(binaries, folder)
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    words = folder / "words"
    words.write_text(password)
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "vuoro", f"--pwfile={words}"]
    initdb += ["--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"]
    for path in (data, words):
        hand_over(path, user)
    # Where the system has it, letters beyond ASCII have upper and lower case.
    is_made = launch([*initdb, "--lc-ctype=C.UTF-8"], data, user).wait() == 0
    if not (is_made or launch(initdb, data, user).wait() == 0):
        raise NotStarted("initdb failed; its reason stands above")
    words.unlink()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(data),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
    }
    options = [word for name in settings for word in ("-c", f"{name}={settings[name]}")]
    server = launch([str(binaries / "postgres"), "-D", str(data), *options], data, user)
    wait_for(server, lambda: says_ready(data / "postmaster.pid"))
    address = f"postgresql+psycopg://vuoro:{password}@127.0.0.1:{port}/postgres"
    return server, address, signal.SIGQUIT


def redis(program: Path, folder: Path) -> Server:
    """The password stands in a file: a command line can be read by everyone on the machine."""
    password, port = secrets.token_hex(16), free_port()
    settings = folder / "redis.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        f'port {port}\nbind 127.0.0.1\nrequirepass {password}\nsave ""\ndir {folder}\n'
    )
    server = subprocess.Popen([str(program), str(settings)], cwd=folder)
    wait_for(server, lambda: knows(password, port))
    return server, f"redis://:{password}@127.0.0.1:{port}", signal.SIGKILL


def plain_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as this account."""
    if os.geteuid() != 0:
        return None
    accounts = {each.pw_name: each for each in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def readable_copy(binaries: Path, folder: Path) -> Path:
    """A wheel's server may lie where only root may look; the system's does not.

    It looks for its libraries at a path relative to its own, beside the package.
    """
    if binaries.is_relative_to("/usr"):
        return binaries
    install, package, site = binaries.parents[0], binaries.parents[1].name, binaries.parents[2]
    copy = folder / "program"
    for part in (install.relative_to(site), Path(f"{package}.libs")):
        shutil.copytree(site / part, copy / part, symlinks=True, dirs_exist_ok=True)
    return copy / binaries.relative_to(site)


def hand_over(path: Path, user: pwd.struct_passwd | None) -> None:
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)


def launch(
    command: list[str], folder: Path, user: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C"},
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )


def says_ready(pid_file: Path) -> bool:
    with suppress(FileNotFoundError):
        return pid_file.read_text().rstrip().endswith("ready")
    return False


def knows(password: str, port: int) -> bool:
    """It is our Redis that answers there, and not whoever took the port before it."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(f"AUTH {password}\r\n".encode())
        return connection.recv(16).startswith(b"+OK")
    return False


def wait_for(server: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> None:
    end = time.monotonic() + START_SECONDS
    while not is_ready():
        if server.poll() is not None or time.monotonic() > end:
            server.kill()
            raise NotStarted(f"the server did not start within {START_SECONDS} s; see above")
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
