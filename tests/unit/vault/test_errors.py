"""One tree: whoever catches VaultError has caught everything the vault raises on purpose."""

import pickle

import pytest

import vault
from vault import errors
from vault.errors import (
    WAYS_BACK,
    ArgumentRefused,
    Break,
    ChainBroken,
    RootKeyError,
    RootKeyMissing,
    RootKeyNotWritten,
    TokenFault,
    TokenRefused,
    VaultError,
)

ALL = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]


@pytest.mark.parametrize("error", ALL)
def test_every_error_is_in_the_tree_and_in_the_public_face(error):
    assert issubclass(error, VaultError)
    assert getattr(vault, error.__name__) is error


def test_the_public_face_exports_exactly_what_it_says():
    assert sorted(vault.__all__) == vault.__all__
    assert all(hasattr(vault, name) for name in vault.__all__)


def test_a_refused_argument_is_also_a_value_error():
    assert issubclass(ArgumentRefused, ValueError)


def test_root_key_errors_say_the_way_back():
    error = RootKeyMissing("There is no key file k.")

    assert error.fact == "There is no key file k."
    assert str(error) == f"There is no key file k. {WAYS_BACK}"
    assert "the copy that you keep" in WAYS_BACK


def test_a_file_that_was_not_written_needs_no_way_back():
    assert not issubclass(RootKeyNotWritten, RootKeyError)


@pytest.mark.parametrize(
    "error",
    [
        RootKeyMissing("A fact."),
        TokenRefused("A fact.", TokenFault.DOES_NOT_FIT),
        ChainBroken("A fact.", Break.EDITED, 7),
    ],
)
def test_errors_keep_their_words_when_they_cross_a_process(error):
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert str(again).startswith("A fact.")


def test_a_broken_chain_says_kind_and_row():
    error = ChainBroken("A fact.", Break.EDITED, 7)

    assert (str(error), error.kind, error.sequence) == ("A fact.", Break.EDITED, 7)
    assert ChainBroken("A fact.", Break.EMPTY).sequence is None


def test_a_refused_token_says_why():
    error = TokenRefused("A fact.", TokenFault.UNKNOWN_KEY)

    assert (str(error), error.fault) == ("A fact.", TokenFault.UNKNOWN_KEY)
