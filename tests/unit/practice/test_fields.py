"""`fields=…` taken apart and put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.practice.errors import GraphError
from app.practice.graph.fields import Field, parse, spell


def test_nested_fields_with_arguments_are_read():
    found = parse("id, from{id,name},comments.limit(5).filter(stream){ message,parent{id} }")

    assert found[0] == Field("id")
    assert found[1] == Field("from", {}, (Field("id"), Field("name")))
    assert found[2].args == {"limit": "5", "filter": "stream"}
    assert found[2].inner == (Field("message"), Field("parent", {}, (Field("id"),)))


def test_nothing_asked_for_is_nothing_in_particular():
    assert parse("") == parse("  ") == ()


def test_what_was_read_can_be_spelled_again():
    text = "id,comments.limit(5).order(chronological){from{id}}"

    assert spell(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "id,",
        ",id",
        "id}",
        "from{id",
        "from{}",
        "a b",
        "comments.limit",
        "comments.limit(5",
        "comments.(5)",
        "ä",
        "a" * 9000,
        "a{" * 20 + "id" + "}" * 20,
    ],
)
def test_bad_fields_are_refused_in_graphs_form(text):
    with pytest.raises(GraphError) as refused:
        parse(text)
    assert refused.value.code == 2500


@given(st.text(alphabet="ab{}(),. \t\x00ä0", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        again = parse(spell(parse(text)))
    except GraphError:
        return
    assert again == parse(text)
