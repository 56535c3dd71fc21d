"""The Ed25519 key that signs audit rows."""

from __future__ import annotations

import hashlib
from typing import Final, final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vault.errors import ArgumentRefused
from vault.secret import Secret

MAX_KEY_NUMBER: Final = 2**32 - 1
PUBLIC_KEY_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64
_ROW_DOMAIN: Final = b"vuoro-audit-row-signature-1\n"
_FINGERPRINT_DOMAIN: Final = b"vuoro-audit-public-key-1\n"


@final
class AuditKey:
    """Signs audit rows as key `number`. Made from 32 secret bytes; shows only its public half."""

    __slots__ = ("_private", "number", "public_key")

    def __init__(self, seed: Secret[bytes], number: int) -> None:
        check_key_number(number)
        if len(seed.reveal()) != 32:
            raise ArgumentRefused("An audit key is made from exactly 32 bytes.")
        self._private = Ed25519PrivateKey.from_private_bytes(seed.reveal())
        self.number = number
        self.public_key = self._private.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)

    def sign(self, row_hash: bytes) -> bytes:
        """Sign the hash of an audit row; the domain keeps it from passing for anything else."""
        return self._private.sign(_ROW_DOMAIN + row_hash)

    def __repr__(self) -> str:
        return f"<AuditKey {self.number}, {self.fingerprint}>"


@final
class RowVerifier:
    """The public half of an audit key."""

    __slots__ = ("_public", "public_key")

    def __init__(self, public_key: bytes) -> None:
        if len(public_key) != PUBLIC_KEY_SIZE:
            raise ArgumentRefused("An audit key's public half has exactly 32 bytes.")
        self._public = Ed25519PublicKey.from_public_bytes(public_key)
        self.public_key = public_key

    def accepts(self, signature: bytes, row_hash: bytes) -> bool:
        try:
            self._public.verify(signature, _ROW_DOMAIN + row_hash)
        except InvalidSignature:
            return False
        return True


def fingerprint(public_key: bytes) -> str:
    """Eight groups of four hex digits, to print and compare by eye."""
    return grouped(hashlib.sha256(_FINGERPRINT_DOMAIN + public_key).digest()[:16])


def grouped(value: bytes) -> str:
    """Bytes as hex digits in groups of four, the way people copy them."""
    return value.hex("-", -2)


def check_key_number(number: int) -> None:
    """Key numbers begin at 1; 0 and True are mistakes, not numbers."""
    if isinstance(number, bool) or not 1 <= number <= MAX_KEY_NUMBER:
        raise ArgumentRefused(f"A key number lies between 1 and {MAX_KEY_NUMBER}.")
