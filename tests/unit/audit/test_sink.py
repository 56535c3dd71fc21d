"""The second copy: what a crash, a cut or a stranger's hand leaves, and how it is read again."""

import os
from pathlib import Path

import pytest

from app.audit import sink
from app.audit.sink import Intent, SinkFile, state_of
from tests.unit.audit.rows import after, rows
from vault.chain import Row, from_line, to_line

FIRST, SECOND, THIRD = rows(3)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SinkFile:
    """Without waiting for the disk a thousand times."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)
    return SinkFile(tmp_path / "new" / "audit.log")


def known(*some: Row) -> set[bytes]:
    return {row.hash for row in some} | {bytes(32)}


def state(file: SinkFile, *committed: Row) -> str:
    return state_of(file.last(), known(*committed).__contains__)


def cuts(start: int, whole: bytes) -> list[int]:
    """Every place near a line's ends, and some in between."""
    ends = [i + d for i, byte in enumerate(whole) if byte == 10 for d in range(-3, 4)]
    near = {*range(start, start + 12), *ends, *range(start, len(whole), 31)}
    return sorted(n for n in near if start <= n < len(whole))


def test_what_was_written_is_read_back(file: SinkFile) -> None:
    file.append([FIRST, SECOND])
    file.append([THIRD])

    assert list(file.intents()) == [Intent((FIRST, SECOND), True), Intent((THIRD,), True)]
    assert file.last() == Intent((THIRD,), True)
    assert state(file, FIRST, SECOND, THIRD) == "same"


def test_a_file_that_is_not_there_holds_nothing(file: SinkFile) -> None:
    assert file.last() is None
    assert list(file.intents()) == []
    assert state(file) == "same"


def test_a_row_is_on_the_disk_before_the_commit_goes_on(
    file: SinkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_size))

    file.append([FIRST])

    assert synced == [file.path.stat().st_size]


def test_only_this_user_can_read_the_file(file: SinkFile) -> None:
    file.append([FIRST])

    assert file.path.stat().st_mode & 0o777 == 0o600


def test_an_intent_that_the_database_does_not_know_is_a_crash(file: SinkFile) -> None:
    file.append([FIRST])
    file.append([SECOND, THIRD])

    assert state(file, FIRST) == "crash"


def test_a_database_put_back_further_than_one_intent_differs(file: SinkFile) -> None:
    file.append([FIRST])
    file.append([SECOND])
    file.append([THIRD])

    assert state(file, FIRST) == "different"


def test_a_void_intent_counts_no_more(file: SinkFile) -> None:
    file.append([FIRST])
    file.append([SECOND])
    lost = file.last()
    assert lost is not None

    file.void(lost)

    assert state(file, FIRST) == "same"
    assert [i.is_void for i in file.intents()] == [False, True]


def test_behind_a_void_intent_an_older_database_is_still_seen(file: SinkFile) -> None:
    file.append([FIRST])
    file.append([SECOND])
    file.append([THIRD])
    file.append([after(THIRD)])
    lost = file.last()
    assert lost is not None
    file.void(lost)

    assert state(file, FIRST) == "different"


def test_wherever_a_crash_cuts_the_last_intent_it_alone_is_closed(file: SinkFile) -> None:
    """The committed intent before must stay, and the next one must count."""
    file.append([FIRST])
    start = file.path.stat().st_size
    file.append([SECOND, THIRD])
    whole, elsewhere = file.path.read_bytes(), after(FIRST, actor="member:2")

    for length in cuts(start + 1, whole):
        file.path.write_bytes(whole[:length])
        if state(file, FIRST) == "crash":
            torn = file.last()
            assert torn is not None
            file.void(torn)
        assert state(file, FIRST) == "same", whole[start:length]
        file.append([elsewhere])
        kept = [i.rows for i in file.intents() if not i.is_void]
        assert kept == [(FIRST,), (elsewhere,)], whole[start:length]
        assert state(file, FIRST, elsewhere) == "same"


def test_wherever_a_crash_cuts_the_closing_line_it_is_closed_again(file: SinkFile) -> None:
    file.append([FIRST])
    file.append([SECOND, THIRD])
    torn = file.path.read_bytes()[:-40]
    file.path.write_bytes(torn)
    lost = file.last()
    assert lost is not None
    file.void(lost)
    whole = file.path.read_bytes()

    for length in cuts(len(torn), whole):
        file.path.write_bytes(whole[:length])
        if state(file, FIRST) == "crash":
            again = file.last()
            assert again is not None
            file.void(again)
        file.append([after(FIRST)])
        assert state(file, FIRST, after(FIRST)) == "same"
        assert [i.rows for i in file.intents() if not i.is_void] == [(FIRST,), (after(FIRST),)]


def test_an_intent_longer_than_the_tail_is_read_whole(
    file: SinkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "NEAR", 64)
    file.append([FIRST])
    file.append([SECOND, THIRD])

    assert file.last() == Intent((SECOND, THIRD), True)


def test_behind_many_void_intents_the_last_true_one_is_found(
    file: SinkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "NEAR", 64)
    file.append([FIRST])
    for _ in range(5):
        file.append([SECOND])
        file.void(Intent((SECOND,), True))

    assert file.last() == Intent((FIRST,), True)


def test_of_a_long_file_only_the_end_is_read(
    file: SinkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every recorded act waits for this, holding the chain's lock."""
    read: list[str] = []

    def reading(line: str) -> Row:
        read.append(line)
        return from_line(line)

    monkeypatch.setattr(sink, "from_line", reading)
    for _ in range(300):
        file.append([FIRST])

    assert file.last() == Intent((FIRST,), True)
    assert len(read) < 60


def test_bytes_that_are_no_text_are_no_rows(file: SinkFile) -> None:
    file.append([FIRST])
    with file.path.open("ab") as raw:
        raw.write(b"intent x\n\xff\xfe\x00\n\n")

    assert state(file, FIRST) == "same"


def test_a_row_of_another_log_in_the_place_of_ours_differs(file: SinkFile) -> None:
    file.append([FIRST])
    stranger = after(after(after(FIRST, "member:8"), "member:8"), "member:8")
    with file.path.open("a") as raw:
        raw.write(f"intent 1\n{to_line(stranger)}\n")

    assert state(file, FIRST) == "different"


def test_a_disk_that_takes_only_a_part_is_an_error(
    file: SinkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    file.append([FIRST])
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda fd, data: write(fd, data[:30]))
        with pytest.raises(OSError, match="only a part"):
            file.append([SECOND])

    assert state(file, FIRST) == "crash"
