"""Rules about all rights: each is asked for somewhere, and the areas ask again for themselves."""

from app.access.permissions import Permission
from app.access.roles import GIVES, Role
from app.web.accounts import rights
from tests.architecture.source import members_used

BY_THE_GATE_ALONE = {"MEMBER_READ"}
"""A list without an object stands behind it."""


def test_every_right_is_asked_for_by_a_route_or_a_service() -> None:
    asked = members_used("Permission", "app/access", "app/web/accounts/rights.py")

    assert {p.name for p in Permission} == asked


def test_every_right_of_a_route_is_checked_again_by_a_service() -> None:
    by_doors = members_used("Permission", "app/access", "app/web/accounts/rights.py")
    by_areas = members_used("Permission", "app/access", "app/web", "app/api", "app/gate.py")

    assert by_doors - by_areas == BY_THE_GATE_ALONE


def test_every_role_is_in_the_map() -> None:
    assert set(GIVES) == set(Role)


def test_the_roles_page_has_words_for_every_right() -> None:
    assert set(rights.RIGHTS) == set(Permission)
    assert len({str(words) for words in rights.RIGHTS.values()}) == len(Permission)
