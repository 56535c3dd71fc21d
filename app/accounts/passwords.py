"""Passwords: how strong, how kept. Never call these inside a transaction: one takes 100 ms."""

import os
import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from threading import Lock

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from zxcvbn import zxcvbn

from app.foundation.errors import Invalid
from app.foundation.text import fold, search_words
from app.foundation.words import Words

SHORTEST, LONGEST, SCORED, STRONG = 10, 256, 72, 3
APART = 6
"""So many letters a password needs beside the names of its owner and the desk."""


@dataclass(frozen=True)
class Profile:
    """What one derivation costs; stored in every hash, so an old one still verifies."""

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4


PROFILE = Profile()
_SCORING = Lock()


def check_strength(password: str, *, about: list[str]) -> None:
    """Refuse a password that is short or guessable, or is one of the names in `about`.

    zxcvbn raises above 72 characters, so the first 72 are scored.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            Words("Use at least 10 characters. Three or four words are easy to remember."),
            "password",
        )
    if len(password) > LONGEST:
        raise Invalid(Words("Use at most 256 characters."), "password")
    names = {fold(whole) for whole in about if whole}
    parts = names | {word for whole in about for word in search_words(whole)}
    plain = fold(password)
    if _is_names(plain, parts) or min(_score(password, parts), _score(plain, parts)) < STRONG:
        raise Invalid(Words("This password is easy to guess. Add another word or two."), "password")


def _is_names(password: str, names: set[str]) -> bool:
    """Whether hardly anything is left of it when every name is taken out."""
    left = password
    for name in sorted(names, key=len, reverse=True):
        if len(name) >= 3:
            left = left.replace(name, " ")
    return left != password and len("".join(search_words(left))) < APART


def _score(password: str, names: set[str]) -> int:
    """0 to 4. One at a time: zxcvbn keeps the given names in a table of the whole process."""
    with _SCORING:
        return int(zxcvbn(password[:SCORED], user_inputs=sorted(names))["score"])


def hash_password(password: str, profile: Profile | None = None) -> str:
    """An Argon2id hash in PHC form."""
    cost = profile or PROFILE
    kdf = Argon2id(
        salt=os.urandom(16),
        length=32,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive_phc_encoded(_as_bytes(password))


def verify(password: str, stored: str) -> bool:
    """Whether it is the password; takes as long for a member who does not exist (empty hash)."""
    try:
        Argon2id.verify_phc_encoded(_as_bytes(password[: LONGEST + 1]), stored or _nobody(PROFILE))
    except (InvalidKey, ValueError):
        return False
    return bool(stored)


@cache
def _nobody(cost: Profile) -> str:
    """The hash of a password that nobody knows, as costly as anybody's; made without deriving."""
    salt, digest = (b64encode(os.urandom(n)).decode().rstrip("=") for n in (16, 32))
    costs = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _as_bytes(password: str) -> bytes:
    """One form of each letter, however the keyboard composes it."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
