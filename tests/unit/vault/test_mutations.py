"""Damaged and tampered input: nothing that says something else is ever accepted.

VUORO_MUTATIONS sets how many random mutations each test tries, VUORO_SEED repeats a run.
"""

import os
import random
import secrets
import sys
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.vault.logs import after, edited, lines, make_log, rechained, rehashed
from tests.unit.vault.test_golden import golden_log
from vault import RootKey, RootKeyMalformed, Secret, TokenKeyring, TokenRefused
from vault.chain import Anchor, Row, read_lines, verify

PLACES: list[dict[str, Any]] = [
    {"channel_id": channel, "kind": kind, "version": version}
    for channel in ("7", "77")
    for kind in ("page", "app")
    for version in (1, 2)
]
COUNT = int(os.environ.get("VUORO_MUTATIONS", "2000"))
ROOT = RootKey.from_bytes(bytes(range(32)))
KEY = ROOT.audit_key(1)


@pytest.fixture
def dice() -> random.Random:
    seed = int(os.environ.get("VUORO_SEED") or secrets.randbits(32))
    sys.stdout.write(f"VUORO_SEED={seed} VUORO_MUTATIONS={COUNT}\n")
    return random.Random(seed)


def mutated(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """One small or large damage; sometimes a piece of another blob in the same place."""
    start, end = sorted(dice.choices(range(len(data) + 1), k=2))
    place = dice.randrange(len(data))
    kind = dice.randrange(8)
    if kind <= 1:
        return data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]
    if kind == 2:
        return data[:place]
    if kind == 3:
        return data[start:]
    if kind == 4:
        return data[:start] + data[end:]
    if kind == 5:
        return data[:end] + data[start:]
    if kind == 6:
        return data[:start] + dice.choice(others)[start:end] + data[end:]
    return data[:place] + dice.randbytes(dice.randrange(1, 9)) + data[place:]


def test_no_mutated_token_opens(dice):
    ring = TokenKeyring({n: ROOT.token_key(n) for n in (1, 2)})
    old = TokenKeyring({1: ROOT.token_key(1)})
    stored: dict[bytes, dict[str, Any]] = {
        maker.encrypt(Secret(f"token {place}"), **place): place
        for maker in (old, ring)
        for place in PLACES
    }
    blobs, places = list(stored), list(stored.values())

    accepted = []
    for _ in range(COUNT):
        blob, place = dice.choice(blobs), dice.choice(places)
        bad = blob if dice.random() < 0.2 else mutated(blob, blobs, dice)
        if stored.get(bad) == place:
            continue
        try:
            accepted.append((bad.hex(), place, ring.decrypt(bad, **place).reveal()))
        except TokenRefused:
            continue

    assert accepted == []


def test_no_mutated_export_is_whole(dice):
    rows = golden_log(ROOT)
    trusted = {n: ROOT.audit_key(n).public_key for n in (1, 2, 3)}
    head = Anchor(rows[-1].sequence, rows[-1].hash)
    exports = [b"".join(lines(log)) for log in (rows, make_log(KEY, 7), rows[::-1])]

    accepted = []
    for _ in range(COUNT):
        bad = mutated(exports[0], exports, dice)
        read = list(read_lines(BytesIO(bad)))
        if verify(read, trusted, anchors=[head]).is_whole and read != rows:
            accepted.append(bad)

    assert accepted == []


def test_every_flipped_bit_of_a_line_is_noticed():
    rows = make_log(KEY, 3)
    export = lines(rows)
    line = export[1].rstrip(b"\n")

    accepted = []
    for place in range(len(line)):
        for bit in range(8):
            bad = line[:place] + bytes([line[place] ^ 1 << bit]) + line[place + 1 :]
            read = list(read_lines([export[0], bad + b"\n", export[2]]))
            if verify(read, {1: KEY.public_key}).is_whole:
                accepted.append(bad)

    assert accepted == []


def test_no_mutated_root_key_is_read_as_another(dice):
    text = ROOT.to_text().reveal().encode()
    other = RootKey.generate().to_text().reveal().encode()

    accepted = []
    for _ in range(COUNT):
        bad = mutated(text, [other], dice).decode("ascii", "replace")
        try:
            accepted.append(RootKey.from_text(bad))
        except RootKeyMalformed:
            continue

    assert [key for key in accepted if key not in (ROOT, RootKey.from_text(other.decode()))] == []


# What someone who writes to the database, but has no key, can do to a log, several times over.
ATTACKS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "rehash", "delete", "swap", "repeat", "insert", "rechain", "cut"]),
        st.integers(0, 11),
        st.integers(0, 11),
    ),
    max_size=4,
)


def attacked(rows: list[Row], attacks: list[tuple[str, int, int]]) -> list[Row]:
    for what, first, second in attacks:
        if not rows:
            break
        one, other = first % len(rows), second % len(rows)
        row = rows[one]
        if what == "edit":
            rows[one] = edited(row, actor=f"member:{second}")
        elif what == "rehash":
            rows[one] = rehashed(row, object=f"draft:{second}")
        elif what == "delete":
            del rows[one]
        elif what == "swap":
            rows[one], rows[other] = rows[other], rows[one]
        elif what == "repeat":
            rows.insert(other, row)
        elif what == "insert":
            rows.insert(other, rehashed(row, actor="member:mallory"))
        elif what == "cut":
            rows = rows[: one + 1]
        elif all(r.sequence > 1 for r in rows[one:]):
            rows = rows[:one] + rechained(rows[one:])
    return rows


@given(ATTACKS)
@settings(max_examples=200, deadline=None, database=None)
def test_without_a_key_a_whole_log_is_at_most_cut_short(attacks):
    rows = make_log(KEY, 10)

    bad = attacked(list(rows), attacks)

    if verify(bad, {1: KEY.public_key}).is_whole:
        assert bad
        assert bad == rows[: len(bad)]


@given(ATTACKS)
@settings(max_examples=200, deadline=None, database=None)
def test_with_a_head_kept_elsewhere_not_even_that(attacks):
    rows = make_log(KEY, 10)
    head = Anchor(10, rows[-1].hash)

    bad = attacked(list(rows), attacks)

    if verify(bad, {1: KEY.public_key}, anchors=[head]).is_whole:
        assert bad == rows


@given(st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=30, deadline=None, database=None)
def test_an_older_copy_that_went_on_never_agrees_with_the_head(kept, added):
    rows = make_log(KEY, 10)
    back = rows[:kept]
    for _ in range(added):
        back.append(after(back[-1], KEY, actor="member:ben"))

    report = verify(back, {1: KEY.public_key}, anchors=[Anchor(10, rows[-1].hash)])

    assert not report.is_whole
    assert {finding.first for finding in report.findings} == {10}
