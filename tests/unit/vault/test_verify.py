"""Checking a log names what was done to it, and says what it cannot know."""

from dataclasses import replace

import pytest

from tests.unit.vault.logs import START, after, edited, kinds, make_log, rechained, rehashed
from vault import Break, RootKey
from vault.chain import Anchor, Finding, verify


def test_a_log_as_it_was_written_is_whole(rows, trusted):
    report = verify(rows, trusted)

    assert kinds(report) == []
    assert (report.rows, report.head) == (9, Anchor(9, rows[-1].hash))
    assert report.epochs == ()
    report.raise_if_broken()


def test_a_log_of_one_row_is_whole(rows, trusted):
    assert verify(rows[:1], trusted).is_whole


def test_no_rows_at_all_is_not_a_whole_log(trusted):
    report = verify([], trusted)

    assert kinds(report) == [(Break.EMPTY, 0)]
    assert report.head is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": START},
        {"actor": "member:mallory"},
        {"action": "replies:draft:sent"},
        {"object": "draft:99"},
        {"detail": {}},
        {"key_number": 2},
        {"hash": bytes(31) + b"\1"},
    ],
)
def test_an_edited_row_is_named(rows, trusted, change):
    rows[4] = edited(rows[4], **change)

    assert kinds(verify(rows, trusted)) == [(Break.EDITED, 5)]


def test_an_edited_link_is_named(rows, trusted):
    rows[4] = edited(rows[4], previous_hash=bytes(31) + b"\1")

    assert kinds(verify(rows, trusted)) == [(Break.UNLINKED, 5), (Break.EDITED, 5)]


def test_an_edited_first_row_is_named(rows, trusted):
    rows[0] = edited(rows[0], actor="member:mallory")

    assert kinds(verify(rows, trusted)) == [(Break.EDITED, 1)]


def test_a_row_whose_hash_was_made_to_fit_is_named_alone(rows, trusted):
    rows[4] = rehashed(rows[4], actor="member:mallory")

    assert kinds(verify(rows, trusted)) == [(Break.FORGED, 5)]


@pytest.mark.parametrize("position", range(9))
def test_a_flipped_signature_is_named(rows, trusted, position):
    signature = rows[position].signature
    rows[position] = edited(rows[position], signature=signature[:-1] + bytes([signature[-1] ^ 1]))

    assert kinds(verify(rows, trusted)) == [(Break.FORGED, position + 1)]


def test_a_rechained_log_fails_from_the_edited_row_on(rows, trusted):
    rows[4:] = rechained([edited(rows[4], actor="member:mallory"), *rows[5:]])

    assert kinds(verify(rows, trusted)) == [(Break.FORGED, n) for n in range(5, 10)]


def test_a_row_of_another_log_of_the_same_desk_does_not_fit(rows, trusted, key):
    other = make_log(key, 4)
    other.append(after(other[-1], key, actor="member:ben"))
    rows[4] = other[4]

    assert kinds(verify(rows, trusted)) == [(Break.UNLINKED, 6)]


def test_another_history_under_the_same_end_does_not_fit(rows, trusted, key):
    other = make_log(key, 4)
    other.append(after(other[-1], key, actor="member:ben"))

    assert kinds(verify(other + rows[5:], trusted)) == [(Break.UNLINKED, 6)]


def test_a_deleted_row_leaves_a_gap(rows, trusted):
    del rows[4]

    report = verify(rows, trusted)

    assert report.findings == (Finding(Break.GAP, 5, 5, "Row 5 is missing."),)


def test_several_deleted_rows_leave_one_gap(rows, trusted):
    del rows[3:6]

    report = verify(rows, trusted)

    assert report.findings == (Finding(Break.GAP, 4, 6, "Rows 4 to 6 are missing."),)


def test_two_gaps_are_both_named(rows, trusted):
    del rows[6], rows[2]

    assert kinds(verify(rows, trusted)) == [(Break.GAP, 3), (Break.GAP, 7)]


