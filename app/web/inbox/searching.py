"""What was found, in the place of the inbox's list."""

from typing import Any

from flask import g, url_for

from app import gate
from app.foundation import fulltext
from app.foundation.paging import Page
from app.foundation.text import clean
from app.foundation.words import Words
from app.inbox import search
from app.inbox.queries import ListRow
from app.web.inbox import lists, narrowing
from app.web.page.speech import say

LONGEST = 200
FIRST = (
    Words("What are you looking for?"),
    Words(
        "A name, words from a message or a note, or an order number. Every word must be "
        "there; the last one may be begun."
    ),
)
NOTHING = (
    Words("Nothing was found."),
    Words(
        "Every word must stand in the same message. Try fewer words, or only the "
        "beginning of one. What came in just now can be found in a moment."
    ),
)
NO_WORDS = (Words("There is no word in this."), Words("Write letters or numbers."))


def context(given: str, *, after: str | None = None, current: int = 0) -> dict[str, Any]:
    """Everything the list's templates need, with what was found as its rows."""
    question = clean(given)[:LONGEST]
    around = lists.frame(current, narrowing.Narrow())
    page = search.search(gate.db(), g.actor, gate.now(), question, cursor=after)
    args: dict[str, Any] = {"q": question}
    return {
        **around,
        "list_view": "",
        "question": question,
        "list_args": args,
        "page": Page[ListRow]([hit.row for hit in page.rows], page.next),
        "found": {hit.row.id: hit for hit in page.rows},
        "list_url": url_for("search.index", **args),
        "live_url": "",
        "more_url": url_for("search.index", **args, after=page.next) if page.next else "",
        "empty_words": [say(w) for w in _empty(question)],
    }


def _empty(question: str) -> tuple[Words, Words]:
    if not question:
        return FIRST
    return NOTHING if fulltext.asked_words(question) else NO_WORDS
