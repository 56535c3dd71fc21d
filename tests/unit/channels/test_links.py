"""What may be opened on a platform: only what leads there."""

import pytest

from app.channels.links import there
from app.channels.models import Platform

FACEBOOK = Platform.FACEBOOK
PRACTICE = "http://127.0.0.1:8011"


@pytest.mark.parametrize(
    ("platform", "address"),
    [(FACEBOOK, "https://www.facebook.com/1/posts/2?comment_id=3"),
     (FACEBOOK, "https://facebook.com/1"), (FACEBOOK, "https://m.Facebook.com/1"),
     (Platform.INSTAGRAM, "https://www.instagram.com/p/abc/"),
     (Platform.X, "https://x.com/i/status/1"), (Platform.X, "https://twitter.com/i/status/1")],
)  # fmt: skip
def test_an_address_of_the_platform_is_opened(platform: Platform, address: str) -> None:
    assert there(platform, address) == address


@pytest.mark.parametrize(
    "address",
    [None, "", "http://www.facebook.com/1", "https://facebook.com.evil.example/1",
     "https://evilfacebook.com/1", "https://www.facebook.com@evil.example/1",
     "https://evil.example@www.facebook.com/1", "https://www.facebook.com:8443/1",
     "https://x.com/i/status/1", "javascript:alert(1)//www.facebook.com", "//www.facebook.com/1",
     "https://[www.facebook.com/1", "https://evil.example/www.facebook.com",
     "http://127.0.0.1:8001/practice"],
)  # fmt: skip
def test_anything_else_is_not(address: str | None) -> None:
    assert there(FACEBOOK, address) == ""


def test_what_the_team_wrote_down_leads_nowhere() -> None:
    assert there(Platform.DESK, "https://www.facebook.com/1") == ""


def test_practice_leads_to_its_own_platform_wherever_that_is_now() -> None:
    made = "http://127.0.0.1:8001/practice/posts/1#i2"

    assert there(FACEBOOK, made, PRACTICE) == "http://127.0.0.1:8011/practice/posts/1#i2"
    assert there(FACEBOOK, "https://www.facebook.com/1", PRACTICE) == ""
    x = "https://x.com/i/status/1988"
    assert there(Platform.X, x, PRACTICE) == "http://127.0.0.1:8011/practice/x/posts/1988"
