"""Whatever a page refuses, the words that came with the form stand on the page that says no."""

from collections.abc import Callable

from app.replies import drafts, submitting
from app.replies.models import Draft
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
