"""Published vectors, and our own formats worked out a second way."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.unit.vault.by_hand import gcm_open, hkdf_sha256
from tests.unit.vault.logs import START
from vault import AuditKey, Label, RootKey, Secret, TokenCipher
from vault.chain import begin

# RFC 5869, appendix A.1 and A.3: (IKM, salt, info, L, OKM).
RFC_5869 = [
    (
        "0b" * 22,
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        42,
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        "0b" * 22,
        "",
        "",
        42,
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]

# RFC 8032, section 7.1, TEST 2: secret key, public key, message, signature.
RFC_8032 = (
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
)

# McGrew and Viega, "The Galois/Counter Mode of Operation" (submitted to NIST), test case 16.
GCM_16 = {
    "key": "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
    "nonce": "cafebabefacedbaddecaf888",
    "context": "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    "plain": "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    "sealed": "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    "76fc6ece0f4e1768cddf8853bb2d551b",
}


@pytest.mark.parametrize(("ikm", "salt", "info", "length", "okm"), RFC_5869)
def test_hkdf_agrees_with_its_standard(ikm, salt, info, length, okm):
    ikm, salt, info = bytes.fromhex(ikm), bytes.fromhex(salt), bytes.fromhex(info)

    library = HKDF(algorithm=SHA256(), length=length, salt=salt or None, info=info)

    assert library.derive(ikm).hex() == okm
    assert hkdf_sha256(ikm, info, length, salt).hex() == okm


def test_ed25519_agrees_with_its_standard():
    seed, public, message, signature = map(bytes.fromhex, RFC_8032)

    library = Ed25519PrivateKey.from_private_bytes(seed)

    assert library.sign(message) == signature
    assert library.public_key().public_bytes_raw() == public
    assert AuditKey(Secret(seed), 1).public_key == public


def test_aes_gcm_agrees_with_its_standard():
    case = {name: bytes.fromhex(value) for name, value in GCM_16.items()}

    library = AESGCM(case["key"]).encrypt(case["nonce"], case["plain"], case["context"])

    assert library == case["sealed"]
    opened = gcm_open(case["key"], case["nonce"], case["sealed"], case["context"])
    assert opened == case["plain"]


# Worked out with the module `hmac` alone, root key 00 01 02 … 1f.
DERIVED = {
    (Label.MACHINE, 1, 32): "e7b0d1fd0193d6c65ee17cda3fdce2cb865d6e0b0e511ffe0052848178d84272",
    (Label.MACHINE, 2, 32): "0bb2a612127707e350b5c7d9ef80100c2f6c067482d1abc8ee54f10dc071361f",
    (Label.AUDIT, 1, 32): "e892622768d0ae1eabad71e92b00652d68195ae1b7fbf8735fe777a0ee76d2c1",
    (Label.AUDIT, 2, 32): "d89d6ee52b58b42dc7f9121ec2763b0f1cb171a8cf6a2697f0fa9cffde06b1bf",
    (Label.KEY_CHECK, 1, 16): "b3b80dbe4c52968be001e2dd4e982805",
    (Label.SERVER_AGE, 1, 32): "62403d1d9c2048cc54e30842620c38e6762bb303d2824c146537c78505e4bb91",
    (Label.BACKUP_AGE, 1, 32): "2d7b70b281085b49c5ae5fa9dce679dbb24b28c17fc35f2c93c2623cdcb9b101",
}


@pytest.mark.parametrize(("what", "value"), DERIVED.items())
def test_every_derived_key_agrees_with_hkdf_written_out(root, what, value):
    label, number, length = what
    info = f"vuoro-vault-1/{label.value}/{number}/{length}".encode()

    derived = root.derive(label, number=number, length=length).reveal()

    assert derived.hex() == value
    assert derived == hkdf_sha256(bytes(range(32)), info, length)


def test_every_label_has_a_fixed_value_here():
    assert {label for label, _, _ in DERIVED} == set(Label)


def test_token_and_audit_keys_are_the_derived_ones(root):
    assert root.token_key(2).reveal().hex() == DERIVED[Label.MACHINE, 2, 32]
    seed = bytes.fromhex(DERIVED[Label.AUDIT, 2, 32])
    assert root.audit_key(2).public_key == AuditKey(Secret(seed), 2).public_key
    assert root.check().replace("-", "") == DERIVED[Label.KEY_CHECK, 1, 16][:20]


def test_the_text_form_ends_with_the_start_of_a_sha256(root):
    text = root.to_text().reveal()

    digest = hashlib.sha256(b"vuoro-root-key-text-1\n" + bytes(range(32))).hexdigest()

    assert text.removeprefix("vuoro-root-1").replace("-", "") == (
        bytes(range(32)).hex() + digest[:8]
    )


def test_a_stored_token_opens_with_gcm_written_out(root):
    blob = TokenCipher(root.token_key(3), 3).encrypt(
        Secret("hyvää päivää"), channel_id="kanava", kind="page", version=258
    )

    header, nonce, sealed = blob[:9], blob[9:21], blob[21:]
    place = b"\x00\x06kanava" + b"\x00\x04page" + b"\0\0\0\0\0\0\1\2"
    context = b"vuoro-token-1\n" + header + place
    info = b"vuoro-vault-1/machine-aes-256-gcm/3/32"

    assert header == b"VuoT" + b"\x01" + b"\0\0\0\3"
    opened = gcm_open(hkdf_sha256(bytes(range(32)), info, 32), nonce, sealed, context)
    assert opened.decode() == "hyvää päivää"


# The body as written here, `sha256sum` over it, and `openssl pkeyutl -sign -rawin` (3.0.19) with
# the seed DERIVED[Label.AUDIT, 1, 32].
BODY = (
    '{"action":"audit:log:began","actor":"system","at":"2026-01-02T03:04:05.000006Z","detail":'
    '{"new_key":1,"note":"\\u00e4iti",'
    '"public_key":"b6603b21608e1e4488b7dae1731b4e79cca6b4c5521c51d23e999ef1f8fb14c3"},'
    '"format":1,"key_number":1,"object":"desk","previous_hash":'
    '"0000000000000000000000000000000000000000000000000000000000000000","sequence":1}'
)
HASH = "0f60c53c85a601a2debc3417e02fd3cd01ef392b015511f5782c83959561fb17"
SIGNATURE = (
    "c51793bce75855dc6b8861a91bee2682fc92bc0eb4bf8a45bc6ee19c905762de"
    "6ef04374da09cac6f71b5e98a4773e503c360f4521cb4ef66fe004c1ee292003"
)


def test_a_row_is_hashed_and_signed_as_other_tools_do_it(root: RootKey):
    row = begin(
        at=START, actor="system", object="desk", key=root.audit_key(1), detail={"note": "äiti"}
    )

    assert row.canonical_bytes() == b"vuoro-audit-row-1\n" + BODY.encode()
    assert hashlib.sha256(b"vuoro-audit-row-1\n" + BODY.encode()).hexdigest() == HASH
    assert (row.hash.hex(), row.signature.hex()) == (HASH, SIGNATURE)


def test_a_fingerprint_is_half_a_sha256(key):
    digest = hashlib.sha256(b"vuoro-audit-public-key-1\n" + key.public_key).hexdigest()

    assert key.fingerprint.replace("-", "") == digest[:32]
