"""A database from a backup is put back: the desk says so, stands still, and an owner confirms it."""

from collections.abc import Callable

import pytest

from app.replies import approvals
from tests import web_stand
from tests.desks import put_back_database
from tests.stand import Stand
from tests.web_page import Visitor

Visit = Callable[[str], Visitor]


@pytest.fixture
def restored(told: Stand) -> int:
    """What Sanna asked for was sent back since the backup was made; returns the draft."""
    draft = web_stand.submit(told, "Kaisa Virtanen", "Sanna")

    def send_back() -> None:
        version = web_stand.card(told, draft, "Aino").version_id
        with told.database.writing() as db:
            aino = told.actor("Aino")
            approvals.send_back(
                db, aino, draft, version_id=version, reason="Lyhyempi", now=told.now
            )
        web_stand.approve_holding(told)

    put_back_database(told.database, told.running.settings.DATA_DIR, send_back)
    return draft


def test_everybody_is_told_and_nothing_is_done(told: Stand, restored: int, visit: Visit) -> None:
    aino, ben = visit("Aino"), visit("Ben")

    refused = aino.send(
        f"/approvals/{restored}/send-back",
        version_id=web_stand.card(told, restored, "Aino").version_id,
        reason="Lyhyempi",
    )

    assert refused.status_code == 503
    assert "The desk stands still" in aino.get("/inbox").text
    page = ben.get("/inbox")
    assert "The desk stands still" in page.text
    assert not page.all("a", href="/audit/restored")


def test_an_owner_sees_what_is_missing_and_lets_the_desk_go_on(
    told: Stand, restored: int, visit: Visit
) -> None:
    aino = visit("Aino")

    assert "The log has stopped." in aino.get("/audit").text
    page = aino.get("/audit/restored")
    assert "Aino Rinne sent an answer back" in page.text
    after = aino.post("/audit/restored")

    assert "Confirmed. The desk goes on" in after.text
    assert "Aino Rinne let the log go on after it had stopped" in after.text
    assert "stands still" not in after.text
    version = web_stand.card(told, restored, "Aino").version_id
    done = aino.send(f"/approvals/{restored}/send-back", version_id=version, reason="Lyhyempi")
    assert done.status_code == 200


def test_who_reads_the_log_but_owns_nothing_hears_who_can(restored: int, visit: Visit) -> None:
    visitor = visit("Dan")

    page = visitor.get("/audit")

    assert "Who can confirm it: " in page.text and "Aino" in page.text
    visitor.get("/audit/restored", 403)
    visitor.post("/audit/restored", 403)


def test_where_all_is_well_there_is_nothing_to_confirm(visit: Visit) -> None:
    aino = visit("Aino")

    assert "There is nothing to confirm." in aino.get("/audit/restored").text
    assert "There is nothing to confirm." in aino.post("/audit/restored", 409).text
    assert "stands still" not in aino.get("/inbox").text
