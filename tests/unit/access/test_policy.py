"""The one evaluator: for all channels or some, for good or until a moment, refused in words."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.access import policy
from app.access.identity import DESK, Actor, Grant
from app.access.permissions import Permission
from app.access.policy import Channels, can, channels_open_to, require
from app.access.roles import GIVES, WHOLE_DESK, Role
from app.foundation.errors import Forbidden
from app.gate import NOBODY

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
READ, APPROVE = Permission.CONVERSATION_READ, Permission.DRAFT_APPROVE


def actor(*grants: Grant) -> Actor:
    return Actor(1, "Ada Aho", grants)


@pytest.mark.parametrize(
    ("role", "right"), list(product(Role, Permission)), ids=lambda one: one.value
)
class TestEveryRoleAndRight:
    def test_for_all_channels_and_for_good(self, role: Role, right: Permission) -> None:
        held = right in GIVES[role]

        assert can(actor(Grant(role)), right, NOW) == held
        assert can(actor(Grant(role)), right, NOW, 7) == held
        assert channels_open_to(actor(Grant(role)), right, NOW) == Channels(is_all=held)

    def test_for_one_channel(self, role: Role, right: Permission) -> None:
        held = right in GIVES[role] and right not in WHOLE_DESK
        limited = actor(Grant(role, channel_id=7))

        assert can(limited, right, NOW) == held
        assert can(limited, right, NOW, 7) == held
        assert not can(limited, right, NOW, 8)
        open_to = channels_open_to(limited, right, NOW)
        assert open_to == Channels(False, frozenset({7}) if held else frozenset())

    def test_until_a_moment(self, role: Role, right: Permission) -> None:
        held = right in GIVES[role]

        for until, is_over in [(NOW + SECOND, False), (NOW, True), (NOW - SECOND, True)]:
            dated = actor(Grant(role, until=until))
            assert can(dated, right, NOW) == (held and not is_over)

    def test_nothing_without_a_grant_and_nothing_for_the_desk_itself(
        self, role: Role, right: Permission
    ) -> None:
        assert not can(actor(), right, NOW)
        assert not can(DESK, right, NOW)

    def test_require_refuses_exactly_what_can_denies(self, role: Role, right: Permission) -> None:
        one = actor(Grant(role, channel_id=7))

        for channel in (None, 7, 8):
            if can(one, right, NOW, channel):
                require(one, right, NOW, channel)
            else:
                with pytest.raises(Forbidden) as refused:
                    require(one, right, NOW, channel)
                assert str(refused.value).endswith(".")


def test_several_roles_add_up_channel_by_channel() -> None:
    both = actor(
        Grant(Role.RESPONDER, channel_id=7),
        Grant(Role.APPROVER, channel_id=8),
        Grant(Role.VIEWER, channel_id=9, until=NOW),
    )

    assert channels_open_to(both, READ, NOW) == Channels(False, frozenset({7, 8}))
    assert channels_open_to(both, APPROVE, NOW) == Channels(False, frozenset({8}))


def test_a_role_for_all_channels_beside_a_limited_one_covers_all() -> None:
    both = actor(Grant(Role.VIEWER), Grant(Role.RESPONDER, channel_id=7))

    assert channels_open_to(both, READ, NOW).is_all
    assert not can(both, Permission.DRAFT_WRITE, NOW, 8)


def test_when_the_wider_role_ends_the_limited_one_stays() -> None:
    both = actor(Grant(Role.APPROVER, until=NOW), Grant(Role.APPROVER, channel_id=7))

    assert channels_open_to(both, APPROVE, NOW) == Channels(False, frozenset({7}))


def test_two_limited_roles_never_make_a_right_over_the_whole_desk() -> None:
    owner_of_each = actor(*(Grant(Role.OWNER, channel_id=n) for n in range(1, 50)))

    for right in WHOLE_DESK:
        assert not can(owner_of_each, right, NOW)
        assert not channels_open_to(owner_of_each, right, NOW)


def test_no_channel_is_false_and_some_is_true() -> None:
    assert not Channels(False)
    assert Channels(False, frozenset({1}))
    assert Channels(True)
    assert 5 in Channels(True)
    assert 5 not in Channels(False, frozenset({1}))


def test_every_refusal_of_its_own_is_about_a_right_there_is() -> None:
    assert set(policy.REFUSALS) <= set(Permission)
    assert all(str(words).endswith(".") for words in policy.REFUSALS.values())


def test_the_log_names_people_by_id() -> None:
    assert actor().log_name == "member:1"
    assert (DESK.log_name, DESK.is_desk, actor().is_desk) == ("desk", True, False)


def test_who_is_not_signed_in_is_never_the_desk() -> None:
    for nobody in (NOBODY, Actor(None, "nobody"), Actor(None, DESK.name)):
        assert not nobody.is_desk
        assert nobody.log_name == "nobody"
        assert not any(can(nobody, right, NOW) for right in Permission)
