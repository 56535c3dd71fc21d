"""From the composer to the platform: saved, asked for, approved, undone, sent; nothing lost."""

from collections.abc import Callable
from typing import Any

import pytest

from app.replies import drafts
from app.replies.models import Draft, DraftState, OutboxItem, OutboxState
from tests import talks, web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]
TEXT = "Hei Olli! Hinta nousi tukkurin takia. Sanna"


def about(told: Stand, name: str = "Olli Niemi") -> str:
    return f"/inbox/{web_stand.conversation_of(told, name)}"


def fields(page: Page) -> dict[str, Any]:
    """What the composer's form sends along by itself."""
    form = next(f for f in page.all("form") if "data-key" in f.attrib)
    return {
        i.attrib["name"]: i.attrib["value"]
        for i in form.iter("input")
        if i.attrib.get("type") == "hidden" and "name" in i.attrib
    }


def decision(page: Page) -> dict[str, Any]:
    """What the approval's button is bound to."""
    form = next(f for f in page.all("form") if f.attrib["action"].endswith("/approve"))
    return {i.attrib["name"]: i.attrib["value"] for i in form.iter("input")}


def own_draft(told: Stand, who: str, path: str) -> Draft | None:
    with told.database.reading() as db:
        return drafts.mine(db, told.actor(who), int(path.rpartition("/")[2]))


def own_drafts(told: Stand, who: str, path: str) -> list[Draft]:
    with told.database.reading() as db:
        return drafts.own(db, told.actor(who), int(path.rpartition("/")[2]))


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def written(told: Stand) -> list[str]:
    return [w["text"] for w in told.platform.get("writes")["writes"]]