def test_a_deleted_beginning_is_named(rows, trusted):
    assert kinds(verify(rows[2:], trusted)) == [(Break.GAP, 1)]


def test_a_deleted_row_whose_gap_was_closed_is_noticed(rows, trusted):
    rows[4:] = rechained([replace(rows[5], sequence=5, previous_hash=rows[3].hash), *rows[6:]])

    assert kinds(verify(rows, trusted)) == [(Break.FORGED, n) for n in range(5, 9)]


def test_swapped_rows_are_named(rows, trusted):
    rows[3], rows[4] = rows[4], rows[3]

    report = verify(rows, trusted)

    assert kinds(report) == [(Break.REORDERED, 4)]
    assert "Row 4 stands behind row 5: the order was changed." in report.sentences()


def test_a_row_moved_to_the_end_is_named(rows, trusted):
    rows.append(rows.pop(3))

    assert kinds(verify(rows, trusted)) == [(Break.REORDERED, 4)]


def test_a_moved_block_is_named_row_by_row(rows, trusted):
    rows = rows[:2] + rows[5:] + rows[2:5]

    assert kinds(verify(rows, trusted)) == [(Break.REORDERED, n) for n in (3, 4, 5)]


def test_what_is_left_of_a_gap_stays_a_gap(rows, trusted):
    rows = [*rows[:2], rows[7], rows[4], rows[8]]

    assert kinds(verify(rows, trusted)) == [
        (Break.GAP, 3),
        (Break.REORDERED, 5),
        (Break.GAP, 6),
    ]


def test_reversed_rows_are_all_named(rows, trusted):
    report = verify(reversed(rows), trusted)

    assert {kind for kind, _ in kinds(report)} == {Break.REORDERED}
    assert report.finding_count == 8


def test_a_repeated_row_is_named(rows, trusted):
    rows.insert(6, rows[3])

    assert kinds(verify(rows, trusted)) == [(Break.REPEATED, 4)]


def test_an_inserted_row_is_named_and_judged(rows, trusted):
    rows.insert(5, rehashed(rows[4], actor="member:mallory"))

    assert kinds(verify(rows, trusted)) == [(Break.REPEATED, 5), (Break.FORGED, 5)]


def test_a_row_put_in_twice_and_edited_is_named_for_both(rows, trusted):
    rows.insert(6, edited(rows[3], actor="member:mallory"))

    assert kinds(verify(rows, trusted)) == [(Break.REPEATED, 4), (Break.EDITED, 4)]


def test_an_inserted_row_that_pushes_the_others_on_is_noticed(rows, trusted):
    new = rehashed(rows[4], actor="member:mallory", sequence=5)
    rows[4:] = rechained([new, *rows[4:]])

    assert kinds(verify(rows, trusted)) == [(Break.FORGED, n) for n in range(5, 11)]


def test_renumbered_rows_are_edited_rows(rows, trusted):
    rows[3], rows[4] = replace(rows[4], sequence=4), replace(rows[3], sequence=5)

    assert [n for kind, n in kinds(verify(rows, trusted)) if kind == Break.EDITED] == [4, 5]


def test_the_log_of_another_desk_is_refused_as_a_whole(trusted):
    foreign = make_log(RootKey.generate().audit_key(1), 3)

    assert kinds(verify(foreign, trusted)) == [
        (Break.WRONG_KEY, 1),
        (Break.FORGED, 2),
        (Break.FORGED, 3),
    ]


def test_a_key_nobody_vouches_for_is_said_once_with_its_fingerprint(rows, key):
    report = verify(rows, {})

    assert kinds(report) == [(Break.UNVOUCHED_KEY, 1)]
    assert key.fingerprint in report.findings[0].message


def test_a_first_row_signed_by_another_is_forged(rows, trusted, new_key):
    rows[0] = replace(rows[0], signature=new_key.sign(rows[0].hash))

    assert kinds(verify(rows, trusted)) == [(Break.FORGED, 1)]
    assert kinds(verify(rows[:1], {})) == [(Break.FORGED, 1)]
