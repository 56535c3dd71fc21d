"""The small parts of links and codes that need no database."""

import re
from datetime import UTC, datetime, timedelta

from app.accounts import second_factor, tokens
from app.accounts.models import LinkKind, LinkState, OneTimeLink

NOW = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


def link(**changed: datetime) -> OneTimeLink:
    return OneTimeLink(
        kind=LinkKind.INVITATION, made_at=NOW, expires_at=NOW + timedelta(days=7), **changed
    )


def test_a_link_is_open_until_it_is_used_cancelled_or_over() -> None:
    assert link().state(NOW) is LinkState.OPEN
    assert link().state(NOW + timedelta(days=7)) is LinkState.EXPIRED
    assert link(used_at=NOW).state(NOW + timedelta(days=9)) is LinkState.USED
    assert link(cancelled_at=NOW).state(NOW + timedelta(days=9)) is LinkState.CANCELLED


def test_only_an_open_link_can_be_cancelled() -> None:
    used, over = link(used_at=NOW), link()
    used.cancel(NOW)
    over.cancel(NOW + timedelta(days=8))

    assert used.cancelled_at is None
    assert over.cancelled_at is None


def test_tokens_are_long_and_never_the_same() -> None:
    made = {tokens.new_token() for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"[\w-]{43}", token) for token in made)


def test_recovery_codes_are_easy_to_copy_from_paper() -> None:
    made = {second_factor._new_code() for _ in range(200)}

    assert len(made) == 200
    assert all(re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", code) for code in made)
    assert not set("".join(made)) & set("il01o")


def test_a_recovery_code_is_bound_to_its_member() -> None:
    assert second_factor._digest(1, "abcd-efgh-jkmn") == second_factor._digest(1, "ABCD EFGHJKMN")
    assert second_factor._digest(1, "abcd-efgh-jkmn") != second_factor._digest(2, "abcd-efgh-jkmn")
