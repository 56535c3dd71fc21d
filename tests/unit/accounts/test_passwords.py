"""How strong a password has to be, and how it is kept."""

import threading
import time
import unicodedata

import pytest

from app.accounts import passwords
from app.accounts.passwords import Profile, check_strength, hash_password, verify
from app.foundation.errors import Invalid

GOOD = "hirvi-kalevala-pulkka"
ABOUT = ["Väinö Mäkelä-Korhonen", "vaino.makela@riekkorinne.example", "Riekko & Rinne Oy"]


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "kaksi kettua marjassa",
        "a" * 5 + "Zx9!kettu-ilves",
        "ääkköset ovat hauskoja",
        "x7$Qpz!2mVt9",
        "!(%=_#?&/*§+,;:-",
        "mäkelä syö 7 puolukkapiirakkaa",
    ],
)
def test_a_good_password_is_taken(password: str) -> None:
    check_strength(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "x" * 9,
        "password12",
        "1234567890",
        "aaaaaaaaaaaa",
        "qwertyuiop",
        "salasana123",
        "x" * 257,
        "a" * 100_000,
    ],
)
def test_a_weak_or_endless_one_is_not(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_strength(password, about=ABOUT)

    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        *ABOUT,
        *(a.upper() for a in ABOUT),
        "vaino makela-korhonen",
        "Riekko & rinne OY",
        "vaino.makela@riekkorinne.EXAMPLE",
        "Mäkelä-Korhonen",
        "makelakorhonen1",
    ],
)
def test_a_name_of_the_person_or_the_desk_is_no_password(password: str) -> None:
    with pytest.raises(Invalid, match="easy to guess"):
        check_strength(password, about=ABOUT)


def test_empty_names_forbid_nothing() -> None:
    check_strength(GOOD, about=["", ""])


def test_names_of_one_check_do_not_leak_into_another() -> None:
    """zxcvbn keeps them in a table of the whole process."""
    wrong: list[str] = []

    def check(mine: str, other: str) -> None:
        for _ in range(30):
            try:
                check_strength(mine, about=[mine])
            except Invalid:
                pass
            else:
                wrong.append("taken")
            try:
                check_strength(mine, about=[other])
            except Invalid:
                wrong.append("refused")

    first, second = "hirvi-kalevala-pulkka", "sauna-mustikka-reki-77"
    threads = [
        threading.Thread(target=check, args=pair) for pair in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert wrong == []


def test_it_is_kept_as_argon2id_with_its_cost() -> None:
    stored = hash_password(GOOD, Profile(memory_kib=2048, passes=2, lanes=2))

    assert stored.startswith("$argon2id$v=19$m=2048,t=2,p=2$")
    assert verify(GOOD, stored)
    assert not verify(GOOD + " ", stored)
    assert stored != hash_password(GOOD, Profile(memory_kib=2048, passes=2, lanes=2))


def test_the_product_derives_with_64_mib() -> None:
    assert Profile() == Profile(memory_kib=65536, passes=3, lanes=4)


def test_letters_count_however_the_keyboard_composes_them() -> None:
    stored = hash_password(unicodedata.normalize("NFD", "hyvää päivää töihin"))

    assert verify(unicodedata.normalize("NFC", "hyvää päivää töihin"), stored)


@pytest.mark.parametrize("given", ["", "x", "\u0000", "\ud800", "ä" * 100_000, "💥" * 300])
def test_nothing_typed_breaks_the_check(given: str) -> None:
    stored = hash_password(GOOD)

    assert not verify(given, stored)
    assert not verify(given, "")
    assert not verify(given, "$argon2id$damaged")


def test_nobody_has_an_empty_password() -> None:
    assert not verify("", "")


def test_a_name_that_is_not_there_takes_as_long_as_one_that_is() -> None:
    cost = Profile(memory_kib=16384, passes=2, lanes=1)
    stored, before = hash_password(GOOD, cost), passwords.PROFILE
    passwords.PROFILE = cost
    try:
        known, unknown = _fastest(stored), _fastest("")
    finally:
        passwords.PROFILE = before

    assert 0.5 < unknown / known < 2


def _fastest(stored: str) -> float:
    times = []
    for _ in range(7):
        began = time.perf_counter()
        verify("not-the-password", stored)
        times.append(time.perf_counter() - began)
    return min(times)
