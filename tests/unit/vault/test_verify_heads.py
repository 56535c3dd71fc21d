"""Heads kept elsewhere, and going on after a row that was checked before."""

import pytest

from tests.unit.vault.logs import after, kinds
from vault import ArgumentRefused, Break
from vault.chain import Anchor, verify


def test_a_cut_tail_cannot_be_known_without_a_head(rows, trusted):
    report = verify(rows[:6], trusted)

    assert report.is_whole
    assert report.anchored_to is None
    assert any("cannot be known from the log alone" in line for line in report.sentences())


def test_a_cut_tail_shows_by_a_head_kept_elsewhere(rows, trusted):
    head = Anchor(9, rows[8].hash, "the notice of 2 Jan 2026")

    report = verify(rows[:6], trusted, anchors=[head])

    assert kinds(report) == [(Break.CUT, 9)]
    assert "the log ends at row 6" in report.findings[0].message
    assert "the notice of 2 Jan 2026" in report.findings[0].message


def test_a_log_that_went_on_differently_differs_from_the_head(rows, trusted, key):
    """The whole database was put back and the desk worked on: every signature is good."""
    head = Anchor(9, rows[8].hash, "2 Jan 2026")
    back = rows[:6]
    while len(back) < 12:
        back.append(after(back[-1], key, actor="member:ben"))

    report = verify(back, trusted, anchors=[head])

    assert kinds(report) == [(Break.OTHER_HEAD, 9)]
    assert report.findings[0].message == (
        "Row 9 differs from the head kept elsewhere (2 Jan 2026)."
    )


def test_a_fitting_head_is_said(rows, trusted):
    heads = [Anchor(9, rows[8].hash), Anchor(3, rows[2].hash, "a backup")]

    whole, part = verify(rows, trusted, anchors=heads), verify(rows, trusted, anchors=heads[1:])

    assert (kinds(whole), whole.anchored_to) == ([], heads[0])
    assert any("agrees with the head of row 9. " in line for line in whole.sentences())
    assert any("agrees with the head of row 3 (a backup)" in line for line in part.sentences())


def test_two_heads_of_one_row_are_both_compared(rows, trusted):
    heads = [Anchor(3, rows[2].hash, "one"), Anchor(3, rows[3].hash, "other")]

    report = verify(rows, trusted, anchors=heads)

    assert kinds(report) == [(Break.OTHER_HEAD, 3)]
    assert report.anchored_to == heads[0]


def test_a_head_whose_row_is_missing_is_said(rows, trusted):
    head = Anchor(4, rows[3].hash)
    del rows[3]

    report = verify(rows, trusted, anchors=[head])

    assert kinds(report) == [(Break.OTHER_HEAD, 4), (Break.GAP, 4)]
    assert "is not here" in report.findings[0].message


def test_a_head_of_an_empty_log_is_a_cut(rows, trusted):
    report = verify([], trusted, anchors=[Anchor(9, rows[8].hash)])

    assert kinds(report) == [(Break.EMPTY, 0), (Break.CUT, 9)]


def test_heads_are_read_and_written_as_sequence_and_hash(rows):
    head = Anchor(9, rows[8].hash, "x")

    assert str(head) == f"9:{rows[8].hash.hex()}"
    assert Anchor.from_text(f" {str(head).upper()}\n", "x") == head


@pytest.mark.parametrize(
    "text", ["", "9", "9:", "9:ab", "0:" + "a" * 64, "09:" + "a" * 64, "9:" + "g" * 64]
)
def test_what_is_no_head_is_refused(text):
    with pytest.raises(ArgumentRefused, match="row number, a colon"):
        Anchor.from_text(text)


def test_only_what_follows_is_read(rotated, trusted, new_key):
    report = verify(rotated[10:], {2: new_key.public_key}, after=rotated[9])

    assert kinds(report) == []
    assert (report.rows, report.head) == (2, Anchor(12, rotated[-1].hash))


def test_nothing_new_is_no_finding(rows, trusted):
    report = verify([], trusted, after=rows[-1])

    assert kinds(report) == []
    assert report.head == Anchor(9, rows[-1].hash)


def test_what_does_not_follow_is_named(rows, trusted, key):
    other = after(after(rows[6], key, actor="member:ben"), key)

    assert kinds(verify([other], trusted, after=rows[7])) == [(Break.UNLINKED, 9)]
    assert kinds(verify(rows[6:], trusted, after=rows[4])) == [(Break.GAP, 6)]
    assert kinds(verify(rows[4:], trusted, after=rows[4])) == [(Break.REPEATED, 5)]


@pytest.mark.parametrize("sequence", [3, 5])
def test_a_head_that_was_passed_cannot_be_compared(rows, trusted, sequence):
    head = Anchor(sequence, rows[sequence - 1].hash)

    with pytest.raises(ArgumentRefused, match="cannot be compared"):
        verify(rows[5:], trusted, after=rows[4], anchors=[head])
