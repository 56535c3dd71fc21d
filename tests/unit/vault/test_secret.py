"""A secret shows itself to nobody who did not call reveal()."""

import copy
import json
import logging
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest

from vault import ArgumentRefused, Secret

CANARY = "kanarialintu-7"


@pytest.fixture(params=[CANARY, CANARY.encode()], ids=["text", "bytes"])
def secret(request: pytest.FixtureRequest) -> Secret[str]:
    return Secret(request.param)


@dataclass
class Holder:
    token: Secret[str]


def test_reveal_gives_the_value_back(secret):
    assert secret.reveal() in (CANARY, CANARY.encode())


def test_nothing_that_prints_shows_it(secret):
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!s:>40}",
        f"{secret!r}",
        f"{secret:.30}",
        repr([secret]),
        repr({"token": secret}),
        repr(Holder(secret)),
        json.dumps({"token": secret}, default=str),
        logging.LogRecord("a", 20, "b", 1, "%s %r", (secret, secret), None).getMessage(),
    ]

    assert not [text for text in shown if "kanaria" in text]


def test_a_format_spec_cuts_nothing_out_of_it(secret):
    assert f"{secret:.3}" == "<Secret>"


def test_it_is_not_turned_into_json(secret):
    with pytest.raises(TypeError) as refusal:
        json.dumps(secret)

    assert "kanaria" not in str(refusal.value)


@pytest.mark.parametrize(
    "attempt",
    [
        pickle.dumps,
        lambda s: pickle.dumps(s, protocol=0),
        copy.copy,
        copy.deepcopy,
        lambda s: asdict(Holder(s)),
        lambda s: s.__getstate__(),
        lambda s: s.__reduce__(),
        vars,
        bytes,
        list,
        len,
        hash,
        lambda s: {s: 1},
    ],
)
def test_whatever_takes_values_apart_is_refused_without_showing_it(secret, attempt):
    with pytest.raises(TypeError) as refusal:
        attempt(secret)

    assert "kanaria" not in "".join(traceback.format_exception(refusal.value))


def test_equal_values_of_the_same_kind_are_equal():
    assert Secret("ä") == Secret("ä")
    assert Secret(b"a") == Secret(b"a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Secret("a"), Secret("b")),
        (Secret("a"), Secret("aa")),
        (Secret(b"a"), Secret(b"b")),
        (Secret("a"), Secret(b"a")),
        (Secret("a"), "a"),
        (Secret(b"a"), b"a"),
        (Secret("a"), None),
    ],
)
def test_different_values_or_kinds_are_not_equal(one, other):
    assert one != other
    assert other != one


@pytest.mark.parametrize("value", [None, 7, bytearray(b"a"), ["a"], Secret("a")])
def test_only_text_and_bytes_can_be_secrets(value):
    with pytest.raises(ArgumentRefused, match="text or bytes"):
        Secret(value)


@pytest.mark.parametrize("half", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_half_a_character_is_refused_without_quoting_the_rest(half):
    with pytest.raises(ArgumentRefused, match="half a character") as refusal:
        Secret(CANARY + chr(half))

    assert "kanaria" not in "".join(traceback.format_exception(refusal.value))
    assert refusal.value.__context__ is None
