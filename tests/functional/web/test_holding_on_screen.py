"""Holding replies: approved by the owner under Settings, sent from the composer's dialog."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.replies.models import OutboxItem, OutboxState
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
TEXT = "Hei [nimi], selvitämme asiaa ja kerromme [aika] mennessä. Terveisin väki"


def about(told: Stand, name: str = "Olli Niemi") -> str:
    return f"/inbox/{web_stand.conversation_of(told, name)}"


@pytest.fixture
def approved(visit: Visit) -> Page:
    """The owner lets one text be sent."""
    return visit("Ada").post("/settings/holding-replies", title="Selvitämme", text=TEXT)


def dialog(page: Page) -> dict[str, Any]:
    """What the dialog's form sends along by itself."""
    form = next(f for f in page.all("form") if "/holding" in f.attrib["action"])
    sent = {
        i.attrib["name"]: i.attrib["value"]
        for i in form.iter("input")
        if i.attrib.get("type") == "hidden" or "checked" in i.attrib
    }
    return {"action": form.attrib["action"], **sent}


def send(visitor: Visitor, page: Page, status: int = 200, **changed: Any) -> Page:
    given = dialog(page) | changed
    given.pop("csrf_token")
    return visitor.post(given.pop("action"), status=status, **given)


def written(told: Stand) -> list[str]:
    return [w["text"] for w in told.platform.get("writes")["writes"]]


def test_the_owner_approves_and_ends_them(visit: Visit, approved: Page) -> None:
    assert "Approved. It is offered wherever somebody waits." in approved.text
    assert TEXT in approved.text and "by: Ada" in approved.text
    end = next(
        f.attrib["action"] for f in approved.all("form") if f.attrib["action"].endswith("/end")
    )

    after = visit("Ada").post(end)

    assert TEXT not in after.text
    assert "Ended." in after.text


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [
        ("", TEXT, "title"),
        ("T" * 61, TEXT, "title"),
        ("Otsikko", "Hei [etunimi]", "text"),
        ("Otsikko", "", "text"),
    ],
)
def test_a_mistake_is_said_at_its_field(visit: Visit, title: str, text: str, field: str) -> None:
    page = visit("Ada").post("/settings/holding-replies", status=422, title=title, text=text)

    assert page.all("a", href=f"#f-{field}")
    assert (page.one("textarea", id="f-text").text or "").strip() == text


def test_whoever_drafts_sends_one_and_the_customer_waits_on(
    visit: Visit, told: Stand, approved: Page
) -> None:
    ben = visit("Ben")
    page = ben.get(about(told))
    assert "Approved once, so it goes out without asking." in page.text

    after = send(ben, page, promise="hour")
    assert "Posting publicly in" in after.text
    told.advance(11)
    told.deliver()

    (text,) = written(told)
    assert text.startswith("Hei Olli, selvitämme asiaa ja kerromme ")
    shown = ben.get(about(told))
    assert "holding reply, an answer by" in shown.text
    assert shown.all("textarea", id="draft")
    conversation = next(c for c in told.conversations() if f"/inbox/{c.id}" == about(told))
    assert conversation.waiting_count == 1
    assert conversation.due_at is not None
    assert conversation.due_at - told.now < timedelta(hours=1)


def test_it_is_offered_while_ones_answer_waits_for_approval(
    visit: Visit, told: Stand, approved: Page
) -> None:
    web_stand.submit(told, "Olli Niemi", "Ben", "Hei Olli!")
    ben = visit("Ben")

    after = send(ben, ben.get(about(told)), promise="hour")

    assert "Waits for approval" in after.text and "Posting publicly in" in after.text


def test_of_two_who_wait_one_is_chosen(visit: Visit, told: Stand, approved: Page) -> None:
    ben, path = visit("Ben"), about(told, "Kaisa Virtanen")
    page = ben.get(path)
    turns = [i.attrib["value"] for i in page.all("input", type="radio", name="turn_id")]
    assert len(turns) == 2

    send(ben, page, turn_id=turns[1], promise="hour")
    told.advance(11)
    told.deliver()

    assert written(told)[0].startswith("Hei Antti,")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Saat rahat takaisin"}, "Here goes the customer's own name: Olli Niemi."),
        ({"promise": "none"}, "This text promises a time. Choose it."),
        ({"promised_at": "2020-01-01T12:00"}, "Choose a time between now and 30 days from now."),
        ({"promise": "never"}, "Choose the day and the time."),
    ],
)
def test_a_refusal_opens_the_dialog_again_with_what_was_chosen(
    visit: Visit, told: Stand, approved: Page, changed: dict[str, str], said: str
) -> None:
    ben = visit("Ben")

    page = send(ben, ben.get(about(told)), status=422, **({"promise": "hour"} | changed))

    box = next(d for d in page.all("dialog") if d.attrib["id"] == "holding")
    assert "open" in box.attrib
    assert said in " ".join("".join(box.itertext()).split())
    if "name" in changed:
        assert page.one("input", id="hold-name").attrib["value"] == changed["name"]
    assert written(told) == []


@pytest.mark.parametrize(
    "changed",
    [{"holding_id": "x"}, {"turn_id": ""}, {"turn_id": "999999"}, {"holding_id": "999999"}],
)
def test_a_forged_form_sends_nothing(
    visit: Visit, told: Stand, approved: Page, changed: dict[str, str]
) -> None:
    ben = visit("Ben")
    given = dialog(ben.get(about(told))) | {"promise": "hour"} | changed
    given.pop("csrf_token")

    answer = ben.send(given.pop("action"), **given)

    assert answer.status_code in (404, 422)
    with told.database.reading() as db:
        assert db.query(OutboxItem).count() == 0


def test_a_second_one_is_stopped_while_the_first_is_on_its_way(
    visit: Visit, told: Stand, approved: Page
) -> None:
    ben = visit("Ben")
    page = ben.get(about(told))
    send(ben, page, promise="hour")

    again = send(ben, page, status=409, promise="hour")

    assert "on its way to this customer already" in again.text


def test_a_viewer_is_offered_none(visit: Visit, told: Stand, approved: Page) -> None:
    assert "Holding reply" not in visit("Vera").get(about(told)).text


def test_where_none_is_approved_none_is_offered(visit: Visit, told: Stand) -> None:
    assert "Holding reply" not in visit("Ben").get(about(told)).text


def test_where_nothing_goes_out_it_says_why(visit: Visit, told: Stand, approved: Page) -> None:
    visit("Dan").post("/channels/1/sending")

    page = visit("Ben").get(about(told))

    assert "later a holding reply would come too late" in page.text
    assert not any("/holding" in f.attrib["action"] for f in page.all("form"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OutboxState.FAILED, "Facebook did not take this answer."),
        (OutboxState.STOPPED, "The conversation changed before this went out."),
        (OutboxState.NEEDS_PERSON, "We could not find out if it was posted."),
    ],
)
def test_one_that_did_not_arrive_is_said_until_the_customer_has_an_answer(
    visit: Visit, told: Stand, approved: Page, state: OutboxState, said: str
) -> None:
    ben = visit("Ben")
    send(ben, ben.get(about(told)), promise="hour")
    with told.database.writing() as db:
        item = db.query(OutboxItem).one()
        item.state, item.reason = state, "gone"
        item.draft.state = item.draft.state.__class__("returned")

    page = ben.get(about(told))
    assert said in page.text
    assert "It could not be posted." not in ben.get("/sent-back").text

    seen = next(iter(page.all("input", name="seen"))).attrib["value"]
    ben.post(f"{about(told)}/done", seen=seen)
    assert said not in ben.get(about(told)).text
