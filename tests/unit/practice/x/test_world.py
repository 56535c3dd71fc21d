"""What a tester can do to the practice X, and the page that does the same."""

import html5lib
import pytest
import requests

from app.practice.errors import Refused

TIMES = 1_780_000_000_000


def thread(count, first=5000):
    """A customer and the account in turns."""
    return [
        {
            "id": str(first + n),
            "author": "riekko" if n % 2 else "kaisa",
            "name": "Riekko & Rinne" if n % 2 else "Kaisa V",
            "account": bool(n % 2),
            "text": f"@riekko viesti {n}",
            "created": TIMES + n * 1000,
            "reply_to": str(first + n - 1) if n else None,
        }
        for n in range(count)
    ]


def test_an_import_keeps_ids_times_and_threads_and_adds_nothing_twice(api, practice, shop):
    made = practice.post("x/import", posts=thread(40))

    assert made == {"posts": 40, "authors": 2}
    assert practice.post("x/import", posts=thread(40)) == {"posts": 0, "authors": 2}
    found = api.get("tweets/5039", tweet__fields="conversation_id,created_at,author_id").json()[
        "data"
    ]
    assert found["conversation_id"] == "5000" and found["text"] == "@riekko viesti 39"
    assert found["created_at"] == "2026-05-28T20:27:19.000Z" and found["author_id"] == shop["id"]


def test_thousands_of_posts_go_in_at_once(practice, shop):
    posts = [post for n in range(100) for post in thread(50, 10_000 + n * 50)]

    assert practice.post("x/import", posts=posts)["posts"] == 5000


def test_an_import_tells_the_desk_if_asked_to(practice, listening):
    practice.post("x/import", posts=thread(3))
    practice.post("x/import", posts=thread(3, 6000), webhooks=True)
    practice.post("webhooks/flush")

    told = [
        event["payload"]["id"]
        for event in listening.events
        if event["event_type"] == "post.mention.create"
    ]
    assert told == ["6000", "6002"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"}, {"id": str(2**63)}, {"text": ""}, {"author": "not a name"}, {"created": "today"},
        {"created": True}, {"reply_to": "x"},
    ],
)  # fmt: skip
def test_a_bad_import_changes_nothing(practice, shop, wrong):
    good, bad = thread(2, 7000)

    with pytest.raises(Refused):
        practice.post("x/import", posts=[good, bad | wrong])
    with pytest.raises(Refused) as raised:
        practice.get("x/posts/7000")
    assert raised.value.status == 404


def test_the_account_s_own_phone_is_no_write_of_the_desk(practice, api, shop, mention):
    row = practice.post("x/posts", name="riekko", text="Selvitän", reply_to=mention["id"])
    practice.post(
        "x/messages", account=shop["id"], name="Kaisa Virtanen", text="Hei", **{"as": "account"}
    )

    assert row["via"] == "native" and practice.get("writes")["writes"] == []
    talk = practice.get(f"x/accounts/{shop['id']}/messages/Kaisa Virtanen")["messages"]
    assert [(m["via"], m["text"]) for m in talk] == [("native", "Hei")]


