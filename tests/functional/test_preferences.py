"""What a member sets for themselves, and an owner for the desk."""

from typing import Any

import pytest

from app.accounts import password_links, preferences, sessions
from app.accounts.models import Desk, Member
from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.gate import NOBODY
from tests import people
from tests.stand import Stand

DESK: dict[str, Any] = {
    "name": "Riekko & Rinne", "locale": "en", "timezone": "Europe/Helsinki",
    "public_promise_minutes": 240, "private_promise_minutes": 240, "public_undo_seconds": 10,
    "private_undo_seconds": 6, "media_megabytes": 1000, "order_link": "",
}  # fmt: skip


def change(stand: Stand, who: str = "Ada", **changed: Any) -> Desk:
    with stand.database.writing() as db:
        return preferences.change_desk(db, stand.actor(who), stand.now, **DESK | changed)


def test_an_owner_changes_the_desk_and_only_what_changed_is_logged(stand: Stand) -> None:
    change(stand, public_undo_seconds=60, order_link="https://shop.example/o/{number}")
    change(stand, public_undo_seconds=60, order_link="https://shop.example/o/{number}")

    with stand.database.reading() as db:
        assert db.get_one(Desk, 1).public_undo_seconds == 60
    ((by, _, line),) = people.logged(stand, "desk:settings:changed")
    assert by == stand.actor("Ada").log_name
    assert "public_undo_seconds" in line and "order_link" in line and "timezone" not in line


@pytest.mark.parametrize("who", ["Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory"])
def test_nobody_else_does(stand: Stand, who: str) -> None:
    with pytest.raises(Forbidden):
        change(stand, who, public_undo_seconds=60)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("locale", "xx"), ("timezone", "Mars/Olympus"), ("timezone", "../etc"),
        ("public_promise_minutes", 4), ("private_promise_minutes", 10_081),
        ("public_undo_seconds", 61), ("private_undo_seconds", 0), ("media_megabytes", -1),
        ("order_link", "http://shop.example/{number}"), ("order_link", "https://shop.example/"),
        ("order_link", "https://shop.example/{number}" + "x" * 300),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_at_its_field(stand: Stand, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        change(stand, **{field: value})

    assert refused.value.field == field


@pytest.mark.parametrize(("locale", "theme"), [("xx", ""), ("", "pink"), ("fi'", "dark")])
def test_a_language_or_look_that_is_none_is_refused(stand: Stand, locale: str, theme: str) -> None:
    with stand.database.writing() as db, pytest.raises(Invalid):
        preferences.set_preferences(
            db, stand.actor("Ben"), name="Ben Berg", locale=locale, theme=theme, has_shortcuts=True
        )


def test_ones_own_are_ones_own(stand: Stand) -> None:
    with stand.database.writing() as db:
        preferences.set_preferences(
            db,
            stand.actor("Ben"),
            name=" Ben   Bergström ",
            locale="fi",
            theme="dark",
            has_shortcuts=False,
        )

    ben = people.member(stand, "Ben")
    assert (ben.name, ben.locale, ben.theme, ben.has_shortcuts) == (
        "Ben Bergström",
        "fi",
        "dark",
        False,
    )
    assert people.member(stand, "Cleo").locale == ""


def test_nobody_has_no_account(stand: Stand) -> None:
    with stand.database.writing() as db, pytest.raises(NotFound):
        preferences.own(db, NOBODY)


def test_a_new_password_ends_other_sessions_and_open_links(stand: Stand) -> None:
    ben = people.member(stand, "Ben")
    with stand.database.writing() as db:
        _, other = sessions.start(
            db, db.get_one(Member, ben.id), device="", address="", now=stand.now
        )
        _, token = password_links.make(db, stand.actor("Ada"), ben.id, stand.now)

    with stand.database.writing() as db:
        preferences.change_password(db, stand.actor("Ben"), "hash", stand.now)

    assert people.member(stand, "Ben").password_hash == "hash"
    with stand.database.writing() as db:
        assert sessions.find(db, other, stand.now) is None
        with pytest.raises(Conflict):
            password_links.use(db, token, "x", stand.now)
    assert '"own"' in people.logged(stand, "accounts:password:changed")[-1][2]
