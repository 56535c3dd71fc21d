"""Search finds what stands there now, for those who may read it, the same on both databases."""

import pytest
from sqlalchemy import select, text, update

from app.access.roles import Role
from app.foundation import fulltext
from app.foundation.errors import Invalid
from app.inbox import conversations, search, upkeep
from app.inbox.models import Contact, Message
from app.inbox.search import Found
from tests import people, web_stand
from tests.stand import Stand

NONSENSE = [
    "", "   ", '"', "''", '"takki', "takki OR", "OR", "AND", "NOT", "NEAR(a b)", "takki*", "*", "^takki",
    "words:takki", "-takki", "(", ")", "((((((", "a & b | !c", ":*", "'takki':*", "\\", "%", "_", "__",
    "👋🏽", "👋🏽 takki", "\x00", "\ud83d", "takki\n\n\tei", "·c1", "·k1", "ﷺ" * 500, "x" * 10_000,
    "sana " * 2_000, "a b c d e f g h i j k l m n o p q r s t u v w x y z å ä ö 1 2 3 4 5 6 7 8 9",
    "𝒯𝒶𝓀𝓀𝒾", "܀", "क्षि", "\u0301", "ſ", "İ", "ß", "𞤀𞤣", "½", "①",
]  # fmt: skip


def found(stand: Stand, question: str, who: str = "Ben", **more: object) -> list[Found]:
    with stand.database.reading() as db:
        return search.search(db, stand.actor(who), stand.now, question, **more).rows  # type: ignore[arg-type]  # cursor and size, by name


def names(stand: Stand, question: str, who: str = "Ben") -> list[str]:
    return [hit.row.name for hit in found(stand, question, who)]


@pytest.fixture
def told(stand: Stand) -> Stand:
    """The story, in the index."""
    web_stand.tell_story(stand)
    stand.index()
    return stand


def test_words_are_found_as_they_were_written(told: Stand) -> None:
    assert names(told, "kilpisjärvelle") == ["Kaisa Virtanen"]
    assert names(told, "KILPISJARVELLE perjantaina") == ["Kaisa Virtanen"]
    assert names(told, "kilpisjärvelle lauantaina") == []


def test_the_last_word_may_be_begun_and_the_others_may_not(told: Stand) -> None:
    assert names(told, "perjantaina kilpisj") == ["Kaisa Virtanen"]
    assert names(told, "kilpisj perjantaina") == []


def test_the_name_counts_among_the_words(told: Stand) -> None:
    assert names(told, "kaisa virt") == ["Kaisa Virtanen"]
    assert names(told, "kaisa takki") == ["Kaisa Virtanen"]