def test_names_make_people_and_never_two_of_one(practice, shop):
    first = practice.post("x/posts", name="Märtä Öhman-Åkerlund", text="hei")
    again = practice.post("x/posts", name="@marta_ohman", text="hei taas")
    other = practice.post("x/posts", name="Marta Ohman A", text="hei minäkin")

    assert first["author_id"] == again["author_id"] != other["author_id"]
    with pytest.raises(Refused):
        practice.post("x/accounts", username="no spaces please")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("x/posts/77/delete", {}), ("x/posts", {"name": "Kaisa", "text": ""}),
        ("x/posts", {"name": "Kaisa", "text": "a", "reply_to": "77"}),
        ("x/messages", {"account": "77", "name": "Kaisa", "text": "a"}),
        ("x/messages/read", {"account": "77", "name": "Kaisa"}), ("x/settings", {"dialect": "latin"}),
        ("x/accounts/77/token", {}), ("faults", {"kind": "x_credits", "body": "new", "path": "y"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(practice, shop, path, body):
    with pytest.raises(Refused):
        practice.post(path, **body)


def test_the_story_is_told_once(practice):
    account = practice.post("x/story")
    assert practice.post("x/story") == account

    state = practice.get("x/state")
    assert [row["username"] for row in state["accounts"]] == ["riekkorinne"]


@pytest.fixture
def form(url):
    def form(action, **fields):
        return requests.post(
            f"{url}/practice/x/do/{action}", data=fields, headers={"Origin": url}, timeout=10
        )

    return form


def titled(answer):
    heading = html5lib.parse(answer.text, namespaceHTMLElements=False).find(".//h1")
    assert heading is not None
    return " ".join("".join(heading.itertext()).split())


def test_a_customer_writes_on_the_page_and_sees_what_the_desk_wrote(url, api, practice, shop, form):
    where = f"{url}/practice/x/accounts/{shop['id']}"
    written = form(
        "post", account=shop["id"], name="Kaisa Virtanen", message="@riekko missä takkini on?"
    )
    assert (
        titled(written) == "A conversation on X"
        and "Written. The desk hears of it now." in written.text
    )
    post_id = written.url.partition("/posts/")[2].partition("?")[0]
    api.reply(post_id, "Selvitän heti. Sanna")

    page = requests.get(where, timeout=10)
    assert "Selvitän heti. Sanna" in page.text and "Through the desk" in page.text
    form("post", account=shop["id"], name="Kaisa Virtanen", message="Kiitos!", on=post_id)
    edited = form("edit", account=shop["id"], id=post_id, message="@riekko missä TAKKINI on?")
    assert "missä TAKKINI on?" in edited.text and "Changed since" in edited.text
    form("post", account=shop["id"], name="Antti", message="Katsokaa", quote=post_id)
    deleted = form(
        "delete",
        account=shop["id"],
        id=practice.get(f"x/posts/{post_id}")["conversation"][-1]["id"],
    )
    assert titled(deleted) == "Riekko & Rinne" and "Deleted" in deleted.text


def test_private_messages_have_their_own_page(url, api, practice, shop, form):
    sent = form("message", account=shop["id"], name="Kaisa Virtanen", message="Hei!")
    person = sent.url.partition("/messages/")[2].partition("?")[0]
    api.write(person, "Hei Kaisa")

    shown = requests.get(f"{url}/practice/x/accounts/{shop['id']}/messages/{person}", timeout=10)
    assert titled(shown) == "Kaisa Virtanen" and "Hei Kaisa" in shown.text
    assert (
        "Kaisa Virtanen"
        in requests.get(f"{url}/practice/x/accounts/{shop['id']}/messages", timeout=10).text
    )
    ours = api.get("dm_events").json()["data"][1]["id"]
    assert "Unsent" in form("unsend", account=shop["id"], id=ours).text


def test_accounts_and_the_meter_are_on_the_first_page(url, api, shop, mention, form):
    api.get(f"tweets/{mention['id']}")
    assert "post_read" in requests.get(f"{url}/practice/x", timeout=10).text
    assert "post_read" not in form("meter").text
    assert titled(form("account", name="Uusi kauppa", username="@uusikauppa")) == "Uusi kauppa"


def test_the_page_says_what_does_not_work(url, shop, form):
    assert form("post", account=shop["id"], name="Kaisa", message=" ").status_code == 422
    assert form("post", account=shop["id"], name="Kaisa", message="a", on="77").status_code == 404
    assert form("unheard", account=shop["id"]).status_code == 404
    assert requests.get(f"{url}/practice/x/posts/77", timeout=10).status_code == 404
    foreign = requests.post(
        f"{url}/practice/x/do/meter", headers={"Origin": "http://else.example"}, timeout=10
    )
    assert foreign.status_code == 403
