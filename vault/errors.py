"""One error tree. A message states a fact and what to do; it never holds a secret."""

from __future__ import annotations

from enum import StrEnum

WAYS_BACK = (
    "Put the copy that you keep apart from the backups back in its place. Nothing else opens "
    "what was sealed with it."
)


class VaultError(Exception):
    """Everything this package raises on purpose."""


class ArgumentRefused(VaultError, ValueError):
    """The caller handed in something that must not be used; nothing was done."""


class RootKeyError(VaultError):
    """There is no safe start with this root key. `fact` says why, `str()` adds the ways back."""

    @property
    def fact(self) -> str:
        return str(self.args[0])

    def __str__(self) -> str:
        return f"{self.fact} {WAYS_BACK}"


class RootKeyMissing(RootKeyError):
    """No key was found where it was said to be."""


class RootKeyUnsafe(RootKeyError):
    """The key may have been read or replaced by others."""


class RootKeyMalformed(RootKeyError):
    """There is something, but it is not a whole root key."""


class RootKeyWrong(RootKeyError):
    """A whole root key, but of another desk or an older one."""


class RootKeyNotWritten(VaultError):
    """No key file was made; a file that stood there before is untouched."""


class TokenFault(StrEnum):
    """Why a stored token was not opened."""

    MALFORMED = "malformed"
    UNKNOWN_FORMAT = "unknown-format"
    UNKNOWN_KEY = "unknown-key"
    DOES_NOT_FIT = "does-not-fit"


class TokenRefused(VaultError):
    """A stored token was not opened."""

    def __init__(self, message: str, fault: TokenFault) -> None:
        super().__init__(message, fault)
        self.fault = fault

    def __str__(self) -> str:
        return str(self.args[0])


class Break(StrEnum):
    """What can be wrong with an audit log."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    EDITED = "edited"
    FORGED = "forged"
    UNLINKED = "unlinked"
    GAP = "gap"
    REORDERED = "reordered"
    REPEATED = "repeated"
    WRONG_KEY = "wrong-key"
    UNVOUCHED_KEY = "unvouched-key"
    OTHER_HEAD = "other-head"
    CUT = "cut"


class ChainBroken(VaultError):
    """An audit log, or one row of it, is not what was written. `sequence` is the row, if known."""

    def __init__(self, message: str, kind: Break, sequence: int | None = None) -> None:
        super().__init__(message, kind, sequence)
        self.kind = kind
        self.sequence = sequence

    def __str__(self) -> str:
        return str(self.args[0])
