"""After a restore: what is shown to whoever has to confirm it, and what is checked afterwards."""

import pytest

from app.access.identity import DESK
from app.audit import checking, log, restoring
from app.audit.checking import Checked
from app.audit.events import Event
from app.audit.restoring import Difference
from app.audit.sink import SinkFile
from app.foundation.errors import Conflict
from tests.desks import Desk, put_back


def act(desk: Desk, times: int = 1, event: Event = Event.DESK_SETTINGS) -> None:
    for _ in range(times):
        with desk.database.writing() as db:
            log.record(db, event, "member:1", "desk", now=desk.now)


def copy(desk: Desk) -> SinkFile:
    return checking.sink(desk.folder)


def difference(desk: Desk) -> Difference | None:
    return restoring.difference(desk.database, copy(desk))


def confirm(desk: Desk) -> None:
    found = restoring.confirmed(difference(desk))
    with desk.database.writing() as db:
        log.resume_on_machine(db, DESK, desk.now, found.lost)


def verify(desk: Desk) -> Checked:
    return checking.verify(desk.database, desk.running.keys.audit, copy(desk), None)


def is_stopped(desk: Desk) -> bool:
    with desk.database.reading() as db:
        return log.is_stopped(db)


@pytest.fixture
def restored(sqlite_desk: Desk) -> Desk:
    """An older database, and a second copy that is three rows further."""
    put_back(sqlite_desk, lambda: act(sqlite_desk, 3))
    return sqlite_desk


def test_a_desk_that_goes_on_has_nothing_to_confirm(desk: Desk) -> None:
    act(desk, 2)

    assert difference(desk) is None
    with pytest.raises(Conflict, match="nothing to confirm"):
        confirm(desk)


def test_what_a_crash_left_is_no_difference(sqlite_desk: Desk) -> None:
    with sqlite_desk.log_file.open("a") as file:
        file.write("intent 2\n")

    assert difference(sqlite_desk) is None


@pytest.mark.parametrize("signs_in", [False, True])
def test_what_only_the_second_copy_knows_is_named(restored: Desk, signs_in: bool) -> None:
    act(restored, int(signs_in), Event.SIGN_IN)

    found = difference(restored)

    assert found is not None
    assert [row.action for row in found.lost] == ["desk:settings:changed"] * 3
    assert not found.is_longer


def test_a_copy_that_was_moved_away_can_name_nothing(sqlite_desk: Desk) -> None:
    sqlite_desk.log_file.unlink()
    act(sqlite_desk, 1, Event.SIGN_IN)

    assert difference(sqlite_desk) == Difference([], is_longer=False)


def test_the_desk_notices_before_anybody_acts(restored: Desk) -> None:
    assert not is_stopped(restored)

    restoring.notice(restored.database, copy(restored))

    assert is_stopped(restored)


def test_a_sound_desk_notices_nothing(desk: Desk) -> None:
    restoring.notice(desk.database, copy(desk))

    assert not is_stopped(desk)


def test_once_confirmed_the_log_says_what_was_put_aside_and_is_sound_again(restored: Desk) -> None:
    confirm(restored)
    act(restored)
    found = verify(restored)

    assert difference(restored) is None
    assert found.is_sound, found.lines
    assert any("holds 3 rows that the database does not" in line for line in found.lines)
    assert '"count":3' in restored.log_file.read_text().split("chain:resumed")[1]


def test_a_confirmed_restore_explains_nothing_that_comes_after_it(restored: Desk) -> None:
    confirm(restored)
    act(restored)
    put_back(restored, lambda: act(restored, 2))

    found = verify(restored)

    assert not found.is_sound
    assert len([line for line in found.lines if line.startswith("The second copy holds row")]) == 2
