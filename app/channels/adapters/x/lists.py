"""How far each of X's lists has been read, and how to go on: all of them show the newest first.

A reading that was broken off goes on at its page; only its end moves the mark on, so that
nothing between is missed.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.channels.adapters.x.client import Row, rows_of
from app.channels.wire import text_of

MOST_PAGES = 1000


@dataclass(frozen=True)
class Mark:
    """How far one list has been read."""

    since: str = ""
    """The newest thing of the last whole reading."""
    newest: str = ""
    """The newest of the one that is not finished, and its next page."""
    page: str = ""


@dataclass(frozen=True)
class Cursor:
    """How far everything has been read, as it is kept with the channel."""

    mentions: Mark = Mark()
    messages: Mark = Mark()
    own: Mark = Mark()
    replies: Mark = Mark()
    quotes: Mark = Mark()
    swept: str = ""
    """When replies without a mention and quotes were last looked for."""
    messages_at: str = ""
    """Before then the messages are not read: X takes few calls of that kind."""

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """A stored cursor; a damaged one starts again, since items come in once."""
        try:
            found = json.loads(text)
            return cls(**{k: _part(v) for k, v in found.items()})
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def _part(found: object) -> Any:
    if isinstance(found, dict):
        return Mark(**{k: str(v) for k, v in found.items()})
    return str(found)


Ask = Callable[[str, str], Row]
"""(since, page) → an answer of X."""


def pages(ask: Ask, mark: Mark, *, is_back: bool = True) -> Iterator[tuple[Row, Mark]]:
    """Every page behind the mark, each with the mark that follows it; of a list that was never
    read before only the newest, unless it is to go back."""
    for _ in range(MOST_PAGES):
        answer = ask(mark.since, mark.page)
        ids = [text_of(row.get("id")) for row in rows_of(answer)]
        newest, onwards = newest_of([mark.newest, *ids]), following(answer)
        is_known = any(number(i) <= number(mark.since) for i in ids) if mark.since else False
        is_enough = is_known or not (is_back or mark.since)
        if not onwards or onwards == mark.page or is_enough:
            yield answer, Mark(since=newest_of([mark.since, newest]))
            return
        mark = replace(mark, newest=newest, page=onwards)
        yield answer, mark


def following(answer: Mapping[str, Any]) -> str:
    """The page behind this one; empty at the end."""
    meta = answer.get("meta")
    return text_of(meta.get("next_token")) if isinstance(meta, dict) else ""


def newest_of(ids: Iterable[str]) -> str:
    """Ids are text everywhere; that they grow with time is the only thing known of them."""
    return max(ids, key=number, default="")


def number(found: str) -> int:
    """An id's place in the order; what is none stands before all."""
    return int(found) if found.isascii() and found.isdigit() and len(found) < 30 else 0
