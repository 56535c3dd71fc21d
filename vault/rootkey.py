"""The root key and what is derived from it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from enum import StrEnum
from typing import Final, Never, final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import ArgumentRefused, RootKeyMalformed, RootKeyWrong
from vault.secret import Secret
from vault.signing import AuditKey, check_key_number, grouped

ROOT_KEY_SIZE: Final = 32
_CHECKSUM_SIZE: Final = 4
_TEXT_PREFIX: Final = "vuoro-root-1"
_MAX_DERIVED: Final = 255 * 32


class Label(StrEnum):
    """Everything a root key may be turned into. A label in use is never renamed or reused."""

    MACHINE = "machine-aes-256-gcm"
    AUDIT = "audit-ed25519"
    KEY_CHECK = "key-check"
    SERVER_AGE = "server-age-x25519"
    BACKUP_AGE = "backup-age-x25519"


@final
class RootKey:
    """32 secret bytes. Nothing is ever encrypted with them directly: see `derive`."""

    __slots__ = ("_secret",)

    def __init__(self, secret: Secret[bytes]) -> None:
        if len(secret.reveal()) != ROOT_KEY_SIZE:
            raise RootKeyMalformed("The root key is not 32 bytes long.")
        self._secret = secret

    @classmethod
    def generate(cls) -> RootKey:
        return cls(Secret(secrets.token_bytes(ROOT_KEY_SIZE)))

    @classmethod
    def from_bytes(cls, value: bytes) -> RootKey:
        return cls(Secret(value))

    @classmethod
    def from_text(cls, text: str) -> RootKey:
        """Read the text form, typed or printed: capitals, spaces and hyphens do not matter."""
        return cls(Secret(_parse(text)))

    def to_text(self) -> Secret[str]:
        """The form of the key file and the desk sheet: label, 64 hex digits, 8 that check them."""
        key = self._secret.reveal()
        return Secret(f"{_TEXT_PREFIX}-{grouped(key + _checksum(key))}")

    def derive(self, label: Label, *, number: int, length: int) -> Secret[bytes]:
        """HKDF-SHA256. Label, number and length are all bound: no output is part of another."""
        check_key_number(number)
        if not 16 <= length <= _MAX_DERIVED:
            raise ArgumentRefused(f"A derived key has between 16 and {_MAX_DERIVED} bytes.")
        info = f"vuoro-vault-1/{label.value}/{number}/{length}".encode()
        hkdf = HKDF(algorithm=SHA256(), length=length, salt=None, info=info)
        return Secret(hkdf.derive(self._secret.reveal()))

    def token_key(self, number: int) -> Secret[bytes]:
        """The key of `TokenCipher` number `number`."""
        return self.derive(Label.MACHINE, number=number, length=32)

    def audit_key(self, number: int) -> AuditKey:
        return AuditKey(self.derive(Label.AUDIT, number=number, length=32), number)

    def check(self) -> str:
        """A public mark of this key: may be stored beside the data, printed and read out."""
        return grouped(self.derive(Label.KEY_CHECK, number=1, length=16).reveal()[:10])

    def insist_on(self, check: str) -> None:
        """Refuse unless this is the key whose `check` was stored."""
        if not hmac.compare_digest(self.check().encode(), check.encode()):
            raise RootKeyWrong(
                "This root key belongs to another desk or is an older one: its check is "
                f"{self.check()}, this desk was set up with {check}. Nothing was opened."
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RootKey) and self._secret == other._secret

    def __repr__(self) -> str:
        return f"<RootKey {self.check()}>"

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("A root key is not pickled or copied.")


def _parse(text: str) -> bytes:
    """Only counts and facts go into the errors, never what was read."""
    bare = re.sub(r"[\s-]+", "", text).lower()
    prefix = _TEXT_PREFIX.replace("-", "")
    digits = bare.removeprefix(prefix)
    if not bare:
        raise RootKeyMalformed("There is nothing where the root key should be.")
    if not bare.startswith(prefix):
        raise RootKeyMalformed(f"This is not a root key: it does not begin with {_TEXT_PREFIX}.")
    if not re.fullmatch("[0-9a-f]*", digits):
        raise RootKeyMalformed("The root key holds something other than digits and a to f.")
    wanted = 2 * (ROOT_KEY_SIZE + _CHECKSUM_SIZE)
    if len(digits) != wanted:
        raise RootKeyMalformed(
            f"The root key has {len(digits)} digits after its label, "
            f"not {wanted}: it is cut off or not only a root key."
        )
    value = bytes.fromhex(digits)
    key, checksum = value[:ROOT_KEY_SIZE], value[ROOT_KEY_SIZE:]
    if not hmac.compare_digest(checksum, _checksum(key)):
        raise RootKeyMalformed("The root key is mistyped or damaged: its check digits do not fit.")
    return key


def _checksum(key: bytes) -> bytes:
    """Catches a slip of the pen; 32 bits of a hash of 256 random bits tell nothing useful."""
    return hashlib.sha256(b"vuoro-root-key-text-1\n" + key).digest()[:_CHECKSUM_SIZE]
