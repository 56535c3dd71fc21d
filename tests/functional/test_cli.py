"""Every command with arguments, files and surroundings that make no sense: one clear line."""

import json
import resource
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click
import pytest
from sqlalchemy import select

from app.accounts.models import Desk as DeskRow
from app.accounts.models import Member
from app.channels.models import Channel
from app.cli import cli
from app.foundation.db import Database
from app.inbox.models import Message
from tests import stand as stands
from tests.commands import Said, vuoro
from tests.stand import PASSWORD, Stand

ROOT = Path(__file__).parents[2]


def every_command() -> list[tuple[str, ...]]:
    """The paths of all commands and groups."""
    found: list[tuple[str, ...]] = [()]

    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        for name, inner in command.commands.items() if isinstance(command, click.Group) else ():
            found.append((*path, name))
            walk(inner, (*path, name))

    walk(cli, ())
    return found


COMMANDS = every_command()
LEAVES = [c for c in COMMANDS if c and not any(o[: len(c)] == c and o != c for o in COMMANDS)]


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    """A desk that is not running."""
    made = tmp_path / "data"
    stands.copy_desk(sqlite_template, made)
    return made


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Files nobody meant."""
    made = {
        "binary": b"\xff\xfe\x00\x80" * 500,
        "empty": b"",
        "nul": b"\0",
        "json": b'{"a": 1}',
        "password": f"{PASSWORD}\n".encode(),
        "token": b"EAAtoken",
        "short": b"abc\n",
        "guessable": b"password123456\n",
    }
    for name, content in made.items():
        (tmp_path / f"{name}.txt").write_bytes(content)
    return {name: tmp_path / f"{name}.txt" for name in made}


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
    def test_every_command_explains_itself(self, command: tuple[str, ...]) -> None:
        long, short = vuoro(*command, "--help"), vuoro(*command, "-h")

        assert (long.code, long.err) == (0, "")
        assert long.out == short.out
        assert long.out.startswith(" ".join(("Usage: vuoro", *command)))
        assert len(long.out.strip().splitlines()) > 3

    @pytest.mark.parametrize("command", COMMANDS[1:], ids=" ".join)
    def test_every_command_says_in_a_sentence_what_it_does(self, command: tuple[str, ...]) -> None:
        found: click.Command = cli
        for name in command:
            assert isinstance(found, click.Group)
            found = found.commands[name]

        assert found.help
        assert found.help.split("\n\n")[0].strip().endswith(".")
        for option in found.params:
            is_plain = isinstance(option, click.Argument) or not option.name
            assert is_plain or len(option.opts[0]) > 2

    def test_without_a_word_it_explains_itself(self) -> None:
        for group in ((), ("channel",), ("member",), ("audit",)):
            said = vuoro(*group)

            assert said.code == 2
            assert "Usage: vuoro" in said.out + said.err


class TestNonsense:
    @pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
    def test_an_unknown_option_or_word_is_refused(self, command: tuple[str, ...]) -> None:
        for words in (["--no-such-option"], ["no-such-word"] * 4, ["--", "-1", "\x00", "ä"]):
            said = vuoro(*command, *words)

            assert said.code == 2, said
            assert said.is_one_clear_line, said

    @pytest.mark.parametrize("command", LEAVES, ids=" ".join)
    def test_an_unknown_setting_is_refused_by_name(self, command: tuple[str, ...]) -> None:
        said = vuoro(*command, *needed(command), NOISE="1")

        assert said.is_one_clear_line, said
        assert "VUORO_NOISE is not a setting of Vuoro" in said.err

    @pytest.mark.parametrize("command", LEAVES, ids=" ".join)
    def test_where_there_is_no_desk_it_says_how_to_make_one(
        self, command: tuple[str, ...], tmp_path: Path
    ) -> None:
        if command in (("init",), ("run",), ("migrate",)):
            return
        (tmp_path / "empty").mkdir()
        for data in (tmp_path / "empty", tmp_path / "nowhere"):
            said = vuoro(*command, *needed(command), DATA_DIR=data)

            assert said.is_one_clear_line, said
            assert "vuoro init" in said.err

    @pytest.mark.parametrize("command", LEAVES, ids=" ".join)
    def test_a_folder_that_is_a_file_is_one_line(
        self, command: tuple[str, ...], files: dict[str, Path]
    ) -> None:
        said = vuoro(*command, *needed(command), DATA_DIR=files["binary"])

        assert said.is_one_clear_line, said

    @pytest.mark.parametrize("command", LEAVES, ids=" ".join)
    def test_a_database_that_is_none_is_one_line(
        self, command: tuple[str, ...], folder: Path
    ) -> None:
        (folder / "vuoro.sqlite3").write_bytes(b"this is not a database" * 100)

        said = vuoro(*command, *needed(command), DATA_DIR=folder)

        assert said.is_one_clear_line, said

    @pytest.mark.parametrize("command", LEAVES, ids=" ".join)
    def test_a_database_that_does_not_answer_is_one_line(
        self, command: tuple[str, ...], folder: Path
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        url = f"postgresql+psycopg://vuoro:pw-canary@127.0.0.1:{port}/vuoro"

        said = vuoro(*command, *needed(command), DATA_DIR=folder, DATABASE_URL=url)

        assert said.is_one_clear_line, said
        assert "canary" not in said.err

    def test_a_port_that_is_taken_is_one_line_that_names_the_setting(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            bind = f"127.0.0.1:{taken.getsockname()[1]}"

            said = vuoro("serve", DATA_DIR=folder, BIND=bind)

        assert said.is_one_clear_line, said
        assert f"the desk cannot listen on {bind}" in said.err and "VUORO_BIND=" in said.err

    def test_a_first_owner_without_a_name_is_refused_before_a_password_is_asked(
        self, tmp_path: Path
    ) -> None:
        said = vuoro("init", "--name", "Riekko", DATA_DIR=tmp_path / "new")

        assert said.is_one_clear_line, said
        assert "--owner: Write a name" in said.err
        assert "Password" not in said.out

    def test_a_log_that_cannot_be_written_somewhere_is_one_line(self, folder: Path) -> None:
        for place in (folder, folder / "nowhere" / "log.jsonl", "/dev/full"):
            said = vuoro("audit", "export", place, DATA_DIR=folder)

            assert said.is_one_clear_line, said


def needed(command: tuple[str, ...]) -> list[str]:
    """Arguments with which the command would go on to its work."""
    me = __file__
    return {
        ("init",): ["--practice"],
        ("practice", "load"): [me],
        ("channel", "add"): ["--platform", "facebook", "--id", "1", "--token-file", me],
        ("channel", "test"): ["1"],
        ("member", "add"): ["--name", "A B", "--email", "a@b.example", "--role", "viewer"],
        ("member", "reset"): ["--email", "ada@example.com"],
        ("audit", "export"): ["-"],
    }.get(command, [])


class TestMembers:
    def add(self, folder: Path, files: dict[str, Path], **given: str | Path) -> Said:
        asked = {
            "name": "Eva Ek", "email": "eva@example.com", "role": "viewer",
            "password-file": files["password"], **given,
        }  # fmt: skip
        words = [str(w) for name, value in asked.items() for w in (f"--{name}", value)]
        return vuoro("member", "add", *words, DATA_DIR=folder)

    def test_a_member_is_added_with_their_roles(self, folder: Path, files: dict[str, Path]) -> None:
        said = self.add(folder, files)

        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Added Eva Ek as member ")
        database = Database(f"sqlite:///{folder}/vuoro.sqlite3")
        with database.reading() as db:
            eva = db.scalars(select(Member).where(Member.email == "eva@example.com")).one()
            assert [r.role.value for r in eva.roles] == ["viewer"]
        database.close()

    def test_a_password_may_be_typed(self, folder: Path) -> None:
        words = ["--name", "Eva Ek", "--email", "eva@example.com", "--role", "viewer"]

        same = vuoro("member", "add", *words, typed=f"{PASSWORD}\n{PASSWORD}\n", DATA_DIR=folder)
        nothing = vuoro("member", "add", *words, typed="", DATA_DIR=folder)

        assert same.code == 0
        assert nothing.code == 130

    @pytest.mark.parametrize(
        "given",
        [
            {"name": ""}, {"name": "\x00\x07"}, {"name": "x" * 121}, {"email": "eva"},
            {"email": "a@b@c"}, {"email": "a b@example.com"}, {"email": "x" * 300 + "@example.com"},
            {"email": "ada@example.com"}, {"email": "ADA@example.com"}, {"role": "king"},
            {"email": "\udcff@example.com"}, {"name": "\udcff"},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_one_line(
        self, folder: Path, files: dict[str, Path], given: dict[str, str]
    ) -> None:
        said = self.add(folder, files, **given)

        if given in ({"name": "\udcff"}, {"email": "\udcff@example.com"}):
            assert "Traceback" not in said.err
        else:
            assert said.is_one_clear_line, said

    @pytest.mark.parametrize("name", ["binary", "empty", "nul", "short", "guessable", "nowhere"])
    def test_a_password_that_is_none_is_one_line(
        self, folder: Path, files: dict[str, Path], name: str
    ) -> None:
        path = files.get(name, folder / "no-such-file")

        added = self.add(folder, files, **{"password-file": path})
        reset = vuoro(
            "member", "reset", "--email", "ada@example.com", "--password-file", path,
            DATA_DIR=folder,
        )  # fmt: skip

        assert added.is_one_clear_line, added
        assert reset.is_one_clear_line, reset

    def test_a_sign_in_is_reset(self, folder: Path, files: dict[str, Path]) -> None:
        said = vuoro(
            "member", "reset", "--email", "Ada@Example.com", "--password-file", files["password"],
            DATA_DIR=folder,
        )  # fmt: skip

        assert (said.code, said.err) == (0, "")
        assert "Ada Aho" in said.out

    def test_nobody_is_said_to_be_nobody(self, folder: Path, files: dict[str, Path]) -> None:
        said = vuoro(
            "member", "reset", "--email", "x@example.com", "--password-file", files["password"],
            DATA_DIR=folder,
        )  # fmt: skip

        assert said.is_one_clear_line
        assert "Nobody here signs in with x@example.com" in said.err


class TestChannels:
    def test_a_page_is_connected_listed_and_tested(
        self, sqlite_stand: Stand, tmp_path: Path
    ) -> None:
        sqlite_stand.page("77", "Kauppa")
        state = sqlite_stand.platform.get("state")
        token = tmp_path / "token"
        token.write_text(next(p["token"] for p in state["pages"] if p["id"] == "77") + "\n")
        where = {
            "DATA_DIR": sqlite_stand.running.settings.DATA_DIR,
            "META_GRAPH_URL": sqlite_stand.running.platforms.graph_url,
        }

        empty = vuoro("channel", "list", **where)
        words = ["--platform", "facebook", "--id", "77", "--token-file", token]
        made = vuoro("channel", "add", *words, **where)
        listed = vuoro("channel", "list", **where)
        tested = vuoro("channel", "test", "1", **where)

        assert empty.out == "No channel is connected yet.\n"
        assert made.out == "Connected Kauppa as channel 1.\n", made
        assert listed.out == "1\tfacebook\t77\tconnected\tsending\tKauppa\n"
        assert (tested.code, tested.out) == (0, "Kauppa answers; the token works.\n")

    @pytest.mark.parametrize(
        ("platform", "page", "file"),
        [
            ("facebook", "77", "binary"), ("facebook", "77", "empty"), ("facebook", "77", "token"),
            ("facebook", "", "token"), ("facebook", "x" * 200, "token"), ("x", "77", "token"),
            ("facebook", "../../77", "token"), ("instagram", "77", "token"),
            ("mastodon", "77", "token"), ("facebook", "\udcff", "token"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_one_line(
        self, sqlite_stand: Stand, files: dict[str, Path], platform: str, page: str, file: str
    ) -> None:
        running = sqlite_stand.running

        said = vuoro(
            "channel", "add", "--platform", platform, "--id", page, "--token-file", files[file],
            DATA_DIR=running.settings.DATA_DIR, META_GRAPH_URL=running.platforms.graph_url,
        )  # fmt: skip

        assert said.is_one_clear_line, said

    @pytest.mark.parametrize("number", ["0", "-1", "999", "99999999999999999999999", "x", "1.5"])
    def test_a_channel_that_is_none_is_one_line(self, folder: Path, number: str) -> None:
        said = vuoro("channel", "test", "--", number, DATA_DIR=folder)

        assert said.is_one_clear_line, said

    def test_a_platform_that_does_not_answer_is_one_line(
        self, folder: Path, files: dict[str, Path]
    ) -> None:
        said = vuoro(
            "channel", "add", "--platform", "facebook", "--id", "1", "--token-file",
            files["token"], DATA_DIR=folder, META_GRAPH_URL="http://127.0.0.1:9",
        )  # fmt: skip

        assert said.is_one_clear_line
        assert "Nothing was changed" in said.err


class TestMaking:
    def test_a_real_desk_is_made_once(self, tmp_path: Path, files: dict[str, Path]) -> None:
        data = tmp_path / "new" / "desk"
        words = ["--name", "Lumo & Kide", "--owner", "Eva Ek", "--email", "eva@example.com"]
        asked = ["init", *words, "--password-file", files["password"]]

        made, again = vuoro(*asked, DATA_DIR=data), vuoro(*asked, DATA_DIR=data)
        check = vuoro("check", DATA_DIR=data)

        assert (made.code, made.err) == (0, ""), made
        assert f"The root key is in {data}/root.key" in made.out
        assert "left as it is" in again.out
        assert "desk: Lumo & Kide\n" in check.out
        assert (data.stat().st_mode & 0o777, (data / "vuoro.sqlite3").stat().st_mode & 0o77) == (
            0o700, 0,
        )  # fmt: skip

    def test_a_practice_desk_never_becomes_a_real_one(
        self, folder: Path, tmp_path: Path, files: dict[str, Path]
    ) -> None:
        words = ["--owner", "Eva Ek", "--email", "eva@example.com"]
        real = ["init", *words, "--password-file", files["password"]]
        vuoro(*real, DATA_DIR=tmp_path / "real")

        to_real = vuoro(*real, DATA_DIR=folder)
        to_practice = vuoro("init", "--practice", DATA_DIR=tmp_path / "real")

        assert to_real.is_one_clear_line
        assert "is a practice one and stays so" in to_real.err
        assert to_practice.is_one_clear_line
        assert "is a real one and stays so" in to_practice.err

    def test_a_database_of_another_kind_of_desk_is_refused(
        self, folder: Path, tmp_path: Path, files: dict[str, Path]
    ) -> None:
        (folder / "practice").rename(tmp_path / "moved")

        said = vuoro("check", DATA_DIR=folder)

        assert said.is_one_clear_line
        assert "not of the same desk" in said.err

    @pytest.mark.parametrize("broken", ["", "[]", "{", '"x"', "7", "null"])
    def test_a_broken_practice_file_is_one_line(self, folder: Path, broken: str) -> None:
        (folder / "practice" / "app.json").write_text(broken)

        for command in (["check"], ["practice"]):
            said = vuoro(*command, DATA_DIR=folder)
            assert said.is_one_clear_line, said

    def test_a_practice_desk_speaks_to_nobody_outside(self, folder: Path) -> None:
        said = vuoro("check", DATA_DIR=folder, META_GRAPH_URL="https://graph.facebook.com")

        assert said.is_one_clear_line
        assert "VUORO_META_GRAPH_URL: a practice desk speaks only to" in said.err

    @pytest.mark.parametrize(
        "words",
        [
            [], ["--owner", "Eva Ek"], ["--owner", "", "--email", "eva@example.com"],
            ["--owner", "Eva Ek", "--email", "eva"], ["--language", "sv"],
        ],
    )  # fmt: skip
    def test_a_first_owner_who_is_none_makes_nothing(
        self, tmp_path: Path, files: dict[str, Path], words: list[str]
    ) -> None:
        data = tmp_path / "new"

        said = vuoro("init", *words, "--password-file", files["password"], DATA_DIR=data)

        assert said.is_one_clear_line, said
        assert not list(data.glob("*.key"))

    @pytest.mark.parametrize("name", ["binary", "empty", "short", "guessable"])
    def test_a_password_that_is_none_makes_nothing(
        self, tmp_path: Path, files: dict[str, Path], name: str
    ) -> None:
        words = ["--owner", "Eva Ek", "--email", "eva@example.com", "--password-file", files[name]]

        said = vuoro("init", *words, DATA_DIR=tmp_path / "new")

        assert said.is_one_clear_line, said
        assert not list((tmp_path / "new").glob("*.key"))

    def test_a_damaged_cookie_key_says_what_to_do(self, folder: Path) -> None:
        (folder / "secret.key").write_bytes(b"short")

        said = vuoro("check", DATA_DIR=folder)

        assert said.is_one_clear_line
        assert "Delete the file and start again" in said.err

    def test_on_an_address_that_others_reach_no_password_is_known(self, tmp_path: Path) -> None:
        said = vuoro("init", "--practice", DATA_DIR=tmp_path / "lan", BIND="0.0.0.0:8000")

        lines = said.out.splitlines()
        passwords = [line.split()[-1] for line in lines if "@" in line]
        assert (said.code, len(passwords), len(set(passwords))) == (0, 6, 6)
        assert all(len(p) >= 16 for p in passwords)

    def test_a_desk_with_known_passwords_is_not_served_to_others(self, folder: Path) -> None:
        said = vuoro("serve", DATA_DIR=folder, BIND="0.0.0.0:8123")

        assert said.is_one_clear_line
        assert "known to everybody" in said.err

    def test_no_program_of_the_desk_leaves_a_core_dump(self, folder: Path) -> None:
        vuoro("check", DATA_DIR=folder)

        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)

    def test_check_says_with_what_the_desk_would_start(self, folder: Path) -> None:
        said = vuoro("check", DATA_DIR=folder, BASE_URL="https://desk.example.com")

        assert said.out.splitlines()[:2] == [
            "desk: Riekko & Rinne (practice)", "database: sqlite, up to date",
        ]  # fmt: skip
        assert said.out.splitlines()[3] == "address: https://desk.example.com"

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("", "none, links are handed over by hand"),
            ("smtps://mail.example.com", "mail.example.com, encrypted"),
            ("smtp://mail.example.com", "mail.example.com, encrypted"),
            ("smtp://10.0.0.2?tls=no", "10.0.0.2, may go in clear: others can read links"),
        ],
    )
    def test_check_says_whether_others_can_read_the_mails(
        self, folder: Path, url: str, words: str
    ) -> None:
        assert f"mail: {words}" in vuoro("check", DATA_DIR=folder, SMTP_URL=url).out.splitlines()


class TestPlaying:
    def thread(self, number: int) -> str:
        messages = [
            {"id": f"{number}a", "author": "kaisa", "text": "Hei?", "at": "2026-01-02T10:00:00Z"},
            {"id": f"{number}b", "author": "Kauppa", "text": "Hei!", "at": None},
        ]
        return json.dumps({"platform": "facebook", "brand": "Kauppa", "messages": messages})

    def load(self, stand: Stand, file: Path) -> Said:
        return vuoro(
            "practice", "load", file,
            DATA_DIR=stand.running.settings.DATA_DIR,
            META_GRAPH_URL=stand.running.platforms.graph_url,
        )  # fmt: skip

    def test_a_file_is_played_once(self, sqlite_stand: Stand, tmp_path: Path) -> None:
        file = tmp_path / "threads.jsonl"
        file.write_text("\n".join([self.thread(1), "{not json", self.thread(2)]))

        first, second = self.load(sqlite_stand, file), self.load(sqlite_stand, file)

        assert first.out == (
            "2 threads, 4 messages in the file; new in the desk: 2 conversations, 4 messages.\n"
        )
        assert first.err == "line 2: is not JSON in UTF-8; set aside\n"
        assert "new in the desk: 0 conversations, 0 messages." in second.out

    def test_each_thread_plays_on_its_own_platform(
        self, sqlite_stand: Stand, tmp_path: Path
    ) -> None:
        """On X a stranger's thread splits by customer, and our own root is no message."""
        strange = self.on(
            "twitter", "kaisa: Hei @Kauppa", "Kauppa: Hei!", "liisa: Sama täällä", "kaisa: Kiitos"
        )
        ours = self.on("twitter", "Kauppa: Uutta!", "antti: Milloin?", "Kauppa: Huomenna.")
        picture = self.on("instagram", "kaisa: Hieno!", "Kauppa: Kiitos!")
        file = tmp_path / "threads.jsonl"
        file.write_text("\n".join([strange, ours, picture, self.thread(1)]))

        first, second = self.load(sqlite_stand, file), self.load(sqlite_stand, file)

        assert first.out == (
            "4 threads, 11 messages in the file; new in the desk: 5 conversations, 10 messages.\n"
        ), first.err
        assert "new in the desk: 0 conversations, 0 messages." in second.out
        with sqlite_stand.database.reading() as db:
            rows = db.execute(
                select(Channel.platform, Message.text).join(
                    Message, Message.channel_id == Channel.id
                )
            ).all()
        assert Counter(row.platform.value for row in rows) == {
            "x": 6,
            "facebook": 2,
            "instagram": 2,
        }
        assert "@Kauppa Sama täällä" in {row.text for row in rows}

    def on(self, platform: str, *said: str) -> str:
        """A thread of `who: words`, each in answer to the one before."""
        rows = [words.partition(": ") for words in said]
        messages = [
            {"id": f"{said[0]}{n}", "author": who, "text": text, "re": n and f"{said[0]}{n - 1}"}
            for n, (who, _, text) in enumerate(rows)
        ]
        return json.dumps({"platform": platform, "brand": "Kauppa", "messages": messages})

    @pytest.mark.parametrize("name", ["binary", "empty", "nul", "json"])
    def test_a_file_without_a_thread_is_refused(
        self, sqlite_stand: Stand, files: dict[str, Path], name: str
    ) -> None:
        said = self.load(sqlite_stand, files[name])

        assert said.code == 1
        assert said.err.splitlines()[-1].startswith("vuoro: There is no thread in ")
        assert "Traceback" not in said.err

    def test_without_the_practice_platform_it_says_so(
        self, folder: Path, files: dict[str, Path]
    ) -> None:
        said = vuoro("practice", "load", files["json"], DATA_DIR=folder,
                     META_GRAPH_URL="http://127.0.0.1:9")  # fmt: skip

        assert said.is_one_clear_line, said

    def test_a_real_desk_plays_nothing(self, tmp_path: Path, files: dict[str, Path]) -> None:
        vuoro("init", "--owner", "Eva Ek", "--email", "eva@example.com", "--password-file",
              files["password"], DATA_DIR=tmp_path / "real")  # fmt: skip

        said = vuoro("practice", "load", files["json"], DATA_DIR=tmp_path / "real")

        assert said.is_one_clear_line
        assert "on a practice desk only" in said.err

    def test_a_page_that_cannot_be_read_says_that_it_can_go_on(
        self, sqlite_stand: Stand, tmp_path: Path
    ) -> None:
        file = tmp_path / "threads.jsonl"
        file.write_text(self.thread(1))
        sqlite_stand.platform.post("faults", kind="html", path="comments", method="read")

        said = self.load(sqlite_stand, file)

        assert said.code == 1
        assert "it goes on where it stopped" in said.err


