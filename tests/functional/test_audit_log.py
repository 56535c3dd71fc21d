"""The audit log over a whole journey, and as the machine's keeper checks it."""

import json
import sqlite3
from pathlib import Path

import pytest

from app.accounts import sessions
from app.accounts.models import Member
from app.audit import checking
from app.channels.models import Channel
from app.inbox import conversations
from tests.commands import vuoro
from tests.desks import put_back_database
from tests.functional.test_answering import approve, draft
from tests.stand import Stand
from vault.chain import read_lines
from vault.chain import verify as verify_elsewhere

WORDS = ["Kanarialintu", "keltainenhuivi", "päiväkirjamerkintä", "Erkki Esimerkki", "hiljainensana"]


def journey(stand: Stand) -> int:
    """A customer's comment, a note, a draft, an edit by the approver, a sent answer."""
    page = stand.page()
    top = stand.comment(stand.post(page, WORDS[4]), WORDS[3], f"{WORDS[0]} on hukassa")
    channel = stand.connect(page)
    stand.read(channel)
    (conversation,) = stand.conversations()
    with stand.database.writing() as db:
        conversations.claim(db, stand.actor("Ben"), conversation.id, stand.now)
        conversations.add_note(db, stand.actor("Ben"), conversation.id, WORDS[2], stand.now)
    approve(stand, draft(stand, conversation.id, text=f"Hei, {WORDS[1]}!"))
    stand.advance(11)
    stand.deliver()
    stand.platform.post(f"comments/{top}/edit", message=f"{WORDS[0]} löytyi")
    stand.advance(300)
    stand.read(channel)
    return channel


def everything_logged(stand: Stand) -> str:
    with stand.database.reading() as db:
        lines = db.connection().exec_driver_sql("SELECT line, actor, object, action FROM audit_log")
        rows = " ".join(" ".join(row) for row in lines)
    return rows + (stand.running.settings.DATA_DIR / "audit.log").read_text()


def test_no_customer_s_word_or_name_is_ever_in_the_log(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    channel = journey(stand)
    logged = everything_logged(stand)
    printed = "".join(capsys.readouterr())
    with stand.database.reading() as db:
        name = db.get_one(Channel, channel).name
    token = next(p["token"] for p in stand.platform.get("state")["pages"] if p["id"] == "900")

    assert "replies:reply:sent" in logged
    for canary in [*WORDS, *WORDS[3].split(), "Ben Berg", "Ada Aho", "example.com", name, token]:
        for form in (canary, json.dumps(canary)[1:-1]):
            assert form not in logged, canary
            assert form not in printed, canary


def test_a_journey_s_log_is_sound_and_verifies_elsewhere(stand: Stand, tmp_path: Path) -> None:
    journey(stand)
    running, file = stand.running, tmp_path / "export.jsonl"
    copy = checking.sink(running.settings.DATA_DIR)

    found = checking.verify(running.database, running.keys.audit, copy, None)
    with file.open("w") as out:
        checking.export(running.database, out)
    with file.open("rb") as lines:
        report = verify_elsewhere(read_lines(lines), {1: running.keys.audit.public_key})

    assert found.is_sound, found.lines
    assert report.is_whole


class TestTheKeeper:
    """`vuoro audit verify` and `export` on a desk's own machine."""

    @pytest.fixture
    def folder(self, sqlite_template: Path, sqlite_stand: Stand) -> Path:
        return sqlite_stand.running.settings.DATA_DIR

    def test_is_told_that_all_is_well(self, folder: Path) -> None:
        said = vuoro("audit", "verify", DATA_DIR=folder)

        assert (said.code, said.err) == (0, "")
        assert "rows are as they were signed" in said.out

    def test_is_told_what_was_edited(self, folder: Path) -> None:
        with sqlite3.connect(folder / "vuoro.sqlite3") as raw:
            raw.execute("DROP TRIGGER audit_log_update")
            raw.execute(
                "UPDATE audit_log SET line = replace(line, 'desk', 'dusk') WHERE sequence = 5"
            )
        raw.close()

        said = vuoro("audit", "verify", DATA_DIR=folder)

        assert said.code == 4
        assert "Row 5 was edited after it was signed." in said.out

    def test_is_told_when_a_head_does_not_fit(self, folder: Path) -> None:
        said = vuoro("audit", "verify", "--anchor", f"99999:{'0' * 64}", DATA_DIR=folder)

        assert said.code == 4
        assert "its end was cut off" in said.out

    def test_writes_the_log_into_a_file_or_to_standard_output(
        self, folder: Path, tmp_path: Path
    ) -> None:
        file = tmp_path / "log.jsonl"

        to_file = vuoro("audit", "export", file, DATA_DIR=folder)
        to_output = vuoro("audit", "export", "-", DATA_DIR=folder)

        assert (to_file.code, to_output.code) == (0, 0)
        *first, own = to_output.out.splitlines()
        assert first == file.read_text().splitlines()
        assert all('"audit:log:exported"' in line for line in (first[-1], own))
        assert to_file.err == f"{len(first)} rows.\n"

    def test_lets_the_desk_go_on_after_a_restore(self, folder: Path, sqlite_stand: Stand) -> None:
        put_back_database(sqlite_stand.database, folder, lambda: sign_in_often(sqlite_stand))
        sqlite_stand.database.close()

        no = vuoro("audit", "resume", typed="n\n", DATA_DIR=folder)
        yes = vuoro("audit", "resume", "--yes", DATA_DIR=folder)
        again = vuoro("audit", "resume", "--yes", DATA_DIR=folder)
        checked = vuoro("audit", "verify", DATA_DIR=folder)

        assert no.code == 130
        assert yes.code == 0 and "3 recorded acts stand only in the second copy" in yes.out
        assert again.is_one_clear_line and "There is nothing to confirm" in again.err
        assert checked.code == 0, checked.out


def sign_in_often(stand: Stand) -> None:
    """Something that is recorded; a single row would look like what a crash leaves."""
    for _ in range(3):
        with stand.database.writing() as db:
            ben = db.get_one(Member, stand.actor("Ben").member_id)
            sessions.start(db, ben, device="test", address="", now=stand.now)
