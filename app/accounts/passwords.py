"""Passwords: how strong, how kept. Never call these inside a transaction: one takes 100 ms."""

import os
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from zxcvbn import zxcvbn

from app.foundation.errors import Invalid
from app.foundation.words import Words

SHORTEST, LONGEST, SCORED = 10, 256, 72


@dataclass(frozen=True)
class Profile:
    """What one derivation costs; stored in every hash, so an old one still verifies."""

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4


PROFILE = Profile()


def check_strength(password: str, *, about: list[str]) -> None:
    """Refuse a password that is short or guessable; `about` holds names it must not be made of.

    zxcvbn raises above 72 characters, so the first 72 are scored.
    """
    if len(password) < SHORTEST:
        raise Invalid(Words("Use at least 10 characters. Three or four words are easy to remember."),
                      "password")
    if len(password) > LONGEST:
        raise Invalid(Words("Use at most 256 characters."), "password")
    if zxcvbn(password[:SCORED], user_inputs=[w for w in about if w])["score"] < 3:
        raise Invalid(Words("This password is easy to guess. Add another word or two."), "password")


def hash_password(password: str, profile: Profile | None = None) -> str:
    """An Argon2id hash in PHC form."""
    cost = profile or PROFILE
    kdf = Argon2id(salt=os.urandom(16), length=32, iterations=cost.passes, lanes=cost.lanes,
                   memory_cost=cost.memory_kib)
    return kdf.derive_phc_encoded(password.encode())


def verify(password: str, stored: str) -> bool:
    """Whether it is the password; takes as long for a member who does not exist (empty hash)."""
    try:
        Argon2id.verify_phc_encoded(password.encode("utf-8", "replace"), stored or _nobody())
    except (InvalidKey, ValueError):
        return False
    return bool(stored)


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows."""
    return hash_password(os.urandom(16).hex())
