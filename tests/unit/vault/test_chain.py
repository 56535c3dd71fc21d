"""Writing the log: each row follows the one before, signed with the key in force."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.unit.vault.logs import MAKING, after, edited, make_log
from vault import ArgumentRefused, AuditKey, Break, ChainBroken, Secret
from vault.chain import (
    EPOCH_BEGAN,
    GENESIS,
    KEY_ACTIONS,
    KEY_ENTERED,
    LOG_BEGAN,
    begin,
    begin_epoch,
    enter_key,
)
from vault.signing import RowVerifier, fingerprint


def signed(row, key: AuditKey, part: int = 0) -> bool:
    signature = row.signature[64 * part : 64 * part + 64]
    return RowVerifier(key.public_key).accepts(signature, row.hash)


def test_a_log_begins_with_the_key_that_signs_it(key):
    row = begin(**MAKING, key=key, detail={"practice": True})

    assert (row.sequence, row.action, row.previous_hash) == (1, LOG_BEGAN, GENESIS)
    assert row.detail == {"practice": True, "new_key": 1, "public_key": key.public_key.hex()}
    assert signed(row, key)


def test_a_row_follows_the_one_before(key):
    first = begin(**MAKING, key=key)

    row = after(first, key)

    assert (row.sequence, row.previous_hash, row.key_number) == (2, first.hash, 1)
    assert (row.actor, row.action, row.object) == (
        "member:ada",
        "replies:draft:approved",
        "draft:1",
    )
    assert row.hash == row.content_hash
    assert signed(row, key)


def test_a_detail_may_be_left_out(key):
    assert after(make_log(key, 1)[0], key, detail={}).detail == {}
    assert begin(**MAKING, key=key).detail.keys() == {"new_key", "public_key"}


def test_text_is_brought_to_one_spelling(key):
    row = after(
        begin(**MAKING, key=key),
        key,
        actor="cafe\u0301",
        object="cafe\u0301",
        detail={"a": "cafe\u0301", "b": ["cafe\u0301", 1], "c": ("x",)},
    )

    assert (row.actor, row.object) == ("café", "café")
    assert row.detail == {"a": "café", "b": ["café", 1], "c": ["x"]}


def test_times_are_brought_to_utc(key):
    helsinki = timezone(timedelta(hours=2))

    row = after(begin(**MAKING, key=key), key, at=datetime(2026, 1, 2, 12, tzinfo=helsinki))

    assert (row.at, row.at.tzinfo) == (datetime(2026, 1, 2, 10, tzinfo=UTC), UTC)


def test_a_time_without_a_zone_is_refused(key):
    with pytest.raises(ArgumentRefused, match="time with its zone"):
        after(begin(**MAKING, key=key), key, at=datetime(2026, 1, 2))


@pytest.mark.parametrize("action", sorted(KEY_ACTIONS))
def test_key_rows_are_written_by_their_own_functions_only(key, action):
    with pytest.raises(ArgumentRefused, match="written by begin, enter_key or begin_epoch"):
        after(begin(**MAKING, key=key), key, action=action)


def test_only_the_key_in_force_signs(key, new_key):
    first = begin(**MAKING, key=key)

    with pytest.raises(ArgumentRefused, match="signed with key 1, not 2"):
        after(first, new_key)


def test_a_key_enters_with_both_signatures(key, new_key):
    first = begin(**MAKING, key=key)

    row = enter_key(first, **MAKING, old=key, new=new_key, detail={"note": "yearly"})

    assert (row.action, row.sequence, row.key_number) == (KEY_ENTERED, 2, 1)
    assert row.detail == {
        "note": "yearly",
        "new_key": 2,
        "public_key": new_key.public_key.hex(),
    }
    assert signed(row, key, 0)
    assert signed(row, new_key, 1)
    assert signed(after(row, new_key), new_key)
    with pytest.raises(ArgumentRefused, match="signed with key 2, not 1"):
        after(row, key)


def test_a_key_that_is_not_in_force_lets_no_other_in(root, key, new_key):
    first = begin(**MAKING, key=key)

    with pytest.raises(ArgumentRefused, match="signed with key 1, not 2"):
        enter_key(first, **MAKING, old=new_key, new=root.audit_key(3))


@pytest.mark.parametrize("number", [1, 2])
def test_a_key_that_enters_has_a_higher_number(root, new_key, number):
    first = begin(**MAKING, key=new_key)

    with pytest.raises(ArgumentRefused, match="number of the new key"):
        enter_key(first, **MAKING, old=new_key, new=root.audit_key(number))


def test_an_epoch_begins_on_the_old_head_with_the_new_key_alone(key, new_key):
    rows = make_log(key, 3)

    row = begin_epoch(rows[-1], **MAKING, new=new_key)

    assert (row.action, row.sequence, row.key_number) == (EPOCH_BEGAN, 4, 2)
    assert row.previous_hash == rows[-1].hash
    assert signed(row, new_key)
    assert signed(after(row, new_key), new_key)


@pytest.mark.parametrize("number", [1, 2])
def test_an_epoch_needs_a_higher_key_number(root, new_key, number):
    first = begin(**MAKING, key=new_key)

    with pytest.raises(ArgumentRefused, match="number is above 2"):
        begin_epoch(first, **MAKING, new=root.audit_key(number))


def test_nothing_is_added_to_an_edited_row(key, new_key):
    row = edited(make_log(key, 2)[-1], actor="member:mallory")

    for add in (
        lambda: after(row, key),
        lambda: enter_key(row, **MAKING, old=key, new=new_key),
        lambda: begin_epoch(row, **MAKING, new=new_key),
    ):
        with pytest.raises(ChainBroken, match="Row 2 was edited") as broken:
            add()
        assert (broken.value.kind, broken.value.sequence) == (Break.EDITED, 2)


def test_callers_do_not_overwrite_what_names_the_key(key):
    row = begin(**MAKING, key=key, detail={"new_key": 9, "public_key": "mine"})

    assert row.detail == {"new_key": 1, "public_key": key.public_key.hex()}


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_an_audit_key_is_made_from_32_bytes(size):
    with pytest.raises(ArgumentRefused, match="exactly 32 bytes"):
        AuditKey(Secret(bytes(size)), 1)


def test_an_audit_key_has_a_number():
    with pytest.raises(ArgumentRefused, match="key number"):
        AuditKey(Secret(bytes(32)), 0)


def test_an_audit_key_shows_its_public_half_only(key):
    assert repr(key) == f"<AuditKey 1, {key.fingerprint}>"
    assert key.fingerprint == fingerprint(key.public_key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_public_key_has_32_bytes(size):
    with pytest.raises(ArgumentRefused, match="exactly 32 bytes"):
        RowVerifier(bytes(size))


@pytest.mark.parametrize("public", ["00" * 32, "01" + "00" * 31, "ff" * 32])
def test_a_public_key_that_is_no_good_accepts_nothing(public):
    verifier = RowVerifier(bytes.fromhex(public))

    assert not verifier.accepts(bytes(64), bytes(32))


def test_a_signature_is_good_for_audit_rows_only(key):
    """The domain line in front keeps a row's signature from passing for anything else."""
    row = make_log(key, 1)[0]
    verifier = RowVerifier(key.public_key)

    verifier._public.verify(row.signature, b"vuoro-audit-row-signature-1\n" + row.hash)
    assert verifier.accepts(row.signature, row.hash)
    assert not verifier.accepts(key._private.sign(row.hash), row.hash)


def test_rows_are_frozen(key):
    row = make_log(key, 1)[0]

    with pytest.raises(AttributeError):
        row.__setattr__("actor", "member:mallory")
    assert replace(row) == row
