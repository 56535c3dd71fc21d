"""Writing the log: with the change or not at all, in one chain, with its second copy."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.access.identity import DESK
from app.audit import checking, log
from app.audit.events import PROTECTIVE, Event
from app.audit.log import AuditStopped
from app.audit.models import AuditHead, AuditRow
from app.foundation.db import DeskSession
from app.foundation.errors import Forbidden
from app.inbox.models import RefusedDelivery
from tests.desks import Desk, put_back


def act(desk: Desk, event: Event = Event.DESK_SETTINGS, **detail: Any) -> None:
    """An act that is recorded, with a change of its own beside it."""
    with desk.database.writing() as db:
        db.add(RefusedDelivery(at=desk.now, address="here", length=1))
        log.record(db, event, "member:1", "desk", now=desk.now, **detail)


def act_often(desk: Desk) -> None:
    for _ in range(3):
        act(desk)


def acts_done(desk: Desk) -> int:
    with desk.database.reading() as db:
        return len(db.scalars(select(RefusedDelivery)).all())


def rows(desk: Desk) -> list[AuditRow]:
    with desk.database.reading() as db:
        return list(db.scalars(select(AuditRow).order_by(AuditRow.sequence)))


def is_sound(desk: Desk) -> bool:
    key, copy = desk.running.keys.audit, checking.sink(desk.folder)
    return checking.verify(desk.database, key, copy, None).is_sound


def test_a_detail_outside_the_vocabulary_is_refused(sqlite_desk: Desk) -> None:
    with sqlite_desk.database.writing() as db, pytest.raises(ValueError, match="words_of_customer"):
        log.record(
            db, Event.NOTE_WRITTEN, "desk", "desk", now=sqlite_desk.now, words_of_customer="x"
        )


def test_the_row_comes_with_the_commit_and_says_who_did_what(desk: Desk) -> None:
    before = len(rows(desk))

    act(desk, fields=["name"], count=None)

    (new,) = rows(desk)[before:]
    assert (new.actor, new.action, new.object) == ("member:1", "desk:settings:changed", "desk")
    assert '"detail":{"fields":["name"],"practice":true}' in new.line
    assert is_sound(desk)


@pytest.mark.parametrize("is_protective", [True, False])
def test_behind_a_last_row_that_is_not_as_it_was_written_nothing_is_recorded(
    desk: Desk, is_protective: bool
) -> None:
    act(desk)
    done = acts_done(desk)
    with desk.database.writing() as db:
        db.execute(text("UPDATE audit_head SET sequence = sequence + 1"))

    with pytest.raises(AuditStopped, match="vuoro audit verify"):
        act(desk, Event.SIGN_IN if is_protective else Event.DESK_SETTINGS)

    assert acts_done(desk) == done


def test_what_fails_leaves_no_row(desk: Desk) -> None:
    before = len(rows(desk))

    def fail(db: Session) -> None:
        log.record(db, Event.DESK_SETTINGS, "member:1", "desk", now=desk.now)
        raise RuntimeError

    with pytest.raises(RuntimeError), desk.database.writing() as db:
        fail(db)

    with desk.database.session(is_writing=True) as db:
        log.record(db, Event.DESK_SETTINGS, "member:1", "desk", now=desk.now)
        db.rollback()
        db.commit()
    assert len(rows(desk)) == before


def test_a_session_may_commit_twice_though_others_wrote_between(desk: Desk) -> None:
    with desk.database.session(is_writing=True) as db:
        log.record(db, Event.DESK_SETTINGS, "member:1", "desk", now=desk.now)
        held = db.scalars(select(AuditHead)).one()
        db.commit()
        act(desk)
        log.record(db, Event.DESK_SETTINGS, "member:1", "desk", now=desk.now)
        db.commit()

    assert held.sequence == rows(desk)[-1].sequence
    assert is_sound(desk)


def test_eight_writers_make_one_chain_without_gap_or_fork(desk: Desk) -> None:
    copy, problems = checking.sink(desk.folder), []
    before, intents = len(rows(desk)), len(list(copy.intents()))

    def write() -> None:
        try:
            for _ in range(5):
                act(desk)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert [r.sequence for r in rows(desk)] == list(range(1, before + 41))
    assert is_sound(desk)
    assert len(list(copy.intents())) == intents + 40


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_log SET actor = 'member:9' WHERE sequence = 2", "DELETE FROM audit_log"],
)
def test_the_database_refuses_to_change_the_log(desk: Desk, change: str) -> None:
    before = [r.line for r in rows(desk)]

    refused = pytest.raises(SQLAlchemyError, match="the audit log only grows")
    with refused, desk.database.writing() as db:
        db.execute(text(change))

    assert [r.line for r in rows(desk)] == before


class TestACrash:
    """The process dies between the file and the commit."""

    @staticmethod
    def crash(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        class Power(BaseException):
            """Nothing after this runs."""

        def cut(*_: object) -> None:
            raise Power

        with monkeypatch.context() as patched:
            patched.setattr(Session, "commit", cut)
            with pytest.raises(Power):
                act(desk)

    def test_is_closed_by_the_next_act(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        before = len(rows(desk))
        self.crash(desk, monkeypatch)
        assert acts_done(desk) == 0
        assert len(rows(desk)) == before

        act(desk)

        voided, done = rows(desk)[before:]
        assert (voided.actor, voided.action) == ("desk", "audit:intent:voided")
        assert f'"sequence":{before + 1}' in voided.line
        assert done.action == "desk:settings:changed"
        assert acts_done(desk) == 1
        assert is_sound(desk)

    def test_twice_in_a_row_is_closed_too(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.crash(desk, monkeypatch)
        self.crash(desk, monkeypatch)

        act(desk)

        assert acts_done(desk) == 1
        assert is_sound(desk)

    def test_in_the_middle_of_the_last_line_is_closed_too(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.crash(desk, monkeypatch)
        desk.log_file.write_bytes(desk.log_file.read_bytes()[:-100])

        act(desk)

        assert rows(desk)[-2].action == "audit:intent:voided"
        assert is_sound(desk)

    def test_before_anything_but_the_head_was_written_names_no_row(self, desk: Desk) -> None:
        with desk.log_file.open("a") as file:
            file.write("intent 2\n")

        act(desk)

        assert rows(desk)[-2].action == "audit:intent:voided"
        assert "sequence" not in rows(desk)[-2].line.split('"detail":')[1].split("}")[0]
        assert is_sound(desk)


class TestADifference:
    """The database was put back to an older copy, or the second copy was moved away."""

    @staticmethod
    def make(desk: Desk, how: str) -> None:
        if how == "an older database":
            put_back(desk, lambda: act_often(desk))
        elif how == "a moved file":
            desk.log_file.rename(desk.folder / "elsewhere.log")
        else:
            desk.log_file.write_text("")

    @pytest.fixture(params=["an older database", "a moved file", "an emptied file"])
    def differing(self, request: pytest.FixtureRequest, sqlite_desk: Desk) -> Desk:
        self.make(sqlite_desk, request.param)
        return sqlite_desk

    def test_stops_what_is_audited(self, differing: Desk) -> None:
        done, before = acts_done(differing), len(rows(differing))

        with pytest.raises(AuditStopped, match="second copy differ, so nothing was done"):
            act(differing)

        assert (acts_done(differing), len(rows(differing))) == (done, before)

    @pytest.mark.parametrize("event", sorted(PROTECTIVE, key=str))
    def test_lets_protection_and_the_owner_in(self, differing: Desk, event: Event) -> None:
        act(differing, event)

        assert rows(differing)[-1].action == event.value

    def test_is_not_forgotten_after_a_protective_act(self, differing: Desk) -> None:
        act(differing, Event.SESSION_ENDED)

        with pytest.raises(AuditStopped):
            act(differing)
        with differing.database.reading() as db:
            assert log.is_stopped(db)

    def test_is_over_when_an_owner_confirms(self, differing: Desk) -> None:
        act(differing, Event.SIGN_IN)
        with differing.database.writing() as db:
            log.resume(db, differing.actor("Ada"), differing.now)

        act(differing)

        assert [r.action for r in rows(differing)[-2:]] == [
            "audit:chain:resumed",
            "desk:settings:changed",
        ]
        with differing.database.reading() as db:
            assert not log.is_stopped(db)

    @pytest.mark.parametrize("who", ["Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory"])
    def test_is_confirmed_by_nobody_else(self, differing: Desk, who: str) -> None:
        with pytest.raises(Forbidden), differing.database.writing() as db:
            log.resume(db, differing.actor(who), differing.now)

        with pytest.raises(AuditStopped):
            act(differing)


def test_a_machine_that_joins_a_postgres_desk_begins_a_copy_of_its_own(postgres_desk: Desk) -> None:
    """One second copy a machine: a new machine has none yet."""
    postgres_desk.log_file.unlink()

    act(postgres_desk)

    assert postgres_desk.log_file.read_text().startswith("intent 1\n")


class TestADiskThatDoesNotTakeIt:
    """Full, read-only, or gone: not recorded, so not done."""

    @pytest.fixture(params=["full", "read-only"])
    def broken(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, sqlite_desk: Desk
    ) -> Desk:
        opened = os.open

        def refuse(path: Any, flags: int, *more: Any, **others: Any) -> int:
            if Path(path) == sqlite_desk.log_file:
                raise OSError(30, "Read-only file system")
            return opened(path, flags, *more, **others)

        def full(*_: Any) -> int:
            raise OSError(28, "No space left on device")

        if request.param == "full":
            monkeypatch.setattr(os, "write", full)
        else:
            monkeypatch.setattr(os, "open", refuse)
        return sqlite_desk

    def test_stops_what_is_audited(self, broken: Desk) -> None:
        before = len(rows(broken))

        with pytest.raises(AuditStopped, match="cannot be written, so nothing was done"):
            act(broken)

        assert (acts_done(broken), len(rows(broken))) == (0, before)

    def test_protection_goes_on_with_one_sink(
        self, broken: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        act(broken, Event.ROLE_ENDED)

        assert acts_done(broken) == 1
        monkeypatch.undo()
        act(broken)
        assert is_sound(broken)

    def test_what_a_crash_left_does_not_change_that(
        self, broken: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with broken.log_file.open("a") as file:
            file.write("intent 1\n{")

        with pytest.raises(AuditStopped):
            act(broken)
        act(broken, Event.ROLE_ENDED)

        assert acts_done(broken) == 1
        monkeypatch.undo()
        act(broken)
        assert is_sound(broken)


def test_a_second_copy_that_cannot_be_read_stops_it_too(sqlite_desk: Desk) -> None:
    sqlite_desk.log_file.unlink()
    sqlite_desk.log_file.mkdir()

    with pytest.raises(AuditStopped):
        act(sqlite_desk)


def test_the_first_row_of_a_log_names_its_key(sqlite_desk: Desk) -> None:
    first = rows(sqlite_desk)[0]

    assert (first.sequence, first.action, first.actor) == (1, "audit:log:began", DESK.log_name)
    assert sqlite_desk.running.keys.audit.public_key.hex() in first.line


def test_what_is_told_after_the_commit_is_told_only_then(desk: Desk) -> None:
    told: list[str] = []
    with desk.database.session(is_writing=True) as db:
        assert isinstance(db, DeskSession)
        db.info.setdefault("after_commit", []).append(lambda: told.append("now"))
        log.record(db, Event.DESK_SETTINGS, "member:1", "desk", now=desk.now)
        assert told == []
        db.commit()

    assert told == ["now"]
