"""X on the screens: what it costs, and why it stands still."""

from collections.abc import Callable

import pytest

from app.channels import spending
from app.channels.models import Channel
from app.channels.prices import Price
from tests.functional.tweeting import connect
from tests.stand import Stand
from tests.web_page import Visitor


def test_the_month_is_shown_and_an_owner_sets_its_ceiling(
    told: Stand, visit: Callable[[str], Visitor]
) -> None:
    channel = connect(told)
    with told.database.writing() as db:
        spending.charge(db, channel, Price.POST_WITH_URL, map(str, range(20)), told.now)

    page = visit("Ada").get(f"/channels/{channel}")
    assert "4.00 dollars" in page.text and "8 % used" in page.text
    for typed in ("", "x", "0", "NaN", "-1"):
        page = visit("Ada").post(f"/channels/{channel}/ceiling", 422, dollars=typed)
        assert "Write an amount" in page.text
    page = visit("Ada").post(f"/channels/{channel}/ceiling", dollars="3,50")

    assert "ceiling is reached" in page.text and "3.50" in page.text
    for who in ("Dan", "Ben"):
        visit(who).post(f"/channels/{channel}/ceiling", 403, dollars="9")
        assert "Set the ceiling" not in visit(who).get(f"/channels/{channel}").text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("credit 402", "Buy credit"),
        ("renewal-lost refresh 400", "while it renewed its access"),
        ("app 403", "refuses the app itself"),
        ("token 401", "refuses our access"),
    ],
)
def test_why_it_stands_still_is_said(
    told: Stand, visit: Callable[[str], Visitor], reason: str, words: str
) -> None:
    channel = connect(told)
    with told.database.writing() as db:
        db.get_one(Channel, channel).freeze(reason)

    assert words in visit("Ada").get(f"/channels/{channel}").text
