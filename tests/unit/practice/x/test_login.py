"""Signing in with X: PKCE, codes, tokens that are renewed, and rights taken away."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
DEAD = {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
DESK = "http://127.0.0.1:8000/channels/x/back"


@pytest.fixture
def asked(x):
    return {
        "response_type": "code", "client_id": x.client_id, "redirect_uri": DESK, "state": "st&te",
        "scope": "tweet.read users.read dm.read offline.access", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }  # fmt: skip


@pytest.fixture
def decide(url, shop, asked):
    def decide(decision):
        answer = requests.post(
            url + "/i/oauth2/authorize",
            data=asked | {"account": shop["id"], "decision": decision},
            headers={"Origin": url},
            allow_redirects=False,
            timeout=10,
        )
        assert answer.headers["Location"].startswith(DESK + "?")
        return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    return decide


@pytest.fixture
def token(url, x):
    def token(path="/2/oauth2/token", auth=None, **form):
        return requests.post(
            url + path, data=form, auth=auth or (x.client_id, x.client_secret), timeout=10
        )

    return token


def redeem(token, code, verifier=VERIFIER, address=DESK):
    return token(
        grant_type="authorization_code", code=code, redirect_uri=address, code_verifier=verifier
    )


def test_the_page_asks_which_account(url, shop, asked):
    found = requests.get(url + "/i/oauth2/authorize", params=asked, timeout=10)

    assert "Riekko &amp; Rinne" in found.text and "dm.read" in found.text
    assert "form-action 'self' http://127.0.0.1:8000;" in found.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_challenge_method": "plain"}, {"code_challenge": "short"}, {"state": ""},
        {"client_id": "somebody"}, {"scope": "tweet.read read.minds"}, {"response_type": "token"},
        {"redirect_uri": "https://desk.example/back"},
    ],
)  # fmt: skip
def test_without_pkce_state_or_known_scopes_nothing_is_asked(url, shop, asked, wrong):
    found = requests.get(url + "/i/oauth2/authorize", params=asked | wrong, timeout=10)

    assert found.status_code == 400 and 'name="account"' not in found.text


def test_refusing_leads_back_without_a_code(decide):
    assert decide("refuse") == {"state": "st&te", "error": "access_denied"}


def test_a_code_is_good_once_and_for_its_own_verifier(url, decide, token, shop):
    code = decide("allow")["code"]

    made = redeem(token, code).json()

    assert made["token_type"] == "bearer" and made["expires_in"] == 7200
    assert made["scope"] == "tweet.read users.read dm.read offline.access"
    found = requests.get(
        url + "/2/users/me", headers={"Authorization": f"Bearer {made['access_token']}"}, timeout=10
    )
    assert found.json()["data"]["id"] == shop["id"]
    assert redeem(token, code).status_code == 400
    assert redeem(token, decide("allow")["code"], verifier="x" * 43).status_code == 400
    assert redeem(token, decide("allow")["code"], address=DESK + "2").status_code == 400


def test_a_code_lives_30_seconds(decide, token, practice):
    code = decide("allow")["code"]
    practice.post("clock", wall=31)

    assert redeem(token, code).json()["error"] == "invalid_request"


def test_renewing_gives_a_new_pair_and_kills_the_old_refresh_token(token, practice, shop, url):
    first = practice.post(f"x/accounts/{shop['id']}/token")
    second = token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    third = token(grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert second["refresh_token"] != first["refresh_token"]
    assert (third.status_code, third.json()) == (400, DEAD)
    practice.post("faults", kind="x_token")
    practice.post("faults", kind="x_refresh_dead", count=1)
    dead = token(grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert (dead.status_code, dead.json()) == (400, DEAD)
    assert token(grant_type="refresh_token", refresh_token=second["refresh_token"]).ok


def test_without_offline_access_there_is_nothing_to_renew(practice, shop):
    made = practice.post(f"x/accounts/{shop['id']}/token", scope="tweet.read users.read")

    assert "refresh_token" not in made


def test_an_access_token_lives_two_hours(api, practice):
    practice.post("clock", wall=7199)
    assert api.get("users/me").status_code == 200
    practice.post("clock", wall=7201)
    assert api.get("users/me").status_code == 401


def test_the_token_call_wants_the_client_s_secret(token):
    for auth in (("somebody", "else"), ("", "")):
        found = token(auth=auth, grant_type="refresh_token", refresh_token="x")
        assert (found.status_code, found.json()["error"]) == (401, "unauthorized_client")


def test_revoking_ends_one_token_and_taking_the_rights_away_all(api, token, practice, shop):
    pair = practice.post(f"x/accounts/{shop['id']}/token")
    assert token("/2/oauth2/revoke", token=pair["refresh_token"]).json() == {"revoked": True}
    assert token(grant_type="refresh_token", refresh_token=pair["refresh_token"]).json() == DEAD
    assert api.get("users/me").status_code == 200

    practice.post(f"x/accounts/{shop['id']}/revoke")

    assert api.get("users/me").status_code == 401


def test_each_call_wants_its_scopes_and_its_kind_of_token(url, api, as_app, practice, shop):
    few = practice.post(f"x/accounts/{shop['id']}/token", scope="tweet.read users.read")
    headers = {"Authorization": f"Bearer {few['access_token']}"}

    assert requests.get(url + "/2/users/me", headers=headers, timeout=10).ok
    assert requests.get(url + "/2/dm_events", headers=headers, timeout=10).status_code == 403
    assert as_app.get("users/me").json()["title"] == "Unsupported Authentication"
    assert as_app.get(f"users/{shop['id']}/mentions").ok
    assert api.get("webhooks").status_code == 403


def test_the_app_gets_its_own_bearer(token, x):
    found = token("/oauth2/token", grant_type="client_credentials")

    assert found.json() == {"token_type": "bearer", "access_token": x.bearer}
