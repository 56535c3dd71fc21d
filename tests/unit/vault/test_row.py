"""A row has one form, one spelling and one hash."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tests.unit.vault.logs import START, after, make_log
from vault import ArgumentRefused, Break, ChainBroken
from vault.chain import (
    EPOCH_BEGAN,
    GENESIS,
    KEY_ENTERED,
    LOG_BEGAN,
    Row,
    begin_epoch,
    enter_key,
    from_line,
    to_line,
)

HASH = bytes(range(32))


@pytest.fixture
def row(key) -> Row:
    return make_log(key, 2)[1]


def columns(row: Row) -> dict[str, object]:
    names = [name for name in Row.__dataclass_fields__ if name != "content_hash"]
    return {name: getattr(row, name) for name in names}


def test_the_hash_is_sha256_over_the_domain_and_the_canonical_json(row):
    body = json.loads(to_line(row))
    del body["hash"], body["signature"]

    text = json.dumps(body, sort_keys=True, separators=(",", ":"))

    assert row.hash == hashlib.sha256(b"vuoro-audit-row-1\n" + text.encode()).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 3},
        {"at": START},
        {"at": START + timedelta(minutes=1, microseconds=1)},
        {"actor": "member:ben"},
        {"action": "replies:draft:sent"},
        {"object": "draft:2"},
        {"detail": {}},
        {"key_number": 2},
        {"previous_hash": HASH},
    ],
)
def test_every_field_is_in_the_hash(row, change):
    assert replace(row, **change).content_hash != row.hash


LOOKALIKES = [
    {},
    {"a": None},
    {"a": "None"},
    {"a": "null"},
    {"a": ""},
    {"a": []},
    {"a": [None]},
    {"a": [""]},
    {"a": 1},
    {"a": "1"},
    {"a": True},
    {"a": "true"},
    {"a": [1]},
    {"a": ["1"]},
    {"a": [1, 1]},
    {"a": [11]},
    {"a": False},
    {"a": 0},
    {"a": -1},
    {"a": "-1"},
    {"a": '1","b":"2'},
    {"a": "1", "b": "2"},
    {"a": "ä"},
    {"a": "\\u00e4"},
    {"a": "ä "},
    {"b": 1},
    {"a_b": 1},
    {"a": "😀"},
    {"a": "\x00"},
    {"a": "\n"},
    {"a": "\\n"},
]


def test_details_that_look_alike_never_share_bytes(row):
    seen = {replace(row, detail=detail).canonical_bytes() for detail in LOOKALIKES}

    assert len(seen) == len(LOOKALIKES)


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 2**53 - 1},
        {"actor": "x" * 200},
        {"object": "x" * 200},
        {"key_number": 2**32 - 1},
        {"detail": {"a" * 64: [2**53 - 1, 1 - 2**53]}},
    ],
)
def test_the_limits_themselves_are_allowed(row, change):
    assert from_line(to_line(replace(row, **change))) == replace(row, **change)


def test_a_row_may_have_65536_bytes_and_no_more(row):
    room = 65_536 - len(replace(row, detail={"a": ""}).canonical_bytes())

    largest = replace(row, detail={"a": "x" * room})

    assert len(largest.canonical_bytes()) == 65_536
    assert from_line(to_line(largest)) == largest
    with pytest.raises(ArgumentRefused, match="at most 65536 bytes"):
        replace(row, detail={"a": "x" * (room + 1)})


def test_what_stands_in_one_field_cannot_stand_for_two(row):
    left = replace(row, actor='a","object":"b', object="c")
    right = replace(row, actor="a", object='b","object":"c')

    assert left.content_hash != right.content_hash


def test_the_order_of_the_details_does_not_matter(row):
    one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}

    assert replace(row, detail=one).content_hash == replace(row, detail=other).content_hash


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(0)), ZoneInfo("UTC")])
def test_any_spelling_of_utc_will_do(row, zone):
    assert replace(row, at=row.at.replace(tzinfo=zone)).content_hash == row.content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 0},
        {"sequence": True},
        {"sequence": "2"},
        {"sequence": 2.0},
        {"sequence": 2**53},
        {"at": START.replace(tzinfo=None)},
        {"at": START.astimezone(timezone(timedelta(hours=2)))},
        {"at": "2026-01-02T03:04:05Z"},
        {"at": START.date()},
        {"actor": ""},
        {"actor": None},
        {"actor": "x" * 201},
        {"actor": "cafe\u0301"},
        {"actor": "\ud800"},
        {"action": "approved"},
        {"action": "a:b"},
        {"action": "a:b:c:d"},
        {"action": "A:b:c"},
        {"action": "a:b:c\n"},
        {"action": "a::c"},
        {"action": None},
        {"object": ""},
        {"object": "x" * 201},
        {"object": 7},
        {"detail": None},
        {"detail": [("a", 1)]},
        {"detail": {1: "a"}},
        {"detail": {"": 1}},
        {"detail": {"A": 1}},
        {"detail": {"ä": 1}},
        {"detail": {"a" * 65: 1}},
        {"detail": {"a": 1.0}},
        {"detail": {"a": float("nan")}},
        {"detail": {"a": 2**53}},
        {"detail": {"a": -(2**53)}},
        {"detail": {"a": {"b": 1}}},
        {"detail": {"a": [[1]]}},
        {"detail": {"a": (1, 2)}},
        {"detail": {"a": b"x"}},
        {"detail": {"a": "cafe\u0301"}},
        {"detail": {"a": ["cafe\u0301"]}},
        {"detail": {"a": "\udfff"}},
        {"detail": {"a": "x" * 65_536}},
        {"key_number": 0},
        {"key_number": 2**32},
        {"key_number": None},
        {"previous_hash": b""},
        {"previous_hash": HASH[:31]},
        {"previous_hash": bytearray(32)},
        {"previous_hash": HASH.hex()},
        {"previous_hash": GENESIS},
        {"hash": HASH[:31]},
        {"hash": None},
        {"signature": bytes(63)},
        {"signature": bytes(128)},
        {"sequence": 1},
        {"action": LOG_BEGAN},
        {"action": EPOCH_BEGAN},
        {"action": KEY_ENTERED, "signature": bytes(128)},
    ],
    ids=repr,
)
def test_what_has_not_the_form_of_a_row_is_refused(row, change):
    with pytest.raises(ArgumentRefused, match="An audit row has"):
        replace(row, **change)
    with pytest.raises(ChainBroken, match="not an audit row") as broken:
        Row.read(**(columns(row) | change))

    assert broken.value.kind is Break.UNREADABLE


@pytest.mark.parametrize(
    ("changes", "sequence"),
    [
        ({"actor": ""}, 2),
        ({"sequence": 0}, 0),
        ({"sequence": "2"}, None),
        ({"sequence": True}, None),
    ],
)
def test_a_broken_row_says_its_number_if_it_has_one(row, changes, sequence):
    with pytest.raises(ChainBroken) as broken:
        Row.read(**(columns(row) | changes))

    assert broken.value.sequence == sequence
    assert type(broken.value.sequence) is type(sequence)


def test_missing_and_unknown_columns_are_broken(row):
    fewer = columns(row)
    del fewer["actor"]

    for given in (fewer, columns(row) | {"colour": 1}):
        with pytest.raises(ChainBroken, match="not an audit row") as broken:
            Row.read(**given)
        assert broken.value.sequence == 2


def test_stored_columns_are_read_back(row):
    assert Row.read(**columns(row)) == row


@pytest.mark.parametrize(
    "detail",
    [
        {"new_key": 1},
        {"new_key": 1, "public_key": 7},
        {"new_key": 1, "public_key": "ab"},
        {"new_key": 1, "public_key": "AB" * 32},
        {"new_key": 2, "public_key": "ab" * 32},
        {"new_key": True, "public_key": "ab" * 32},
        {"new_key": "1", "public_key": "ab" * 32},
        {"public_key": "ab" * 32},
    ],
)
def test_the_first_row_names_its_own_key(key, detail):
    with pytest.raises(ArgumentRefused, match="new key"):
        replace(make_log(key, 1)[0], detail=detail)


@pytest.mark.parametrize("number", [0, 1, 2**32, None])
def test_a_key_enters_with_a_higher_number(row, key, new_key, number):
    entry = enter_key(row, at=START, actor="system", object="desk", old=key, new=new_key)

    with pytest.raises(ArgumentRefused, match="number of the new key"):
        replace(entry, detail={**entry.detail, "new_key": number})


def test_a_key_that_enters_is_signed_twice(row, key, new_key):
    entry = enter_key(row, at=START, actor="system", object="desk", old=key, new=new_key)

    with pytest.raises(ArgumentRefused, match="2 signature"):
        replace(entry, signature=entry.signature[:64])


def test_the_key_in_force_is_the_one_that_came_in(row, key, new_key):
    entry = enter_key(row, at=START, actor="system", object="desk", old=key, new=new_key)
    epoch = begin_epoch(row, at=START, actor="system", object="desk", new=new_key)

    assert [r.key_in_force for r in (row, entry, epoch)] == [1, 2, 2]
    assert [r.key_number for r in (row, entry, epoch)] == [1, 1, 2]


def test_an_ordinary_row_may_use_the_same_words_in_its_detail(row):
    assert replace(row, detail={"new_key": 9, "public_key": "none"}).key_in_force == 1


def test_lines_are_read_back(key, new_key):
    rows = make_log(key, 3)
    rows.append(enter_key(rows[-1], at=START, actor="s", object="k", old=key, new=new_key))
    rows.append(after(rows[-1], new_key, actor="jäsen:😀", detail={"a": ["\u2028\n", None, -5]}))

    lines = [to_line(row) for row in rows]

    assert [from_line(line) for line in lines] == rows
    assert all(line.isascii() and len(line.splitlines()) == 1 for line in lines)


def respelled(line: str) -> dict[str, str]:
    data = json.loads(line)
    return {
        "nothing": "",
        "a blank line": " ",
        "a space before": " " + line,
        "a space behind": line + " ",
        "a newline behind": line + "\n",
        "two rows": line + line,
        "loose spelling": json.dumps(data, sort_keys=True),
        "another order": json.dumps(dict(reversed(data.items())), separators=(",", ":")),
        "an unknown key": line.replace('"format":1', '"format":1,"foreign":1'),
        "a missing key": line.replace('"actor":"member:ada",', ""),
        "a repeated key": line.replace('"format":1', '"format":1,"format":1'),
        "a repeated value": line.replace('"actor"', '"actor":"member:ben","actor"'),
        "another format": line.replace('"format":1', '"format":2'),
        "no format": line.replace('"format":1,', ""),
        "a fraction": line.replace('"sequence":2', '"sequence":2.0'),
        "an exponent": line.replace('"sequence":2', '"sequence":2e0'),
        "text for a number": line.replace('"sequence":2', '"sequence":"2"'),
        "a number for text": line.replace('"object":"draft:1"', '"object":1'),
        "capitals": line.replace(data["hash"], data["hash"].upper()),
        "spaces in a hash": line.replace(data["hash"], data["hash"][:32] + " " + data["hash"][32:]),
        "a short hash": line.replace(data["hash"], data["hash"][:62]),
        "no hex": line.replace(data["hash"], "g" * 64),
        "a hash that is no text": line.replace(f'"{data["hash"]}"', "7"),
        "another zone": line.replace("06Z", "06+00:00"),
        "a short time": line.replace(".000006Z", "Z"),
        "no time": line.replace(data["at"], "yesterday"),
        "a time that is no text": line.replace(f'"{data["at"]}"', "7"),
        "an escaped letter": line.replace("member", "\\u006dember"),
        "raw utf-8": line.replace("member", "mämber"),
        "not a number": line.replace('"version":3', '"version":NaN'),
        "infinity": line.replace('"version":3', '"version":1e999'),
        "a huge number": line.replace('"version":3', '"version":' + "9" * 5000),
        "a nested detail": line.replace('"version":3', '"version":{"a":1}'),
        "a deep detail": line.replace('"version":3', '"version":' + "[" * 50_000),
        "deep brackets": "[" * 100_000,
        "endless": line.replace("member:ada", "a" * 200_000),
        "a list": f"[{line}]",
        "a string": json.dumps(line),
        "null": "null",
        "a number": "7",
        "broken json": line[:-1],
        "a nul": line.replace("member", "\x00"),
    }


@pytest.mark.parametrize("how", respelled('{"hash":"h","at":"t"}'))
def test_only_the_one_spelling_is_read(row, how):
    line = to_line(row)
    other = respelled(line)[how]
    assert other != line

    with pytest.raises(ChainBroken, match="not an audit row") as broken:
        from_line(other)

    assert broken.value.kind is Break.UNREADABLE
    assert broken.value.sequence in (2, None)


def test_an_endless_line_is_not_even_parsed(row, monkeypatch):
    monkeypatch.setattr(json, "loads", pytest.fail)

    with pytest.raises(ChainBroken):
        from_line(to_line(row) + " " * 131_072)


def test_a_row_is_not_changed_by_what_happens_to_the_callers_detail(row, key):
    detail = {"channels": ["7"]}
    new = after(row, key, detail=detail)

    detail["channels"].append("8")

    assert new.detail == {"channels": ["7"]}


def test_the_content_hash_is_no_field_of_its_own(row):
    assert "content_hash" not in repr(row)
    with pytest.raises((TypeError, ValueError)):
        replace(row, content_hash=HASH)
    assert row.at == datetime(2026, 1, 2, 3, 5, 5, 6, tzinfo=UTC)
