"""The index of words gives the same hits on both databases: those its own rule in Python gives."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.foundation import fulltext
from app.foundation.fulltext import Asked, Piece, asked_words, mark, matches, words_of
from tests.desks import Desk, desk, postgres_desk, sqlite_desk

__all__ = ["desk", "postgres_desk", "sqlite_desk"]

NONSENSE = [
    "", "   ", '"', "''", '"takki', "takki OR", "OR", "AND", "NOT", "NEAR(a b)", "takki*", "*",
    "^takki", "words:takki", "-takki", "(", "((((((", "a & b | !c", ":*", "'takki':*", "\\", "%",
    "_", "__", "👋🏽", "👋🏽 takki", "\x00", "takki\n\n\tei", "·c1", "·k1", "ﷺ" * 500, "x" * 10_000,
    "sana " * 2_000, "a b c d e f g h i j k l m n o p q r s t u v w x y z å ä ö 1 2 3 4 5 6 7 8",
    "𝒯𝒶𝓀𝓀𝒾", "܀", "क्षि", "\u0301", "ſ", "İ", "ß", "𞤀𞤣", "½", "①", "\ud83d", "<b>", "' OR 1=1 --",
]  # fmt: skip
LETTERS = [
    "a",
    "aa",
    "ab",
    "abc",
    "abcd",
    "b",
    "ba",
    "äb",
    "c1",
    "12",
    "123",
    "_",
    "_a",
    "日本",
    "𞤣",
]


@pytest.fixture
def db(desk: Desk) -> Iterator[Session]:
    """An empty index; nothing is kept."""
    with desk.database.session(is_writing=True) as session:
        yield session


def put(db: Session, number: int, words: str, *marks: str) -> None:
    fulltext.change(db, [], [Piece(number, words_of(words), marks)])


def ask(db: Session, question: str, **more: object) -> list[int]:
    limits = {k: more.pop(k) for k in ("before", "since", "most") if k in more}
    asked = Asked(asked_words(question), **more)  # type: ignore[arg-type]  # marks, by name
    return fulltext.newest(db, asked, **{"most": 100, **limits})  # type: ignore[arg-type]  # limits


def test_words_are_folded_and_each_kept_once() -> None:
    assert words_of("Äiti, ÄITI ja isä", "Äiti") == ["aiti", "ja", "isa"]
    assert words_of("x" * 100) == ["x" * 60]
    assert len(words_of(" ".join(str(n) for n in range(10_000)))) == 4_000


def test_only_words_are_asked_for_and_not_too_many() -> None:
    assert asked_words("„Kengät”, kiitos! 👋") == ("kengat", "kiitos")
    assert asked_words("?!") == ()
    assert len(asked_words("a " * 1000)) == 32
    assert asked_words("x" * 10_000) == ("x" * 60,)


def test_hits_come_with_the_largest_number_first_and_within_bounds(db: Session) -> None:
    for number in (30, 10, 20, 2**62):
        put(db, number, "kengät")

    assert ask(db, "kengät") == [2**62, 30, 20, 10]
    assert ask(db, "kengät", before=30) == [20, 10]
    assert ask(db, "kengät", since=20) == [2**62, 30, 20]
    assert ask(db, "kengät", before=2**62, since=20, most=1) == [30]


def test_marks_narrow_down_and_leave_out(db: Session) -> None:
    put(db, 1, "kengät", mark("c", 1), mark("k", 1))
    put(db, 2, "kengät", mark("c", 1), mark("k", 2))
    put(db, 3, "kengät", mark("c", 11), mark("k", 1))

    one, two = mark("c", 1), mark("k", 2)
    assert ask(db, "kengät", any_of=((one,),)) == [2, 1]
    assert ask(db, "kengät", any_of=((one, mark("c", 11)),)) == [3, 2, 1]
    assert ask(db, "kengät", any_of=((one,), (two, mark("k", 9)))) == [2]
    assert ask(db, "kengät", without=(two, mark("k", 7))) == [3, 1]


def test_no_text_can_hold_a_mark(db: Session) -> None:
    put(db, 1, "kengät ·c1 c1")

    assert ask(db, "kengät", any_of=((mark("c", 1),),)) == []
    assert ask(db, "·c1") == [1]


def test_what_left_is_in_no_table_any_more(db: Session) -> None:
    put(db, 1, "salaisuus kengät")
    put(db, 2, "kengät")

    fulltext.change(db, [1], [])

    assert ask(db, "salaisuus") == [] and ask(db, "salais") == []
    assert ask(db, "kengät") == [2]
    assert "salaisuus" not in everything(db)
    assert "kengat" in everything(db)


def test_what_was_changed_is_found_by_its_new_words_only(db: Session) -> None:
    put(db, 1, "vanha sana")

    fulltext.change(db, [1], [Piece(1, words_of("uusi sana"))])

    assert ask(db, "vanha") == []
    assert ask(db, "sana") == ask(db, "uusi") == [1]
    assert "vanha" not in everything(db)


def everything(db: Session) -> str:
    """Every word that the index still knows, however it keeps them."""
    if db.get_bind().dialect.name != "sqlite":
        return str(db.execute(text("SELECT * FROM search_index")).all())
    db.execute(text("CREATE VIRTUAL TABLE temp.left USING fts5vocab(main, search_index, row)"))
    found = [
        db.execute(text(f"SELECT * FROM {t}")).all()
        for t in ("temp.left", "search_words", "search_index_content")
    ]
    db.execute(text("DROP TABLE temp.left"))
    return str(found)


@pytest.mark.parametrize("question", NONSENSE, ids=lambda q: ascii(q)[:20])
def test_no_question_fails(sqlite_desk: Desk, question: str) -> None:
    with sqlite_desk.database.session(is_writing=True) as db:
        put(db, 1, "takki")
        words = asked_words(question)
        if words:
            found = fulltext.newest(db, Asked(words), most=9)
            assert found == ([1] if matches(Asked(words), ["takki"]) else [])


def test_no_question_fails_on_postgres(postgres_desk: Desk) -> None:
    with postgres_desk.database.session(is_writing=True) as db:
        put(db, 1, "takki")
        for question in NONSENSE:
            words = asked_words(question)
            if words:
                found = fulltext.newest(db, Asked(words), most=9)
                assert found == ([1] if matches(Asked(words), ["takki"]) else []), question


def test_every_text_can_be_kept(db: Session) -> None:
    for number, words in enumerate(NONSENSE, 1):
        put(db, number, words)
    longest = " ".join("𞤣" * 59 + chr(0x4E00 + n) for n in range(5_000))
    put(db, 1000, longest)

    assert ask(db, "𞤣" * 59 + chr(0x4E00)) == [1000]


@pytest.mark.parametrize("seed", range(5))
def test_the_hits_are_those_of_the_rule(db: Session, seed: int) -> None:
    chance = random.Random(seed)
    texts = {n: " ".join(chance.choices(LETTERS, k=chance.randint(1, 5))) for n in range(1, 60)}
    for number, words in texts.items():
        put(db, number, words)

    for _ in range(60):
        asked = Asked(asked_words(" ".join(chance.choices(LETTERS, k=chance.randint(1, 3)))))
        expected = [n for n in sorted(texts, reverse=True) if matches(asked, words_of(texts[n]))]
        assert fulltext.newest(db, asked, most=100) == expected, asked


def test_a_beginning_of_very_many_words_is_found_too(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "MOST_ENDINGS", 3)
    for number in range(1, 9):
        put(db, number, f"tilaus{number}")

    assert ask(db, "tilaus") == [8, 7, 6, 5, 4, 3, 2, 1]


def test_its_tables_are_known_as_its_own() -> None:
    assert fulltext.is_own("search_index") and fulltext.is_own("search_index_data")
    assert fulltext.is_own("search_words")
    assert not fulltext.is_own("messages")
