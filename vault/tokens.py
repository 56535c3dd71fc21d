"""The machine class: page and app tokens the desk must open unattended."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.errors import ArgumentRefused, TokenFault, TokenRefused
from vault.secret import Secret
from vault.signing import check_key_number

MAX_TOKEN_BYTES: Final = 16_384
MAX_NAME_BYTES: Final = 200
MAX_VERSION: Final = 2**63 - 1
_MAGIC: Final = b"VuoT"
_FORMAT: Final = 1
_HEADER: Final = len(_MAGIC) + 1 + 4
_NONCE: Final = 12
_TAG: Final = 16
_SHORTEST: Final = _HEADER + _NONCE + _TAG + 1
_LONGEST: Final = _HEADER + _NONCE + _TAG + MAX_TOKEN_BYTES


@final
class TokenCipher:
    """AES-256-GCM under one key. What is stored opens only as what it was stored as."""

    __slots__ = ("_aead", "key_number")

    def __init__(self, key: Secret[bytes], key_number: int) -> None:
        check_key_number(key_number)
        if len(key.reveal()) != 32:
            raise ArgumentRefused("A token key has exactly 32 bytes.")
        self._aead = AESGCM(key.reveal())
        self.key_number = key_number

    def encrypt(self, secret: Secret[str], *, channel_id: str, kind: str, version: int) -> bytes:
        """Bound to channel, kind, version and key number; all four are needed to open it."""
        plain = secret.reveal().encode()
        if not 1 <= len(plain) <= MAX_TOKEN_BYTES:
            raise ArgumentRefused(
                f"The token has {len(plain)} bytes; between 1 and {MAX_TOKEN_BYTES} can be kept."
            )
        header = _MAGIC + bytes([_FORMAT]) + self.key_number.to_bytes(4, "big")
        nonce = os.urandom(_NONCE)
        context = _context(header, channel_id, kind, version)
        return header + nonce + self._aead.encrypt(nonce, plain, context)

    def decrypt(self, blob: bytes, *, channel_id: str, kind: str, version: int) -> Secret[str]:
        """Give back exactly what was stored for this channel, kind and version, or refuse."""
        number = key_number_of(blob)
        if number != self.key_number:
            raise TokenRefused(
                f"The stored token was made with key {number}, which this desk does not hold. "
                "Connect the channel again.",
                TokenFault.UNKNOWN_KEY,
            )
        header, nonce = blob[:_HEADER], blob[_HEADER : _HEADER + _NONCE]
        context = _context(header, channel_id, kind, version)
        try:
            return Secret(self._aead.decrypt(nonce, blob[_HEADER + _NONCE :], context).decode())
        except (InvalidTag, UnicodeDecodeError):
            pass
        raise TokenRefused(
            "The stored token was changed, or belongs to another channel, kind or version. "
            "It was not opened; connect the channel again.",
            TokenFault.DOES_NOT_FIT,
        )

    def __repr__(self) -> str:
        return f"<TokenCipher {self.key_number}>"


@final
class TokenKeyring:
    """Every key that is still held: the newest encrypts, each decrypts what it made."""

    __slots__ = ("_ciphers", "newest")

    def __init__(self, keys: Mapping[int, Secret[bytes]]) -> None:
        if not keys:
            raise ArgumentRefused("A keyring needs at least one key.")
        self._ciphers = {number: TokenCipher(key, number) for number, key in keys.items()}
        self.newest = max(self._ciphers)

    def encrypt(self, secret: Secret[str], *, channel_id: str, kind: str, version: int) -> bytes:
        cipher = self._ciphers[self.newest]
        return cipher.encrypt(secret, channel_id=channel_id, kind=kind, version=version)

    def decrypt(self, blob: bytes, *, channel_id: str, kind: str, version: int) -> Secret[str]:
        cipher = self._ciphers.get(key_number_of(blob), self._ciphers[self.newest])
        return cipher.decrypt(blob, channel_id=channel_id, kind=kind, version=version)

    def __repr__(self) -> str:
        return f"<TokenKeyring {sorted(self._ciphers)}>"


def key_number_of(blob: bytes) -> int:
    """Which key a stored token says it was made with: to find those an old key still holds."""
    if not _SHORTEST <= len(blob) <= _LONGEST or not blob.startswith(_MAGIC):
        raise TokenRefused(
            "This is not a stored token, or only a part of one. Connect the channel again.",
            TokenFault.MALFORMED,
        )
    if blob[len(_MAGIC)] != _FORMAT:
        raise TokenRefused(
            "The stored token has a format this program does not know. "
            "Was it written by a newer one?",
            TokenFault.UNKNOWN_FORMAT,
        )
    return int.from_bytes(blob[len(_MAGIC) + 1 : _HEADER], "big")


def _context(header: bytes, channel_id: str, kind: str, version: int) -> bytes:
    """Every part carries its length, so no two contexts share their bytes."""
    if isinstance(version, bool) or not 1 <= version <= MAX_VERSION:
        raise ArgumentRefused("A token's version is a whole number from 1 up.")
    names = _name("channel", channel_id) + _name("kind", kind)
    return b"vuoro-token-1\n" + header + names + version.to_bytes(8, "big")


def _name(what: str, text: str) -> bytes:
    value = text.encode("utf-8", "surrogatepass")
    if not 1 <= len(value) <= MAX_NAME_BYTES:
        raise ArgumentRefused(f"The {what} of a token has 1 to {MAX_NAME_BYTES} bytes.")
    return len(value).to_bytes(2, "big") + value
