"""Which permissions a token lacks: read from whatever `debug_token` answers."""

from typing import Any

import pytest

from app.channels.adapters.meta.rights import NEEDED, missing
from tests.unit.channels.graph_stub import StubGraph, refused

PAGE = "900"


def asked(answer: Any) -> tuple[str, ...] | None:
    return missing(StubGraph(("debug_token", answer)), "EAATOKEN", {PAGE})


def test_a_whole_token_lacks_nothing() -> None:
    rows = [{"scope": name, "target_ids": ["1", PAGE]} for name in NEEDED]

    assert asked({"data": {"scopes": [*NEEDED, "email"], "granular_scopes": rows}}) == ()


def test_a_permission_that_names_no_page_holds_for_every_page() -> None:
    rows = [{"scope": name} for name in NEEDED]

    assert asked({"data": {"scopes": list(NEEDED), "granular_scopes": rows}}) == ()
    assert asked({"data": {"scopes": list(NEEDED)}}) == ()


@pytest.mark.parametrize("targets", [[], ["901"]])
def test_a_permission_for_other_pages_only_is_missing_here(targets: list[str]) -> None:
    rows = [{"scope": "pages_messaging", "target_ids": targets}]

    found = asked({"data": {"scopes": list(NEEDED), "granular_scopes": rows}})

    assert found == ("pages_messaging",)


def test_what_was_not_granted_at_all_is_missing() -> None:
    found = asked({"data": {"scopes": ["pages_show_list", "pages_read_engagement"]}})

    assert found == NEEDED[2:]


@pytest.mark.parametrize(
    "answer",
    [
        refused(100),
        refused(190, 463),
        {},
        {"data": None},
        {"data": []},
        {"data": {"scopes": "pages_messaging"}},
    ],
)
def test_where_the_app_cannot_know_nothing_is_claimed(answer: Any) -> None:
    assert asked(answer) is None


def test_rows_that_are_none_do_not_stop_it() -> None:
    rows = [None, "x", {"scope": "pages_messaging", "target_ids": "all"}]

    assert asked({"data": {"scopes": list(NEEDED), "granular_scopes": rows}}) == ()
