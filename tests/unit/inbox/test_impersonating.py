"""Look-alikes by name: who is taken for one, and who must not be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbox.impersonating import likeness
from app.inbox.models import Likeness

NAME, OUR_SUPPORT, SUPPORT = Likeness
OURS = ("Retkikauppa Kaarna", "Kaarna", "Aino")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Retkikauppa Kaarna", NAME), ("RETKIKAUPPA_KAARNA", NAME), ("Retki\u00adkauppa Kaarna", NAME),
        ("Retkikauppa\u200b Kaa\u2066rna", NAME), ("Rеtkіkаuppа Kааrnа", NAME),
        ("Ｋａａｒｎａ", NAME), ("𝐊𝐚𝐚𝐫𝐧𝐚", NAME), ("Κaarna", NAME), ("Käärnä", NAME),
        ("Karna", NAME), ("Retkikaupa Kaarna", NAME), ("Retkikauppa Kaarna Oy", NAME),
        ("Kaarna.fi", NAME), ("kaarna2", NAME), ("The Kaarna Official", NAME),
        ("Retk1kauppa Kaarna", NAME), ("Retkikauppa Kaarn4", NAME), ("Retkikauppa Kaarna Virallinen", NAME),
        ("Kaarna Support", OUR_SUPPORT), ("kaarna_support", OUR_SUPPORT), ("KaarnaHelp", OUR_SUPPORT),
        ("Kaarnan asiakaspalvelu", OUR_SUPPORT), ("Kaarna Customer Service", OUR_SUPPORT),
        ("Kaarnan tekninen tuki", OUR_SUPPORT), ("Kaarna Asiakastu\u00adki", OUR_SUPPORT),
        ("Mikael, Kaarna Support", OUR_SUPPORT), ("Tuki Kaarna", OUR_SUPPORT),
        ("Asiakaspalvelu", SUPPORT), ("Customer Service", SUPPORT), ("Official Support Team", SUPPORT),
        ("Help Center 24/7", SUPPORT), ("Тuki", SUPPORT), ("Asiakaspalvelu Online", SUPPORT),
    ],
)  # fmt: skip
def test_a_look_alike_is_found(name: str, found: Likeness | None) -> None:
    assert likeness(name, OURS) is found


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "…", "Kaisa Kaarnala", "Kaarnakari Matti", "Matti Kaarna", "Kaarna Virtanen",
        "Aino Suomi", "Aino Virtanen", "Ainomaija", "Aino Ruusu", "Matti Tuki", "Tukiainen Pekka",
        "Tuulikki Tukia", "Helpi Mäkinen", "Postin asiakaspalvelu", "Kaisa Official", "Official",
        "Shop", "Online", "Team Rinne", "Retkikauppa Tunturi", "Hanna Palvelunen", "Ystävä Kaarnan",
        "Kaarina Mäki", "Kari Naarmala", "Support Your Local Band", "Oy", "Kaarnan ystävät",
    ],
)  # fmt: skip
def test_somebody_else_is_left_in_peace(name: str) -> None:
    assert likeness(name, OURS) is None


def test_a_short_name_of_ours_is_found_whole_only() -> None:
    assert likeness("Oma", ["Oma"]) is NAME
    assert likeness("Oma Support", ["Oma"]) is None
    assert likeness("Thomas Help", ["Oma"]) is None


@given(st.text(st.characters(), max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_any_name_is_judged(name: str, ours: list[str]) -> None:
    assert likeness(name, ours) in (None, *Likeness)
    assert likeness(name, []) in (None, SUPPORT)
