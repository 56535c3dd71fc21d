"""How long a text may be, as each platform counts it."""

import pytest

from app.channels import limits
from app.channels.models import Platform

FACEBOOK, INSTAGRAM, X = Platform.FACEBOOK, Platform.INSTAGRAM, Platform.X


@pytest.mark.parametrize(
    ("platform", "is_public", "fits", "is_too_long"),
    [
        (FACEBOOK, True, "ä" * 8000, "ä" * 8001),
        (FACEBOOK, False, "😀" * 2000, "😀" * 2001),
        (INSTAGRAM, True, "ä" * 2200, "ä" * 2201),
        (INSTAGRAM, False, "ä" * 500, "ä" * 500 + "."),
        (INSTAGRAM, False, "😀" * 250, "😀" * 250 + "."),
        (X, True, "@ada " + "ä" * 256 + " https://example.com/" + "a" * 90, "ä" * 281),
        (X, True, "😀" * 140, "😀" * 140 + "."),
        (X, False, "日" * 10_000, "日" * 10_001),
        (Platform.DESK, False, "a" * 1000, "a" * 1001),
    ],
)
def test_the_longest_text_fits_and_one_more_does_not(
    platform: Platform, is_public: bool, fits: str, is_too_long: str
) -> None:
    limit = limits.limit(platform, is_public=is_public)

    assert limit.length(fits) == limit.most
    assert limit.takes(fits)
    assert not limit.takes(is_too_long)


def test_only_what_nobody_is_sure_of_has_a_safe_length_below_the_longest() -> None:
    unsure = [x for x in (*limits.PUBLIC.values(), *limits.PRIVATE.values()) if x.safe is not None]

    assert unsure == [limits.limit(INSTAGRAM, is_public=True)]
    assert unsure[0].safe == 300
