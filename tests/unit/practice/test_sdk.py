"""The real facebook-sdk against the practice platform."""

import facebook
import pytest

from app.channels.adapters.meta.graph import Graph, GraphProblem


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


@pytest.fixture
def cured(url, page, made):
    """The desk's own subclass, with the proof of the app's secret."""
    return Graph(token=page["token"], secret=made.app_secret, version="v26.0", base_url=url)


def rows(cured, parent, edge, **args):
    return [row for found in cured.pages(parent, edge, **args) for row in found["data"]]


def test_the_desks_subclass_reads_the_wall_to_its_end(practice, cured, page):
    for n in range(5):
        practice.post("visitor-posts", page=page["id"], name=f"Asiakas {n}", message=f"Viesti {n}")
    practice.post("faults", kind="empty_page")
    practice.post("faults", kind="foreign_next")

    found = rows(cured, page["id"], "visitor_posts", fields="message,from{name}", limit=2)

    assert [row["message"] for row in found] == [f"Viesti {n}" for n in reversed(range(5))]
    assert found[0]["from"] == {"name": "Asiakas 4"}


def test_the_desks_subclass_answers_on_instagram(practice, cured, page, ig, media, comment):
    talk = practice.post("instagram/messages", account=ig, username="petteri", text="Hei!")
    picture = {"type": "image", "payload": {"url": "https://example.com/a.png"}}

    assert [row["id"] for row in rows(cured, media, "comments")] == [comment]
    made = cured.put_object(comment, "replies", message="On, mustana.")
    assert cured.put_object(comment, "", hide=True) == {"success": True}
    sent = cured.put_object(
        page["id"], "messages", recipient={"id": talk["person"]}, message={"attachment": picture}
    )

    assert cured.get_object(made["id"], fields="text")["text"] == "On, mustana."
    assert cured.get_object(comment, fields="hidden")["hidden"] is True
    [found] = rows(cured, page["id"], "conversations", platform="instagram", fields="messages{id}")
    assert found["messages"]["data"][0]["id"] == sent["message_id"]
    with pytest.raises(GraphProblem) as raised:
        rows(cured, page["id"], "conversations", platform="instagram", fields="snippet")
    assert raised.value.code == 100


def test_the_desks_subclass_meets_errors_in_every_form(practice, cured, page):
    for spec in (
        {"preset": "instagram_thread_held"},
        {"preset": "transient", "status": 200, "content_type": "text/javascript"},
        {"kind": "error", "code": 190, "subcode": 463, "language": "zh"},
    ):
        fault = practice.post("faults", count=1, **spec)
        with pytest.raises(GraphProblem) as raised:
            cured.get_object(page["id"])
        assert (raised.value.code, raised.value.subcode) == (fault["code"], fault["subcode"])
    practice.post("faults", kind="html", count=1)
    with pytest.raises(GraphProblem) as raised:
        cured.get_object(page["id"])
    assert raised.value.code == 0


def test_the_desks_subclass_connects_by_logging_in(practice, url, made, page):
    """As an adapter does it: code, long token, Pages with their tokens."""
    back = "http://127.0.0.1:5000/"
    cleo = practice.post("staff", name="Cleo", pages={page["id"]: ["MODERATE", "MESSAGING"]})["id"]
    code = practice.post(f"staff/{cleo}/login", redirect_uri=back)["code"]
    app = Graph(token=f"{made.app_id}|{made.app_secret}", secret="", version="v26.0", base_url=url)
    who = {"client_id": made.app_id, "client_secret": made.app_secret}

    short = app.request("v26.0/oauth/access_token", args=who | {"code": code, "redirect_uri": back})
    long = app.request(
        "v26.0/oauth/access_token", post_args=who | {
            "grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"],
        },
    )  # fmt: skip
    assert long["expires_in"] == 60 * 86400
    mine = Graph(token=long["access_token"], secret=made.app_secret, version="v26.0", base_url=url)

    [found] = rows(mine, "me", "accounts", fields="id,tasks,access_token")
    assert (found["id"], found["tasks"]) == (page["id"], ["MODERATE", "MESSAGING"])
    assert app.get_object("debug_token", input_token=found["access_token"])["data"]["is_valid"]
