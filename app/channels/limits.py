"""How long a text each platform takes, by its own counting (PLATFORM_FACTS 13, 16): one table for
where it is written, approved and sent."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from app.channels.models import Platform
from app.foundation.weighted_length import LIMIT, weighted_length


class Unit(Enum):
    """What is counted."""

    CHARACTERS = "characters"
    BYTES = "bytes"
    """As UTF-8: a letter like ä has two, an emoji four or more."""
    WEIGHTED = "weighted"
    """As X does: an address has 23, an emoji two, and the names a reply begins with are free."""


COUNT: dict[Unit, Callable[[str], int]] = {
    Unit.CHARACTERS: len,
    Unit.BYTES: lambda text: len(text.encode()),
    Unit.WEIGHTED: lambda text: weighted_length(text, is_reply=True),
}


@dataclass(frozen=True)
class Limit:
    """The most that is surely refused above, and what is surely taken: None where they are one."""

    most: int
    unit: Unit = Unit.CHARACTERS
    safe: int | None = None

    def length(self, text: str) -> int:
        """By the platform's own counting."""
        return COUNT[self.unit](text)

    def takes(self, text: str) -> bool:
        """Whether it is not certainly too long."""
        return self.length(text) <= self.most


ANYWHERE = Limit(1000)
PUBLIC = {
    Platform.FACEBOOK: Limit(8000),
    Platform.INSTAGRAM: Limit(2200, safe=300),
    Platform.X: Limit(LIMIT, Unit.WEIGHTED),
}
PRIVATE = {
    Platform.FACEBOOK: Limit(2000),
    Platform.INSTAGRAM: Limit(1000, Unit.BYTES),
    Platform.X: Limit(10_000),
}


def limit(platform: Platform, *, is_public: bool) -> Limit:
    """Of one answer there."""
    return (PUBLIC if is_public else PRIVATE).get(platform, ANYWHERE)
