"""What every platform's adapter can do. The registry hands one out for a channel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from app.channels.items import Batch
from app.channels.models import Act
from app.channels.prices import Price


@dataclass(frozen=True)
class Connected:
    """What a real call with the token said about the page."""

    external_id: str
    name: str
    missing_permissions: tuple[str, ...] | None = None
    """By the platform's own names; None where it could not be found out."""


@dataclass(frozen=True)
class Fetched:
    """One page of reading: what it brought, as it came, and where to go on."""

    bodies: tuple[bytes, ...]
    """Each is kept raw and then turned into items by the platform's normalizer."""
    cursor: str
    is_last: bool
    used: int = 0
    """Percent of what the platform allows us, as its last answer told."""
    reached: datetime | None = None
    """On the way back through what there was before: how far it has come."""


@dataclass(frozen=True)
class Named:
    """Something that a platform told of by its ids alone; its words have to be fetched."""

    id: str
    post_id: str
    told_at: datetime


@dataclass(frozen=True)
class Said:
    """One message as the platform shows it now."""

    external_id: str
    is_ours: bool
    text: str
    author_id: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Reading:
    """What stands under a target now. Incomplete: a reading that proves nothing is missing."""

    said: tuple[Said, ...]
    is_complete: bool
    target: Said | None = None
    """The message answered, where it can be read by itself."""
    bodies: tuple[bytes, ...] = ()
    """The same as it came, for the intake: what was new is taken in at once."""
    reaches: datetime | None = None
    """The time before which something may be hidden; None: it reaches back to the beginning."""


@dataclass(frozen=True)
class Outgoing:
    """One write: a public answer under a comment, or a message to a person."""

    kind: str
    target: str
    text: str
    mark: str = ""
    """Our own reference, echoed where the platform can."""
    elsewhere: str = ""
    """The post of somebody else's under which it stands; empty under one of our own."""
    reply_to: str = ""
    """The customer's newest message that is answered, where an answer stands under that one."""
    last_customer_at: datetime | None = None
    is_typed: bool = True
    """A person wrote these words for this customer; a ready-made text has narrower windows."""
    rest: dict[str, str] = field(default_factory=dict)


class ChannelAdapter(Protocol):
    """One connected channel. Every call may raise one of channels.errors, and nothing else."""

    def verify(self) -> Connected:
        """Make a real call with the token."""

    def subscribe(self) -> None:
        """Ask the platform to push what happens here; doing it again changes nothing."""

    def fetch(self, cursor: str, now: datetime, *, is_back: bool = True) -> Iterator[Fetched]:
        """Read what is new since the cursor, a page at a time, and, unless it is not to go back,
        what there was before the first reading; always ends."""

    def read_thread(self, kind: str, target: str) -> Reading:
        """Read what stands under a comment, or the newest messages with a person."""

    def send(self, outgoing: Outgoing) -> str:
        """Write once; returns the platform's id. Raises Unknown when it may have been done."""


@runtime_checkable
class LooksUp(Protocol):
    """An adapter of a platform that tells of some things by their ids alone."""

    def look_up(self, named: Sequence[Named]) -> tuple[bytes, ...]:
        """Read these, as far as they can be; what certainly is not there any more is told, too."""


@dataclass(frozen=True)
class Shown:
    """How a message stands on the platform now; None: it does not say."""

    is_there: bool = True
    is_hidden: bool | None = None
    is_liked: bool | None = None
    abilities: frozenset[Act] | None = None


@runtime_checkable
class Acts(Protocol):
    """An adapter of a platform where more can be done than answering (channels.capabilities)."""

    def look(self, target: str) -> Shown:
        """How a message stands there."""

    def act(self, act: Act, target: str) -> None:
        """Do it once, with a message or a person; doing it again changes nothing.

        Raises Unknown when it may have been done.
        """


@runtime_checkable
class Finds(Protocol):
    """An adapter of a platform whose addresses of attachments end."""

    def addresses(self, target: str, *, is_private: bool) -> tuple[str, ...]:
        """Where the attachments of a message are now, in their order; "" for one without."""


@runtime_checkable
class Costs(Protocol):
    """An adapter of a platform that is paid for each call."""

    def last_month(self) -> Mapping[Price, int]:
        """What would have been paid for in the last thirty days, and how often."""


class Normalizer(Protocol):
    """Turns a stored raw body into items; never raises, whatever the body.

    `received_at` dates what says no time of its own.
    """

    def __call__(self, body: bytes, received_at: datetime, /) -> Batch: ...