def test_what_is_typed_is_saved_as_it_is_typed(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    first = visitor.send(f"{path}/draft", **fields(visitor.get(path)), text="Hei Ol").get_json()
    again = visitor.send(f"{path}/draft", version=first["version"], text=TEXT).get_json()
    page = visitor.get(path)

    assert again["version"] > first["version"]
    assert again["saved"].startswith("saved ")
    assert (page.one("textarea", id="draft").text or "").strip() == TEXT
    assert "Yours" in page.text


def test_another_window_never_writes_over_this_one(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)
    old = visitor.send(f"{path}/draft", text="Ensimmäinen").get_json()["version"]
    visitor.send(f"{path}/draft", version=old, text="Toinen ikkuna")

    answer = visitor.send(f"{path}/draft", version=old, text="Kolmas")

    assert answer.status_code == 409
    assert "Toinen ikkuna" in answer.text and "Go on with mine" in answer.text
    draft = own_draft(told, "Ben", path)
    assert draft is not None and draft.text == "Toinen ikkuna"


def test_the_button_says_what_it_does(visit: Visit, told: Stand) -> None:
    private = web_stand.write_privately(told)

    assert "Ask for approval" in visit("Ben").get(about(told)).text
    sender = visit("Sam")
    assert "Post publicly" in sender.get(about(told)).text
    assert "Send to Petteri" in sender.get(f"/inbox/{private}").text


def test_asking_for_approval_leaves_the_words_with_both(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    page = visitor.post(f"{path}/submit", **fields(visitor.get(path)), text=TEXT, question="Ok?")

    assert "Waits for approval" in page.text and TEXT in page.text
    assert "Waits for approval" in visitor.get("/inbox").text
    card = visit("Ada").get("/approvals")
    assert "Ben to you" in card.text and "Ok?" in card.text
    assert "Approve and post publicly" in card.text


def test_the_next_customer_of_the_thread_is_answered_while_the_first_answer_waits(
    visit: Visit, told: Stand
) -> None:
    visitor, path = visit("Ben"), about(told)
    talks.say(
        told, 1, "Antti Laine", "Sama täällä.", under=web_stand.comment_of(told, "Olli Niemi")
    )

    page = visitor.post(f"{path}/submit", **fields(visitor.get(path)), text=TEXT)
    box = page.one("div", id="composer")
    assert "Waits for approval" in words(box) and TEXT in words(box)
    assert (page.one("textarea", id="draft").text or "").strip() == ""
    assert "Antti Laine" in words(next(d for d in box.iter("div") if d.get("class") == "toline"))

    page = visitor.post(f"{path}/submit", **fields(page), text="Hei Antti! Sanna")
    box = page.one("div", id="composer")
    assert not page.all("textarea", id="draft")
    assert TEXT in words(box) and "Hei Antti! Sanna" in words(box)
    assert len([f for f in box.iter("form") if f.attrib["action"].endswith("/withdraw")]) == 2


def test_words_typed_as_a_note_are_carried_past_an_answer_that_waits(
    visit: Visit, told: Stand
) -> None:
    visitor, path = visit("Ben"), about(told)
    visitor.post(f"{path}/submit", **fields(visitor.get(path)), text=TEXT)

    waiting = visitor.post(f"{path}/composer", mode="reply", was="note", text="Kysy Samilta")
    form = next(f for f in waiting.all("form") if f.attrib["action"].endswith("/composer"))
    carried: dict[str, Any] = {i.attrib["name"]: i.attrib["value"] for i in form.iter("input")}
    note = visitor.post(f"{path}/composer", **{**carried, "mode": "note"})

    assert (note.one("textarea", id="draft").text or "").strip() == "Kysy Samilta"
    assert [d.text for d in own_drafts(told, "Ben", path)] == [TEXT]


def test_an_empty_answer_is_refused_at_the_field(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    page = visitor.post(f"{path}/submit", **fields(visitor.get(path)), text="  ", status=422)

    assert page.one("p", role="alert").attrib["id"] == "composer-problem"
    assert page.one("textarea", id="draft").attrib["aria-describedby"] == "composer-problem"


def test_a_text_that_is_too_long_is_kept_whole(visit: Visit, told: Stand) -> None:
    visitor, path, long = visit("Ben"), about(told), "sana " * 1700

    page = visitor.post(f"{path}/submit", **fields(visitor.get(path)), text=long, status=422)

    assert "at most 8000" in page.text
    assert (page.one("textarea", id="draft").text or "").strip() == long.strip()
    draft = own_draft(told, "Ben", path)
    assert draft is not None and draft.text == long.strip()


def test_two_who_answer_the_same_comment_see_both_texts(visit: Visit, told: Stand) -> None:
    path, ben, sam = about(told), visit("Ben"), visit("Sam")
    ben.post(f"{path}/submit", **fields(ben.get(path)), text=TEXT)

    page = sam.post(f"{path}/submit", **fields(sam.get(path)), text="Moi Olli!", status=409)

    assert page.one("h1").text == "Two answers met"
    assert TEXT in page.text
    assert (page.one("textarea", id="mine").text or "").strip() == "Moi Olli!"
    assert "Kept as your draft." in page.text
    draft = own_draft(told, "Sam", path)
    assert draft is not None and draft.text == "Moi Olli!"


def test_a_waiting_answer_can_be_taken_back(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)
    visitor.post(f"{path}/submit", **fields(visitor.get(path)), text=TEXT)
    draft = own_draft(told, "Ben", path)
    assert draft is not None

    page = visitor.post(f"/drafts/{draft.id}/withdraw")

    assert (page.one("textarea", id="draft").text or "").strip() == TEXT
    assert "Nothing waits for you." in visit("Ada").get("/approvals").text


def test_a_draft_that_was_put_away_can_be_taken_up(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)
    visitor.send(f"{path}/draft", text=TEXT)
    draft = own_draft(told, "Ben", path)
    assert draft is not None

    away = visitor.post(f"/drafts/{draft.id}/discard")
    back = visitor.post(f"/drafts/{draft.id}/take-up")

    assert "The draft is put away." in away.text
    assert (away.one("textarea", id="draft").text or "").strip() == ""
    assert (back.one("textarea", id="draft").text or "").strip() == TEXT


def test_switching_to_a_note_and_back_keeps_the_words(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    note = visitor.post(f"{path}/composer", mode="note", was="reply", text=TEXT)
    reply = visitor.post(f"{path}/composer", mode="reply", was="note", text="Kysy Samilta")

    assert (note.one("textarea", id="draft").text or "").strip() == TEXT
    assert (reply.one("textarea", id="draft").text or "").strip() == "Kysy Samilta"
    assert "What stood here before is kept" in reply.text and TEXT in reply.text


def test_the_script_gets_only_the_composer_when_it_switches(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    answer = visitor.client.post(
        f"{path}/composer",
        headers={"HX-Request": "true"},
        data={"csrf_token": visitor.token, "mode": "note", "was": "reply", "text": TEXT},
    )

    assert answer.text.strip().startswith('<div id="composer"')
    assert "composer--note" in answer.text


def test_approving_leads_to_the_next_card_with_the_time_to_undo(visit: Visit, told: Stand) -> None:
    web_stand.submit(told, "Olli Niemi", "Ben", TEXT)
    web_stand.submit(told, "Henna Kallio", "Ben", "Myymälässä on kolme. Ben")
    ada = visit("Ada")
    card = ada.get("/approvals")

    after = ada.post(f"/approvals/{card_id(card)}/approve", **decision(card))

    assert "Approve 1 of 1" in after.text and "Henna" in after.text
    assert "Posting publicly in" in after.text and "To Olli Niemi, on Facebook" in after.text
    assert after.all("button", aria_keyshortcuts="z")


def card_id(page: Page) -> int:
    return int(
        next(f for f in page.all("form") if f.attrib["action"].endswith("/approve"))
        .attrib["action"]
        .split("/")[2]
    )


def test_an_approved_answer_reaches_the_platform_once(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    ada.post(f"/approvals/{draft}/approve", **decision(ada.get(f"/approvals/{draft}")))

    told.advance(11)
    told.deliver()

    assert written(told) == [TEXT]
    shown = visit("Ben").get(about(told))
    assert "written by Ben Berg" in shown.text
    assert "Nobody waits for an answer here." in shown.text


def test_undo_brings_it_back_and_nothing_is_posted(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    after = ada.post(f"/approvals/{draft}/approve", **decision(ada.get(f"/approvals/{draft}")))
    undo = next(f.attrib["action"] for f in after.all("form") if "/undo" in f.attrib["action"])

    page = ada.post(undo)
    told.advance(60)
    told.deliver()

    assert "Taken back. Nothing was posted." in page.text
    assert "Goes out exactly like this" in page.text
    assert written(told) == []


def test_undo_after_the_time_is_refused_in_words(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    after = ada.post(f"/approvals/{draft}/approve", **decision(ada.get(f"/approvals/{draft}")))
    undo = next(f.attrib["action"] for f in after.all("form") if "/undo" in f.attrib["action"])
    told.advance(11)
    told.deliver()

    assert "too late to undo" in ada.post(undo, status=409).text


def test_edit_and_approve_sends_the_approvers_words(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    page = ada.get(f"/approvals/{draft}?edit=1")
    assert (page.one("textarea", id="edited").text or "").strip() == TEXT

    ada.post(f"/approvals/{draft}/approve", **decision(page), text="Hei Olli. Ada")
    told.advance(11)
    told.deliver()

    assert written(told) == ["Hei Olli. Ada"]


def test_a_draft_goes_back_with_a_chip_and_a_note(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    version = decision(ada.get(f"/approvals/{draft}"))["version_id"]

    ada.post(
        f"/approvals/{draft}/send-back",
        version_id=version,
        chip=["shorter", "warmer"],
        reason="Ja kiitä.",
    )
    ben = visit("Ben")

    assert "Ben: " not in ben.get("/sent-back").text
    assert "Make it shorter. Warmer" in ben.get("/sent-back").text
    shown = ben.get(about(told))
    assert "Ada sent it back" in shown.text and "Ja kiitä." in shown.text
    assert (shown.one("textarea", id="draft").text or "").strip() == TEXT


def test_sending_back_needs_a_reason(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    version = decision(ada.get(f"/approvals/{draft}"))["version_id"]

    page = ada.post(f"/approvals/{draft}/send-back", version_id=version, reason=" ", status=422)

    assert "A reason or a note is needed" in page.one("section", role="alert").findtext(".//b", "")


def test_what_changed_since_it_was_sent_back_is_one_tap_away(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    version = decision(ada.get(f"/approvals/{draft}"))["version_id"]
    ada.post(f"/approvals/{draft}/send-back", version_id=version, reason="Lyhyemmin.")
    ben, path = visit("Ben"), about(told)
    ben.post(f"{path}/submit", **fields(ben.get(path)), text="Hei Olli! Tukkuri nosti. Sanna")

    card = ada.get("/approvals")

    assert "Changed since it was sent back" in card.text
    assert [e.text for e in card.all("ins")][:1] == ["Tukkuri nosti."]


def test_a_changed_draft_is_not_approved_unseen(visit: Visit, told: Stand) -> None:
    draft, ada, ben = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada"), visit("Ben")
    seen = decision(ada.get(f"/approvals/{draft}"))
    ben.post(f"/drafts/{draft}/withdraw")
    path = about(told)
    ben.post(f"{path}/submit", **fields(ben.get(path)), text="Ihan muuta.")

    page = ada.post(f"/approvals/{draft}/approve", **seen, status=409)

    assert "this is how it reads now" in page.text and "Ihan muuta." in page.text
    told.advance(60)
    told.deliver()
    assert written(told) == []


def test_a_customer_who_writes_meanwhile_stops_the_approval(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    seen = decision(ada.get(f"/approvals/{draft}"))
    with told.database.reading() as db:
        turn = drafts.answered_turns(db, db.get_one(Draft, draft))[0]
        comment = turn.first_message.external_id
    told.comment(comment, "Olli Niemi", "Ei tarvitsekaan enää.")
    told.read(1)

    page = ada.post(f"/approvals/{draft}/approve", **seen, text="Minun sanani", status=409)

    assert "read it again as it is now" in page.text
    assert (page.one("textarea", id="edited").text or "").strip() == "Minun sanani"


def test_nobody_approves_their_own(visit: Visit, told: Stand) -> None:
    draft = web_stand.submit(told, "Olli Niemi", "Ada", TEXT)

    page = visit("Ada").get(f"/approvals/{draft}", status=404)

    assert "it is your own" in page.text


def test_who_may_send_posts_and_can_undo(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Sam"), about(told)

    page = visitor.post(f"{path}/send", **fields(visitor.get(path)), text=TEXT)

    assert "Posting publicly in" in page.text
    assert "Your answer is on its way." in page.text
    told.advance(11)
    told.deliver()
    assert written(told) == [TEXT]


def test_who_may_not_send_is_refused_though_the_button_is_forged(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    page = visitor.post(f"{path}/send", **fields(visitor.get(path)), text=TEXT, status=403)

    assert "need an approval first" in page.text
    assert written(told) == []


@pytest.mark.parametrize("fault", ["gone"])
def test_a_refused_answer_says_what_why_and_what_now(visit: Visit, told: Stand, fault: str) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    ada.post(f"/approvals/{draft}/approve", **decision(ada.get(f"/approvals/{draft}")))
    with told.database.writing() as db:
        item = db.query(OutboxItem).one()
        item.state, item.reason = item.state.__class__("failed"), fault
        db.get_one(Draft, draft).state = DraftState.RETURNED

    page = visit("Ben").get(about(told))

    assert "Facebook did not take this answer. The comment was deleted." in page.text
    assert "Nothing was posted. Your text is saved." in page.text
    assert "It could not be posted." in visit("Ben").get("/sent-back").text


def unsettled(told: Stand, visit: Visit) -> int:
    """An approved answer of which the desk could not find out whether it arrived."""
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    ada.post(f"/approvals/{draft}/approve", **decision(ada.get(f"/approvals/{draft}")))
    with told.database.writing() as db:
        item = db.query(OutboxItem).one()
        item.state, item.reason = OutboxState.NEEDS_PERSON, "unreadable"
        return item.id


def test_where_the_desk_cannot_know_a_person_says_what_is_there(visit: Visit, told: Stand) -> None:
    item, ada = unsettled(told, visit), visit("Ada")
    page = ada.get(about(told))

    assert "We could not find out if it was posted." in page.text
    assert "An approver looks" in visit("Ben").get(about(told)).text
    after = ada.post(f"/outbox/{item}/resolve", verdict="there")
    assert "Noted: it is there." in after.text

    assert "We could not find out" not in after.text
    assert "Nobody waits for an answer here." in after.text


def test_a_verdict_that_is_none_changes_nothing(visit: Visit, told: Stand) -> None:
    item = unsettled(told, visit)

    visit("Ada").post(f"/outbox/{item}/resolve", verdict="perhaps", status=422)
    page = visit("Ben").post(f"/outbox/{item}/resolve", verdict="there", status=403)

    assert "You cannot approve on this channel." in page.text
    assert "We could not find out" in visit("Ada").get(about(told)).text


def test_a_new_draft_shows_up_at_the_approver_by_itself(visit: Visit, told: Stand) -> None:
    ada = visit("Ada")
    feed = ada.get("/approvals").one("div", id="list").attrib["data-feed"]
    before = ada.client.get(f"/approvals/list?feed={feed}&is_empty=1")

    web_stand.submit(told, "Olli Niemi", "Ben", TEXT)
    after = ada.client.get(f"/approvals/list?feed={feed}&is_empty=1")

    assert before.status_code == 204
    assert "Olli Niemi" in after.text
    assert "Open the 1 that waits for you" in after.text
    assert 'id="n-rail-approvals" hx-swap-oob="true">1' in after.text


def test_an_answer_for_other_readers_than_the_page_showed_is_stopped(
    visit: Visit, told: Stand
) -> None:
    visitor, path = visit("Sam"), about(told)

    page = visitor.post(
        f"{path}/send",
        **{**fields(visitor.get(path)), "audience": "private"},
        text=TEXT,
        status=409,
    )

    assert "Who can read this answer is not what your page showed." in page.text
    assert written(told) == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OutboxState.UNKNOWN, "We are checking; do not send it again."),
        (OutboxState.STOPPED, "The conversation changed before this went out."),
    ],
)
def test_what_did_not_simply_arrive_is_told_in_the_thread(
    visit: Visit, told: Stand, state: OutboxState, said: str
) -> None:
    item = unsettled(told, visit)
    with told.database.writing() as db:
        db.get_one(OutboxItem, item).state = state

    assert said in visit("Ben").get(about(told)).text


def test_its_writer_undoes_into_the_conversation(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Sam"), about(told)
    page = visitor.post(f"{path}/send", **fields(visitor.get(path)), text=TEXT)
    undo = next(f.attrib["action"] for f in page.all("form") if "/undo" in f.attrib["action"])

    back = visitor.post(undo)

    assert (back.one("textarea", id="draft").text or "").strip() == TEXT


def test_a_decision_of_a_colleague_meanwhile_is_said(visit: Visit, told: Stand) -> None:
    ada, cleo = visit("Ada"), visit("Cleo")
    draft = web_stand.submit(told, "Olli Niemi", "Ben", TEXT)
    seen = decision(ada.get(f"/approvals/{draft}"))
    cleo.post(f"/approvals/{draft}/send-back", version_id=seen["version_id"], reason="Ei näin.")

    page = ada.post(f"/approvals/{draft}/approve", **seen, status=409)

    assert "A colleague has already decided on this" in page.text


def test_the_writer_sees_every_version_and_what_was_said_of_it(visit: Visit, told: Stand) -> None:
    draft, ada = web_stand.submit(told, "Olli Niemi", "Ben", TEXT), visit("Ada")
    ben, path = visit("Ben"), about(told)
    assert "How this answer changed" not in ben.get(path).text
    for text, reason in (("Toinen yritys. Ben", "Kiitä ensin."), ("Kiitos! Ben", "Hyvä, hinta.")):
        version = decision(ada.get(f"/approvals/{draft}"))["version_id"]
        ada.post(f"/approvals/{draft}/send-back", version_id=version, reason=reason)
        ben.post(f"{path}/submit", **fields(ben.get(path)), text=text)

    for page in (ben.get(path), ada.get(f"/approvals/{draft}")):
        box = next(d for d in page.all("details") if "rounds" in d.attrib.get("class", ""))
        said = " ".join("".join(box.itertext()).split())
        assert said.index(TEXT) < said.index("Kiitä ensin.") < said.index("Toinen yritys.")
        assert said.index("Hyvä, hinta.") < said.index("Version 3 by Ben")
