"""What a platform's pilot can do in the contract suite: be a customer there, be us outside the desk,
and let the platform misbehave. One pilot is all that a new adapter brings along."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.channels.adapter import ChannelAdapter, Outgoing
from app.channels.errors import ChannelError
from app.channels.models import Platform
from tests.stand import Stand

Fault = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One answer of the platform's, and what the desk is to make of it. None: it only comes to
    the other."""

    fault: Fault
    read: type[ChannelError] | None
    write: type[ChannelError] | None
    kind: str = ""
    """The error's own `kind`, where it has one."""


class Pilot(Protocol):
    """One connected account on the practice platform, with pages so small that lists have several.

    Whoever writes is named; without a name it is us, outside the desk.
    """

    platform: Platform
    stand: Stand
    account: str
    channel: int
    tells_all: bool
    """Whether webhooks also tell of what was changed and deleted."""
    tells_ours: bool
    """Whether they tell of what we write in public, too."""
    reading_faults: tuple[Fault, ...]
    """Whatever the platform does while it is read, everything comes in."""
    blind: Fault
    """Every list is empty, and nothing says why."""
    rows: tuple[Row, ...]
    """Every row of the platform's errors (PLATFORM_FACTS 8, 11)."""
    sources: tuple[str, ...]
    """By which names its bodies come by webhook."""

    def adapter(self) -> ChannelAdapter:
        """The real one, made by the registry."""

    def post(self) -> str:
        """We put something up; its id."""

    def comment(self, on: str, text: str, who: str = "") -> str:
        """Under a post or a comment; its id."""

    def edit(self, comment: str, text: str) -> None:
        """Its author changes it."""

    def delete(self, comment: str) -> None:
        """Its author takes it away."""

    def write(self, person: str, text: str, *, is_ours: bool = False) -> str:
        """In private, by the person or to them; the message's id."""

    def target(self, person: str) -> str:
        """By which id a person is written to."""

    def fault(self, **spec: Any) -> None:
        """From now on, or for as many calls as it says."""

    def heal(self) -> None:
        """No faults any more."""

    def pushing(self) -> AbstractContextManager[None]:
        """The platform tells the desk of what happens."""

    def hear(self) -> None:
        """All that was pushed is taken in."""

    def written(self) -> list[str]:
        """The words that the desk has written there."""

    def bodies(self) -> Iterator[bytes]:
        """Bodies of its own shapes, to be spoilt."""


@dataclass
class World:
    """What stands on the platform: ids by what they are."""

    post: str = ""
    top: str = ""
    ours: str = ""
    comments: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [*self.comments, *self.messages]


def make_world(pilot: Pilot) -> World:
    """Two threads in public, one of them long, and two people in private."""
    made = World(post=pilot.post())
    made.top = pilot.comment(made.post, "Missä pakettini on?", "kaisa")
    made.comments = [made.top]
    made.comments += [pilot.comment(made.top, f"Täälläkin {n}", f"nimi{n}") for n in range(7)]
    made.ours = pilot.comment(made.top, "Katsomme heti!")
    made.comments += [
        made.ours,
        *(pilot.comment(made.post, f"Hieno {n} 😍", "antti") for n in "abcde"),
    ]
    made.messages = [pilot.write("petteri", "Voinko vaihtaa teltan?")]
    made.messages += [pilot.write("petteri", "Voit toki.", is_ours=True)]
    made.messages += [pilot.write("emma", f"Hej {n}!") for n in range(3)]
    return made


def answer(target: str, text: str) -> Outgoing:
    """An answer under a comment."""
    return Outgoing("comment", target, text)
