"""Logging in: the dialog, codes, short and long tokens, what they may do and how they end."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask, request

from app.practice.login.callbacks import signed_request
from app.practice.server import listening as serving
from tests.unit.practice.helpers import Graph, error

BACK = "http://127.0.0.1:5000/channels/connected"
DAY = 86400


@pytest.fixture
def cleo(practice, page):
    """Runs our Page and has a role on the app."""
    return practice.post("staff", name="Cleo", pages={page["id"]: None})["id"]


@pytest.fixture
def token(url, made):
    """Exchanges whatever it is given."""

    def exchange(**params):
        given = {"client_id": made.app_id, "client_secret": made.app_secret} | params
        return Graph(url, None).get("oauth/access_token", **given)

    return exchange


@pytest.fixture
def short(practice, cleo, token):
    def login(**allowed):
        code = practice.post(f"staff/{cleo}/login", redirect_uri=BACK, **allowed)["code"]
        return token(code=code, redirect_uri=BACK).json()["access_token"]

    return login


@pytest.fixture
def long(short, token):
    def login(**allowed):
        made = token(grant_type="fb_exchange_token", fb_exchange_token=short(**allowed)).json()
        return made["access_token"]

    return login


def page_token(url, user_token):
    [row] = Graph(url, user_token).data("me/accounts", fields="id,access_token,tasks")
    return row["access_token"]


def dialog(url, made, **params):
    asked = {
        "client_id": made.app_id,
        "redirect_uri": BACK,
        "state": "xyz",
        "scope": "pages_show_list,pages_messaging",
    }
    return asked | params


def decide(url, params, **answer):
    return requests.post(
        f"{url}/v26.0/dialog/oauth", data=params | answer, headers={"Origin": url},
        allow_redirects=False, timeout=5,
    )  # fmt: skip


def test_the_dialog_asks_who_and_what_and_gives_a_code(url, made, page, cleo, token):
    params = dialog(url, made)
    first = requests.get(f"{url}/v26.0/dialog/oauth", params=params, timeout=5)
    second = requests.get(f"{url}/v26.0/dialog/oauth", params=params | {"staff": cleo}, timeout=5)
    assert "Cleo" in first.text
    assert "pages_messaging" in second.text
    assert "instagram_basic" not in second.text
    assert "form-action 'self' http://127.0.0.1:5000;" in second.headers["Content-Security-Policy"]

    answer = decide(
        url, params, staff=cleo, answer="allow", pages=[page["id"]], scopes=["pages_messaging"]
    )

    back = urlsplit(answer.headers["Location"])
    found = parse_qs(back.query)
    assert found["state"] == ["xyz"]
    assert back.fragment == "_=_"
    made_token = token(code=found["code"][0], redirect_uri=BACK).json()
    assert made_token["token_type"] == "bearer"
    assert made_token["expires_in"] == 3600


def test_a_refusal_comes_back_with_its_reason(practice, url, made, cleo):
    def refused(**answer):
        location = decide(url, dialog(url, made), staff=cleo, **answer).headers["Location"]
        return parse_qs(urlsplit(location).query)

    assert refused(answer="refuse")["error"] == ["access_denied"]
    assert refused(answer="refuse")["error_reason"] == ["user_denied"]
    practice.post("faults", kind="dialog_refused", count=1)
    assert refused(answer="allow")["state"] == ["xyz"]
    assert "code" in refused(answer="allow")


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "1"},
        {"redirect_uri": "https://evil.example/"},
        {"scope": ""},
        {"response_type": "token"},
    ],
)
def test_the_dialog_refuses_what_is_not_the_apps(url, made, wrong):
    answer = requests.get(f"{url}/v26.0/dialog/oauth", params=dialog(url, made, **wrong), timeout=5)

    assert answer.status_code == 400


def test_with_standard_access_only_people_with_a_role_are_let_in(practice, url, made, page):
    stranger = practice.post("staff", name="Mallory", has_role=False, pages={page["id"]: None})
    params = dialog(url, made)
    assert decide(url, params, staff=stranger["id"], answer="allow").status_code == 302

    practice.post("settings", standard_access=True)

    assert decide(url, params, staff=stranger["id"], answer="allow").status_code == 403


def test_a_code_works_once_in_time_and_at_its_own_address(practice, cleo, token):
    def code():
        return practice.post(f"staff/{cleo}/login", redirect_uri=BACK)["code"]

    first = code()
    assert token(code=first, redirect_uri=BACK).ok
    assert error(token(code=first, redirect_uri=BACK)) == (100, 36009)
    assert error(token(code=code(), redirect_uri=BACK + "/")) == (100, 36008)
    late = code()
    practice.post("clock", wall=601)
    assert error(token(code=late, redirect_uri=BACK)) == (100, 36007)
    assert error(token(code="nonsense"))[0] == 100
    assert error(token(code=code(), client_secret="wrong"))[0] == 1
    assert error(token(code=code(), client_id="1"))[0] == 101


def test_short_tokens_end_after_an_hour_with_their_pages_and_long_ones_do_not(
    practice, url, as_app, short, long, token
):
    brief = short()
    lasting = long()
    brief_page, lasting_page = page_token(url, brief), page_token(url, lasting)

    practice.post("clock", wall=3700)

    assert error(Graph(url, brief).get("me")) == (190, 463)
    assert error(Graph(url, brief_page).get("me")) == (190, 463)
    assert error(token(grant_type="fb_exchange_token", fb_exchange_token=brief)) == (190, 463)
    assert Graph(url, lasting).get("me").json()["name"] == "Cleo"
    practice.post("clock", wall=61 * DAY)
    assert error(Graph(url, lasting).get("me")) == (190, 463)
    assert Graph(url, lasting_page).get("me").ok
    found = as_app.get("debug_token", input_token=lasting_page).json()["data"]
    assert (found["expires_at"], found["is_valid"]) == (0, True)
    assert found["data_access_expires_at"] - found["issued_at"] == 90 * DAY


def test_only_granted_pages_and_permissions_work(practice, url, as_app, page, cleo, long):
    other = practice.post("pages", name="Second shop")
    practice.post("staff", name="Cleo", pages={other["id"]: ["MODERATE"]})
    some = ["pages_show_list", "pages_read_engagement", "pages_messaging"]
    user = long(scopes=some, pages=[page["id"]])

    [row] = Graph(url, user).data("me/accounts", fields="id,tasks,access_token")
    mine = Graph(url, row["access_token"])

    assert row["id"] == page["id"]
    assert mine.get(f"{page['id']}/published_posts").ok
    assert error(mine.post(f"{page['id']}/feed", message="Hei"))[0] == 200
    assert error(Graph(url, user).get(other["id"])) == (100, 33)
    found = as_app.get("debug_token", input_token=user).json()["data"]
    assert sorted(found["scopes"]) == sorted(some)
    assert {r["scope"]: r["target_ids"] for r in found["granular_scopes"]}["pages_messaging"] == [
        page["id"]
    ]
    assert found["user_id"] == cleo


def test_a_page_can_be_left_out_of_the_granular_scopes(practice, as_app, page):
    practice.post("faults", kind="no_page_grant")

    found = as_app.get("debug_token", input_token=page["token"]).json()["data"]

    assert all(page["id"] not in row["target_ids"] for row in found["granular_scopes"])


def test_a_lost_task_and_a_lost_role_are_told_apart(practice, url, page, cleo, long, post):
    mine = Graph(url, page_token(url, long()))
    practice.post("staff", name="Cleo", pages={page["id"]: ["MESSAGING"]})
    assert error(mine.post(f"{post}/comments", message="Hei"))[0] == 200
    assert mine.get("me").ok

    practice.post("staff", name="Cleo", pages={page["id"]: []})

    assert error(mine.get("me")) == (190, 492)


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_every_way_to_lose_a_token(practice, url, as_app, cleo, long, subcode):
    user = long()

    practice.post(f"staff/{cleo}/revoke", subcode=subcode)

    assert error(Graph(url, user).get("me")) == (190, subcode)
    found = as_app.get("debug_token", input_token=user).json()["data"]
    assert (found["is_valid"], found["error"]["subcode"]) == (False, subcode)
    assert Graph(url, long()).get("me").ok  # connected anew


def test_me_accounts_has_pages_of_results_and_instagram(practice, url, page, cleo, long):
    for n in range(3):
        made = practice.post("pages", name=f"Shop {n}")["id"]
        practice.post("staff", name="Cleo", pages={made: None})
    practice.post("instagram", page=page["id"], username="riekko.rinne")
    mine = Graph(url, long())

    first = mine.get(
        "me/accounts", limit=2, fields="id,instagram_business_account{id,username}"
    ).json()
    second = mine.http.get(first["paging"]["next"], timeout=5).json()

    assert len(first["data"]) == len(second["data"]) == 2
    account = first["data"][0]["instagram_business_account"]
    assert account["username"] == "riekko.rinne"


def test_the_signed_request_is_what_openssl_makes_of_it():
    # PLATFORM_FACTS 14, openssl 3
    expected = (
        "-W4bAk7keLvn6Z9A3A1azXu357plo6QQeXIryjfzPgw.eyJ1c2VyX2lkIjoiMjE4NDcxIiwiYWxnb3JpdGhtIjoi"
        "SE1BQy1TSEEyNTYiLCJpc3N1ZWRfYXQiOjE3OTAwMDAwMDB9"
    )

    assert signed_request("app-secret-for-tests", "218471", 1790000000) == expected


def test_leaving_the_app_is_told_and_so_is_a_wish_to_be_deleted(practice, made, cleo, long):
    seen = []
    desk = Flask("desk")

    @desk.post("/gone")
    def gone():
        seen.append(request.form["signed_request"])
        return {"url": "http://127.0.0.1/status", "confirmation_code": "abc"}

    long()
    with serving(desk) as address:
        practice.post("settings", deauthorize_url=address + "/gone", deletion_url=address + "/gone")
        assert practice.post(f"staff/{cleo}/revoke")["ended"] == 4
        told = practice.post(f"staff/{cleo}/delete-data")["told"]

    assert told == {
        "status": 200,
        "answer": {"url": "http://127.0.0.1/status", "confirmation_code": "abc"},
    }
    mark, payload = seen[0].split(".")
    expected = hmac.new(made.app_secret.encode(), payload.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(mark + "=") == expected
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["user_id"] == cleo
    with pytest.raises(Exception, match="this machine"):
        practice.post("settings", deletion_url="https://example.com/")
