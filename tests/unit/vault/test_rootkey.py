"""The root key: its text form, its check, and that nothing shows it."""

import copy
import pickle
import re

import pytest

from vault import (
    ArgumentRefused,
    Label,
    RootKey,
    RootKeyMalformed,
    RootKeyWrong,
    Secret,
)

TEXT = (
    "vuoro-root-1-0001-0203-0405-0607-0809-0a0b-0c0d-0e0f-1011-1213-1415-1617-1819-1a1b-1c1d-1e1f"
    "-74bf-7376"
)


def test_generated_keys_differ():
    assert RootKey.generate() != RootKey.generate()


def test_the_text_form_is_read_back(root):
    key = RootKey.generate()

    assert root.to_text().reveal() == TEXT
    assert RootKey.from_text(TEXT) == root
    assert RootKey.from_text(key.to_text().reveal()) == key


@pytest.mark.parametrize(
    "typed",
    [
        f"  {TEXT}\r\n",
        TEXT.upper(),
        TEXT.replace("-", " "),
        TEXT.replace("-", ""),
        TEXT.replace("-1011", "\n1011"),
    ],
)
def test_capitals_spaces_and_hyphens_do_not_matter(root, typed):
    assert RootKey.from_text(typed) == root


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "nothing where the root key should be"),
        (" -\n", "nothing where the root key should be"),
        ("0" * 64, "does not begin with vuoro-root-1"),
        (TEXT.replace("root-1", "root-2"), "does not begin with vuoro-root-1"),
        (TEXT.replace("1e1f", "1elf"), "something other than digits and a to f"),
        (TEXT + "\ufffd", "something other than digits and a to f"),
        (TEXT[:-1], "has 71 digits after its label, not 72"),
        (TEXT + "0", "has 73 digits after its label, not 72"),
        ("vuoro-root-1", "has 0 digits after its label, not 72"),
        (TEXT.replace("1e1f", "1e1e"), "check digits do not fit"),
        (TEXT.replace("0203-0405", "0405-0203"), "check digits do not fit"),
        (TEXT.replace("7376", "7377"), "check digits do not fit"),
    ],
)
def test_what_is_not_a_whole_key_is_refused_with_the_reason(typed, why):
    with pytest.raises(RootKeyMalformed, match=why):
        RootKey.from_text(typed)


def test_every_single_wrong_digit_is_noticed():
    places = [i for i in range(len("vuoro-root-1"), len(TEXT)) if TEXT[i] != "-"]
    wrong = [TEXT[:i] + d + TEXT[i + 1 :] for i in places for d in "0123456789abcdef"]

    accepted = []
    for text in set(wrong) - {TEXT}:
        try:
            accepted.append(RootKey.from_text(text))
        except RootKeyMalformed:
            continue

    assert len(places) == 72
    assert accepted == []


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_has_32_bytes(size):
    with pytest.raises(RootKeyMalformed, match="32 bytes"):
        RootKey.from_bytes(bytes(size))


def test_the_check_names_the_key_without_telling_it(root):
    assert re.fullmatch(r"([0-9a-f]{4}-){4}[0-9a-f]{4}", root.check())
    assert root.check() == "b3b8-0dbe-4c52-968b-e001"
    assert RootKey.generate().check() != root.check()


def test_the_right_key_passes_its_check(root):
    root.insist_on("b3b8-0dbe-4c52-968b-e001")


@pytest.mark.parametrize("check", ["b3b8-0dbe-4c52-968b-e002", "b3b8", "", "ä"])
def test_another_key_is_refused_naming_both_checks(root, check):
    with pytest.raises(RootKeyWrong) as refusal:
        root.insist_on(check)

    assert root.check() in refusal.value.fact
    assert f"set up with {check}." in refusal.value.fact


def test_label_number_and_length_each_change_the_whole_key(root):
    keys = [
        root.derive(label, number=number, length=length).reveal()[:16]
        for label in Label
        for number in (1, 2, 12)
        for length in (16, 32, 64)
    ]

    assert len(set(keys)) == len(keys) == 45


def test_different_root_keys_derive_different_keys(root):
    other = RootKey.generate()

    assert other.token_key(1) != root.token_key(1)
    assert other.audit_key(1).public_key != root.audit_key(1).public_key


@pytest.mark.parametrize("number", [0, -1, 2**32, True])
def test_key_numbers_begin_at_one(root, number):
    with pytest.raises(ArgumentRefused, match="key number"):
        root.derive(Label.MACHINE, number=number, length=32)


@pytest.mark.parametrize("length", [0, 15, 8161])
def test_derived_keys_are_neither_short_nor_endless(root, length):
    with pytest.raises(ArgumentRefused, match="between 16 and 8160 bytes"):
        root.derive(Label.MACHINE, number=1, length=length)


def test_derived_keys_may_be_as_long_as_hkdf_allows(root):
    assert len(root.derive(Label.MACHINE, number=1, length=8160).reveal()) == 8160


def test_a_label_is_one_of_the_list(root):
    with pytest.raises(AttributeError):
        root.derive("machine-aes-256-gcm", number=1, length=32)


def test_keys_are_equal_only_to_the_same_key(root):
    assert root == RootKey.from_bytes(bytes(range(32)))
    assert root != RootKey.from_bytes(bytes(32))
    assert root != Secret(bytes(range(32)))


def test_nothing_shows_the_key(root):
    for shown in (repr(root), str(root), f"{root}", repr([root]), repr(root.to_text())):
        assert "0405" not in shown
        assert "\\x04" not in shown
    assert repr(root) == "<RootKey b3b8-0dbe-4c52-968b-e001>"


@pytest.mark.parametrize("attempt", [pickle.dumps, copy.copy, copy.deepcopy, hash, vars])
def test_it_is_not_copied_pickled_or_hashed(root, attempt):
    with pytest.raises(TypeError):
        attempt(root)
