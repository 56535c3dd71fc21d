"""What the Page puts up: posts at once and later, pictures, message attachments, handing over."""

import time

import pytest

from tests.unit.practice.helpers import error, wait_for

PNG = ("a.png", b"\x89PNG" + b"x" * 10, "image/png")


def upload(graph, path, data, file=PNG):
    return graph.http.post(graph.url + path, data=data, files={"filedata": file}, timeout=20)


@pytest.fixture
def talk(practice, page):
    return practice.post("messages", page=page["id"], name="Petteri Heino", text="Hei!")


def test_a_post_goes_up_and_is_told(graph, page, listening):
    made = graph.post(f"{page['id']}/feed", message="Avoinna taas").json()["id"]
    link = graph.post(f"{page['id']}/feed", message="Katso", link="https://example.com").json()[
        "id"
    ]
    wait_for(lambda: len(listening.changes) == 2)

    assert [(v["item"], v["post_id"]) for v in listening.changes] == [
        ("status", made), ("share", link),
    ]  # fmt: skip
    assert error(graph.post(f"{page['id']}/feed"))[0] == 100


def test_a_scheduled_post_waits_moves_and_goes_up_with_the_clock(practice, graph, page, listening):
    at = int(time.time()) + 3600
    made = graph.post(
        f"{page['id']}/feed", message="Ale", published="false", scheduled_publish_time=at
    ).json()["id"]
    listed = graph.data(f"{page['id']}/scheduled_posts", fields="scheduled_publish_time,message")
    assert listed == [{"id": made, "message": "Ale", "scheduled_publish_time": at}]
    assert graph.data(f"{page['id']}/published_posts") == []
    assert error(graph.post(made, scheduled_publish_time=int(time.time()) + 5))[0] == 100
    assert graph.post(made, scheduled_publish_time=at + 3600).ok
    practice.post("clock", wall=3700)
    practice.post("webhooks/flush")
    assert graph.get(made, fields="is_published").json()["is_published"] is False

    practice.post("clock", wall=7300)
    practice.post("webhooks/flush")

    assert graph.get(made, fields="is_published").json()["is_published"] is True
    assert graph.data(f"{page['id']}/scheduled_posts") == []
    assert [value["verb"] for value in listening.changes] == ["add"]
    assert error(graph.post(made, scheduled_publish_time=at + 9000))[0] == 100


def test_a_held_post_is_a_draft_until_a_person_publishes_it(practice, graph, page):
    made = graph.post(
        f"{page['id']}/feed", message="Ale", published="false",
        scheduled_publish_time=int(time.time()) + 3600,
    ).json()["id"]  # fmt: skip
    assert graph.post(made, unpublished_content_type="DRAFT").ok
    practice.post("clock", wall=7200)
    practice.post("webhooks/flush")
    assert "scheduled_publish_time" not in graph.get(made, fields="scheduled_publish_time").json()
    assert graph.data(f"{page['id']}/published_posts") == []

    assert graph.post(made, is_published="true", message="Ale alkoi").ok

    [row] = graph.data(f"{page['id']}/published_posts")
    assert (row["id"], row["message"]) == (made, "Ale alkoi")
    assert graph.delete(made).json() == {"success": True}


def test_a_picture_uploaded_unseen_goes_with_a_comment(practice, graph, page, post):
    kept = upload(graph, f"{page['id']}/photos", {"published": "false"}).json()["id"]
    made = graph.post(f"{post}/comments", attachment_id=kept).json()["id"]

    found = graph.get(made, fields="attachment").json()["attachment"]

    assert graph.http.get(found["url"], timeout=5).content == PNG[1]
    assert error(graph.post(f"{post}/comments", attachment_id="1")) == (100, 2018074)
    assert error(graph.post(f"{post}/comments", attachment_url="nowhere"))[0] == 1609005
    assert graph.post(f"{post}/comments", attachment_url="https://example.com/a.png").ok
    shown = upload(graph, f"{page['id']}/photos", {"message": "Uutta"}).json()
    assert graph.get(shown["id"]).json()["id"] == shown["post_id"]
    assert error(graph.post(f"{page['id']}/photos"))[0] == 324
    fed = graph.post(f"{page['id']}/feed", attached_media=f'[{{"media_fbid":"{kept}"}}]')
    assert graph.get(fed.json()["id"], fields="status_type").json()["status_type"] == "added_photos"


