"""The JSON API for tests and drills, and who may call it."""

import socket

import pytest
import requests

from app.practice import guard, server
from app.practice.client import PracticeClient
from app.practice.errors import Refused


def test_the_state_tells_what_a_drill_needs(practice, page, post, made):
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")

    state = practice.get("state")

    other, ours = state["pages"]
    assert state["app_id"] == made.app_id
    assert ours["token"] == page["token"] != other["token"]
    assert (ours["posts"], ours["comments"], ours["conversations"]) == (1, 1, 0)
    assert (other["posts"], other["comments"], other["conversations"]) == (1, 1, 1)
    assert state["webhooks"]["callback_url"] is None
    assert state["planned"] == 0


def test_making_a_page_again_gives_the_same_page(practice):
    first = practice.post("pages", name="Riekko & Rinne", id="106")

    assert practice.post("pages", name="Another name", id="106") == first


def test_two_customers_of_one_name_are_one_person(practice, post):
    for message in ("Yksi", "Kaksi"):
        practice.post("comments", on=post, name=" Hilla Harju ", message=message)

    one, two = practice.get(f"posts/{post}")["comments"]
    assert one["person_id"] == two["person_id"]
    assert one["person"] == "Hilla Harju"


def test_the_truth_shows_how_each_comment_came(practice, graph, post):
    theirs = practice.post("comments", on=post, name="Hilla Harju", message="Missä?")["id"]
    practice.post("comments", on=theirs, message="Puhelimesta")
    graph.post(f"{theirs}/comments", message="Työpöydältä")

    rows = practice.get(f"posts/{post}")["comments"]

    assert [row["via"] for row in rows] == ["customer", "native", "api"]


def test_a_conversation_can_be_read_whole(practice, page):
    person = practice.post("people", page=page["id"], name="Petteri Heino", banned=False)
    assert practice.get(f"people/{person['id']}/messages") == {"messages": []}
    practice.post("messages", page=page["id"], name="Petteri Heino", text="Hei!")

    [row] = practice.get(f"people/{person['id']}/messages")["messages"]

    assert (row["text"], row["outbound"]) == ("Hei!", 0)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("pages", {}, 400),
        ("pages", {"name": "x" * 300}, 400),
        ("pages", {"name": "X", "id": "me"}, 400),
        ("pages", {"name": "X", "id": 5}, 400),
        ("pages/1/posts", {"message": "x"}, 404),
        ("comments", {"on": "1_1", "name": "A", "message": "x"}, 404),
        ("comments", {"on": "POST", "name": "A"}, 400),
        ("comments", {"on": "POST", "name": " ", "message": "x"}, 400),
        ("comments", {"on": "POST", "name": "x" * 201, "message": "x"}, 400),
        ("comments", {"on": "POST", "name": 7, "message": "x"}, 400),
        ("comments", {"on": "POST", "name": "A", "message": "x", "created": "soon"}, 400),
        ("comments/1_1/edit", {"message": "x"}, 404),
        ("messages", {"page": "1", "name": "A", "text": "x"}, 404),
        ("messages", {"page": "PAGE", "name": "A"}, 400),
        ("messages/m_1/edit", {"text": "x"}, 404),
        ("messages/m_1/unsend", {}, 404),
        ("people", {"page": "1", "name": "A"}, 404),
        ("webhooks/verbs", {"page": "1"}, 404),
        ("webhooks/dance", {}, 404),
        ("story/end", {}, 404),
        ("import", {"items": 5}, 400),
        ("nowhere", {}, 404),
    ],
)
def test_bad_calls_are_refused_in_plain_words(practice, page, post, path, body, status):
    names = {"POST": post, "PAGE": page["id"]}
    body = {k: names.get(v, v) if isinstance(v, str) else v for k, v in body.items()}

    with pytest.raises(Refused) as refused:
        practice.post(path, **body)

    assert refused.value.status == status
    assert refused.value.message


def test_a_customer_cannot_change_our_messages(practice, graph, page):
    talk = practice.post("messages", page=page["id"], name="Petteri Heino", text="Hei!")
    body = {"recipient": {"id": talk["person"]}, "message": {"text": "Moi"}}
    ours = graph.send(f"{page['id']}/messages", body).json()["message_id"]

    with pytest.raises(Refused):
        practice.post(f"messages/{ours}/edit", text="x")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"kind=empty", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
    ],
)
def test_a_body_that_is_no_json_is_refused(url, body, kind, status):
    answer = requests.post(
        f"{url}/practice/api/faults", data=body, headers={"Content-Type": kind}, timeout=5
    )

    assert answer.status_code == status
    assert answer.json()["error"]


def test_an_empty_body_says_nothing(url):
    answer = requests.post(f"{url}/practice/api/webhooks/flush", timeout=5)

    assert answer.json() == {"waiting": 0}


def test_bad_numbers_in_an_address_are_refused(url):
    for path in ("writes?after=x", "writes?after=-1", f"writes?after={'9' * 99}"):
        assert requests.get(f"{url}/practice/api/{path}", timeout=5).status_code == 400
    assert requests.get(f"{url}/practice/api/posts/1_1", timeout=5).status_code == 404
    assert requests.get(f"{url}/practice/api/pages/1/posts", timeout=5).status_code == 404


@pytest.mark.parametrize("path", ["/practice", "/practice/api/state", "/v26.0/me", "/static/x"])
def test_a_foreign_host_is_not_answered(url, path):
    """A name that was made to point at this machine (DNS rebinding)."""
    for host in ("evil.example", "evil.example:8001", "[", "127.0.0.1.evil.example"):
        answer = requests.get(url + path, headers={"Host": host}, timeout=5)
        assert answer.status_code == 400


def test_a_host_no_reader_can_take_is_nobody():
    assert guard.host_name("[::bad") == ""
    assert guard.host_name("LocalHost:80") == "localhost"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8001", "127.0.0.1:1", "[::1]:8001"])
def test_this_machines_names_are(url, host):
    assert requests.get(f"{url}/practice", headers={"Host": host}, timeout=5).ok


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://[bad"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_cannot_write_through_the_browser(url, headers):
    for path in ("/practice/api/faults", "/practice/do/storm", "/v26.0/me/messages"):
        answer = requests.post(url + path, json={"kind": "empty"}, headers=headers, timeout=5)
        assert answer.status_code == 403
    assert PracticeClient(url).get("faults")["faults"] == []


def test_a_link_from_another_site_may_lead_here(url):
    headers = {"Sec-Fetch-Site": "cross-site"}

    assert requests.get(f"{url}/practice", headers=headers, timeout=5).ok


def test_every_answer_carries_the_content_policy(url):
    for path in ("/practice", "/practice/api/state", "/v26.0/me", "/nowhere"):
        headers = requests.get(url + path, timeout=5).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_it_listens_on_this_machine_only(app):
    with pytest.raises(Refused), server.running(app, "0.0.0.0"):
        pass
    with pytest.raises(Refused):
        PracticeClient("https://graph.facebook.com")


def test_a_taken_port_is_an_error_that_says_so(app):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit), server.running(app, port=taken.getsockname()[1]):
            pass


def test_starting_twice_is_starting_once(app):
    delivery = app.extensions["vuoro-practice-delivery"]
    with server.running(app):
        before = delivery._thread
        delivery.start()
        assert delivery._thread is before
