"""The pages to write as a customer: on Instagram, on a Page's wall, and who may connect."""

import pytest
import requests

from tests.unit.practice.helpers import Graph, error
from tests.unit.practice.test_page import Browser, looked_at


class Hands(Browser):
    """Sends the forms of Instagram as well."""

    def on_instagram(self, action, **form):
        answer = requests.post(
            f"{self.url}/practice/instagram/do/{action}", data=form,
            headers={"Origin": self.url}, timeout=10,
        )  # fmt: skip
        return looked_at(answer)


@pytest.fixture
def hands(url):
    return Hands(url)


def test_an_account_is_made_and_a_customer_comments(hands, practice, page, graph):
    assert "No account yet" in hands.get("/practice/instagram").text
    made = hands.on_instagram("account", page=page["id"], name="@Riekko.Rinne")
    assert "@riekko.rinne" in made.text
    ig = practice.get("state")["instagram"][0]["id"]
    hands.on_instagram("post", account=ig, kind="FEED", message="Kaamos")
    [media] = graph.data(f"{ig}/media")

    said = hands.on_instagram("comment", on=media["id"], name="hilla.harju", message="XS?")

    assert "Written. The desk hears of it now." in said.text
    [comment] = graph.data(f"{media['id']}/comments", fields="text,username")
    assert (comment["text"], comment["username"]) == ("XS?", "hilla.harju")
    graph.post(f"{comment['id']}/replies", message="On!")
    graph.post(comment["id"], hide="true")
    shown = hands.get(f"/practice/instagram/{ig}").text
    assert "Through the desk" in shown
    assert "Hidden" in shown
    assert "tells nobody" in hands.on_instagram("edit", id=comment["id"], message="S?").text
    hands.on_instagram("hide", id=comment["id"])
    hands.on_instagram("delete", id=comment["id"])
    assert error(graph.get(comment["id"])) == (100, 33)
    assert "Comments are off" in hands.on_instagram("turn", id=media["id"]).text
    refused = hands.on_instagram("comment", on=media["id"], name="a", message="Hei hei")
    assert refused.status_code == 409
    assert "Hei hei" in refused.text  # what was typed is not lost


def test_a_customer_names_tags_and_writes_in_private(hands, practice, graph, ig):
    hands.on_instagram("post", account=ig, kind="MENTION", name="saara", message="Kiitos")
    hands.on_instagram("post", account=ig, kind="TAG", name="saara", message="Uusi takki")
    assert "Kiitos @riekko.rinne" in hands.get(f"/practice/instagram/{ig}").text
    assert [row["caption"] for row in graph.data(f"{ig}/tags", fields="caption")] == ["Uusi takki"]

    hands.on_instagram("message", account=ig, name="saara", message="Hei!")
    hands.on_instagram("message", account=ig, name="saara", message="", what="story_mention")
    sent = hands.on_instagram("message", account=ig, name="saara", message="Moi", **{"as": "page"})

    assert "Past the desk" in sent.text
    assert "<img" in sent.text
    assert "saara" in hands.get(f"/practice/instagram/{ig}/messages").text
    person = practice.post("instagram/people", account=ig, username="saara")["id"]
    first = practice.get(f"people/{person}/messages")["messages"][0]["id"]
    assert "Unsent" in hands.on_instagram("unsend", id=first).text
    assert "Take messages again" in hands.on_instagram("block", person=person).text
    assert hands.on_instagram("dance").status_code == 404
    assert hands.on_instagram("message", account=ig, name="ä ö", message="Hei").status_code == 400


def test_a_customer_writes_on_the_wall_and_changes_it(hands, graph, page):
    for kind in ("visitor", "picture", "mention", "positive"):
        said = hands.do("wall", page=page["id"], kind=kind, name="Hilla Harju", message="Hei")
        assert "Written. The desk hears of it now." in said.text
    again = hands.do("wall", page=page["id"], kind="negative", name="Hilla Harju", message="Hei")
    assert again.status_code == 409
    shown = hands.get(f"/practice/pages/{page['id']}").text
    for words in ("On the wall", "Names the Page elsewhere", "Recommends the Page", "<img"):
        assert words in shown
    visit = graph.data(f"{page['id']}/visitor_posts")[0]["id"]

    assert "Onko auki?" in hands.do("post-edit", id=visit, message="Onko auki?").text
    hands.do("post-delete", id=visit)

    assert error(graph.get(visit)) == (100, 33)
    assert hands.do("post", page=page["id"], kind="photo", message="Uutta").ok
    assert hands.do("post", page=page["id"], kind="hologram", message="Uutta").status_code == 400


def test_the_controls_end_connections_and_send_any_event(
    hands, practice, url, page, desk, listening
):
    assert "Standard Access: only" in hands.do("access").text
    hands.do("staff", name="Mallory")
    [_, mallory] = practice.get("staff")["staff"]
    assert not mallory["has_role"]
    assert page["id"] in mallory["pages"]
    code = practice.post(f"staff/{mallory['id']}/login", redirect_uri="http://127.0.0.1/")
    assert code["code"]

    assert "has ended" in hands.do("revoke", staff=mallory["id"], subcode="460").text

    assert "Sent, signed, and taken." in hands.do("raw", body='{"object":"hologram"}').text
    assert desk.bodies[-1] == b'{"object":"hologram"}'
    desk.status = 500
    assert "did not take it" in hands.do("raw", body="x").text
    assert "no more private" in hands.do("unsubscribe", object="page").text
    fields = Graph(url, page["token"]).data(f"{page['id']}/subscribed_apps")
    assert "messages" not in fields[0]["subscribed_fields"]
    assert "feed" in fields[0]["subscribed_fields"]


def test_the_dialog_is_a_page_like_the_others(hands, made, practice):
    params = {
        "client_id": made.app_id, "redirect_uri": "http://127.0.0.1:5000/", "config_id": "1",
    }  # fmt: skip
    owner = practice.get("staff")["staff"][0]["id"]

    assert "Practice Owner" in hands.get("/v26.0/dialog/oauth", **params).text
    assert "instagram_basic" in hands.get("/v26.0/dialog/oauth", staff=owner, **params).text


def test_named_errors_and_one_of_every_kind_of_instagram(practice, graph, page, ig, listening):
    practice.post("faults", preset="policy", count=1)
    assert error(graph.get(page["id"]))[0] == 368
    assert practice.get("faults")["presets"]["thread_held"]["subcode"] == 2018300

    practice.post("webhooks/verbs", page=ig)

    assert practice.get("state")["webhooks"]["waiting"] == 0  # nobody subscribed to Instagram


def test_every_kind_of_instagram_event_is_sent(practice, hearing, ig):
    made = practice.post("webhooks/verbs", page=ig)["made"]
    practice.post("webhooks/flush")

    told = len(hearing.changes) + len(hearing.messaging)
    assert made - told == 3  # two fields the desk did not ask for, and one for standby
    assert {"AD", "STORY", "LIVE"} <= {
        value["media"]["media_product_type"] for value in hearing.changes if "media" in value
    }
