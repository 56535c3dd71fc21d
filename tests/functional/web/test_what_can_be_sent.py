"""Until when an answer goes through, and why not: said where it is written and where it is approved."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.inbox.models import Conversation, Message
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor, words

Visit = Callable[[str], Visitor]
DAY = 86_400
CLOSED = "wrote more than 7 days ago, and Facebook takes no answer until they write again"


@pytest.fixture
def private(told: Stand) -> int:
    return web_stand.write_privately(told)


def is_off(page: Page, label: str) -> bool:
    """Whether the button with these words does nothing, and why it does not is tied to it."""
    (button,) = [b for b in page.all("button", type="submit") if words(b) == label]
    why = button.attrib.get("aria-describedby", "")
    assert not why or [e for e in page.tree.iter() if e.attrib.get("id") == why]
    return button.attrib.get("aria-disabled") == "true" and bool(why)


def test_a_private_answer_says_until_when_it_can_be_sent(
    visit: Visit, told: Stand, private: int
) -> None:
    page = visit("Jere").get(f"/inbox/{private}")

    assert "Can be sent until " in page.text
    assert not is_off(page, "Send to Petteri")


def test_after_a_day_only_what_a_person_writes_goes_out(
    visit: Visit, told: Stand, private: int
) -> None:
    told.advance(2 * DAY)

    page = visit("Jere").get(f"/inbox/{private}")

    assert "what a person writes can still be sent, until" in page.text
    assert not is_off(page, "Send to Petteri")


def test_after_a_week_the_buttons_are_off_and_say_what_else_can_be_done(
    visit: Visit, told: Stand, private: int
) -> None:
    told.advance(8 * DAY)

    for who, button in (("Jere", "Send to Petteri"), ("Sanna", "Ask for approval")):
        page = visit(who).get(f"/inbox/{private}")
        assert CLOSED in page.text
        assert "You can still write a note, call or mail them" in page.text
        assert is_off(page, button)
    answer = visit("Sanna").send(f"/inbox/{private}/submit", text="Hei, anteeksi!", audience="")
    assert answer.status_code == 422
    assert "Hei, anteeksi!" in answer.text


def test_the_approver_sees_the_time_and_when_it_is_over(
    visit: Visit, told: Stand, private: int
) -> None:
    draft = web_stand.submit(told, "Petteri Heino", "Sanna", text="Hei Petteri!")

    assert "Can be sent until " in visit("Aino").get(f"/approvals/{draft}").text
    told.advance(8 * DAY)
    aino = visit("Aino")
    page = aino.get(f"/approvals/{draft}")

    assert CLOSED in page.text and "Send it back with a word" in page.text
    assert is_off(page, "Approve and send privately")
    assert is_off(aino.get(f"/approvals/{draft}?edit=1"), "Approve my wording and send privately")


def test_under_a_deleted_comment_nothing_can_be_written(visit: Visit, told: Stand) -> None:
    public = web_stand.conversation_of(told, "Kaisa Virtanen")
    draft = web_stand.submit(told, "Kaisa Virtanen", "Sanna")
    with told.database.writing() as db:
        key = db.get_one(Conversation, public).external_key
        top = db.scalars(select(Message).where(Message.external_id == key)).one()
        top.deleted_at = told.now

    page = visit("Aino").get(f"/approvals/{draft}")
    assert "was deleted, so no answer can stand under it" in page.text
    assert is_off(page, "Approve and post publicly")
    page = visit("Jere").get(f"/inbox/{public}")
    assert "was deleted, so no answer can stand under it" in page.text
    assert is_off(page, "Post publicly")
