"""The list, one conversation, and what the team does with it."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from app.inbox.models import Contact, ConversationState, Message
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor

Visit = Callable[[str], Visitor]


def about(told: Stand, name: str = "Olli Niemi") -> str:
    return f"/inbox/{web_stand.conversation_of(told, name)}"


def listed(page: Page) -> list[str]:
    """The names in the list, in order."""
    return [e.text or "" for e in page.all("b", class_="clip")]


def state(told: Stand, path: str) -> ConversationState:
    found = {c.id: c for c in told.conversations()}
    return found[int(path.rpartition("/")[2])].state


def test_who_must_be_answered_first_comes_first(visit: Visit) -> None:
    page = visit("Ben").get("/inbox")

    assert listed(page)[0] == "Kaisa Virtanen"
    assert "14 min late" in page.text
    assert "2 waiting" in page.text


def test_public_and_private_are_said_in_words_everywhere(visit: Visit, told: Stand) -> None:
    private = web_stand.write_privately(told)
    visitor = visit("Ben")

    rows = ["".join(r.itertext()) for r in visitor.get("/inbox").all("a", class_="li")]
    public = visitor.get(about(told))
    talk = visitor.get(f"/inbox/{private}")

    assert all("Public" in row or "Private" in row for row in rows)
    assert "Public. On a real Page, anyone could read this thread." in public.text
    assert "Private. Only Petteri and your team can read this." in talk.text


def test_every_customer_in_a_public_thread_has_their_own_time(visit: Visit, told: Stand) -> None:
    page = visit("Ben").get(about(told, "Kaisa Virtanen"))

    comments = [
        "".join(e.itertext())
        for e in page.tree.iter("article")
        if "cmt--open" in e.attrib.get("class", "")
    ]
    assert len(comments) == 2
    assert "14 min late" in comments[0] and "Answer by" in comments[1]
    assert "Antti Laine is waiting too, answer by" in page.text
    assert "Answer both" in page.text


def test_each_public_comment_opens_where_it_stands_in_a_tab_of_its_own(
    visit: Visit, told: Stand
) -> None:
    visitor, path = visit("Ben"), about(told, "Kaisa Virtanen")
    home = told.running.platforms.graph_url

    comments = [c for c in visitor.get(path).all("article") if "cmt" in c.attrib["class"]]
    links = [[a for a in c.iter("a") if a.attrib.get("target") == "_blank"] for c in comments]

    assert len(comments) == 2
    for article, (link,) in zip(comments, links, strict=True):
        number = int(article.attrib["id"].removeprefix("message-"))
        external = next(m.external_id for m in told.messages() if m.id == number)
        assert link.attrib["href"].startswith(f"{home}/practice/posts/")
        assert link.attrib["href"].endswith(f"#i{external}")
        assert set(link.attrib["rel"].split()) == {"noopener", "noreferrer"}
        assert link.attrib["aria-label"] == "Open on Facebook"


@pytest.mark.parametrize("address", [
    "https://www.facebook.com/1", "javascript:alert(1)", '"><script>alert(1)</script>', None,
])  # fmt: skip
def test_an_address_that_does_not_lead_to_the_practice_platform_is_not_offered(
    visit: Visit, told: Stand, address: str | None
) -> None:
    with told.database.writing() as db:
        db.execute(update(Message).values(permalink=address))

    page = visit("Ben").get(about(told, "Kaisa Virtanen"))

    assert not [a for c in page.all("article") if "cmt" in c.attrib["class"]
                for a in c.iter("a") if "target" in a.attrib]  # fmt: skip


def test_the_other_customer_can_be_answered_alone(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told, "Kaisa Virtanen")
    links = visitor.get(path).all("a")
    other = next(a.attrib["href"] for a in links if a.text == "Answer this one")

    page = visitor.get(other)

    assert "Answers Antti Laine" in page.text
    assert "Kaisa Virtanen is waiting too" in page.text


def test_a_rows_address_opens_it_and_keeps_the_tab(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    path = about(told)

    rows = visitor.get(f"{path}?view=to-answer").all("a", class_="li")

    assert f"{path}?view=to-answer" in [r.attrib["href"] for r in rows]
    assert all(r.attrib["href"].endswith("?view=to-answer") for r in rows)


def test_the_live_list_says_nothing_until_something_changes(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    feed = visitor.get("/inbox").one("div", id="list").attrib["data-feed"]

    before = visitor.client.get(f"/inbox/list?view=to-answer&feed={feed}")
    visit("Sam").send(f"{about(told)}/take")
    after = visitor.client.get(f"/inbox/list?view=to-answer&feed={feed}")

    assert (before.status_code, before.data) == (204, b"")
    assert after.status_code == 200
    assert "Taken: Sam" in after.text


def test_the_live_thread_says_nothing_until_something_changes(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)
    feed = visitor.get(path).one("div", id="thread").attrib["data-feed"]

    before = visitor.client.get(f"{path}/thread?feed={feed}")
    visit("Sam").send(f"{path}/note", text="Soitin hänelle.")
    after = visitor.client.get(f"{path}/thread?feed={feed}")

    assert before.status_code == 204
    assert "Soitin hänelle." in after.text
    assert "composer" not in after.text


def test_taking_it_shows_whose_it_is(visit: Visit, told: Stand) -> None:
    page = visit("Ben").post(f"{about(told)}/take")

    assert "It is yours now." in page.text
    assert not page.all("form", action=f"{about(told)}/take")


def test_what_somebody_took_they_can_let_go(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    ben.post(f"{about(told)}/take")

    page = ben.post(f"{about(told)}/let-go")

    assert "Let go. Anybody can take it now." in page.text
    assert page.all("form", action=f"{about(told)}/take")
    assert not page.all("form", action=f"{about(told)}/let-go")
    assert all(c.assignee_id is None for c in told.conversations())


def test_handing_over_says_why_in_a_note(visit: Visit, told: Stand) -> None:
    visitor = visit("Ben")
    sam = told.actor("Sam").member_id

    page = visitor.post(f"{about(told)}/hand-over", member_id=sam, reason="Sam tietää hinnat.")

    assert "Sam tietää hinnat." in page.text
    assert "Taken: Sam" in page.text


def test_a_note_is_for_the_team_and_the_mode_stays(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    visitor.post(f"{path}/composer", mode="note", was="reply", text="")
    page = visitor.post(f"{path}/note", text="Soitin Postiin.")
    elsewhere = visitor.get(about(told, "Henna Kallio"))

    assert "Note, team only" in page.text
    for shown in (page, elsewhere):
        pressed = shown.all("button", name="mode", aria_pressed="true")
        assert [b.attrib["value"] for b in pressed] == ["note"]


def test_done_names_who_has_no_answer_yet(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told, "Kaisa Virtanen")
    dialog = next(d for d in visitor.get(path).all("dialog") if d.attrib["id"] == "done")

    said = " ".join("".join(dialog.itertext()).split())
    assert "2 people here have no answer yet" in said
    assert "Kaisa Virtanen" in said and "Antti Laine" in said


def test_done_and_open_again(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)
    seen = next(i for i in visitor.get(path).all("input", name="seen")).attrib["value"]

    visitor.post(f"{path}/done", seen=seen)
    assert state(told, path) is ConversationState.DONE
    page = visitor.post(f"{path}/reopen")

    assert state(told, path) is ConversationState.OPEN
    assert "Open again." in page.text


def test_done_stops_when_a_customer_wrote_meanwhile(visit: Visit, told: Stand) -> None:
    page = visit("Ben").post(f"{about(told)}/done", seen=1, status=409)

    assert "A customer wrote while you were reading." in page.text


def test_snoozing_puts_it_away_until_later(visit: Visit, told: Stand) -> None:
    visitor, path = visit("Ben"), about(told)

    page = visitor.post(f"{path}/snooze", until="tomorrow")

    assert "Olli Niemi" not in listed(page)
    later = visitor.get("/inbox?view=snoozed")
    assert listed(later) == ["Olli Niemi"]
    assert "Comes back" in later.text


def test_who_only_reads_is_offered_nothing_to_press(visit: Visit, told: Stand) -> None:
    page = visit("Vera").get(about(told))

    assert "You can read here, but not answer." in page.text
    assert "Who can change that:" in page.text
    assert not page.all("textarea")
    assert not page.all("a", data_open="done")


def test_colleagues_see_who_has_it_open(visit: Visit, told: Stand) -> None:
    path = about(told)
    visit("Sam").client.get(path)
    sam = visit("Sam")
    assert sam.send(f"{path}/here").status_code == 204

    assert "Here now: Sam" in visit("Ben").get(path).text


def test_who_comes_and_who_writes_is_news_at_once_and_only_once(visit: Visit, told: Stand) -> None:
    path = about(told)
    ben, sam = visit("Ben"), visit("Sam")
    ben.send(f"{path}/take")
    ben.send(f"{path}/here")

    def news(of: str) -> str:
        """What the poll brings that knows all but the newest."""
        return ben.client.get(f"{of}?feed={seen}").text

    seen = ben.get(path).one("div", id="thread").attrib["data-feed"]
    sam.send(f"{path}/here")
    assert "Here now: Sam" in news(f"{path}/thread")
    seen = ben.get(path).one("div", id="thread").attrib["data-feed"]
    sam.send(f"{path}/here")
    assert news(f"{path}/thread") == ""
    sam.send(f"{path}/draft", text="Hei")
    assert "Sam is answering" in news(f"{path}/thread")
    assert "Sam is answering" in news("/inbox/list")
    seen = ben.get(path).one("div", id="thread").attrib["data-feed"]
    sam.send(f"{path}/draft", text="Hei Olli")
    assert news(f"{path}/thread") == news("/inbox/list") == ""


def test_who_looks_where_nobody_else_does_is_no_news(visit: Visit, told: Stand) -> None:
    path, ben = about(told), visit("Ben")
    seen = ben.get(path).one("div", id="thread").attrib["data-feed"]

    visit("Sam").send(f"{path}/here")

    assert ben.client.get(f"/inbox/list?feed={seen}").status_code == 204


@pytest.mark.parametrize("query", ["view=nonsense", "after=damaged", "to=x"])
def test_a_damaged_address_is_refused_in_words(visit: Visit, told: Stand, query: str) -> None:
    path = about(told) if query.startswith("to") else "/inbox"
    answer = visit("Ben").client.get(f"{path}?{query}")

    assert answer.status_code in (404, 422)


def test_a_long_list_goes_on_by_a_link(visit: Visit, told: Stand) -> None:
    post = told.post("106233987400001")
    for number in range(45):
        told.comment(post, f"Asiakas {number}", "Hei!")
    told.read(1)
    visitor = visit("Ben")

    first = visitor.get("/inbox")
    more = next(a for a in first.all("a") if a.text == "Show more").attrib["href"]
    second = visitor.get(more)

    assert len(listed(first)) == 40
    assert not set(listed(first)) & set(listed(second))
    assert "hx-get" not in second.one("div", id="list").attrib


def test_a_customer_without_a_name_is_given_none(visit: Visit, told: Stand) -> None:
    path = about(told)
    private = web_stand.write_privately(told, name="")
    with told.database.writing() as db:
        db.execute(update(Contact).where(Contact.name == "Olli Niemi").values(name=""))
    visitor = visit("Ben")

    assert visitor.get(path).one("h1").text == "Name not given"
    assert "Only this person and your team can read this." in visitor.get(f"/inbox/{private}").text


def test_a_time_that_is_not_offered_is_refused(visit: Visit, told: Stand) -> None:
    page = visit("Ben").post(f"{about(told)}/snooze", until="yesterday", status=422)

    assert "Choose when it should come back." in page.text


def test_a_mode_that_is_none_is_refused(visit: Visit, told: Stand) -> None:
    visit("Ben").post(f"{about(told)}/composer", mode="shout", text="", status=422)