class TestMigrating:
    def test_a_desk_that_is_up_to_date_is_left_alone(self, folder: Path) -> None:
        said = vuoro("migrate", DATA_DIR=folder)

        assert (said.code, said.out) == (0, "The database is up to date.\n")
        assert not list(folder.glob("*-before-*"))

    @pytest.mark.parametrize("command", [c for c in LEAVES if c != ("practice",)], ids=" ".join)
    def test_a_newer_schema_refuses_to_start(self, folder: Path, command: tuple[str, ...]) -> None:
        with sqlite3.connect(folder / "vuoro.sqlite3") as raw:
            raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.close()

        said = vuoro(*command, *needed(command), DATA_DIR=folder)

        assert said.is_one_clear_line, said
        assert "another version" in said.err or "newer Vuoro" in said.err


def test_the_console_script_says_it_in_one_line_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "check"], cwd=ROOT, capture_output=True, text=True,
        env={"VUORO_DATA_DIR": str(tmp_path / "none"), "PATH": ""}, check=False, timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "vuoro: There is no desk here yet. Run: vuoro init\n"


def test_a_program_on_a_taken_port_ends_with_a_line(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-m", "app", "serve"], cwd=ROOT, capture_output=True, text=True,
            env={"VUORO_DATA_DIR": str(folder), "VUORO_BIND": bind, "PATH": ""}, check=False,
            timeout=60,
        )  # fmt: skip

    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_the_first_owner_of_a_desk_is_in_its_database(folder: Path) -> None:
    database = Database(f"sqlite:///{folder}/vuoro.sqlite3")
    with database.reading() as db:
        assert db.get_one(DeskRow, 1).is_practice
    database.close()
