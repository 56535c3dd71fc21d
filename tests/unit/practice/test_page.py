"""The page to write as a customer and to break things with, as a browser without JavaScript."""

from functools import lru_cache

import html5lib
import pytest
import requests

from app.practice import page as page_module
from app.practice import story
from app.practice.faults import KINDS
from tests.unit.practice.helpers import Graph, error


class Browser:
    """Sends forms as a browser does: with its Origin."""

    def __init__(self, url):
        self.url = url

    def get(self, path, **params):
        return looked_at(requests.get(self.url + path, params=params, timeout=10))

    def do(self, action, **form):
        answer = requests.post(
            f"{self.url}/practice/do/{action}", data=form, headers={"Origin": self.url}, timeout=10
        )
        return looked_at(answer)


def looked_at(answer):
    """Every page is valid, marked as practice, with one heading and no id twice."""
    tree = parsed(answer.text)
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    names = [node.tag for node in tree.iter() if isinstance(node.tag, str)]

    assert len(ids) == len(set(ids))
    assert names.count("h1") == 1
    assert "PRACTICE:" in tree.findtext(".//title")
    assert tree.find(".//aside[@class='practice-bar']") is not None
    assert "script" not in names
    assert all(not node.get("style") for node in tree.iter())
    for form in tree.iter("form"):
        assert form.get("action")
    labelled = {label.get("for") for label in tree.iter("label")}
    for field in [*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")]:
        if field.get("type") not in ("hidden", "checkbox"):
            assert field.get("id") in labelled, field.attrib
    return answer


@lru_cache(maxsize=8)
def parsed(text):
    """A page has up to 2,000 elements, and often the same as before."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


@pytest.fixture
def browser(url):
    return Browser(url)


@pytest.fixture
def told(practice):
    practice.post("story/seed")


def test_every_page_of_the_story_can_be_looked_at(browser, practice, told):
    [page] = practice.get("state")["pages"]
    person = practice.post("people", page=page["id"], name="Petteri Heino")["id"]

    front = browser.get("/practice")
    assert page["token"] in front.text
    posts = browser.get(f"/practice/pages/{page['id']}")
    assert "Kaisa Virtanen" in posts.text
    assert "Past the desk" in posts.text
    assert "Petteri Heino" in browser.get(f"/practice/pages/{page['id']}/messages").text
    assert "Halla 2" in browser.get(f"/practice/people/{person}").text
    assert "leaks" in browser.get("/practice/controls").text
    assert "Tom Maddox" in browser.get(f"/practice/posts/{story.STOVE}").text


def test_the_pages_speak_the_language_of_the_browser(url, practice, told):
    [page] = practice.get("state")["pages"]
    for path in ("/practice", f"/practice/pages/{page['id']}", "/practice/controls", "/practice/x"):
        answer = requests.get(url + path, headers={"Accept-Language": "fi"}, timeout=10)

        assert '<html lang="fi">' in answer.text
        assert "HARJOITUS:" in answer.text
    assert (
        "Kirjoita tähän asiakkaana"
        in requests.get(f"{url}/practice", headers={"Accept-Language": "fi-FI"}, timeout=10).text
    )


def test_an_empty_platform_can_be_looked_at_too(browser, practice):
    assert "No Page yet" in browser.get("/practice").text
    browser.get("/practice/controls")

    made = browser.do("page", name="Kylän kauppa")

    assert "Kylän kauppa" in made.text
    page = practice.get("state")["pages"][0]["id"]
    assert "No posts yet" in browser.get(f"/practice/pages/{page}").text
    assert "Nobody has written yet" in browser.get(f"/practice/pages/{page}/messages").text


def test_a_customer_comments_replies_edits_and_deletes(browser, practice, post):
    first = browser.do("comment", on=post, name="Hilla Harju", message="Missä pakettini on?")
    assert "Written. The desk hears of it now." in first.text
    [comment] = practice.get(f"posts/{post}")["comments"]
    assert first.url.endswith(f"#i{comment['id']}")

    browser.do("comment", on=comment["id"], name="Hilla Harju", message="Haloo?")
    browser.do("comment", on=comment["id"], **{"as": "page"}, message="Selvitämme")
    browser.do("edit", id=comment["id"], message="Missä se on?")
    hidden = browser.do("hide", id=comment["id"])
    assert "Hidden" in hidden.text
    browser.do("hide", id=comment["id"])
    rows = practice.get(f"posts/{post}")["comments"]
    assert [row["message"] for row in rows] == ["Missä se on?", "Haloo?", "Selvitämme"]
    assert [row["via"] for row in rows] == ["customer", "customer", "native"]
    assert rows[0]["hidden"] == 0

    gone = browser.do("delete", id=comment["id"])
    assert "Deleted" in gone.text


def test_what_the_desk_did_is_marked(browser, practice, graph, page, post):
    comment = practice.post("comments", on=post, name="Hilla Harju", message="Missä?")["id"]
    graph.post(f"{comment}/comments", message="Työpöydältä")
    graph.post(f"{comment}/likes")
    graph.send(
        f"{page['id']}/messages",
        {"recipient": {"comment_id": comment}, "message": {"text": "Yksityisesti"}},
    )
    shown = browser.get(f"/practice/posts/{post}").text

    assert "Through the desk" in shown
    assert "Liked by the Page" in shown
    assert "Answered in private" in shown
    person = practice.get(f"posts/{post}")["comments"][0]["person_id"]
    assert "Yksityisesti" in browser.get(f"/practice/people/{person}").text


def test_a_customer_writes_in_private_and_blocks(browser, practice, graph, page):
    sent = browser.do("message", page=page["id"], name="Petteri Heino", message="Hei!")
    assert "Sent." in sent.text
    person = practice.post("people", page=page["id"], name="Petteri Heino")["id"]
    browser.do("message", page=page["id"], name="Petteri Heino", message="Moi", **{"as": "page"})
    assert [m["via"] for m in practice.get(f"people/{person}/messages")["messages"]] == [
        "customer",
        "native",
    ]

    blocked = browser.do("block", person=person)

    assert "blocks the Page now" in blocked.text
    body = {"recipient": {"id": person}, "message": {"text": "Hei"}}
    assert error(graph.send(f"{page['id']}/messages", body))[0] == 551
    assert "takes messages again" in browser.do("block", person=person).text


def test_a_post_is_posted_and_older_ones_are_a_page_away(browser, practice, page):
    for n in range(12):
        browser.do("post", page=page["id"], message=f"Postaus numero {n}.")

    first = browser.get(f"/practice/pages/{page['id']}").text
    assert "Postaus numero 11." in first
    assert "Postaus numero 1." not in first
    older = first.split("before=")[1].split('"')[0]
    second = browser.get(f"/practice/pages/{page['id']}", before=older).text
    assert "Postaus numero 1." in second
    assert "Postaus numero 2." not in second
    assert "Older posts" not in second


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_can_be_made_with_its_form_as_it_stands(browser, practice, kind):
    tree = parsed(browser.get("/practice/controls").text)
    [form] = [
        form
        for form in tree.iter("form")
        if any(i.get("name") == "kind" and i.get("value") == kind for i in form.iter("input"))
    ]
    fields = {str(i.get("name")): i.get("value", "") for i in form.iter("input")}
    for select in form.iter("select"):
        options = list(select.iter("option"))
        chosen = next((o for o in options if o.get("selected") is not None), options[0])
        fields[str(select.get("name"))] = chosen.get("value", chosen.text or "")

    broken = browser.do("fault", **fields)

    assert "Broken as you asked." in broken.text
    [found] = practice.get("faults")["faults"]
    assert found["kind"] == kind
    defaults = {name: param.default for name, param in KINDS[kind].params.items()}
    assert {name: found[name] for name in defaults} == defaults
    assert "Mended." in browser.do("mend", id=found["id"]).text
    assert practice.get("faults")["faults"] == []


def test_everything_can_be_mended_at_once(browser, practice):
    practice.post("faults", kind="no_from", count=2, method="read", path="comment")
    practice.post("faults", kind="empty")
    assert "2 times more" in browser.get("/practice/controls").text

    browser.do("mend")

    assert practice.get("faults")["faults"] == []


def test_the_clock_the_events_and_the_storm_have_their_buttons(browser, practice, told):
    page = practice.get("state")["pages"][0]["id"]

    assert "The clock was moved." in browser.do("clock", hours="24").text
    browser.do("clock", hours="-30")
    state = practice.get("state")["clock"]
    assert (state["wall"], state["monotonic"]) == (-6 * 3600, 24 * 3600)
    browser.do("clock-reset")
    assert practice.get("state")["clock"]["wall"] == 0

    assert "Held back" in browser.do("pause").text
    assert "Events are sent again." in browser.do("resume").text
    assert "One event of every kind" in browser.do("verbs", page=page).text
    assert "It begins" in browser.do("storm").text
    assert "still to come" in browser.get("/practice/controls").text
    assert "The storm is over." in browser.do("calm").text


def test_the_state_of_the_events_is_said(browser, practice, post, listening):
    assert "Running" in browser.get("/practice/controls").text
    listening.status = 500
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")
    practice.post("webhooks/flush")
    assert "does not take them" in browser.get("/practice/controls").text


@pytest.mark.parametrize(
    ("action", "form", "status"),
    [
        ("comment", {"on": "1_1", "name": "A", "message": "Sanat jotka kirjoitin"}, 404),
        ("comment", {"on": "POST", "name": "", "message": "Sanat jotka kirjoitin"}, 400),
        ("comment", {"on": "POST", "name": "A", "message": " "}, 422),
        ("comment", {"on": "POST", "name": "A", "message": "x" * 8001}, 422),
        ("message", {"page": "1", "name": "A", "message": "Sanat jotka kirjoitin"}, 404),
        ("block", {"person": "1"}, 404),
        ("clock", {"hours": "soon"}, 400),
        ("mend", {"id": "x"}, 400),
        ("fault", {"kind": "rain"}, 400),
        ("dance", {}, 404),
    ],
)
def test_a_form_that_cannot_be_done_says_why_and_keeps_the_words(
    browser, post, action, form, status
):
    answer = browser.do(action, **{k: post if v == "POST" else v for k, v in form.items()})

    assert answer.status_code == status
    assert "This did not work" in answer.text
    if "Sanat" in form.get("message", ""):
        assert "Sanat jotka kirjoitin" in answer.text


def test_pages_that_are_not_there_say_so(browser):
    for path in ("/practice/pages/1", "/practice/posts/1_1", "/practice/people/1",
                 "/practice/pages/1/messages", "/practice/nowhere"):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "This did not work" in answer.text


def test_a_form_from_nowhere_is_refused(url, practice, post):
    form = {"on": post, "name": "A", "message": "x"}

    for headers in ({}, {"Referer": "https://evil.example/x"}):
        answer = requests.post(f"{url}/practice/do/comment", data=form, headers=headers, timeout=5)
        assert answer.status_code == 403
    assert practice.get(f"posts/{post}")["comments"] == []
    own = {"Referer": f"{url}/practice/posts/{post}"}
    assert requests.post(f"{url}/practice/do/comment", data=form, headers=own, timeout=5).ok


def test_words_of_customers_are_never_markup(browser, practice, post):
    practice.post("comments", on=post, name="<b>Hilla</b>", message="<script>alert(1)</script>")

    shown = browser.get(f"/practice/posts/{post}").text

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_the_clock_is_said_in_days_and_hours(browser, practice):
    assert "Practice time is the real time." in browser.get("/practice/controls").text
    practice.post("clock", wall=25 * 3600)
    assert "ahead of the real time: 1 d 1 h" in browser.get("/practice/controls").text
    practice.post("clock", wall=-3600)
    assert "behind the real time: 1 h" in browser.get("/practice/controls").text


def test_a_big_page_stays_light(browser, practice):
    """Names are listed once, not in every form."""
    comments = [{"id": str(n), "created": n, "message": "Hei", "author": f"Nimi {n}"}
                for n in range(600)]  # fmt: skip
    post = {"id": "1", "created": 0, "message": "", "comments": comments}
    practice.post("import", items=[{"page": "9", "name": "Iso", "posts": [post]}])

    shown = browser.get("/practice/pages/9")

    assert len(shown.content) < 400_000


def test_initials_are_made_of_any_name():
    assert page_module.initials("Marja-Leena Aho") == "MA"
    assert page_module.initials("🙂 ?") == "?"
    assert page_module.initials("riekko & rinne") == "RR"


def test_times_of_other_days_and_years_show_their_day(browser, practice, page, graph):
    practice.post(f"pages/{page['id']}/posts", message="Vanha", created="2019-03-05T12:00:00Z")

    assert "Mar 2019" in browser.get(f"/practice/pages/{page['id']}").text


def test_a_page_of_another_name_is_one_click_away(browser, practice, told, url):
    practice.post("pages", name="Toinen kauppa")

    assert Graph(url, practice.get("state")["pages"][1]["token"]).get("me").ok
    assert "Toinen kauppa" in browser.get("/practice").text
