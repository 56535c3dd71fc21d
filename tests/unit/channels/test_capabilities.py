"""What can be done where: data with a date and a source, and one answer for whoever asks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.channels.capabilities import ABOUT_A_PERSON, TABLE, UNDONE_BY, WEEK, Thing, what_can
from app.channels.models import Act, Platform

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
COMMENT = Thing(Platform.FACEBOOK, True, False, NOW - timedelta(hours=1))
REAL = [p for p in Platform if p is not Platform.DESK]
ALL = {Act.REPLY, Act.PRIVATE_REPLY, Act.HIDE, Act.DELETE, Act.LIKE, Act.BLOCK, Act.ATTACH}


def possible(thing: Thing) -> set[Act]:
    return {act for act, can in what_can(thing, NOW).items() if can.is_possible}


@pytest.mark.parametrize("platform", REAL)
@pytest.mark.parametrize("is_public", [True, False])
def test_every_platform_says_of_everything_whether_and_by_which_source(
    platform: Platform, is_public: bool
) -> None:
    rows = TABLE[platform, is_public]

    assert set(rows) == ALL
    for found in rows.values():
        assert found.source.name and date(2026, 1, 1) < found.source.at < date(2027, 1, 1)
        assert found.why_not is None or str(found.why_not).endswith(".")


def test_nothing_is_done_with_what_came_by_no_platform() -> None:
    assert what_can(replace(COMMENT, platform=Platform.DESK), NOW) == {}


def test_a_customer_s_comment_on_facebook_can_have_everything() -> None:
    assert possible(COMMENT) == ALL


def test_of_ours_only_deleting_makes_sense() -> None:
    assert set(what_can(replace(COMMENT, is_ours=True), NOW)) == {Act.DELETE}


def test_what_is_so_already_is_taken_back() -> None:
    turned = replace(COMMENT, is_hidden=True, is_liked=True, is_blocked=True)

    assert {Act.UNHIDE, Act.UNLIKE, Act.UNBLOCK} <= possible(turned)
    assert not {Act.HIDE, Act.LIKE, Act.BLOCK} & set(what_can(turned, NOW))
    assert all(UNDONE_BY[UNDONE_BY[act]] is act for act in UNDONE_BY)


def test_what_the_platform_says_of_the_one_message_holds() -> None:
    told = replace(COMMENT, abilities=frozenset({Act.HIDE, Act.UNHIDE}))

    assert possible(told) == {Act.HIDE, Act.ATTACH, Act.BLOCK}


def test_a_private_reply_goes_out_once_and_within_a_week() -> None:
    at_the_end = replace(COMMENT, sent_at=NOW - WEEK)
    can = what_can(at_the_end, NOW)[Act.PRIVATE_REPLY]
    assert can.is_possible and can.until == NOW

    late = replace(COMMENT, sent_at=NOW - WEEK - timedelta(seconds=1))
    done = replace(COMMENT, is_answered_privately=True)
    for thing in (late, done):
        assert Act.PRIVATE_REPLY not in possible(thing)
        assert Act.REPLY in possible(thing)


def test_with_what_is_gone_nothing_is_done_but_with_its_writer() -> None:
    assert possible(replace(COMMENT, is_deleted=True)) == ABOUT_A_PERSON & ALL
    assert Act.BLOCK not in possible(replace(COMMENT, has_author=False))


def test_in_private_there_is_only_the_answer_and_the_person() -> None:
    private = replace(COMMENT, is_public=False)

    assert possible(private) == {Act.REPLY, Act.ATTACH, Act.BLOCK}


def test_on_x_deleting_is_for_one_s_own_and_an_answer_costs() -> None:
    post = replace(COMMENT, platform=Platform.X)

    assert Act.DELETE not in possible(post)
    assert Act.DELETE in possible(replace(post, is_ours=True))
    assert not {Act.LIKE, Act.BLOCK, Act.PRIVATE_REPLY} & possible(post)
    reply = what_can(replace(post, abilities=frozenset()), NOW)[Act.REPLY]
    assert not reply.is_possible and reply.capability is not None
    assert reply.capability.cost == "0.015"


def test_instagram_hides_and_deletes_but_neither_likes_nor_blocks() -> None:
    found = possible(replace(COMMENT, platform=Platform.INSTAGRAM))

    assert found == {Act.REPLY, Act.PRIVATE_REPLY, Act.HIDE, Act.DELETE}
