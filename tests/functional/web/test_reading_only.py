"""A channel that is only read: answers are approved here and posted by hand there."""

from collections.abc import Callable

from app.channels.models import Channel
from app.replies.models import OutboxItem, OutboxState
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Visitor

Visit = Callable[[str], Visitor]
WORDS = "Hei Kaisa, tarkistamme asian tänään."


def test_an_answer_is_approved_copied_and_recognised_when_it_stands_there(
    visit: Visit, told: Stand
) -> None:
    with told.database.writing() as db:
        channel = db.query(Channel).one()
        channel.switch_sending(is_on=False)
        channel.missing_permissions = "pages_manage_engagement"
    about = web_stand.conversation_of(told, "Kaisa Virtanen")
    draft = web_stand.submit(told, "Kaisa Virtanen", "Ben", WORDS)
    cleo = visit("Cleo")
    card = web_stand.card(told, draft, "Cleo")

    assert "Approve for copying" in cleo.get(f"/approvals/{draft}").text
    cleo.post(
        f"/approvals/{draft}/approve", version_id=card.version_id, fingerprint=card.fingerprint
    )
    told.advance(30)
    told.deliver()
    page = visit("Ben").get(f"/inbox/{about}")

    assert "Copy and open on Facebook" in page.text
    (field,) = [t for t in page.all("textarea") if t.attrib["id"].startswith("by-hand-")]
    assert (field.text or "").strip() == WORDS
    top = web_stand.comment_of(told, "Kaisa Virtanen")
    for words in ("Jotain muuta", WORDS):
        told.platform.post("comments", on=top, message=words, **{"as": "page"})
    told.read(1)
    told.deliver()
    with told.database.reading() as db:
        item = db.query(OutboxItem).one()
        assert (item.state, item.attempts) == (OutboxState.SENT, 0)
    page = visit("Ben").get(f"/inbox/{about}")
    assert "Copy and open" not in page.text and "written by Ben" in page.text
    dan = visit("Dan")
    assert (
        "has not given the desk the right"
        in dan.post("/channels/1/sending", is_on="yes", status=409).text
    )
