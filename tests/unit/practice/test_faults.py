"""Everything the platform can do to us, on demand and counted."""

import json
import time

import pytest
import requests

from app.practice.errors import Refused
from app.practice.faults import KINDS
from app.practice.webhooks import sign
from tests.unit.practice.helpers import error, wait_for


@pytest.fixture
def comment(practice, post):
    return practice.post("comments", on=post, name="Hilla Harju", message="Missä?")["id"]


def test_an_error_comes_with_everything_asked_for_and_as_often(practice, graph, comment):
    practice.post(
        "faults", kind="error", code=190, subcode=463, status=401, language="pt", count=2,
        content_type="text/javascript; charset=UTF-8", transient=True,
    )  # fmt: skip

    for _ in range(2):
        answer = graph.get(comment)
        assert answer.status_code == 401
        assert answer.headers["Content-Type"].startswith("text/javascript")
        found = answer.json()["error"]
        assert (found["code"], found["error_subcode"]) == (190, 463)
        assert found["is_transient"] is True
        assert found["message"].endswith("Ocorreu um erro desconhecido.")
        assert found["error_user_title"]
        assert found["fbtrace_id"]
    assert graph.get(comment).ok
    assert practice.get("faults")["faults"] == []


@pytest.mark.parametrize("code", [2018300, 9000001])
def test_the_longest_codes_that_platforms_have_can_be_asked_for(practice, graph, comment, code):
    practice.post("faults", kind="error", code=code)

    assert error(graph.get(comment))[0] == code


def test_an_error_can_come_with_200_and_our_own_words(practice, graph, comment):
    practice.post("faults", kind="error", code=1, status=200, message="Jotain meni vikaan")

    answer = graph.get(comment)

    assert answer.status_code == 200
    assert error(answer) == (1, None)
    assert "Jotain" in answer.json()["error"]["message"]


def test_a_fault_can_be_limited_to_a_kind_of_call(practice, graph, page, post, comment):
    def hit(**narrow):
        practice.delete("faults")
        practice.post("faults", kind="empty", **narrow)
        return {
            "read comment": graph.get(comment).status_code == 500,
            "list comments": graph.get(f"{post}/comments").status_code == 500,
            "reply": graph.post(f"{comment}/comments", message="Hei").status_code == 500,
            "hide": graph.post(comment, is_hidden="false").status_code == 500,
        }

    assert all(hit().values())
    assert [k for k, v in hit(method="read").items() if v] == ["read comment", "list comments"]
    assert [k for k, v in hit(method="POST").items() if v] == ["reply", "hide"]
    assert [k for k, v in hit(path="comments").items() if v] == ["list comments", "reply"]
    assert [k for k, v in hit(path="comments", method="write").items() if v] == ["reply"]
    assert not any(hit(page="another").values())
    assert all(hit(page=page["id"]).values())
    assert graph.get("me").status_code == 500  # the token says which Page `me` is


def test_html_and_empty_answers(practice, graph, comment):
    practice.post("faults", kind="html", count=1)
    html = graph.get(comment)
    assert html.status_code == 502
    assert html.text.startswith("<!DOCTYPE html>")

    practice.post("faults", kind="empty", count=1)
    empty = graph.get(comment)
    assert (empty.status_code, empty.content) == (500, b"")


def test_the_answer_is_lost_but_the_write_was_done(practice, graph, comment):
    practice.post("faults", kind="timeout_after", seconds=0, drop=True, count=1)

    with pytest.raises(requests.ConnectionError):
        graph.post(f"{comment}/comments", message="Hei")

    assert [row["message"] for row in graph.data(f"{comment}/comments")] == ["Hei"]
    assert len(practice.get("writes", target=comment)["writes"]) == 1


def test_the_answer_is_lost_and_nothing_was_done(practice, graph, comment):
    practice.post("faults", kind="timeout_before", seconds=0, drop=True, count=1)

    with pytest.raises(requests.ConnectionError):
        graph.post(f"{comment}/comments", message="Hei")

    assert graph.data(f"{comment}/comments") == []


def test_a_late_answer_is_late(practice, graph, comment):
    practice.post("faults", kind="timeout_after", seconds=1, drop=False, method="write", count=1)

    start = time.monotonic()
    answer = graph.post(f"{comment}/comments", message="Hei")

    assert answer.ok
    assert 1 <= time.monotonic() - start < 3


def test_where_the_connection_cannot_be_broken_off_504_says_so(practice, app, page, comment):
    """Another server than ours gives no socket."""
    practice.post("faults", kind="timeout_before", seconds=0, count=1)

    answer = app.test_client().get(f"/v26.0/{comment}", headers={"Host": "127.0.0.1"})

    assert answer.status_code == 504


