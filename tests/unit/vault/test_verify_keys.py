"""Which key signs when: rotation, an epoch after a lost key, and thieves of either.

The rows are those of conftest.py: nine, signed with key 1.
"""

from dataclasses import replace

import pytest

from tests.unit.vault.logs import MAKING, after, edited, kinds, signed
from vault import Break, RootKey
from vault.chain import Row, begin_epoch, enter_key, verify


def test_a_key_that_entered_with_the_old_ones_word_needs_no_other(rotated, trusted):
    report = verify(rotated, trusted)

    assert kinds(report) == []
    assert report.epochs == ()


def test_it_may_be_known_as_well(rotated, trusted, new_key):
    assert verify(rotated, trusted | {2: new_key.public_key}).is_whole


def test_a_key_entered_that_is_not_the_known_one_is_named(rotated, trusted):
    other = RootKey.generate().audit_key(2)

    report = verify(rotated, trusted | {2: other.public_key})

    assert kinds(report)[0] == (Break.WRONG_KEY, 10)
    assert not report.is_whole


@pytest.mark.parametrize("signatures", ["old old", "new new", "new old", "old none"])
def test_both_signatures_are_needed(rotated, trusted, key, new_key, signatures):
    row = rotated[9]
    parts = {"old": key.sign(row.hash), "new": new_key.sign(row.hash), "none": bytes(64)}
    rotated[9] = replace(row, signature=b"".join(parts[name] for name in signatures.split()))

    assert kinds(verify(rotated[:10], trusted)) == [(Break.FORGED, 10)]


def test_a_thief_without_the_old_key_brings_none_in(rows, trusted):
    thief = RootKey.generate()
    forged = enter_key(rows[-1], **MAKING, old=thief.audit_key(1), new=thief.audit_key(2))
    more = after(forged, thief.audit_key(2))

    assert kinds(verify([*rows, forged, more], trusted)) == [
        (Break.FORGED, 10),
        (Break.UNVOUCHED_KEY, 11),
    ]


def test_an_old_key_signs_nothing_after_it_was_replaced(rotated, trusted, key):
    late = signed(rotated[8], key, sequence=13, previous_hash=rotated[-1].hash)

    report = verify([*rotated, late], trusted)

    assert kinds(report) == [(Break.WRONG_KEY, 13)]
    assert "names key 1 while key 2 was in force" in report.findings[0].message


def test_an_old_key_lets_no_other_in_after_it_was_replaced(rotated, trusted, key):
    thief = RootKey.generate().audit_key(3)
    entry = enter_key(rotated[8], **MAKING, old=key, new=thief)
    entry = signed(entry, key, thief, sequence=13, previous_hash=rotated[-1].hash)
    more = after(entry, thief)

    report = verify([*rotated, entry, more], trusted)

    assert kinds(report) == [(Break.WRONG_KEY, 13), (Break.UNVOUCHED_KEY, 14)]


def test_a_newer_key_does_not_sign_before_it_has_entered(rows, trusted, new_key):
    early = signed(rows.pop(), new_key, key_number=2)

    report = verify([*rows, early], trusted | {2: new_key.public_key})

    assert kinds(report) == [(Break.WRONG_KEY, 9)]


def test_when_the_row_of_a_key_was_deleted_its_rows_are_still_judged(rotated, trusted, new_key):
    del rotated[9]

    unknown, known = verify(rotated, trusted), verify(rotated, trusted | {2: new_key.public_key})

    assert kinds(unknown) == [
        (Break.GAP, 10),
        (Break.UNVOUCHED_KEY, 11),
        (Break.UNVOUCHED_KEY, 12),
    ]
    assert kinds(known) == [(Break.GAP, 10)]


def test_when_the_row_of_a_key_was_edited_a_known_key_goes_on(rotated, trusted, new_key):
    rotated[9] = edited(rotated[9], actor="member:mallory")

    report = verify(rotated, trusted | {2: new_key.public_key})

    assert kinds(report) == [(Break.EDITED, 10)]


