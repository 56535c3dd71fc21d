"""A message's menu, the private reply, and what is said of both in the thread."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.inbox.models import Message, Turn
from app.replies.models import ActionState, Draft, OutboxItem, PlatformAction
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor, words

Visit = Callable[[str], Visitor]
NAME = "Kaisa Virtanen"


def asked(stand: Stand, name: str = NAME) -> tuple[int, int]:
    """The conversation of a customer's comment, and the comment."""
    conversation = web_stand.conversation_of(stand, name)
    with stand.database.reading() as db:
        found = select(Message.id).where(
            Message.conversation_id == conversation, Message.is_ours.is_(False)
        )
        return conversation, db.scalars(found.order_by(Message.sent_at)).first() or 0


def labels(page: Page) -> list[str]:
    return [words(b) for b in page.all("button", type="submit")]


def one(stand: Stand) -> PlatformAction:
    with stand.database.reading() as db:
        return db.scalars(select(PlatformAction)).one()


def test_the_menu_offers_what_this_person_may(visit: Visit, told: Stand) -> None:
    _, message = asked(told)

    mine = visit("Sanna").get(f"/messages/{message}")
    owners = visit("Aino").get(f"/messages/{message}")

    assert any("Hide on Facebook" in label for label in labels(mine))
    assert "Delete for good" not in labels(mine) and "Delete for good" in labels(owners)
    assert "Deleting cannot be undone, so an owner or an approver does it." in mine.text
    assert "Who can: " in mine.text
    assert any("Answer privately" in label for label in labels(mine))


def test_hiding_is_told_in_the_thread_and_taken_back(visit: Visit, told: Stand) -> None:
    conversation, message = asked(told)
    visitor = visit("Sanna")
    visitor.get(f"/messages/{message}")
    page = visitor.post(f"/messages/{message}/do", act="hide")
    assert "Being hidden on the platform." in page.text

    told.act()
    page = visitor.get(f"/inbox/{conversation}")
    assert "Hidden on the platform" in page.text and one(told).state is ActionState.DONE
    assert any("Show on Facebook again" in w for w in labels(visitor.get(f"/messages/{message}")))

    visitor.post(f"/actions/{one(told).id}/undo")
    told.act()
    assert "Hidden on the platform" not in visitor.get(f"/inbox/{conversation}").text


def test_what_was_not_done_says_why(visit: Visit, told: Stand) -> None:
    conversation, message = asked(told)
    visitor = visit("Aino")
    visitor.get(f"/messages/{message}")
    told.platform.post("faults", kind="error", code=100, method="write", count=1)
    visitor.post(f"/messages/{message}/do", act="delete")
    told.act()

    page = visitor.get(f"/inbox/{conversation}")

    assert "It was not deleted." in page.text


def test_who_only_reads_sees_why_nothing_can_be_done(visit: Visit, told: Stand) -> None:
    _, message = asked(told)
    visitor = visit("Vera")
    page = visitor.get(f"/messages/{message}")

    assert not any("Hide" in label for label in labels(page))
    visitor.post(f"/messages/{message}/do", status=403, act="hide")


@pytest.mark.parametrize("act", ["", "reply", "boil", "attach"])
def test_nothing_else_can_be_asked_for(visit: Visit, told: Stand, act: str) -> None:
    _, message = asked(told)
    visitor = visit("Aino")
    visitor.get(f"/messages/{message}")

    visitor.post(f"/messages/{message}/do", status=422, act=act)


def test_a_private_answer_looks_private_and_its_mark_stands_in_public(
    visit: Visit, told: Stand
) -> None:
    conversation, _ = asked(told)
    visitor = visit("Jere")
    with told.database.reading() as db:
        found = select(Turn.id).where(Turn.conversation_id == conversation)
        turn = db.scalars(found).first()
    given: dict[str, Any] = {
        "was": "reply",
        "turn_ids": turn,
        "text": "Hei, mikä on tilausnumerosi?",
    }
    visitor.get(f"/inbox/{conversation}")

    page = visitor.post(f"/inbox/{conversation}/composer", mode="private", **given)

    (form,) = [f for f in page.all("form") if "data-draft" in f.attrib]
    assert "composer--private" in form.attrib["class"]
    assert "One private message to this person." in page.text
    assert "Send to Kaisa" in labels(page) and "Post publicly" not in labels(page)
    visitor.post(
        f"/inbox/{conversation}/send",
        **{**given, "was": "private", "audience": "private", "version": ""},
    )
    told.advance(11)
    told.deliver()
    page = visitor.get(f"/inbox/{conversation}")
    assert (
        "Answered privately by Jere" in page.text and "Open the private conversation" in page.text
    )
    with told.database.reading() as db:
        assert db.scalars(select(OutboxItem.kind)).one() == "private_reply"
        assert [d.audience for d in db.scalars(select(Draft))] == ["private"]


def test_a_form_of_the_other_audience_sends_nothing(visit: Visit, told: Stand) -> None:
    conversation, _ = asked(told)
    visitor = visit("Jere")
    visitor.get(f"/inbox/{conversation}")
    for was, audience in (("private", "public"), ("reply", "private")):
        visitor.post(
            f"/inbox/{conversation}/send", status=409, was=was, audience=audience, text="Hei"
        )

    with told.database.reading() as db:
        assert list(db.scalars(select(OutboxItem))) == []


def test_the_same_words_turn_with_the_mode(visit: Visit, told: Stand) -> None:
    conversation, _ = asked(told)
    visitor = visit("Sanna")
    visitor.get(f"/inbox/{conversation}")
    given: dict[str, Any] = {"text": "Hei Kaisa", "audience": "public", "was": "reply"}
    visitor.post(f"/inbox/{conversation}/composer", mode="private", **given)
    given = {"text": "Hei Kaisa", "audience": "private", "was": "private"}
    page = visitor.post(f"/inbox/{conversation}/composer", mode="reply", **given)

    with told.database.reading() as db:
        (draft,) = db.scalars(select(Draft))
        assert (draft.audience, draft.text, draft.private_to_id) == ("public", "Hei Kaisa", None)
    assert words(page.one("textarea", id="draft")) == "Hei Kaisa"


def test_answered_there_ends_the_waiting(visit: Visit, told: Stand) -> None:
    conversation, message = asked(told)
    told.comment(web_stand.comment_of(told, NAME), NAME, "Hei?")
    told.advance(200)
    told.read(1)
    visitor = visit("Sanna")
    menu = visitor.get(f"/messages/{message}")
    (form,) = [f for f in menu.all("form") if f.attrib["action"].endswith("/answered-there")]
    fields: dict[str, Any] = {
        i.attrib["name"]: i.attrib["value"] for i in form.iter() if i.tag.endswith("input")
    }
    del fields["csrf_token"]

    page = visitor.post(f"/inbox/{conversation}/answered-there", **fields)

    assert "Answered on the platform, says Sanna" in page.text


def test_what_sort_of_thing_it_is_stands_beside_the_name(visit: Visit, told: Stand) -> None:
    given: dict[str, Any] = {
        "page": "900100200",
        "name": "Oona Ojala",
        "message": "Hidas toimitus.",
    }
    given["page"] = told.channel(1).external_id
    told.platform.post("ratings", **given, opinion="negative")
    told.advance(200)
    told.read(1)

    page = visit("Aino").get(f"/inbox/{web_stand.conversation_of(told, 'Oona Ojala')}")

    assert "Does not recommend you" in page.text
    assert "A post without words" not in page.text
