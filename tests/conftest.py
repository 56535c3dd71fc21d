"""Fixtures for every test: a desk on either database, with the practice platform behind it."""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from app import runtime
from app.accounts import passwords
from app.practice import clock as practice_clock
from app.practice.client import PracticeClient
from app.practice.server import listening
from tests import stand as stands
from tests.once import (
    addresses_compiled_once,
    statements_compiled_once,
    templates_compiled_once,
)
from tests.practice_host import PracticeHost
from tests.servers import (
    chromium_path,
    new_database,
    postgres_server,
    postgres_url,
    redis_url,
    work_folder,
)
from tests.stand import Stand
from tests.web_stand import tell_story

__all__ = [
    "addresses_compiled_once", "chromium_path", "postgres_server", "postgres_url", "redis_url",
    "statements_compiled_once", "templates_compiled_once",
]  # fmt: skip

Hosted = tuple[PracticeHost, str]


def pytest_configure() -> None:
    """`tmp_path` lies where the run's other passing things do; no example fails for being slow."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(work_folder()))
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first; of the others, as pytest-randomly has mixed them."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What stands now stays to the end: the collector need not go through it over and over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


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


@pytest.fixture(scope="session")
def told_template(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, practice_host: Hosted
) -> tuple[Path, float]:
    """A practice desk on SQLite whose Page has the story's customers, to be copied; since when."""
    folder = tmp_path_factory.mktemp("told") / "template"
    stands.copy_desk(sqlite_template, folder)
    with _running(folder, "", practice_host) as made:
        tell_story(made)
    return folder, time.time()


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


@pytest.fixture
def told(
    tmp_path: Path, told_template: tuple[Path, float], practice_host: Hosted
) -> Iterator[Stand]:
    """A desk on SQLite whose Page has the story's customers, a moment after it was told."""
    template, told_at = told_template
    stands.copy_desk(template, tmp_path / "data")
    practice_clock.move(tmp_path / "data", wall=told_at - time.time(), monotonic=0.0)
    with _running(tmp_path / "data", "", practice_host) as made:
        yield made


@pytest.fixture(scope="session")
def practice_host() -> Iterator[Hosted]:
    """The practice platform's one address in this run, and who answers there."""
    host = PracticeHost()
    with listening(host) as address:
        yield host, address


@contextmanager
def _desk(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[Stand]:
    folder = tmp_path / "data"
    host: Hosted = request.getfixturevalue("practice_host")
    if kind == "sqlite":
        stands.copy_desk(request.getfixturevalue("sqlite_template"), folder)
        with _running(folder, "", host) as made:
            yield made
        return
    template, url = request.getfixturevalue("postgres_template")
    stands.copy_desk(template, folder)
    server = request.getfixturevalue("postgres_server")
    with new_database(server, url.rpartition("/")[2]) as copy:
        with _running(folder, copy, host) as made:
            yield made


@contextmanager
def _running(folder: Path, database_url: str, hosted: Hosted) -> Iterator[Stand]:
    host, address = hosted
    with host.behind(folder):
        given = stands.settings(folder, database_url, META_GRAPH_URL=address)
        running = runtime.start(given)
        try:
            yield Stand(running, PracticeClient(address))
        finally:
            running.close()
