"""The servers that the other tests stand on are real, shared, and gone afterwards."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from tests import servers

ROOT = Path(__file__).parents[2]


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:"))


@pytest.mark.postgres
def test_postgres_is_real_and_knows_letters_beyond_ascii(postgres_url):
    with connect(postgres_url) as connection:
        row = connection.execute("select lower('ÄITI'), current_setting('fsync')").fetchone()

    assert row == ("äiti", "off")


@pytest.mark.postgres
def test_each_new_database_is_empty_and_gone_afterwards(postgres_server):
    with servers.new_database(postgres_server) as first, connect(first) as connection:
        connection.execute("create table marks (n int)")
        connection.commit()
        with servers.new_database(postgres_server) as second, connect(second) as other:
            assert other.execute("select to_regclass('marks')").fetchone() == (None,)

    with pytest.raises(psycopg.OperationalError):
        connect(first)


def test_redis_is_real_and_asks_for_its_password(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        client.set("mark", "here")
        assert client.get("mark") == b"here"
        client.delete("mark")

    password = redis_url.partition("@")[0].rpartition(":")[2]
    stranger = redis.Redis.from_url(redis_url.replace(password, "wrong"))
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_what_is_thrown_away_lies_in_memory_only_where_there_is_room(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "MEMORY", tmp_path)
    monkeypatch.setattr(servers, "ROOM", 1)
    assert servers.work_folder() == tmp_path

    monkeypatch.setattr(servers, "ROOM", 2**80)
    assert servers.work_folder() != tmp_path

    monkeypatch.setattr(servers, "MEMORY", tmp_path / "none")
    assert servers.work_folder() != tmp_path / "none"


@pytest.mark.browser
def test_chromium_runs(chromium_path):
    assert os.access(chromium_path, os.X_OK)


LONER = """
import sys
from tests import servers
for _ in range(int(sys.argv[1])):
    with servers.shared_server("redis", servers.redis_binary()) as address:
        print(address, flush=True)
        import redis
        redis.Redis.from_url(address).ping()
        if sys.argv[1] == "1":
            sys.stdin.read()
"""


def loner(run: str, times: int = 1) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", LONER, str(times)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTEST_XDIST_TESTRUNUID": run},
        cwd=ROOT,
    )


def test_a_server_is_shared_and_ends_with_its_last_user_even_by_kill():
    with loner(f"k{os.getpid()}") as first, loner(f"k{os.getpid()}") as second:
        assert first.stdout is not None
        assert second.stdout is not None
        address = first.stdout.readline().strip()

        assert second.stdout.readline().strip() == address
        first.kill()
        first.wait()
        assert redis.Redis.from_url(address).ping()
        second.kill()

    wait_until_gone(address)


def test_who_comes_while_another_leaves_still_gets_a_server_that_answers():
    comers = [loner(f"c{os.getpid()}", times=8) for _ in range(3)]
    for comer in comers:
        comer.communicate()

    assert [comer.returncode for comer in comers] == [0, 0, 0]


def wait_until_gone(address: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            redis.Redis.from_url(address).ping()
        except redis.ConnectionError:
            return
        time.sleep(0.05)
    pytest.fail("the server outlived its last user")
