"""What the practice X takes from an app, and what it refuses."""

import pytest

PROBLEM = {"title", "detail", "type", "status"}


def refusal(answer):
    assert set(answer.json()) >= PROBLEM
    return answer.status_code


def test_a_reply_stands_under_its_post_and_is_logged(api, practice, mention):
    made = api.reply(mention["id"], "Selvitän heti. Sanna")

    assert made.status_code == 201
    assert made.json()["data"]["text"] == "Selvitän heti. Sanna"
    talk = practice.get(f"x/posts/{mention['id']}")["conversation"]
    assert talk[1]["text"] == "@Kaisa_Virtan Selvitän heti. Sanna"
    (log,) = practice.get("writes", kind="x_reply", target=mention["id"])["writes"]
    assert (log["text"], log["result"]) == ("Selvitän heti. Sanna", made.json()["data"]["id"])


def test_only_who_named_or_quoted_us_or_ourselves_can_be_answered(api, practice, mention):
    stranger = practice.post("x/posts", name="Antti", text="Mikä ilma!")["id"]
    beside = practice.post("x/posts", name="Antti", text="samaa mieltä", reply_to=mention["id"])[
        "id"
    ]
    own = practice.post("x/posts", name="riekko", text="Talvikengät tulivat")["id"]
    quote = practice.post("x/posts", name="Antti", text="Vihdoin", quote=own)["id"]
    answer = practice.post("x/posts", name="Antti", text="Hienoa", reply_to=own)["id"]

    assert refusal(api.reply(stranger, "Hei")) == 403
    assert refusal(api.reply(beside, "Hei")) == 403
    for post_id in (own, quote, answer, mention["id"]):
        assert api.reply(post_id, f"Hei {post_id}").status_code == 201
    practice.post(f"x/posts/{quote}/delete")
    assert refusal(api.reply(quote, "Hei taas")) == 403


def test_both_wordings_of_the_reply_rule_can_be_had(api, practice, mention):
    said = set()
    for words in ("engaged", "mentioned"):
        practice.post("faults", kind="x_reply_rule", words=words, count=1)
        said.add(api.reply(mention["id"], "Hei").json()["detail"])

    assert len(said) == 2 and any(words.startswith("Reply to this conversation") for words in said)


def test_the_same_words_to_the_same_person_twice_are_a_duplicate(api, practice, mention, days_pass):
    other = practice.post("x/posts", name="Antti", text="@riekko hei")["id"]

    assert api.reply(mention["id"], "Kiitos!").status_code == 201
    assert "duplicate content" in api.reply(mention["id"], "Kiitos!").json()["detail"]
    assert api.reply(other, "Kiitos!").status_code == 201
    days_pass(1)
    assert api.reply(mention["id"], "Kiitos!").status_code == 201


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 280, 201),
        ("a" * 281, 403),
        ("@Kaisa_Virtan " + "a" * 280, 201),
        ("ä" * 200 + " https://riekko.fi/" + "x" * 200, 201),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467" * 140, 201),
        ("漢" * 141, 403),
        ("Osta $NOKIA ja $UPM", 403),
        ("Osta $NOKIA hintaan $5", 201),
        ("  ", 400),
    ],
)
def test_a_reply_must_fit(api, mention, text, status):
    assert api.reply(mention["id"], text).status_code == status


def test_only_own_posts_can_be_deleted(api, practice, mention):
    own = api.reply(mention["id"], "Hups").json()["data"]["id"]

    assert api.delete(f"tweets/{own}").json() == {"data": {"deleted": True}}
    assert refusal(api.delete(f"tweets/{own}")) == 404
    assert refusal(api.delete(f"tweets/{mention['id']}")) == 403