@pytest.fixture
def new_epoch(rows, new_key) -> list[Row]:
    """Row 10 begins an epoch with key 2, row 11 goes on."""
    rows.append(begin_epoch(rows[-1], **MAKING, new=new_key))
    rows.append(after(rows[-1], new_key))
    return rows


def test_a_known_key_may_begin_an_epoch_and_the_report_says_so(new_epoch, trusted, new_key):
    report = verify(new_epoch, trusted | {2: new_key.public_key})

    assert kinds(report) == []
    assert [(e.sequence, e.lost_key, e.new_key) for e in report.epochs] == [(10, 1, 2)]
    assert (
        f"At row 10 key 2 ({new_key.fingerprint}) went on without the signature of key 1, "
        "which was lost."
    ) in report.sentences()


def test_an_epoch_of_an_unknown_key_is_never_whole(new_epoch, trusted, new_key):
    report = verify(new_epoch, trusted)

    assert kinds(report) == [(Break.UNVOUCHED_KEY, 10)]
    assert new_key.fingerprint in report.findings[0].message
    assert len(report.epochs) == 1


def test_an_epoch_of_a_thief_is_named(rows, trusted, new_key):
    thief = RootKey.generate().audit_key(2)
    forged = begin_epoch(rows[-1], **MAKING, new=thief)

    report = verify([*rows, forged], trusted | {2: new_key.public_key})

    assert kinds(report) == [(Break.WRONG_KEY, 10)]
    assert report.epochs == ()


def test_an_epoch_with_a_lower_key_is_named(root, trusted, new_key, rotated):
    """A thief who has only the old root key cannot go on from a newer one."""
    low = begin_epoch(rotated[8], **MAKING, new=new_key)
    third = enter_key(rotated[-1], **MAKING, old=new_key, new=root.audit_key(3))
    low = signed(low, new_key, sequence=14, previous_hash=third.hash)

    report = verify([*rotated, third, low], trusted)

    assert kinds(report) == [(Break.WRONG_KEY, 14)]


def test_an_epoch_behind_a_gap_does_not_know_which_key_was_lost(new_epoch, new_key):
    report = verify(new_epoch[9:], {2: new_key.public_key})

    assert kinds(report) == [(Break.GAP, 1)]
    assert "without the signature of the key before it, which was lost" in str(report.epochs[0])


def test_an_epoch_out_of_its_place_is_judged_by_itself(new_epoch, trusted, new_key):
    new_epoch.append(new_epoch[9])

    report = verify(new_epoch, trusted | {2: new_key.public_key})

    assert kinds(report) == [(Break.REPEATED, 10)]
    assert len(report.epochs) == 1


def test_after_an_epoch_of_an_unknown_key_the_old_one_signs_nothing(new_epoch, trusted, key):
    late = signed(new_epoch[8], key, sequence=12, previous_hash=new_epoch[-1].hash)

    report = verify([*new_epoch, late], trusted)

    assert kinds(report) == [(Break.UNVOUCHED_KEY, 10), (Break.WRONG_KEY, 12)]


def test_a_false_epoch_does_not_make_the_true_rows_behind_it_wrong(rows, trusted, new_key):
    false = begin_epoch(rows[3], **MAKING, new=new_key)
    rows[4] = replace(false, signature=bytes(64))

    assert kinds(verify(rows, trusted)) == [(Break.FORGED, 5)]


def test_a_row_of_an_unknown_key_in_a_gap_does_not_make_the_others_wrong(rows, root, trusted):
    rows[4] = signed(rows[4], root.audit_key(9), key_number=9)
    del rows[3]

    assert kinds(verify(rows, trusted)) == [
        (Break.GAP, 4),
        (Break.UNVOUCHED_KEY, 5),
        (Break.UNLINKED, 6),
    ]


def test_the_row_to_go_on_after_says_which_key_is_in_force(rotated, trusted, new_key):
    known = trusted | {2: new_key.public_key}
    early = signed(rotated[5], new_key, key_number=2)

    assert kinds(verify([early], known, after=rotated[4])) == [(Break.WRONG_KEY, 6)]
    assert kinds(verify(rotated[10:], known, after=rotated[9])) == []
