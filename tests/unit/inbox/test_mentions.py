"""Whom an @ in a note means. Pure."""

import pytest

from app.accounts.models import Member
from app.inbox import mentions

TEAM = [
    Member(id=i, name=name)
    for i, name in enumerate(
        ["Ada Aho", "Ben Berg", "Ben Berglund", "Anna-Liisa Ek", "Anna Ek", "Åke Öst"], 1
    )
]


def found(text: str) -> tuple[list[str], list[list[str]]]:
    named, unclear = mentions.found(text, TEAM)
    return [m.name for m in named], [[m.name for m in some] for some in unclear]


@pytest.mark.parametrize(("text", "names"), [
    ("@Ada", ["Ada Aho"]),
    ("Kysy: @ada, kiitos", ["Ada Aho"]),
    ("(@Ada) ja @ADA", ["Ada Aho"]),
    ("@Ada Aho.", ["Ada Aho"]),
    ("@Ben Berg", ["Ben Berg"]),
    ("@Ben Berglund tietää", ["Ben Berglund"]),
    ("@Anna", ["Anna Ek"]),
    ("@Anna-Liisa", ["Anna-Liisa Ek"]),
    ("@Åke ja @ada", ["Åke Öst", "Ada Aho"]),
    ("@åKE", ["Åke Öst"]),
    ("ada@example.com", []),
    ("laita ada@Ada", []),
    ("@Adalle", []),
    ("@", []),
    ("@ Ada", []),
    ("@@Ada", []),
    ("@kukaan", []),
])  # fmt: skip
def test_a_name_behind_an_at(text: str, names: list[str]) -> None:
    assert found(text) == (names, [])


def test_several_of_one_first_name_are_asked_for_by_full_name() -> None:
    assert found("@Ben ja @Ada") == (["Ada Aho"], [["Ben Berg", "Ben Berglund"]])
    assert found("@Ben @Ben") == ([], [["Ben Berg", "Ben Berglund"]])
