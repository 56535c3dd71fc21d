"""`vuoro audit verify`: what somebody who can write the database cannot hide."""

import io
import json
import re
import sqlite3
from pathlib import Path

import pytest

from app.audit import checking, log
from app.audit.checking import Checked
from app.audit.events import Event
from tests.desks import Desk
from vault.chain import read_lines
from vault.chain import verify as verify_elsewhere


@pytest.fixture
def told(sqlite_desk: Desk) -> Desk:
    """A desk with a few rows of its own, whose log nothing protects any more."""
    for number in range(6):
        with sqlite_desk.database.writing() as db:
            log.record(
                db, Event.NOTE_WRITTEN, f"member:{number}", "conversation:1", now=sqlite_desk.now
            )
    sql(sqlite_desk, "DROP TRIGGER audit_log_update", "DROP TRIGGER audit_log_delete")
    return sqlite_desk


def sql(desk: Desk, *statements: str) -> None:
    """What whoever holds the file can do."""
    with sqlite3.connect(desk.folder / "vuoro.sqlite3") as raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()


def verify(desk: Desk, anchor: str | None = None) -> Checked:
    copy = checking.sink(desk.folder)
    return checking.verify(desk.database, desk.running.keys.audit, copy, anchor)


def head(desk: Desk) -> tuple[int, str]:
    with sqlite3.connect(desk.folder / "vuoro.sqlite3") as raw:
        found: tuple[int, str] = raw.execute("SELECT sequence, hash FROM audit_head").fetchone()
    raw.close()
    return found


def forget_copy(desk: Desk) -> None:
    """The second copy is made to agree: whoever holds the machine can do that too."""
    known = {line.split('"sequence":')[1].split(",")[0] for line in exported(desk)}
    kept: list[str] = []
    block: list[str] = []
    for line in [*desk.log_file.read_text().splitlines(), "intent 0"]:
        if line.startswith("intent"):
            rows = [b for b in block if b.split('"sequence":')[1].split(",")[0] in known]
            kept += [f"intent {len(rows)}", *rows] if rows else []
            block = []
        else:
            block.append(line)
    desk.log_file.write_text("\n".join(kept) + "\n")


def exported(desk: Desk) -> list[str]:
    file = io.StringIO()
    checking.export(desk.database, file)
    return file.getvalue().splitlines()


def test_a_whole_log_is_sound(told: Desk) -> None:
    found = verify(told)

    assert found.is_sound
    assert re.fullmatch(r"All \d+ rows are as they were signed.*", found.lines[0])
    assert found.lines[-1] == "The second copy on this machine agrees."


@pytest.mark.parametrize("place", ["member:3", "conversation:1"])
def test_a_row_whose_line_was_edited_is_named(told: Desk, place: str) -> None:
    last = head(told)[0]
    sql(
        told,
        f"UPDATE audit_log SET line = replace(line, '{place}', 'member:9'),"
        f" actor = replace(actor, '{place}', 'member:9') WHERE sequence = {last - 2}",
    )

    found = verify(told)

    assert not found.is_sound
    assert f"Row {last - 2} was edited after it was signed." in found.lines


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'member:9'",
        "action = 'inbox:note:read'",
        "object = 'conversation:2'",
        "at = '2020-01-01 00:00:00.000000'",
        "sequence = 9000",
        "sequence = -9000",
        "hash = 'f00'",
    ],
)
def test_a_column_that_the_screen_shows_cannot_be_changed_alone(told: Desk, change: str) -> None:
    sql(told, f"UPDATE audit_log SET {change} WHERE actor = 'member:3' AND action LIKE 'inbox:%'")

    found = verify(told)

    assert not found.is_sound
    assert any("differ from its signed line" in line for line in found.lines), found.lines


def test_a_line_that_is_no_row_is_named(told: Desk) -> None:
    sql(told, "UPDATE audit_log SET line = 'nothing to see' WHERE actor = 'member:3'")

    found = verify(told)

    assert not found.is_sound
    assert any("not an audit row" in line for line in found.lines)


def test_the_gap_of_a_deleted_row_is_named_even_when_the_copy_lies_too(told: Desk) -> None:
    last = head(told)[0]
    sql(told, f"DELETE FROM audit_log WHERE sequence = {last - 2}")
    forget_copy(told)

    found = verify(told)

    assert not found.is_sound
    assert f"Row {last - 2} is missing." in found.lines


def test_the_copy_knows_what_is_missing(told: Desk) -> None:
    last = head(told)[0]
    sql(told, f"DELETE FROM audit_log WHERE sequence >= {last - 1}")

    found = verify(told)

    assert not found.is_sound
    for row in (last - 1, last):
        assert f"The second copy holds row {row}, which the database does not hold so." in (
            found.lines
        )


def test_of_very_many_missing_rows_twenty_are_named(told: Desk) -> None:
    for _ in range(30):
        with told.database.writing() as db:
            log.record(db, Event.NOTE_WRITTEN, "member:1", "conversation:1", now=told.now)
    sql(told, "DELETE FROM audit_log WHERE sequence > 5")

    found = verify(told)

    assert len([line for line in found.lines if line.startswith("The second copy holds")]) == 20


def test_a_cut_tail_is_found_by_a_head_kept_elsewhere(told: Desk) -> None:
    sequence, hash_ = head(told)
    sql(told, f"DELETE FROM audit_log WHERE sequence > {sequence - 2}")
    forget_copy(told)

    without, with_anchor = verify(told), verify(told, f"{sequence}:{hash_}")

    assert without.is_sound
    assert any("cannot be known from the log alone" in line for line in without.lines)
    assert not with_anchor.is_sound
    assert any("its end was cut off" in line for line in with_anchor.lines)


def test_a_head_kept_elsewhere_that_fits_is_said(told: Desk) -> None:
    sequence, hash_ = head(told)

    found = verify(told, f"{sequence}:{hash_}")

    assert found.is_sound
    assert any(f"It agrees with the head of row {sequence}" in line for line in found.lines)


def test_without_a_second_copy_a_sqlite_desk_is_not_sound(told: Desk) -> None:
    told.log_file.unlink()

    found = verify(told)

    assert not found.is_sound
    assert "There is no second copy on this machine." in found.lines


def test_a_postgres_machine_without_a_copy_of_its_own_says_so(postgres_desk: Desk) -> None:
    postgres_desk.log_file.unlink()

    found = verify(postgres_desk)

    assert found.is_sound
    assert "There is no second copy on this machine." in found.lines


def test_an_export_verifies_elsewhere_with_the_public_key_alone(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    with file.open("w", encoding="ascii") as out:
        count = checking.export(desk.database, out)
    public = {1: desk.running.keys.audit.public_key}

    with file.open("rb") as lines:
        report = verify_elsewhere(read_lines(lines), public)
    changed = file.read_bytes().replace(b'"member:2"', b'"member:3"', 1)
    with io.BytesIO(changed) as lines:
        false = verify_elsewhere(read_lines(lines), public)

    assert report.is_whole
    assert report.rows == count > 5
    assert not false.is_whole


def test_a_log_of_several_rounds_is_read_in_order(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "A_TIME", 2)

    numbers = [json.loads(line)["sequence"] for line in exported(told)]

    assert numbers == list(range(1, head(told)[0] + 1))
    assert verify(told).is_sound
