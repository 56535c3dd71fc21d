"""Limits, and everything the practice X can be made to do wrong."""

import time

import pytest
import requests


def test_a_quarter_of_an_hour_holds_so_many_calls(api, practice):
    for left in range(14, -1, -1):
        answer = api.get("dm_events")
        assert answer.headers["x-rate-limit-remaining"] == str(left)
    refused = api.get("dm_events")

    assert refused.status_code == 429 and refused.json()["title"] == "Too Many Requests"
    assert refused.headers["x-rate-limit-limit"] == "15"
    assert 0 < int(refused.headers["x-rate-limit-reset"]) - time.time() <= 901
    practice.post("clock", wall=901)
    assert api.get("dm_events").status_code == 200


def test_a_day_holds_so_many_messages(api, practice, shop, platform):
    person = practice.post("x/messages", account=shop["id"], name="Kaisa", text="Hei!")["person"]
    sent = api.write(person, "yksi")
    assert sent.headers["x-user-limit-24hour-remaining"] == "1439"
    with platform.store.writing() as db:
        db.execute("UPDATE x_uses SET used = 1440 WHERE path LIKE '%day'")

    refused = api.write(person, "liikaa")

    assert refused.status_code == 429
    assert refused.headers["x-user-limit-24hour-remaining"] == "0"
    assert refused.headers["x-user-limit-24hour-limit"] == "1440"


@pytest.mark.parametrize(
    ("fault", "header", "value"),
    [
        ({}, "x-rate-limit-reset", str.isdigit),
        ({"reset": "missing"}, "x-rate-limit-reset", lambda found: found is None),
        ({"reset": "broken"}, "x-rate-limit-reset", lambda found: found == "soon"),
        ({"cap": "user_day"}, "x-user-limit-24hour-remaining", lambda found: found == "0"),
        ({"cap": "app_day"}, "x-app-limit-24hour-reset", str.isdigit),
    ],
)
def test_429_with_every_kind_of_header(api, practice, mention, fault, header, value):
    practice.post("faults", kind="x_rate_limited", path="x_create", count=1, **fault)

    refused = api.reply(mention["id"], "Hei")

    assert refused.status_code == 429 and value(refused.headers.get(header))
    assert api.reply(mention["id"], "Hei").status_code == 201


@pytest.mark.parametrize(
    ("fault", "status", "seen"),
    [
        ({"kind": "x_credits"}, 402, lambda body: body["title"] == "CreditsDepleted"),
        (
            {"kind": "x_credits", "body": "new"}, 402,
            lambda body: body["type"].endswith("/problems/credits-depleted") and body["detail"] == "credits depleted",
        ),
        ({"kind": "x_error", "status": 400, "body": "list"}, 400, lambda body: isinstance(body, list)),
        ({"kind": "x_error", "body": "errors"}, 503, lambda body: body["errors"][0]["code"] == 503),
        ({"kind": "x_token"}, 401, lambda body: body["title"] == "Unauthorized"),
        ({"kind": "x_no_data"}, 200, lambda body: body == {"meta": {"result_count": 0}}),
        ({"kind": "x_partial"}, 200, lambda body: body["errors"] and body["data"] == []),
        ({"kind": "x_dialect"}, 200, lambda body: "edit_history_post_ids" in body["data"][0]),
        ({"kind": "x_no_fraction"}, 200, lambda body: "." not in body["data"][0]["created_at"]),
        ({"kind": "x_no_names"}, 200, lambda body: "users" not in body.get("includes", {})),
        ({"kind": "x_unknown"}, 200, lambda body: "hologram" in body["data"][0] and body["omens"]),
    ],
)  # fmt: skip
def test_answers_go_wrong_as_told(api, practice, shop, mention, fault, status, seen):
    practice.post("faults", path="x_mentions", count=1, **fault)

    def read():
        return api.get(
            f"users/{shop['id']}/mentions",
            tweet__fields="author_id,created_at",
            expansions="author_id",
        )

    answer = read()
    assert answer.status_code == status and seen(answer.json())
    assert read().json()["includes"]["users"][0]["name"] == "Kaisa Virtanen"


@pytest.mark.parametrize(("status", "kind"), [(200, "html"), (502, "html"), (500, "empty")])
def test_what_is_no_json_comes_too(api, practice, status, kind):
    practice.post("faults", kind=kind, status=status, path="x")

    answer = api.get("users/me")

    assert answer.status_code == status
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(("kind", "done"), [("timeout_before", 1), ("timeout_after", 2)])
def test_without_an_answer_it_was_done_or_not(api, practice, mention, kind, done):
    practice.post("faults", kind=kind, seconds=0, path="x_create", count=1)

    with pytest.raises(requests.ConnectionError):
        api.reply(mention["id"], "Hei")

    assert len(practice.get(f"x/posts/{mention['id']}")["conversation"]) == done


def test_what_was_just_written_cannot_be_read_yet(api, practice, shop, mention):
    practice.post("faults", kind="read_delay", seconds=60, path="x")
    own = api.reply(mention["id"], "Hei").json()["data"]["id"]

    assert api.get(f"users/{shop['id']}/tweets").json() == {"meta": {"result_count": 0}}
    assert "data" not in api.get(f"tweets/{own}").json()
    practice.post("clock", wall=61)
    assert api.get(f"users/{shop['id']}/tweets").json()["data"][0]["id"] == own


def test_a_duplicate_can_be_claimed(api, practice, mention):
    practice.post("faults", kind="x_duplicate", count=1)

    assert "duplicate content" in api.reply(mention["id"], "Ihan uusi").json()["detail"]
    assert api.reply(mention["id"], "Ihan uusi").status_code == 201


def test_faults_of_one_platform_leave_the_other_alone(api, practice, graph, shop):
    practice.post("faults", kind="x_credits")
    practice.post("faults", kind="token")

    assert api.get("users/me").status_code == 402
    assert graph.get("me").status_code == 401
    practice.delete("faults")
    practice.post("faults", kind="empty", path="x")
    assert api.get("users/me").status_code == 500 and graph.get("me").ok


def test_a_fault_can_be_for_one_account(api, practice, url, shop):
    practice.post("faults", kind="x_token", page=shop["id"])
    other = practice.get("x/state")["accounts"][0]
    token = practice.post(f"x/accounts/{other['id']}/token")["access_token"]

    assert api.get("users/me").status_code == 401
    found = requests.get(
        url + "/2/users/me", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    assert found.status_code == 200
