"""What notices need of higher rooms, handed in: who members are, and what customers said."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.foundation.words import Words
from app.notices import sentences
from app.notices.language import Say
from app.notices.models import Kind, Notice

MOST_WORDS = 5
WORDS = Words("%(name)s: “%(text)s”")


@dataclass(frozen=True)
class Recipient:
    """A member as mails and pushes need to know them, with the rights they hold now."""

    actor: Actor
    email: str
    first_name: str
    locale: str


@dataclass(frozen=True)
class House:
    """The desk that writes."""

    zone: ZoneInfo
    is_practice: bool


@dataclass(frozen=True)
class People:
    """The desk's members and customers, as far as notices speak of them."""

    recipient: Callable[[Session, int], Recipient | None]
    house: Callable[[Session], House]
    name: Callable[[Session, int], str]
    said: Callable[[Session, int], tuple[str, str]]
    """The customer's name and words in a conversation, for those who wish to have them told."""

    def lines(self, db: Session, told: list[Notice], say: Say, *, has_words: bool) -> list[str]:
        """One line a kind, and on wish the customers' own words under it."""
        lines = []
        for kind in Kind:
            some = [n for n in told if n.kind is kind]
            if some:
                lines += [self._line(db, some, say), *self._words(db, some, say, has_words)]
        return lines

    def _line(self, db: Session, some: list[Notice], say: Say) -> str:
        first = some[0]
        name = self.name(db, first.by_id) if first.by_id is not None else ""
        return say(sentences.sentence(first.kind, name=name, detail=first.detail, count=len(some)))

    def _words(self, db: Session, some: list[Notice], say: Say, has_words: bool) -> list[str]:
        found = []
        for conversation_id in [n.conversation_id for n in some][:MOST_WORDS] if has_words else []:
            if conversation_id is not None:
                who, text = self.said(db, conversation_id)
                found.append("    " + say(Words(WORDS.text, {"name": who or "?", "text": text})))
        return found
