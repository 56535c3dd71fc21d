"""What Meta pushes about the feed, in every form it was seen in and in any other."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.items import Batch, CommentItem, Item, UnknownItem, Verb
from tests.unit.channels.unpacking import pushed as normalize

AT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
NAMES = ("item", "verb", "comment_id", "post_id", "parent_id", "from", "message", "created_time",
         "post", "photo", "video", "link", "sender_id", "sender_name")  # fmt: skip
VALUE = JSON | st.fixed_dictionaries(
    {"item": st.just("comment"), "comment_id": JSON | st.text(min_size=1), "post_id": JSON},
    optional=dict.fromkeys(NAMES[4:], JSON),
)
CHANGE = JSON | st.fixed_dictionaries({"field": st.just("feed") | JSON, "value": VALUE})
ENTRY = JSON | st.fixed_dictionaries(
    {"id": st.just("106") | JSON}, optional={"changes": JSON | st.lists(CHANGE, max_size=3)}
)
BODY = JSON | st.fixed_dictionaries(
    {"object": st.just("page") | JSON, "entry": JSON | st.lists(ENTRY, max_size=3)}
)


def value(**more: Any) -> dict[str, Any]:
    return {
        "item": "comment", "verb": "add", "comment_id": "331_173", "post_id": "106_331",
        "parent_id": "106_331", "from": {"id": "700", "name": "Ada"}, "message": "Hei",
        "created_time": 1790000000, "post": {"id": "106_331", "permalink_url": "https://f.example"},
        **more,
    }  # fmt: skip


def batch(*changes: object, page: object = "106") -> Batch:
    whole = {"object": "page", "entry": [{"id": page, "time": 1790000000, "changes": changes}]}
    return normalize(json.dumps(whole).encode())


def one(**more: Any) -> Item:
    found = batch({"field": "feed", "value": value(**more)})
    assert found.problems == ()
    ((page, item),) = found.items
    assert page == "106"
    return item


def comment(**more: Any) -> CommentItem:
    item = one(**more)
    assert isinstance(item, CommentItem)
    return item


def test_a_comment_comes_with_all_that_is_told() -> None:
    found = comment()

    assert (found.verb, found.external_id, found.post.external_id) == (
        Verb.ADD, "331_173", "106_331",
    )  # fmt: skip
    assert (found.author_id, found.author_name, found.is_ours) == ("700", "Ada", False)
    assert (found.text, found.sent_at, found.happened_at) == ("Hei", AT, AT)
    assert (found.parent_id, found.post.permalink) == ("", "https://f.example")


@pytest.mark.parametrize(
    ("verb", "meant"),
    [("add", Verb.ADD), ("edited", Verb.EDIT), ("edit", Verb.EDIT), ("remove", Verb.DELETE),
     ("delete", Verb.DELETE), ("hide", Verb.HIDE), ("unhide", Verb.UNHIDE)],
)  # fmt: skip
def test_every_verb(verb: str, meant: Verb) -> None:
    assert comment(verb=verb).verb is meant


def test_a_removal_has_no_words() -> None:
    told = value(verb="remove")
    del told["message"]

    ((_, found),) = batch({"field": "feed", "value": told}).items

    assert isinstance(found, CommentItem)
    assert (found.verb, found.text) == (Verb.DELETE, None)


def test_only_its_coming_says_when_it_was_said() -> None:
    assert comment(verb="edited").sent_at is None
    assert comment(verb="edited").happened_at == AT


@pytest.mark.parametrize(
    ("parent", "meant"),
    [
        ("106_331", ""),
        ("331", ""),
        ("", ""),
        (None, ""),
        ("331_170", "331_170"),
        (331170, "331170"),
    ],
)
def test_a_reply_names_its_comment_and_a_top_comment_its_post(parent: object, meant: str) -> None:
    assert comment(parent_id=parent).parent_id == meant


def test_ids_above_what_a_float_holds_stay_whole() -> None:
    found = comment(
        comment_id=9007199254740993, post_id=9007199254740995,
        **{"from": {"id": 9007199254740997, "name": "Ada"}},
    )  # fmt: skip

    assert (found.external_id, found.post.external_id, found.author_id) == (
        "9007199254740993", "9007199254740995", "9007199254740997",
    )  # fmt: skip
    ((page, _),) = batch({"field": "feed", "value": value()}, page=9007199254740993).items
    assert page == "9007199254740993"


def test_what_the_page_wrote_is_ours_whatever_form_the_id_has() -> None:
    assert comment(**{"from": {"id": 106, "name": "Kauppa"}}).is_ours
    assert comment(**{"from": {"id": "106"}}).is_ours


@pytest.mark.parametrize("author", [None, 7, [], "Ada", {}, {"id": None}])
def test_without_an_author_none_is_invented(author: object) -> None:
    found = comment(**{"from": author})

    assert (found.author_id, found.is_ours) == ("", False)


def test_the_old_field_names_are_read() -> None:
    told = value(sender_id=700, sender_name="Ada")
    del told["from"]

    ((_, found),) = batch({"field": "feed", "value": told}).items

    assert isinstance(found, CommentItem)
    assert (found.author_id, found.author_name) == ("700", "Ada")


def test_of_pictures_only_the_kind_is_kept() -> None:
    found = comment(photo="https://x.example/1.jpg?secret=1", link="https://x.example")

    assert found.attachments == ("photo", "link")


@pytest.mark.parametrize("item", ["like", "reaction", "share", "hologram", 7])
def test_another_item_is_known_as_not_shown(item: object) -> None:
    assert isinstance(one(item=item), UnknownItem)


@pytest.mark.parametrize("field", ["name", "dreams", "", 7, None])
def test_another_field_is_known_as_not_shown(field: object) -> None:
    ((_, item),) = batch({"field": field, "value": {}}).items

    assert isinstance(item, UnknownItem)


def test_every_entry_and_every_change_is_read() -> None:
    entries = [
        {"id": str(n), "changes": [{"field": "feed", "value": value(comment_id=f"1_{n}{c}")}
                                   for c in range(3)]}
        for n in range(4)
    ]  # fmt: skip
    found = normalize(json.dumps({"object": "page", "entry": entries}).encode())

    assert [(p, i.external_id) for p, i in found.items if isinstance(i, CommentItem)] == [
        (str(n), f"1_{n}{c}") for n in range(4) for c in range(3)
    ]


def storable(text: str) -> bool:
    return "\0" not in text and text.encode("utf-8", "ignore").decode() == text


@given(BODY)
def test_any_json_is_read_and_what_it_brings_can_be_stored(body: object) -> None:
    found = normalize(json.dumps(body).encode())

    for page, item in found.items:
        assert storable(page)
        if isinstance(item, CommentItem):
            assert item.external_id
            assert item.post.external_id
            for text in (item.external_id, item.parent_id, item.author_id, item.author_name,
                         item.text or "", item.post.permalink, *item.attachments):  # fmt: skip
                assert storable(text)
            assert len(item.author_name) <= 200
            assert len(item.post.permalink) <= 500
            for moment in (item.sent_at, item.happened_at):
                assert moment is None or moment.tzinfo is UTC


@given(st.binary(max_size=200) | JSON.map(lambda v: json.dumps(v).encode("utf-16")))
def test_any_bytes_are_read(body: bytes) -> None:
    normalize(body)


@given(VALUE)
def test_one_strange_change_leaves_the_others_as_they_are(strange: object) -> None:
    good = {"field": "feed", "value": value()}

    found = batch(good, {"field": "feed", "value": strange}, good)

    known = [i for _, i in found.items if isinstance(i, CommentItem) and i.external_id == "331_173"]
    assert len(known) >= 2
    assert len(found.items) + len(found.problems) == 3