def test_usage_climbs_until_nothing_goes(practice, graph, comment):
    practice.post("faults", kind="usage", level=60, step=20, regain=7, code=32)

    seen = []
    for _ in range(3):
        answer = graph.get(comment)
        usage = json.loads(answer.headers["X-App-Usage"])["call_count"]
        case = json.loads(answer.headers["X-Business-Use-Case-Usage"])
        regain = next(iter(case.values()))[0]["estimated_time_to_regain_access"]
        seen.append((answer.ok, usage, regain))

    assert seen == [(True, 80, 0), (False, 100, 7), (False, 120, 7)]
    assert error(graph.get(comment))[0] == 32
    assert json.loads(graph.get(comment).headers["X-Page-Usage"])["call_count"] > 100


def test_usage_can_climb_without_stopping_anything(practice, graph, comment):
    practice.post("faults", kind="usage", level=200, enforce=False)

    assert graph.get(comment).ok


def test_new_things_cannot_be_read_at_once(practice, graph, page, post, comment):
    practice.post("clock", wall=3600)
    practice.post("faults", kind="read_delay", seconds=60)
    reply = graph.post(f"{comment}/comments", message="Hei").json()["id"]
    talk = practice.post("messages", page=page["id"], name="Hilla Harju", text="Hei")

    assert error(graph.get(reply)) == (100, 33)
    assert graph.data(f"{comment}/comments") == []
    assert error(graph.get(talk["id"])) == (100, 33)
    assert graph.data(f"{talk['conversation']}/messages") == []
    assert graph.get(comment).ok  # older

    practice.post("clock", wall=3600 + 61)

    assert graph.get(reply).ok
    assert [row["id"] for row in graph.data(f"{comment}/comments")] == [reply]
    assert graph.get(talk["id"]).ok


def test_the_default_filter_leaves_half_out_and_stream_nothing(practice, graph, post):
    for n in range(4):
        practice.post("comments", on=post, name="Hilla Harju", message=f"Viesti {n}")
    practice.post("faults", kind="default_filter")

    assert len(graph.data(f"{post}/comments")) == 2
    assert len(graph.data(f"{post}/comments", filter="stream")) == 4


def test_a_token_can_count_as_a_persons(practice, graph, page, post, comment):
    practice.post("faults", kind="user_token")

    assert graph.get(f"{page['id']}/feed").json() == {"data": []}
    assert graph.get(f"{post}/comments").json() == {"data": []}
    assert graph.get(f"{page['id']}/conversations").json() == {"data": []}
    assert graph.get(post, fields="comments{id}").json() == {"id": post}


def test_nothing_says_who_wrote(practice, graph, page, post, comment):
    talk = practice.post("messages", page=page["id"], name="Hilla Harju", text="Hei")
    practice.post("faults", kind="no_from")

    assert "from" not in graph.get(comment, fields="from,message").json()
    assert "from" not in graph.get(post, fields="from,message").json()
    assert "from" not in graph.get(talk["id"], fields="from,message").json()


def test_an_empty_page_comes_first_but_the_list_goes_on(practice, graph, post, comment):
    practice.post("faults", kind="empty_page")

    first = graph.get(f"{post}/comments", filter="stream").json()
    second = graph.http.get(first["paging"]["next"], timeout=5).json()

    assert first["data"] == []
    assert [row["id"] for row in second["data"]] == [comment]


def test_the_next_page_can_be_at_a_foreign_address(practice, graph, post, comment):
    practice.post("comments", on=post, name="Hilla Harju", message="Toinen")
    practice.post("faults", kind="foreign_next", host="graph.evil.example")

    following = graph.get(f"{post}/comments", limit=1).json()["paging"]["next"]

    assert following.startswith("https://graph.evil.example/v26.0/")
    assert "access_token=" in following


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492, 2069032, 999])
def test_a_token_breaks_for_every_reason(practice, graph, comment, subcode):
    practice.post("faults", kind="token", subcode=subcode)

    assert error(graph.get(comment)) == (190, subcode)


def test_answers_can_be_called_text_javascript(practice, graph, comment):
    practice.post("faults", kind="text_javascript")

    answer = graph.get(comment)

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.json()["id"] == comment


def test_an_older_version_can_answer(practice, graph, comment):
    practice.post("faults", kind="old_version", version="v22.0")

    assert graph.get(comment).headers["Facebook-API-Version"] == "v22.0"


