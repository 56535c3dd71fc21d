"""What the practice X answers to the calls that read."""

import html

import pytest

ASKED = {
    "tweet__fields": "author_id,conversation_id,created_at,in_reply_to_user_id,referenced_tweets,"
    "entities,attachments,note_tweet,display_text_range,reply_settings,edit_history_tweet_ids",
    "expansions": "author_id,attachments.media_keys",
}


def test_only_default_fields_come_unless_asked(api, shop, mention):
    found = api.get(f"users/{shop['id']}/mentions").json()

    assert found["data"] == [
        {"id": mention["id"], "text": "@riekko missä takkini on?",
         "edit_history_tweet_ids": [mention["id"]]}
    ]  # fmt: skip
    assert found["meta"] == {
        "result_count": 1,
        "newest_id": mention["id"],
        "oldest_id": mention["id"],
    }


def test_fields_and_expansions_are_honoured(api, practice, shop, mention):
    answer = practice.post(
        "x/posts",
        name="Antti Laine",
        text="@riekko sama <täällä> & https://riekko.fi/a?b",
        reply_to=mention["id"],
    )

    found = api.get(f"tweets/{answer['id']}", **ASKED, user__fields="created_at").json()

    post, (person,) = found["data"], found["includes"]["users"]
    assert post["text"].startswith("@Kaisa_Virtan @riekko sama &lt;täällä&gt; &amp; https://t.co/")
    assert post["conversation_id"] == mention["id"]
    assert post["referenced_tweets"] == [{"type": "replied_to", "id": mention["id"]}]
    assert post["in_reply_to_user_id"] == mention["author_id"]
    assert post["created_at"].endswith("Z") and "." in post["created_at"]
    assert post["entities"]["urls"][0]["expanded_url"] == "https://riekko.fi/a?b"
    assert post["display_text_range"][0] == len("@Kaisa_Virtan ")
    assert person["id"] == post["author_id"] and person["name"] == "Antti Laine"
    assert "created_at" in person and "attachments" not in post


def test_mentions_are_paged_from_the_newest_and_since_an_id(api, practice, shop):
    ids = [practice.post("x/posts", name="Kaisa", text=f"@riekko {n}")["id"] for n in range(12)]

    first = api.get(f"users/{shop['id']}/mentions", max_results=5).json()
    second = api.get(
        f"users/{shop['id']}/mentions", max_results=10, pagination_token=first["meta"]["next_token"]
    ).json()
    assert [post["id"] for post in first["data"] + second["data"]] == ids[::-1]
    assert "next_token" not in second["meta"]

    since = api.get(f"users/{shop['id']}/mentions", since_id=ids[9]).json()
    assert [post["id"] for post in since["data"]] == [ids[11], ids[10]]


def test_an_empty_list_has_no_data(api, shop):
    assert api.get(f"users/{shop['id']}/mentions").json() == {"meta": {"result_count": 0}}
    assert api.get("dm_events").json() == {"meta": {"result_count": 0}}


def test_only_the_newest_800_mentions_can_be_reached(api, practice, shop):
    practice.post(
        "x/import",
        posts=[
            {
                "id": str(1000 + n),
                "author": "kaisa",
                "text": f"@riekko {n}",
                "created": 1_780_000_000_000,
            }
            for n in range(805)
        ],
    )

    reached, token = [], None
    while True:
        found = api.get(
            f"users/{shop['id']}/mentions", max_results=100, pagination_token=token
        ).json()
        reached += [post["id"] for post in found.get("data", [])]
        token = found["meta"].get("next_token")
        if token is None:
            break
    assert len(reached) == 800 and reached[-1] == "1005"


def test_a_post_that_is_gone_is_an_error_beside_the_others(api, practice, mention):
    other = practice.post("x/posts", name="Antti", text="Jää tänne")["id"]
    practice.post(f"x/posts/{mention['id']}/delete")

    found = api.get("tweets", ids=f"{mention['id']},{other}")
    assert found.status_code == 200
    assert [post["id"] for post in found.json()["data"]] == [other]
    assert found.json()["errors"][0]["resource_id"] == mention["id"]

    alone = api.get(f"tweets/{mention['id']}")
    assert alone.status_code == 200 and "data" not in alone.json() and alone.json()["errors"]


def test_a_quote_brings_what_it_quotes_or_an_error(api, practice, shop):
    own = practice.post("x/posts", name="riekko", text="Talvikengät tulivat")["id"]
    quote = practice.post("x/posts", name="Antti", text="Vihdoin", quote=own)["id"]
    asked = {"tweet__fields": "referenced_tweets", "expansions": "referenced_tweets.id"}

    assert [p["id"] for p in api.get(f"tweets/{own}/quote_tweets").json()["data"]] == [quote]
    found = api.get(f"tweets/{quote}", **asked).json()
    assert found["includes"]["tweets"][0]["id"] == own

    practice.post(f"x/posts/{own}/delete")
    found = api.get(f"tweets/{quote}", **asked).json()
    assert "includes" not in found and found["errors"][0]["parameter"] == "referenced_tweets.id"


