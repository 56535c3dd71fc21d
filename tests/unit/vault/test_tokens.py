"""Machine tokens open only as what they were stored as, and only with their key."""

import copy
import os
import pickle
import traceback
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault import (
    ArgumentRefused,
    RootKey,
    Secret,
    TokenCipher,
    TokenFault,
    TokenKeyring,
    TokenRefused,
    key_number_of,
)
from vault.tokens import _context

TOKEN = Secret("EAAB-kanarialintu-ä")
PLACE: dict[str, Any] = {"channel_id": "7", "kind": "page", "version": 3}


@pytest.fixture
def blob(cipher: TokenCipher) -> bytes:
    return cipher.encrypt(TOKEN, channel_id="7", kind="page", version=3)


def test_a_token_opens_where_it_was_stored(cipher, blob):
    assert cipher.decrypt(blob, **PLACE) == TOKEN
    assert cipher.decrypt(blob, **PLACE).reveal() == "EAAB-kanarialintu-ä"


def test_the_blob_shows_its_format_and_key_and_nothing_else(cipher, blob):
    assert blob[:9] == b"VuoT\x01\x00\x00\x00\x01"
    assert len(blob) == 9 + 12 + len(TOKEN.reveal().encode()) + 16
    assert b"kanaria" not in blob


def test_the_same_token_is_never_sealed_to_the_same_bytes(cipher):
    blobs = {cipher.encrypt(TOKEN, **PLACE) for _ in range(50)}

    assert len(blobs) == len({blob[9:21] for blob in blobs}) == 50


@pytest.mark.parametrize(
    "other",
    [
        {"channel_id": "8"},
        {"channel_id": "77"},
        {"channel_id": "7 "},
        {"kind": "app"},
        {"kind": "Page"},
        {"version": 2},
        {"version": 4},
        {"channel_id": "page", "kind": "7"},
    ],
)
def test_a_token_does_not_open_as_another_ones(cipher, blob, other):
    with pytest.raises(TokenRefused, match="another channel, kind or version") as refusal:
        cipher.decrypt(blob, **(PLACE | other))

    assert refusal.value.fault is TokenFault.DOES_NOT_FIT


def test_channel_and_kind_do_not_run_into_each_other(cipher):
    blob = cipher.encrypt(TOKEN, channel_id="7p", kind="age", version=3)

    with pytest.raises(TokenRefused):
        cipher.decrypt(blob, channel_id="7", kind="page", version=3)


def test_names_are_taken_as_written_not_as_they_look(cipher):
    blob = cipher.encrypt(TOKEN, channel_id="caf\u00e9", kind="page", version=3)

    with pytest.raises(TokenRefused):
        cipher.decrypt(blob, channel_id="cafe\u0301", kind="page", version=3)


def test_another_key_with_the_same_number_does_not_open_it(blob):
    other = TokenCipher(RootKey.generate().token_key(1), 1)

    with pytest.raises(TokenRefused) as refusal:
        other.decrypt(blob, **PLACE)

    assert refusal.value.fault is TokenFault.DOES_NOT_FIT


def test_a_key_that_is_not_held_is_named(root, blob):
    with pytest.raises(TokenRefused, match="made with key 1, which") as refusal:
        TokenCipher(root.token_key(2), 2).decrypt(blob, **PLACE)

    assert refusal.value.fault is TokenFault.UNKNOWN_KEY


def test_a_swapped_key_number_does_not_open_it(root, blob):
    renumbered = blob[:8] + b"\x02" + blob[9:]

    with pytest.raises(TokenRefused) as refusal:
        TokenCipher(root.token_key(1), 2).decrypt(renumbered, **PLACE)

    assert refusal.value.fault is TokenFault.DOES_NOT_FIT


@pytest.mark.parametrize("junk", [b"", b"VuoT", b"hello" * 20, b"VuoS" + bytes(60), bytes(20_000)])
def test_what_is_no_token_is_refused(cipher, junk):
    with pytest.raises(TokenRefused, match="not a stored token") as refusal:
        cipher.decrypt(junk, **PLACE)

    assert refusal.value.fault is TokenFault.MALFORMED


def test_a_newer_format_is_said_to_be_one(cipher, blob):
    with pytest.raises(TokenRefused, match="written by a newer") as refusal:
        cipher.decrypt(blob[:4] + b"\x02" + blob[5:], **PLACE)

    assert refusal.value.fault is TokenFault.UNKNOWN_FORMAT


def test_every_flipped_bit_and_every_cut_is_refused(keyring, cipher, blob):
    flipped = [
        blob[:i] + bytes([blob[i] ^ 1 << bit]) + blob[i + 1 :]
        for i in range(len(blob))
        for bit in range(8)
    ]
    cut = [blob[:i] for i in range(len(blob))] + [blob[i:] for i in range(1, len(blob))]
    longer = [blob + b"\0", blob + blob, b"\0" + blob]

    accepted = []
    for bad in flipped + cut + longer:
        for opener in (cipher, keyring):
            try:
                accepted.append(opener.decrypt(bad, **PLACE))
            except TokenRefused:
                continue

    assert accepted == []


