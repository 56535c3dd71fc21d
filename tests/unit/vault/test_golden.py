"""What was stored once can be read for ever: the golden files are never written anew.

A change that breaks one of these needs a new format number beside the old, not a new file.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.vault.logs import MAKING, after, lines, make_log
from vault import AuditKey, RootKey, Secret, TokenCipher
from vault.chain import Row, begin_epoch, enter_key, from_line, read_lines, verify

GOLDEN = Path(__file__).parent / "golden"
PLACES: list[dict[str, Any]] = [
    {"channel_id": "7", "kind": "page", "version": 1},
    {"channel_id": "kanava-ä", "kind": "app", "version": 2**40},
]
TOKENS = ["EAABsbCS1iHgBO", "salaisuus äö 😀"]


def golden_log(root: RootKey) -> list[Row]:
    """Every kind of row, and every kind of value."""
    keys: list[AuditKey] = [root.audit_key(n) for n in (1, 2, 3)]
    rows = make_log(keys[0], 2)
    values = {"text": 'ä\n"\\ \u2028😀', "number": -7, "is_yes": False, "none": None, "empty": []}
    rows.append(after(rows[-1], keys[0], actor="jäsen:ada", detail=values))
    rows.append(enter_key(rows[-1], **MAKING, old=keys[0], new=keys[1], detail={"why": "yearly"}))
    rows.append(after(rows[-1], keys[1]))
    rows.append(begin_epoch(rows[-1], **MAKING, new=keys[2]))
    rows.append(after(rows[-1], keys[2], detail={}))
    return rows


def test_the_root_key_is_read_and_written_as_ever(root):
    text = (GOLDEN / "root-key.txt").read_text()

    assert RootKey.from_text(text) == root
    assert root.to_text().reveal() + "\n" == text


def test_tokens_are_opened_as_ever(root):
    blobs = [bytes.fromhex(line) for line in (GOLDEN / "tokens.txt").read_text().splitlines()]

    opened = [
        TokenCipher(root.token_key(n), n).decrypt(blob, **place).reveal()
        for n, (blob, place) in enumerate(zip(blobs, PLACES, strict=True), start=1)
    ]

    assert opened == TOKENS


def test_tokens_are_sealed_as_ever(root, monkeypatch):
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(size)))

    blobs = [
        TokenCipher(root.token_key(n), n).encrypt(Secret(token), **place).hex()
        for n, (token, place) in enumerate(zip(TOKENS, PLACES, strict=True), start=1)
    ]

    assert blobs == (GOLDEN / "tokens.txt").read_text().splitlines()


def test_a_log_is_read_as_ever(root):
    with (GOLDEN / "log.jsonl").open("rb") as file:
        rows = list(read_lines(file))
    trusted = {1: root.audit_key(1).public_key, 3: root.audit_key(3).public_key}

    assert rows == golden_log(root)
    assert verify(rows, trusted).is_whole


def test_a_log_is_written_as_ever(root):
    assert b"".join(lines(golden_log(root))) == (GOLDEN / "log.jsonl").read_bytes()


@pytest.mark.parametrize("number", range(7))
def test_every_golden_line_is_canonical(number):
    line = (GOLDEN / "log.jsonl").read_text().splitlines()[number]

    assert from_line(line).sequence == number + 1
