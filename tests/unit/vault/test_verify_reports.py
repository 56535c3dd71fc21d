"""Logs that cannot be read through, and logs with more wrong than can be listed."""

import tracemalloc
from collections.abc import Iterator

import pytest

from tests.unit.vault.logs import MAKING, after, edited, kinds, lines, make_log
from vault import ArgumentRefused, Break, ChainBroken
from vault.chain import Row, begin_epoch, read_lines, verify


def test_an_export_is_read_line_by_line(rows, trusted, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines(rows)))

    with path.open("rb") as file:
        report = verify(read_lines(file), trusted)

    assert (kinds(report), report.rows) == ([], 9)


def test_a_last_line_without_its_newline_is_read_too(rows, trusted):
    export = lines(rows)
    export[-1] = export[-1].rstrip()

    assert verify(read_lines(export), trusted).rows == 9
    assert verify(read_lines(export), trusted).is_whole


@pytest.mark.parametrize("junk", [b"\n", b"hello\n", b"\xff\xfe\n", b"{}\n"])
def test_a_line_that_became_unreadable_is_one_finding(rows, trusted, junk):
    export = lines(rows)
    export[4] = junk

    report = verify(read_lines(export), trusted)

    assert kinds(report) == [(Break.UNREADABLE, 5)]
    assert report.findings[0].message.startswith("Entry 5 of the log: ")


def test_a_line_put_in_is_one_finding(rows, trusted):
    export = lines(rows)
    export.insert(4, b"hello\n")

    assert kinds(verify(read_lines(export), trusted)) == [(Break.UNREADABLE, 5)]


def test_an_unreadable_line_hides_no_more_than_one_row(rows, trusted):
    export = lines(rows)
    export[4:7] = [b"hello\n"]

    assert kinds(verify(read_lines(export), trusted)) == [(Break.UNREADABLE, 5), (Break.GAP, 5)]


def test_an_unreadable_row_covers_no_gap_further_on(rows, trusted):
    export = lines(rows)
    export[2] = b"hello\n"
    del export[6]

    assert kinds(verify(read_lines(export), trusted)) == [(Break.UNREADABLE, 3), (Break.GAP, 7)]


def test_stored_rows_that_have_no_form_are_handed_on_too(rows, trusted):
    broken = ChainBroken("A fact.", Break.UNREADABLE, 5)

    report = verify([*rows[:4], broken, *rows[5:]], trusted)

    assert kinds(report) == [(Break.UNREADABLE, 5)]
    assert "A fact." in report.findings[0].message


def test_the_row_of_a_key_that_became_unreadable_lets_a_known_key_go_on(rotated, trusted, new_key):
    export = lines(rotated)
    export[9] = b"hello\n"

    report = verify(read_lines(export), trusted | {2: new_key.public_key})

    assert kinds(report) == [(Break.UNREADABLE, 10)]


def test_the_first_findings_are_listed_and_all_are_counted(rows, trusted):
    bad = [edited(row, actor="member:mallory") for row in rows]

    report = verify(bad, trusted, limit=4)

    assert [finding.first for finding in report.findings] == [1, 2, 3, 4]
    assert report.finding_count == 9
    assert len(verify(bad, trusted, limit=1).findings) == 1
    assert "5 more findings are not listed." in report.sentences()
    assert report.sentences()[:4] == [finding.message for finding in report.findings]


def test_gaps_and_other_findings_are_listed_in_row_order(key, trusted):
    rows = make_log(key, 20)
    bad = [edited(r, actor="x") if r.sequence % 5 == 0 else r for r in rows if r.sequence % 5 != 2]

    report = verify(bad, trusted, limit=5)

    assert [(f.kind, f.first) for f in report.findings] == [
        (Break.GAP, 2),
        (Break.EDITED, 5),
        (Break.GAP, 7),
        (Break.EDITED, 10),
        (Break.GAP, 12),
    ]
    assert report.finding_count == 8


def test_more_gaps_than_are_kept_are_still_counted(key, trusted, monkeypatch):
    monkeypatch.setattr("vault.walk._KEPT", 3)
    rows = make_log(key, 20)

    report = verify([*rows[0:20:2], rows[1], rows[15]], trusted, limit=50)

    assert [(f.kind, f.first) for f in report.findings] == [
        (Break.REORDERED, 2),
        (Break.GAP, 4),
        (Break.GAP, 6),
        (Break.REPEATED, 16),
    ]
    assert report.finding_count == 10


def test_more_epochs_than_are_kept_do_not_pile_up(root, rows, monkeypatch):
    monkeypatch.setattr("vault.walk._KEPT", 2)
    known = {n: root.audit_key(n).public_key for n in range(1, 6)}
    for number in range(2, 6):
        rows.append(begin_epoch(rows[-1], **MAKING, new=root.audit_key(number)))

    report = verify(rows, known)

    assert report.is_whole
    assert [epoch.new_key for epoch in report.epochs] == [2, 3]


@pytest.mark.parametrize("limit", [0, -1])
def test_at_least_one_finding_is_listed(rows, trusted, limit):
    with pytest.raises(ArgumentRefused, match="At least one"):
        verify(rows, trusted, limit=limit)


def test_a_broken_log_can_be_raised(rows, trusted):
    del rows[4]

    with pytest.raises(ChainBroken, match="Row 5 is missing") as broken:
        verify(rows, trusted).raise_if_broken()

    assert (broken.value.kind, broken.value.sequence) == (Break.GAP, 5)


def test_the_report_reads_as_sentences(rows, trusted):
    whole, broken = verify(rows, trusted).sentences(), verify(rows[1:], trusted).sentences()

    assert whole[0] == "All 9 rows are as they were signed, in order, none missing between."
    assert broken[:2] == [
        "Row 1 is missing.",
        "The log is not as it was written (8 rows were read).",
    ]


def test_a_trusted_key_has_the_size_of_one(rows):
    with pytest.raises(ArgumentRefused, match="32 bytes"):
        verify(rows, {1: b"short"})


@pytest.mark.parametrize("damage", ["none", "edited", "every second missing"])
def test_memory_stays_flat_however_long_the_log(key, trusted, damage, monkeypatch):
    monkeypatch.setattr("vault.walk._KEPT", 50)
    first = make_log(key, 2)

    def endless(length: int) -> Iterator[Row]:
        yield from first
        row = first[-1]
        for n in range(length):
            row = after(row, key)
            if damage == "edited":
                yield edited(row, actor="member:mallory")
            elif damage == "none" or n % 2:
                yield row

    peaks = []
    for length in (200, 800):
        tracemalloc.start()
        verify(endless(length), trusted)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 20_000