def test_a_refusal_quotes_nothing(root, cipher):
    """Sealed with the right key by something that is not us: even then the text stays inside."""
    header, nonce = b"VuoT\x01\x00\x00\x00\x01", bytes(12)
    plain = b"kanarialintu \xff"
    aead = AESGCM(root.token_key(1).reveal())
    sealed = aead.encrypt(nonce, plain, _context(header, "7", "page", 3))

    with pytest.raises(TokenRefused) as refusal:
        cipher.decrypt(header + nonce + sealed, **PLACE)

    assert "kanaria" not in "".join(traceback.format_exception(refusal.value))
    assert refusal.value.__context__ is None


@pytest.mark.parametrize("size", [1, 16_384])
def test_tokens_of_all_sizes_up_to_the_limit_are_kept(cipher, size):
    token = Secret("x" * size)

    assert cipher.decrypt(cipher.encrypt(token, **PLACE), **PLACE) == token


@pytest.mark.parametrize("text", ["", "x" * 16_385, "ä" * 8_193])
def test_an_empty_or_huge_token_is_refused(cipher, text):
    with pytest.raises(ArgumentRefused, match="between 1 and 16384") as refusal:
        cipher.encrypt(Secret(text), **PLACE)

    assert "xx" not in str(refusal.value)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"channel_id": ""}, "channel of a token has 1 to 200"),
        ({"channel_id": "x" * 201}, "channel of a token has 1 to 200"),
        ({"kind": ""}, "kind of a token has 1 to 200"),
        ({"version": 0}, "whole number from 1 up"),
        ({"version": -1}, "whole number from 1 up"),
        ({"version": True}, "whole number from 1 up"),
        ({"version": 2**63}, "whole number from 1 up"),
    ],
)
def test_a_place_that_names_nothing_is_refused_on_both_ways(cipher, blob, other, why):
    with pytest.raises(ArgumentRefused, match=why):
        cipher.encrypt(TOKEN, **(PLACE | other))
    with pytest.raises(ArgumentRefused, match=why):
        cipher.decrypt(blob, **(PLACE | other))


@pytest.mark.parametrize(
    "other", [{"channel_id": "x" * 200}, {"kind": "ä" * 100}, {"version": 2**63 - 1}]
)
def test_the_longest_names_and_the_last_version_are_kept(cipher, other):
    place = PLACE | other

    assert cipher.decrypt(cipher.encrypt(TOKEN, **place), **place) == TOKEN


def test_where_a_token_belongs_must_be_said_by_name(cipher):
    with pytest.raises(TypeError):
        cipher.encrypt(TOKEN, "7", "page", 3)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_token_key_has_32_bytes(size):
    with pytest.raises(ArgumentRefused, match="32 bytes"):
        TokenCipher(Secret(bytes(size)), 1)


@pytest.mark.parametrize("number", [0, -1, 2**32, True])
def test_a_token_key_has_a_number(root, number):
    with pytest.raises(ArgumentRefused, match="key number"):
        TokenCipher(root.token_key(1), number)


def test_the_last_key_number_is_one(root):
    cipher = TokenCipher(root.token_key(2**32 - 1), 2**32 - 1)

    assert key_number_of(cipher.encrypt(TOKEN, **PLACE)) == 2**32 - 1


def test_the_newest_key_encrypts_and_old_ones_still_open(root, keyring, blob):
    new = keyring.encrypt(TOKEN, **PLACE)

    assert keyring.newest == key_number_of(new) == 2
    assert keyring.decrypt(new, **PLACE) == TOKEN
    assert key_number_of(blob) == 1
    assert keyring.decrypt(blob, **PLACE) == TOKEN
    with pytest.raises(TokenRefused):
        TokenKeyring({1: root.token_key(1)}).decrypt(new, **PLACE)


def test_the_order_of_the_keys_does_not_matter(root):
    assert TokenKeyring({3: root.token_key(3), 1: root.token_key(1)}).newest == 3


def test_a_key_not_on_the_ring_is_named(root, blob):
    with pytest.raises(TokenRefused, match="made with key 1, which") as refusal:
        TokenKeyring({2: root.token_key(2)}).decrypt(blob, **PLACE)

    assert refusal.value.fault is TokenFault.UNKNOWN_KEY


def test_a_ring_without_keys_is_refused():
    with pytest.raises(ArgumentRefused, match="at least one key"):
        TokenKeyring({})


def test_ciphers_show_only_their_numbers(cipher, keyring):
    assert repr(cipher) == "<TokenCipher 1>"
    assert repr(keyring) == "<TokenKeyring [1, 2]>"


@pytest.mark.parametrize("attempt", [pickle.dumps, copy.deepcopy])
def test_ciphers_are_not_pickled(cipher, keyring, attempt):
    for holder in (cipher, keyring):
        with pytest.raises(TypeError):
            attempt(holder)


def test_the_nonce_comes_from_the_system(cipher, monkeypatch):
    monkeypatch.setattr(os, "urandom", lambda size: b"n" * size)

    assert cipher.encrypt(TOKEN, **PLACE)[9:21] == b"n" * 12
