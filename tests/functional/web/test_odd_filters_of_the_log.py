"""The audit log's page takes any filter from an address, on both databases."""

import pytest

from app.factory import create_app
from tests.stand import Stand
from tests.web_page import Visitor, as_member


@pytest.mark.parametrize(
    ("query", "status"),
    [("by=%00", 200), ("action=%00", 200), ("by=%ff%fe", 200), ("action=" + "x" * 3000, 200),
     ("since=0001-01-01", 422), ("until=9999-12-31", 422), ("since=2026-02-30", 422),
     ("before=99999999999999999999", 422), ("before=-1", 422)],
)  # fmt: skip
def test_no_filter_breaks_the_page(stand: Stand, query: str, status: int) -> None:
    visitor = as_member(create_app(stand.running), stand, "Ada")

    assert visitor.client.get(f"/audit?{query}").status_code == status


def test_a_refused_sign_in_is_somebodys(sqlite_stand: Stand) -> None:
    app = create_app(sqlite_stand.running)
    visitor = Visitor(app)
    visitor.post("/sign-in", email="ben@example.com")
    visitor.send("/sign-in/password", password="wrong")

    page = as_member(app, sqlite_stand, "Ada").get("/audit?by=nobody")

    assert "Somebody was refused at the sign-in" in page.text
