"""Ids as the platform gives them: opaque text, mostly more digits than JavaScript can count."""

import hashlib
import secrets

_DIGITS = 16


def fresh() -> str:
    return str(10 ** (_DIGITS - 1) + secrets.randbelow(9 * 10 ** (_DIGITS - 1)))


def stable(*parts: str) -> str:
    """The same digits for the same words, so that loading a file again adds nothing."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()
    return str(10 ** (_DIGITS - 1) + int.from_bytes(digest[:8], "big") % (9 * 10 ** (_DIGITS - 1)))


def token() -> str:
    return "EAAPRACTICE" + secrets.token_hex(24)


def message_id() -> str:
    return "m_" + secrets.token_urlsafe(30)
