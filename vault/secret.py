"""A value that is never shown by accident."""

from __future__ import annotations

import hmac
from typing import AnyStr, Generic, Never, final

from vault.errors import ArgumentRefused


@final
class Secret(Generic[AnyStr]):
    """Text or bytes that only `reveal()` gives out.

    Not hashable (a hash is a comparison in variable time), not copied, not pickled.
    """

    __slots__ = ("_value",)

    def __init__(self, value: AnyStr) -> None:
        self._value: AnyStr = value
        if not isinstance(value, str | bytes):
            raise ArgumentRefused("A secret is text or bytes; something else was given.")
        if isinstance(value, str) and _has_surrogate(value):
            raise ArgumentRefused("The secret is not valid text (it holds half a character).")

    def reveal(self) -> AnyStr:
        """The value itself. Whoever calls this answers for where it goes."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """In constant time for equal lengths; text never equals bytes."""
        if not isinstance(other, Secret) or type(other._value) is not type(self._value):
            return False
        return hmac.compare_digest(_as_bytes(self._value), _as_bytes(other._value))

    def __repr__(self) -> str:
        return "<Secret>"

    def __format__(self, spec: str) -> str:
        """The spec is dropped: `{s:.3}` must not cut pieces out of anything."""
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("A secret is not pickled or copied; reveal it where it is needed.")

    def __getstate__(self) -> Never:
        raise TypeError("A secret does not give out its state; reveal it where it is needed.")


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
