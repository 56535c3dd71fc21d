"""The real facebook-sdk against the practice platform."""

import facebook
import pytest


@pytest.fixture
def sdk(url, page, monkeypatch):
    monkeypatch.setattr(facebook, "FACEBOOK_GRAPH_URL", url + "/")
    found = facebook.GraphAPI(page["token"], timeout=5)
    found.version = "v26.0"  # the constructor knows versions to 3.1 only
    return found


def test_it_reads_pages_of_comments_and_writes_a_reply(practice, sdk, page, post):
    for n in range(5):
        practice.post("comments", on=post, name="Hilla Harju", message=f"Viesti {n}")

    assert sdk.get_object("me")["id"] == page["id"]
    rows = list(sdk.get_all_connections(post, "comments", filter="stream", limit=2))
    assert [row["message"] for row in rows] == [f"Viesti {n}" for n in range(5)]

    made = sdk.put_comment(rows[0]["id"], "Hei!")
    assert sdk.get_object(made["id"], fields="message,parent")["parent"]["id"] == rows[0]["id"]
    assert sdk.put_like(rows[0]["id"]) == {"success": True}
    assert sdk.delete_object(made["id"]) == {"success": True}
    assert sdk.get_version() == "26.0"
    assert set(sdk.get_objects([post, rows[1]["id"]])) == {post, rows[1]["id"]}


def test_errors_raise_its_own_error(sdk):
    with pytest.raises(facebook.GraphAPIError) as raised:
        sdk.get_object("1")
    assert raised.value.result["error"]["error_subcode"] == 33


def test_debug_token_works_with_the_app(sdk, page, made):
    found = sdk.debug_access_token(page["token"], made.app_id, made.app_secret)

    assert found["data"]["is_valid"] is True
