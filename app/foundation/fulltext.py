"""The index of words, over both databases: the same words in, the same hits out.

Texts are split and folded before they come here, so that SQLite (FTS5) and PostgreSQL (tsvector,
GIN) only ever compare whole words. A piece of text stands under a number of the caller's; hits
come back with the largest number first. Beside its words a piece may carry marks, by which hits
are narrowed down; no text can hold one, since a mark begins with what is no part of a word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, column, select, text
from sqlalchemy.orm import Session

from app.foundation.text import search_words

TABLE = "search_index"
VOCABULARY = "search_words"
MARK = "·"
LONGEST_WORD = 60
MOST_WORDS = 4_000
MOST_ASKED = 32
LONGEST_QUESTION = 1_000
MOST_ENDINGS = 1_000
"""With more endings than this a beginning is left to the database, which is slower."""


@dataclass(frozen=True)
class Piece:
    """A text's words and marks, under its number."""

    number: int
    words: Iterable[str]
    marks: Sequence[str] = ()


@dataclass(frozen=True)
class Asked:
    """Every word must be there, the last one at least as the beginning of one.

    `any_of` holds groups of marks: of each group one must be there. None of `without` may be.
    """

    words: tuple[str, ...]
    any_of: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()


def is_own(table: str) -> bool:
    """Whether a table belongs to this index and to no model."""
    return table == VOCABULARY or table.startswith(TABLE)


def mark(kind: str, number: int) -> str:
    """A mark such as ·c12."""
    return f"{MARK}{kind}{number}"


def words_of(*texts: str) -> list[str]:
    """The words of some texts as the index keeps them, each once; the first ones of very long
    texts, since PostgreSQL takes a megabyte of words and no more."""
    found = dict.fromkeys(w[:LONGEST_WORD] for t in texts for w in search_words(t))
    return list(found)[:MOST_WORDS]


def asked_words(question: str) -> tuple[str, ...]:
    """The words of what somebody typed; none if they typed signs only."""
    found = search_words(question[:LONGEST_QUESTION])[:MOST_ASKED]
    return tuple(w[:LONGEST_WORD] for w in found)


def matches(asked: Asked, words: Iterable[str]) -> bool:
    """The index's own rule, for a text that it has not seen yet."""
    there, *whole = set(words), *asked.words[:-1]
    is_begun = any(w.startswith(asked.words[-1]) for w in there)
    return is_begun and there.issuperset(whole)


def change(db: Session, gone: Sequence[int], new: Sequence[Piece]) -> None:
    """Some pieces leave the index and others come in, in one go."""
    if _is_sqlite(db):
        left = _take_out(db, gone)
        _put_in(db, new)
        _forget(db, left)
        return
    if gone:
        db.execute(text("DELETE FROM search_index WHERE id = :id"), [{"id": n} for n in gone])
    if new:
        db.execute(
            text("INSERT INTO search_index (id, words)"
                 " VALUES (:id, array_to_tsvector(CAST(:words AS text[])))"),
            [{"id": p.number, "words": [*p.words, *p.marks]} for p in new],
        )  # fmt: skip


def newest(
    db: Session,
    asked: Asked,
    *,
    most: int,
    before: int | None = None,
    since: int | None = None,
) -> list[int]:
    """The numbers of what matches, largest first."""
    is_sqlite = _is_sqlite(db)
    number: ColumnElement[int] = column("rowid" if is_sqlite else "id", BigInteger)
    match = "search_index MATCH :q" if is_sqlite else "words @@ CAST(:q AS tsquery)"
    question = _fts5(db, asked) if is_sqlite else _tsquery(asked)
    found = select(number).select_from(text(TABLE)).where(text(match).bindparams(q=question))
    if before is not None:
        found = found.where(number < before)
    if since is not None:
        found = found.where(number >= since)
    return list(db.scalars(found.order_by(number.desc()).limit(most)))


def _is_sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def _fts5(db: Session, asked: Asked) -> str:
    *whole, last = asked.words
    parts = [f'"{w}"' for w in whole] + [_beginning(db, last)]
    parts += [_one_of(group) for group in asked.any_of]
    found = " AND ".join(f"({p})" for p in parts)
    return f"({found}) NOT ({_one_of(asked.without)})" if asked.without else found


def _beginning(db: Session, word: str) -> str:
    """The words that begin so, one by one: FTS5 reads those lazily and a prefix as a whole."""
    known = db.scalars(
        text("SELECT word FROM search_words WHERE word >= :first AND word < :end LIMIT :most"),
        {"first": word, "end": word + "\U0010ffff", "most": MOST_ENDINGS + 1},
    ).all()
    return f'"{word}" *' if len(known) > MOST_ENDINGS else _one_of([word, *known])


def _one_of(words: Iterable[str]) -> str:
    return " OR ".join(f'"{w}"' for w in words)


def _tsquery(asked: Asked) -> str:
    *whole, last = asked.words
    parts = [f"'{w}'" for w in whole] + [f"'{last}':*"]
    parts += ["(" + " | ".join(f"'{m}'" for m in group) + ")" for group in asked.any_of]
    return " & ".join([*parts, *(f"!'{m}'" for m in asked.without)])


def _take_out(db: Session, numbers: Sequence[int]) -> set[str]:
    """The words of what went: perhaps no other piece holds them."""
    left: set[str] = set()
    for number in numbers:
        words = db.scalar(text("SELECT words FROM search_index WHERE rowid = :n"), {"n": number})
        left.update((words or "").split(" "))
        db.execute(text("DELETE FROM search_index WHERE rowid = :n"), {"n": number})
    return {w for w in left if w and not w.startswith(MARK)}


def _put_in(db: Session, pieces: Sequence[Piece]) -> None:
    if not pieces:
        return
    listed = [(p.number, list(p.words), p.marks) for p in pieces]
    db.execute(
        text("INSERT INTO search_index (rowid, words) VALUES (:n, :words)"),
        [{"n": n, "words": " ".join([*words, *marks])} for n, words, marks in listed],
    )
    known = sorted({w for _, words, _ in listed for w in words})
    if known:
        db.execute(
            text("INSERT OR IGNORE INTO search_words (word) VALUES (:word)"),
            [{"word": w} for w in known],
        )


def _forget(db: Session, words: Iterable[str]) -> None:
    """Words that no piece holds any more are known no longer."""
    for word in words:
        held = db.scalar(
            text("SELECT 1 FROM search_index WHERE search_index MATCH :q LIMIT 1"),
            {"q": f'"{word}"'},
        )
        if held is None:
            db.execute(text("DELETE FROM search_words WHERE word = :word"), {"word": word})
