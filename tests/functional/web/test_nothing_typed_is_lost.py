"""Whatever a page refuses, the words that came with the form stand on the page that says no."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.foundation.words import Words
from app.replies import drafts, submitting
from app.replies.models import Draft
from app.web.replies import finishing
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor, words

Visit = Callable[[str], Visitor]
MINE = "Hei Kaisa, tarkistan tämän heti. Aino"


def kept(page: Page) -> list[str]:
    """What stands in the page's text fields."""
    return [words(area) for area in page.all("textarea")]


def test_an_edited_answer_that_was_taken_back_meanwhile_is_kept(visit: Visit, told: Stand) -> None:
    draft = web_stand.submit(told, "Kaisa Virtanen", "Sanna")
    card = web_stand.card(told, draft, "Aino")
    with told.database.writing() as db:
        submitting.withdraw(db, told.actor("Sanna"), draft, told.now)

    page = visit("Aino").post(
        f"/approvals/{draft}/approve",
        409,
        version_id=card.version_id,
        fingerprint=card.fingerprint,
        text=MINE,
    )

    assert "its writer took it back" in page.text
    assert kept(page) == [MINE]
    assert web_stand.ANSWER in page.text


def test_a_reason_is_kept_when_the_answer_was_changed_meanwhile(visit: Visit, told: Stand) -> None:
    draft = web_stand.submit(told, "Kaisa Virtanen", "Sanna")
    seen = web_stand.card(told, draft, "Aino").version_id
    with told.database.writing() as db:
        turns = [t.id for t in drafts.answered_turns(db, db.get_one(Draft, draft))]
        sanna = told.actor("Sanna")
        submitting.submit(
            db,
            sanna,
            draft,
            text="Toisin.",
            turn_ids=turns,
            question="",
            version=None,
            now=told.now,
        )

    page = visit("Aino").post(
        f"/approvals/{draft}/send-back?open=sendback",
        409,
        version_id=seen,
        reason="Lisää seurantalinkki",
        chip="shorter",
    )

    assert "Lisää seurantalinkki" in kept(page)
    assert "open" in page.one("dialog", id="sendback").attrib
    assert [c.attrib["value"] for c in page.all("input", name="chip", checked="")] == ["shorter"]


def test_a_page_that_was_open_for_too_long_loses_nothing(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    ben.token = "old"
    about = web_stand.conversation_of(told, "Kaisa Virtanen")

    page = ben.post(f"/inbox/{about}/note", 400, text="Soitettu Postiin")

    assert kept(page) == ["Soitettu Postiin"]


def test_a_refusal_never_shows_a_password(visit: Visit) -> None:
    ben = visit("Ben")
    ben.token = "old"

    page = ben.post("/sign-in/password", 400, password="salaisuus-salaisuus")

    assert "salaisuus" not in page.html


SAID = Words("Kaisa was answered meanwhile.")


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        (Conflict(SAID, theirs="Theirs"), 409, "Somebody was here first. Kaisa was answered"),
        (StaleDataError(), 409, "Somebody changed this at the same moment."),
        (Invalid(SAID), 422, "Something needs another look. Kaisa was answered"),
        (Forbidden(SAID), 403, "This is not open to you. Kaisa was answered"),
        (NotFound(), 404, "Not found. There is nothing here, or it is not open to you."),
        (RuntimeError("Kaisa's words"), 500, "Something went wrong on our side."),
    ],
)
def test_a_script_that_is_refused_gets_a_part_and_never_a_whole_page(
    visit: Visit, app: Flask, told: Stand, monkeypatch: pytest.MonkeyPatch,
    problem: Exception, status: int, said: str,
) -> None:  # fmt: skip
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def refuse(_conversation_id: int) -> None:
        raise problem

    monkeypatch.setattr(finishing, "keep", refuse)
    sanna, path = visit("Sanna"), f"/inbox/{web_stand.conversation_of(told, 'Kaisa Virtanen')}"

    answer = sanna.client.post(
        f"{path}/composer", data={"csrf_token": sanna.token, "mode": "note", "text": MINE},
        headers={"HX-Request": "true"},
    )  # fmt: skip

    assert answer.status_code == status
    assert said in re.sub("<[^>]+>", "", answer.text)
    assert 'id="refused-told"' in answer.text and "What you typed is still here." in answer.text
    assert ("Nothing was changed." in answer.text) == (status < 500)
    assert "<html" not in answer.text and MINE not in answer.text and "Kaisa's" not in answer.text


def test_a_live_part_that_is_refused_says_that_the_page_may_be_old(visit: Visit) -> None:
    answer = visit("Sanna").client.get("/inbox/99999/live", headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert "may be out of date" in answer.text and "<html" not in answer.text