def test_a_message_carries_a_file_by_id_or_as_bytes(graph, page, talk):
    path, recipient = f"{page['id']}/messages", f'{{"id":"{talk["person"]}"}}'
    image = '{"attachment":{"type":"image","payload":{"is_reusable":true}}}'
    kept = upload(graph, f"{page['id']}/message_attachments", {"message": image}).json()
    by_id = {"attachment": {"type": "image", "payload": kept}}

    sent = graph.send(path, {"recipient": {"id": talk["person"]}, "message": by_id}).json()
    direct = upload(graph, path, {"recipient": recipient, "message": image}).json()

    for mid in (sent["message_id"], direct["message_id"]):
        [shown] = graph.get(mid, fields="attachments").json()["attachments"]["data"]
        assert (shown["mime_type"], shown["size"]) == ("image/png", len(PNG[1]))
        assert graph.http.get(shown["image_data"]["url"], timeout=5).content == PNG[1]


def test_files_that_are_too_big_or_no_picture_are_refused(graph, page, talk):
    path, recipient = f"{page['id']}/messages", f'{{"id":"{talk["person"]}"}}'
    image = '{"attachment":{"type":"image","payload":{}}}'
    film = '{"attachment":{"type":"video","payload":{}}}'
    big = ("a.png", b"x" * (8 * 2**20 + 1), "image/png")

    def send(message, file):
        return upload(graph, path, {"recipient": recipient, "message": message}, file)

    assert error(send(image, big)) == (100, 2018047)
    assert error(send(image, ("a.txt", b"x", "text/plain"))) == (100, 2018047)
    assert send(film, ("a.mp4", b"x" * (8 * 2**20 + 1), "video/mp4")).ok
    unknown = {"attachment": {"type": "image", "payload": {"attachment_id": "1"}}}
    body = {"recipient": {"id": talk["person"]}, "message": unknown}
    assert error(graph.send(path, body)) == (100, 2018074)


def test_a_customers_picture_comes_with_an_address_that_ends(practice, graph, page, listening):
    made = practice.post(
        "messages", page=page["id"], name="Hilla Harju", text="Rikki", attachment={"type": "image"}
    )
    wait_for(lambda: listening.messaging)

    [shown] = listening.messaging[0]["message"]["attachments"]
    url = shown["payload"]["url"]
    assert graph.http.get(url, timeout=5).content.startswith(b"\x89PNG")
    practice.post("clock", wall=2 * 86400)
    assert graph.http.get(url, timeout=5).status_code == 403
    [fresh] = graph.get(made["id"], fields="attachments").json()["attachments"]["data"]
    assert graph.http.get(fresh["image_data"]["url"], timeout=5).ok


def test_another_app_holds_a_thread_until_it_is_taken(practice, graph, page, listening, talk):
    wait_for(lambda: listening.messaging)
    practice.post("people", page=page["id"], name="Petteri Heino", held_by="1234")
    practice.post("messages", page=page["id"], name="Petteri Heino", text="Haloo")
    body = {"recipient": {"id": talk["person"]}, "message": {"text": "Moi"}}
    wait_for(lambda: [e for c in listening.calls for e in c["entry"] if "standby" in e])
    assert error(graph.send(f"{page['id']}/messages", body)) == (10, 2018300)

    assert graph.send(f"{page['id']}/take_thread_control", {"recipient": body["recipient"]}).ok

    wait_for(lambda: len(listening.messaging) == 2)
    taken = listening.messaging[1]["take_thread_control"]
    assert taken["previous_owner_app_id"] == "1234"
    assert graph.send(f"{page['id']}/messages", body).ok
    practice.post("faults", kind="threads_held")
    assert error(graph.send(f"{page['id']}/messages", body)) == (10, 2018300)


def test_fewer_messages_can_be_read_than_twenty(practice, graph, page, talk):
    practice.post("messages", page=page["id"], name="Petteri Heino", text="Ja vielä")
    practice.post("faults", kind="few_messages", newest=1)

    newest, older = graph.data(f"{talk['conversation']}/messages", fields="message")

    assert newest["message"] == "Ja vielä"
    assert "message" not in older
    assert error(graph.get(older["id"]))[0] == 9000001