def test_only_replies_in_own_threads_can_be_hidden(api, practice, mention):
    own = practice.post("x/posts", name="riekko", text="Talvikengät tulivat")["id"]
    rude = practice.post("x/posts", name="Antti", text="Rumat!", reply_to=own)["id"]

    assert api.put(f"tweets/{rude}/hidden", {"hidden": True}).json() == {"data": {"hidden": True}}
    assert practice.get(f"x/posts/{rude}")["hidden"] == 1
    assert api.put(f"tweets/{rude}/hidden", {"hidden": False}).json() == {"data": {"hidden": False}}
    assert refusal(api.put(f"tweets/{mention['id']}/hidden", {"hidden": True})) == 403
    assert api.put(f"tweets/{rude}/hidden", {"hidden": "yes"}).status_code == 400


def test_a_message_goes_only_to_who_wrote_first(api, practice, shop, mention):
    assert refusal(api.write(mention["author_id"], "Hei Kaisa")) == 403
    practice.post("x/messages", account=shop["id"], name="Kaisa Virtanen", text="Hei!")

    sent = api.write(mention["author_id"], "Hei Kaisa")

    assert sent.status_code == 201
    talk, event = sent.json()["data"]["dm_conversation_id"], sent.json()["data"]["dm_event_id"]
    assert api.get(f"dm_events/{event}").json()["data"]["text"] == "Hei Kaisa"
    assert api.post(f"dm_conversations/{talk}/messages", {"text": "Vielä"}).status_code == 201
    assert len(api.get(f"dm_conversations/{talk}/dm_events").json()["data"]) == 3
    assert refusal(api.get("dm_conversations/1-2/dm_events")) == 403
    assert refusal(api.post("dm_conversations/1-2/messages", {"text": "Hei"})) == 403
    assert api.delete(f"dm_events/{event}").json() == {"data": {"deleted": True}}
    assert api.get(f"dm_events/{event}").status_code == 404
    assert [w["text"] for w in practice.get("writes", kind="x_message")["writes"]] == [
        "Hei Kaisa",
        "Vielä",
    ]


def test_a_message_s_limits(api, practice, shop):
    person = practice.post("x/messages", account=shop["id"], name="Kaisa", text="Hei!")["person"]

    assert api.write(person, "a" * 10_000).status_code == 201
    assert api.write(person, "a" * 10_001).status_code == 400
    assert api.write(person, " ").status_code == 400
    assert api.write("7", "Hei").status_code == 404


def test_a_picture_s_id_lives_a_day(api, mention, days_pass):
    made = api.http.post(api.url + "media/upload", files={"media": b"picture"}, timeout=10).json()[
        "data"
    ]
    assert made["expires_after_secs"] == 86400

    def reply(text):
        return api.post(
            "tweets",
            {
                "text": text,
                "reply": {"in_reply_to_tweet_id": mention["id"]},
                "media": {"media_ids": [made["id"]]},
            },
        )

    written = reply("Kuva").json()["data"]["id"]
    found = api.get(
        f"tweets/{written}", tweet__fields="attachments", expansions="attachments.media_keys"
    ).json()
    assert found["includes"]["media"][0]["media_key"] == made["media_key"]
    days_pass(1)
    assert reply("Kuva taas").status_code == 400


def test_the_meter_charges_what_each_call_costs(api, practice, shop, mention, days_pass):
    practice.delete("x/meter")
    api.get(f"users/{shop['id']}/mentions")
    api.get(f"users/{shop['id']}/mentions")
    api.get(f"tweets/{mention['id']}")
    api.reply(mention["id"], "Ilman linkkiä")
    api.reply(mention["id"], "Katso riekko.fi/takit")
    api.post("tweets", {"text": "Hyvää päivää"})
    api.reply("1", "Ei onnistu")

    found = practice.get("x/meter")

    assert {row["kind"]: row["count"] for row in found["charges"]} == {
        "owned_read": 1, "post_read": 1, "post": 1, "post_with_url": 1, "summoned_reply": 1,
    }  # fmt: skip
    assert found["total"] == pytest.approx(0.001 + 0.005 + 0.015 + 0.2 + 0.01)
    days_pass(1)
    api.get(f"tweets/{mention['id']}")
    assert practice.get("x/meter")["total"] == pytest.approx(0.236)
