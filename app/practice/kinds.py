"""What a kind of fault is: its words and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.foundation.words import Words

Value = bool | int | str


@dataclass(frozen=True)
class Param:
    """One setting of a fault, with its default and, for a number, its bounds."""

    default: Value
    most: int = 1_000_000
    least: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    words: Words
    params: Mapping[str, Param]