def test_faults_are_listed_and_cleared_one_by_one_or_all(practice):
    first = practice.post("faults", kind="empty", count=3, path="comment")
    practice.post("faults", kind="no_from")

    listed = practice.get("faults")
    assert [fault["kind"] for fault in listed["faults"]] == ["empty", "no_from"]
    assert listed["faults"][0]["count"] == 3
    assert set(listed["kinds"]) == set(KINDS)
    assert practice.delete(f"faults/{first['id']}") == {"cleared": 1}
    assert practice.delete(f"faults/{2**70}") == {"cleared": 0}
    assert practice.delete("faults") == {"cleared": 1}


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"kind": "rain"},
        {"kind": None},
        {"kind": "error", "code": "many"},
        {"kind": "error", "code": -1},
        {"kind": "error", "code": 10**30},
        {"kind": "error", "code": None},
        {"kind": "error", "status": 100},
        {"kind": "error", "language": "tlh"},
        {"kind": "error", "weather": "rain"},
        {"kind": "error", "count": 0},
        {"kind": "error", "count": "x"},
        {"kind": "error", "method": "PATCH"},
        {"kind": "error", "path": "nowhere"},
        {"kind": "timeout_after", "seconds": 10**6},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(practice, spec):
    with pytest.raises(Refused) as refused:
        practice.post("faults", **spec)
    assert refused.value.status == 400
    assert practice.get("faults")["faults"] == []


def test_a_header_cannot_be_broken_by_a_fault(practice, graph, comment):
    practice.post("faults", kind="old_version", version="v1\r\nSet-Cookie: a=b")

    assert "Set-Cookie" not in graph.get(comment).headers


# --- Webhooks --------------------------------------------------------------------------------


def write(practice, post, count):
    practice.post("webhooks/pause")
    for n in range(count):
        practice.post("comments", on=post, name="Hilla Harju", message=f"Viesti {n}")
    practice.post("webhooks/resume")


def words(desk):
    return [value["message"] for value in desk.changes if value["item"] == "comment"]


def test_events_can_be_lost(practice, post, listening):
    practice.post("faults", kind="webhooks_off", count=1)

    write(practice, post, 2)

    wait_for(lambda: listening.changes)
    assert words(listening) == ["Viesti 1"]


def test_events_can_come_several_times(practice, post, listening):
    practice.post("faults", kind="webhooks_duplicated", copies=3)

    write(practice, post, 1)

    wait_for(lambda: len(listening.bodies) == 3)
    assert len(set(listening.bodies)) == 1


def test_events_can_come_together(practice, post, listening):
    practice.post("faults", kind="webhooks_batched", size=3)

    write(practice, post, 5)
    practice.post("webhooks/flush")

    assert [len(call["entry"][0]["changes"]) for call in listening.calls] == [3, 2]
    assert words(listening) == [f"Viesti {n}" for n in range(5)]


def test_events_can_come_in_the_wrong_order(practice, post, listening):
    practice.post("faults", kind="webhooks_shuffled")
    practice.post("faults", kind="webhooks_batched", size=10)

    write(practice, post, 3)

    wait_for(lambda: len(words(listening)) == 3)
    assert words(listening) == ["Viesti 2", "Viesti 1", "Viesti 0"]


def test_single_events_come_in_the_wrong_order_too(practice, post, listening):
    practice.post("faults", kind="webhooks_shuffled")

    write(practice, post, 3)

    wait_for(lambda: len(words(listening)) == 3)
    assert words(listening) == ["Viesti 2", "Viesti 1", "Viesti 0"]


def test_ids_can_come_as_numbers(practice, page, post, listening):
    practice.post("faults", kind="webhooks_number_ids")

    write(practice, post, 1)

    wait_for(lambda: listening.changes)
    [value] = listening.changes
    assert isinstance(value["from"]["id"], int)
    assert isinstance(value["comment_id"], str)  # it has an underscore
    assert listening.calls[0]["entry"][0]["id"] == int(page["id"])


def test_unknown_events_can_come_along(practice, post, listening):
    practice.post("faults", kind="webhooks_unknown", count=1)

    write(practice, post, 1)

    wait_for(lambda: listening.changes)
    [call] = listening.calls
    assert words(listening) == ["Viesti 0"]
    assert len(call["entry"]) == 5
    assert call["entry"][0]["changes"][0]["value"]["item"] == "hologram"


def test_events_can_come_late(practice, post, listening):
    practice.post("faults", kind="webhooks_delayed", seconds=600)
    write(practice, post, 1)
    assert listening.changes == []

    practice.post("clock", wall=601)

    wait_for(lambda: words(listening) == ["Viesti 0"])


def test_a_signature_can_be_wrong(practice, post, listening, made):
    practice.post("faults", kind="webhooks_unsigned")

    write(practice, post, 1)

    wait_for(lambda: listening.bodies)
    assert listening.signatures[0].startswith("sha256=")
    assert listening.signatures[0] != sign(made.app_secret, listening.bodies[0])
