"""Fixtures for every test: a desk on either database, with the practice platform behind it."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import runtime
from app.accounts import passwords
from app.practice.client import PracticeClient
from app.practice.server import listening
from tests import stand as stands
from tests.practice_host import PracticeHost
from tests.servers import chromium_path, new_database, postgres_server, postgres_url, redis_url
from tests.stand import Stand

__all__ = ["chromium_path", "postgres_server", "postgres_url", "redis_url"]

_number = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """One derivation costs 100 ms for people and 1 ms for tests."""
    before, passwords.PROFILE = passwords.PROFILE, stands.CHEAP
    yield
    passwords.PROFILE = before


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> None:
    """What happens to be set on this machine must not reach a test."""
    for name in [n for n in os.environ if n.startswith("VUORO_") and n != "VUORO_MUTATIONS"]:
        del os.environ[name]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, cheap_passwords: None) -> Path:
    """A finished practice desk on SQLite, to be copied."""
    folder = tmp_path_factory.mktemp("desk") / "template"
    stands.make_practice_desk(stands.settings(folder))
    return folder


@pytest.fixture(scope="session")
def postgres_template(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, cheap_passwords: None
) -> Iterator[tuple[Path, str]]:
    """The same on PostgreSQL: the folder, and the database to copy."""
    folder = tmp_path_factory.mktemp("desk") / "template"
    with new_database(postgres_server) as url:
        stands.make_practice_desk(stands.settings(folder, url))
        yield folder, url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """A running desk on each database in turn, its own for every test."""
    with _desk(request, tmp_path, request.param) as made:
        yield made


@pytest.fixture
def sqlite_stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """The same on SQLite only, where the database makes no difference."""
    with _desk(request, tmp_path, "sqlite") as made:
        yield made


@pytest.fixture(scope="session")
def practice_host() -> Iterator[tuple[PracticeHost, str]]:
    """The practice platform's one address in this run, and who answers there."""
    host = PracticeHost()
    with listening(host) as address:
        yield host, address


@contextmanager
def _desk(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[Stand]:
    folder = tmp_path / "data"
    host = request.getfixturevalue("practice_host")
    if kind == "sqlite":
        stands.copy_desk(request.getfixturevalue("sqlite_template"), folder)
        with _running(folder, "", *host) as made:
            yield made
        return
    template, url = request.getfixturevalue("postgres_template")
    stands.copy_desk(template, folder)
    name = f"{url.rpartition('/')[2]}_{next(_number)}"
    server = request.getfixturevalue("postgres_server")
    with stands.postgres_copy(server, url.rpartition("/")[2], name) as copy:
        with _running(folder, copy, *host) as made:
            yield made


@contextmanager
def _running(folder: Path, database_url: str, host: PracticeHost, address: str) -> Iterator[Stand]:
    with host.behind(folder):
        given = stands.settings(folder, database_url, META_GRAPH_URL=address)
        running = runtime.start(given)
        try:
            yield Stand(running, PracticeClient(address))
        finally:
            running.close()
