"""The real tweepy and the real Authlib against the practice X."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import tweepy
from authlib.integrations.requests_client import OAuth2Session

HARD_CODED = "https://api.twitter.com"


class Rewriting(requests.Session):
    """tweepy knows one host only; here it is another."""

    def __init__(self, host):
        super().__init__()
        self.trust_env = False
        self.host = host

    def request(self, method, url, *args, **kwargs):
        assert url.startswith(HARD_CODED)
        kwargs["timeout"] = 10
        return super().request(method, self.host + url.removeprefix(HARD_CODED), *args, **kwargs)


@pytest.fixture
def client(url, practice, shop):
    token = practice.post(f"x/accounts/{shop['id']}/token")["access_token"]
    found = tweepy.Client(bearer_token=token, return_type=dict, wait_on_rate_limit=False)
    found.session = Rewriting(url)
    yield found
    found.session.close()


def test_tweepy_reads_answers_hides_and_deletes(client, practice, shop, mention):
    own = {"user_auth": False}
    assert client.get_me(**own)["data"]["id"] == shop["id"]
    found = client.get_users_mentions(
        shop["id"],
        max_results=100,
        tweet_fields=["author_id", "referenced_tweets"],
        expansions="author_id",
        **own,
    )
    assert found["includes"]["users"][0]["name"] == "Kaisa Virtanen"

    made = client.create_tweet(text="Selvitän heti.", in_reply_to_tweet_id=mention["id"], **own)[
        "data"
    ]["id"]
    assert client.get_tweet(made, **own)["data"]["id"] == made
    assert len(client.search_recent_tweets(f"conversation_id:{mention['id']}", **own)["data"]) == 2
    assert client.delete_tweet(made, **own)["data"]["deleted"]

    post = client.create_tweet(text="Talvikengät tulivat", **own)["data"]["id"]
    rude = practice.post("x/posts", name="Antti", text="Rumat!", reply_to=post)["id"]
    assert client.hide_reply(rude, **own)["data"]["hidden"]


def test_tweepy_reads_and_sends_messages(client, practice, shop):
    person = practice.post("x/messages", account=shop["id"], name="Kaisa", text="Hei!")["person"]

    sent = client.create_direct_message(participant_id=person, text="Hei Kaisa", user_auth=False)[
        "data"
    ]
    found = client.get_direct_message_events(participant_id=person, user_auth=False)["data"]

    assert [event["text"] for event in found] == ["Hei Kaisa", "Hei!"]
    gone = client._make_request("DELETE", f"/2/dm_events/{sent['dm_event_id']}", user_auth=False)
    assert gone["data"]["deleted"]


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ({"kind": "x_credits"}, tweepy.HTTPException),
        ({"kind": "x_rate_limited"}, tweepy.TooManyRequests),
        ({"kind": "x_rate_limited", "reset": "missing"}, tweepy.TooManyRequests),
        ({"kind": "x_rate_limited", "reset": "broken"}, ValueError),
        ({"kind": "x_error", "body": "list"}, AttributeError),
        ({"kind": "x_token"}, tweepy.Unauthorized),
        ({"kind": "html", "status": 200}, requests.exceptions.JSONDecodeError),
        ({"kind": "html"}, tweepy.TwitterServerError),
    ],
)
def test_tweepy_raises_what_its_users_must_catch(client, practice, fault, raised):
    practice.post("faults", path="x", **fault)

    with pytest.raises(raised):
        client.get_me(user_auth=False)


def test_authlib_signs_in_with_pkce_and_renews(url, practice, shop, x):
    session = OAuth2Session(
        x.client_id,
        x.client_secret,
        scope="tweet.read users.read offline.access",
        redirect_uri="http://127.0.0.1:8000/back",
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    )
    session.trust_env = False
    verifier = "v" * 48
    address, state = session.create_authorization_url(
        url + "/i/oauth2/authorize", code_verifier=verifier
    )
    form = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
    back = requests.post(
        url + "/i/oauth2/authorize",
        data=form | {"account": shop["id"], "decision": "allow"},
        headers={"Origin": url},
        allow_redirects=False,
        timeout=10,
    ).headers["Location"]

    first = session.fetch_token(
        url + "/2/oauth2/token", authorization_response=back, state=state, code_verifier=verifier
    )
    second = session.refresh_token(url + "/2/oauth2/token", first["refresh_token"])

    assert second["refresh_token"] != first["refresh_token"]
    assert session.get(url + "/2/users/me").json()["data"]["username"] == "riekko"
    session.close()