def test_a_long_post_is_whole_in_note_tweet_only(api, practice, shop):
    words = "@riekko " + "pitkä tarina & " * 40
    long = practice.post("x/posts", name="Kaisa", text=words)["id"]

    found = api.get(f"tweets/{long}", tweet__fields="note_tweet").json()["data"]

    assert found["note_tweet"]["text"] == words.replace("&", "&amp;")
    assert found["text"].endswith("…") and len(html.unescape(found["text"])) <= 280


def test_an_edited_post_is_listed_once_and_knows_its_versions(api, practice, shop, mention):
    fresh = practice.post(f"x/posts/{mention['id']}/edit", text="@riekko missä TAKKINI on?")

    (found,) = api.get(f"users/{shop['id']}/mentions").json()["data"]

    assert found["id"] == fresh["id"] != mention["id"]
    assert found["edit_history_tweet_ids"] == [mention["id"], fresh["id"]]
    assert api.get(f"tweets/{mention['id']}").json()["data"]["text"].endswith("missä takkini on?")


def test_the_search_knows_conversations_and_authors(api, practice, shop, mention):
    answer = practice.post("x/posts", name="riekko", text="Heti selvitän!", reply_to=mention["id"])[
        "id"
    ]

    def search(query):
        return [
            post["id"]
            for post in api.get("tweets/search/recent", query=query).json().get("data", [])
        ]

    assert search(f"conversation_id:{mention['id']}") == [answer, mention["id"]]
    assert search(f"conversation_id:{mention['id']} from:riekko") == [answer]
    assert search("to:kaisa_virtan is:reply") == [answer]
    assert search("takkini -is:reply") == [mention["id"]]
    assert search("from:nobody_at_all") == []
    assert api.get("tweets/search/recent", query="weather:fine").status_code == 400


def test_own_posts_are_listed_for_settling(api, shop, mention):
    written = api.reply(mention["id"], "Selvitän heti.").json()["data"]["id"]

    found = api.get(f"users/{shop['id']}/tweets", tweet__fields="referenced_tweets").json()["data"]

    assert found[0]["id"] == written
    assert found[0]["text"] == "@Kaisa_Virtan Selvitän heti."
    assert found[0]["referenced_tweets"][0]["id"] == mention["id"]


def test_messages_come_newest_first_and_no_older_than_30_days(api, practice, shop):
    talk = {"account": shop["id"], "name": "Kaisa"}
    practice.post("x/messages", **talk, text="vanha", created=1_700_000_000)
    person = practice.post("x/messages", **talk, text="yksi")["person"]
    practice.post("x/messages", **talk, text="kaksi", **{"as": "account"})
    practice.post("x/messages", account=shop["id"], name="Antti", text="kolme")

    every = api.get("dm_events", dm_event__fields="sender_id,dm_conversation_id").json()["data"]
    assert [event["text"] for event in every] == ["kolme", "kaksi", "yksi"]
    assert every[1]["sender_id"] == shop["id"]
    first, second = sorted((int(person), int(shop["id"])))
    assert every[1]["dm_conversation_id"] == f"{first}-{second}"

    one = api.get(f"dm_conversations/with/{person}/dm_events").json()["data"]
    assert one == [
        {"id": event["id"], "event_type": "MessageCreate", "text": event["text"]}
        for event in every[1:]
    ]
    assert api.get("dm_events", since_id="1").status_code == 400


def test_people_are_found_by_id_and_by_name(api, shop, mention):
    assert api.get("users/me").json()["data"] == {
        "id": shop["id"],
        "name": "Riekko & Rinne",
        "username": "riekko",
    }
    assert api.get("users", ids=mention["author_id"]).json()["data"][0]["name"] == "Kaisa Virtanen"
    assert api.get("users/by/username/RIEKKO").json()["data"]["id"] == shop["id"]
    found = api.get("users/by", usernames="riekko,nobody").json()
    assert len(found["data"]) == len(found["errors"]) == 1
    assert api.get("users/7").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"tweet__fields": "author_id", "post__fields": "created_at"},
        {"tweet__fields": "note_tweet", "expansions": "referenced_posts.id"},
        {"tweet__fields": "unheard_of"},
        {"expansions": "unheard_of"},
        {"unheard_of": "1"},
        {"max_results": "4"},
        {"max_results": "101"},
        {"since_id": "abc"},
    ],
)
def test_what_cannot_be_asked_is_refused(api, shop, asked):
    found = api.get(f"users/{shop['id']}/mentions", **asked)

    assert found.status_code == 400
    assert found.json()["type"].endswith("/problems/invalid-request")


def test_the_other_dialect_has_other_names_throughout(api, practice, shop, mention):
    answer = practice.post("x/posts", name="Antti", text="@riekko sama", reply_to=mention["id"])
    found = api.get(
        f"users/{shop['id']}/mentions",
        post__fields="referenced_posts,edit_history_post_ids", expansions="referenced_posts.id",
    ).json()  # fmt: skip

    assert found["data"][0]["referenced_posts"][0]["id"] == mention["id"]
    assert found["data"][0]["edit_history_post_ids"] == [answer["id"]]
    assert "posts" in found["includes"] and "tweets" not in found["includes"]

    practice.post("x/settings", dialect="post")
    assert "edit_history_post_ids" in api.get(f"tweets/{answer['id']}").json()["data"]


def test_an_unknown_address_is_x_s_own_404(api):
    found = api.get("spaces/search")

    assert (found.status_code, found.json()["status"]) == (404, 404)
