"""Who may call: tokens, proofs, what a token is good for, subscriptions."""

import pytest

from app.practice.graph.call import proof
from tests.unit.practice.helpers import FIELDS, Graph, error


def test_the_proof_is_what_openssl_makes_of_it():
    # openssl 3: echo -n EAATESTTOKEN | openssl dgst -sha256 -hmac app-secret-for-tests
    expected = "5e99d60d3ce490c0a8ed1012dfc890bd7a28314643d5e367ed47cb3918c39849"

    assert proof("app-secret-for-tests", "EAATESTTOKEN") == expected


def test_without_a_token_nothing_is_answered(url, page):
    assert error(Graph(url, None).get(page["id"]))[0] == 104
    assert error(Graph(url, "nonsense").get(page["id"])) == (190, None)


def test_a_token_in_the_address_or_the_body_counts_too(url, page, post):
    nobody = Graph(url, None)

    assert nobody.get(page["id"], access_token=page["token"]).ok
    assert nobody.post(f"{post}/comments", message="Hei", access_token=page["token"]).ok
    assert nobody.send(f"{post}/comments", {"message": "Hei", "access_token": page["token"]}).ok
    oauth = nobody.http.get(
        nobody.url + page["id"], headers={"Authorization": f"OAuth {page['token']}"}, timeout=5
    )
    assert oauth.ok
    empty = nobody.http.get(
        nobody.url + page["id"], headers={"Authorization": "Bearer "}, timeout=5
    )
    assert error(empty)[0] == 104


def test_a_proof_is_checked_when_given_and_wanted_when_so_set(practice, graph, page, made):
    right = proof(made.app_secret, page["token"])

    assert graph.get(page["id"], appsecret_proof=right).ok
    assert error(graph.get(page["id"], appsecret_proof="0" * 64))[0] == 100
    assert error(graph.get(page["id"], appsecret_proof="ä"))[0] == 100

    practice.post("settings", require_proof=True)

    assert error(graph.get(page["id"]))[0] == 100
    assert graph.get(page["id"], appsecret_proof=right).ok
    assert practice.get("state")["require_proof"] is True
    practice.post("settings", require_proof=False)
    assert graph.get(page["id"]).ok


def test_debug_token_tells_what_a_token_is_good_for(practice, as_app, as_user, page):
    found = as_app.get("debug_token", input_token=page["token"]).json()["data"]
    assert found["is_valid"] is True
    assert found["type"] == "PAGE"
    assert found["profile_id"] == page["id"]
    assert found["expires_at"] == 0
    assert page["id"] in found["granular_scopes"][0]["target_ids"]

    token = practice.get("state")["user_token"]
    assert as_user.get("debug_token", input_token=token).json()["data"]["type"] == "USER"

    nothing = as_app.get("debug_token", input_token="nonsense").json()["data"]
    assert nothing["is_valid"] is False
    assert nothing["error"]["code"] == 190
    assert error(as_app.get("debug_token"))[0] == 100


def test_a_permission_can_be_missing_for_the_page(practice, as_app, page):
    practice.post("faults", kind="no_scope", scope="pages_messaging")

    found = as_app.get("debug_token", input_token=page["token"]).json()["data"]

    targets = {scope["scope"]: scope["target_ids"] for scope in found["granular_scopes"]}
    assert targets["pages_messaging"] == []
    assert page["id"] in targets["pages_manage_engagement"]


def test_debug_token_knows_a_token_that_was_broken(practice, as_app, page):
    practice.post("faults", kind="token", subcode=460, page=page["id"])
    practice.post("faults", kind="token", subcode=463, page="another")

    found = as_app.get("debug_token", input_token=page["token"]).json()["data"]

    assert found["is_valid"] is False
    assert found["error"]["subcode"] == 460


def test_a_page_subscribes_and_unsubscribes(graph, page, made):
    path = f"{page['id']}/subscribed_apps"
    assert graph.get(path).json() == {"data": []}

    assert graph.post(path, subscribed_fields="feed,mention").json() == {"success": True}

    [app] = graph.data(path)
    assert app["id"] == made.app_id
    assert app["subscribed_fields"] == ["feed", "mention"]
    assert graph.delete(path).json() == {"success": True}
    assert graph.data(path) == []


@pytest.mark.parametrize("fields", ["", "feed,mentions", "everything"])
def test_unknown_fields_to_subscribe_are_refused(graph, page, fields):
    """The name is `mention`; the plural is Instagram's."""
    path = f"{page['id']}/subscribed_apps"

    assert error(graph.post(path, subscribed_fields=fields))[0] == 100
    assert error(graph.send(path, {}))[0] == 100


def test_an_app_subscribes_after_the_handshake(as_app, made, listening):
    [found] = as_app.data(f"{made.app_id}/subscriptions")
    assert found["object"] == "page"
    assert found["active"] is True
    assert found["callback_url"] == listening.url + "/webhooks/meta"
    assert {"name": "feed", "version": "v26.0"} in found["fields"]

    assert as_app.delete(f"{made.app_id}/subscriptions", object="page").ok

    assert as_app.data(f"{made.app_id}/subscriptions") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"object": "cat"}, 100),
        ({"fields": ""}, 100),
        ({"verify_token": ""}, 100),
        ({"verify_token": "wrong"}, 2200),
        ({"callback_url": "https://graph.facebook.com/hook"}, 2200),
        ({"callback_url": "http://user@127.0.0.1/hook"}, 2200),
        ({"callback_url": "http://127.0.0.1:1/hook"}, 2200),
        ({"callback_url": "http://[::bad/hook"}, 2200),
        ({"callback_url": "http://127.0.0.1:port/hook"}, 2200),
        ({"callback_url": "file:///etc/passwd"}, 2200),
        ({"callback_url": "nonsense"}, 2200),
    ],
)
def test_a_subscription_that_cannot_work_is_refused(as_app, made, desk, change, code):
    right = {
        "object": "page",
        "callback_url": desk.url + "/webhooks/meta",
        "verify_token": desk.verify_token,
        "fields": FIELDS,
    }

    assert error(as_app.post(f"{made.app_id}/subscriptions", **(right | change)))[0] == code


def test_subscriptions_are_the_apps_own(graph, as_user, made):
    path = f"{made.app_id}/subscriptions"

    for caller in (graph, as_user):
        assert error(caller.get(path))[0] == 15
        assert error(caller.post(path, object="page"))[0] == 15
        assert error(caller.delete(path, object="page"))[0] == 15
