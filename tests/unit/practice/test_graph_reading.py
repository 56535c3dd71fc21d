"""Reading as the desk reads: posts, comments, pages of them, only the fields asked for."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.practice.helpers import Graph, error


@pytest.fixture
def thread(practice, post):
    """Two top comments, the first with two replies, one of them the Page's."""
    first = practice.post("comments", on=post, name="Hilla Harju", message="Missä pakettini on?")
    second = practice.post("comments", on=post, name="Olli Niemi", message="Hinta nousi")
    reply = practice.post("comments", on=first["id"], name="Antti Laine", message="Sama täällä")
    ours = practice.post("comments", on=first["id"], message="Selvitämme")
    return [first["id"], second["id"], reply["id"], ours["id"]]


def ids(rows):
    return [row["id"] for row in rows]


def test_posts_come_newest_first_and_only_this_pages(practice, graph, page, post):
    newer = practice.post(f"pages/{page['id']}/posts", message="Ale alkoi")["id"]
    older = practice.post(
        f"pages/{page['id']}/posts", message="Syksy", created="2020-01-01T00:00:00Z"
    )["id"]

    assert ids(graph.data(f"{page['id']}/published_posts")) == [newer, post, older]
    assert ids(graph.data(f"{page['id']}/feed")) == [newer, post, older]
    assert ids(graph.data("me/posts")) == [newer, post, older]
    assert ids(graph.data(f"{page['id']}/feed", since="2021-01-01T00:00:00+0000")) == [newer, post]
    assert ids(graph.data(f"{page['id']}/feed", until="2021-01-01T00:00:00+0000")) == [older]


def test_a_deleted_post_is_gone_with_its_comments(practice, graph, page, post, thread):
    practice.delete(f"posts/{post}")

    assert graph.data(f"{page['id']}/feed") == []
    assert error(graph.get(post)) == (100, 33)
    assert error(graph.get(thread[0])) == (100, 33)


@pytest.mark.parametrize("edge", ["visitor_posts", "tagged", "ratings"])
def test_lists_that_nobody_fills_are_empty(graph, page, edge):
    assert graph.get(f"{page['id']}/{edge}").json() == {"data": []}


def test_stream_has_every_comment_and_the_default_only_the_top(graph, post, thread):
    assert ids(graph.data(f"{post}/comments", filter="stream")) == thread
    assert ids(graph.data(f"{post}/comments")) == thread[:2]
    assert ids(graph.data(f"{post}/comments", filter="toplevel")) == thread[:2]
    assert ids(graph.data(f"{thread[0]}/comments")) == thread[2:]
    assert graph.data(f"{thread[2]}/comments") == []


def test_order_turns_the_list_round(graph, post, thread):
    stream = graph.data(f"{post}/comments", filter="stream", order="reverse_chronological")

    assert ids(stream) == thread[::-1]


def test_the_default_leaves_hidden_comments_out(practice, graph, post, thread):
    practice.post(f"comments/{thread[1]}/hide")

    assert ids(graph.data(f"{post}/comments")) == thread[:1]
    assert ids(graph.data(f"{post}/comments", filter="stream")) == thread


def test_only_the_fields_asked_for_come_back(graph, page, post, thread):
    [row] = graph.data(f"{post}/comments", fields="message,from{id}", limit=1)
    assert set(row) == {"id", "message", "from"}
    assert set(row["from"]) == {"id"}

    [row] = graph.data(f"{post}/comments", limit=1)
    assert set(row) == {"id", "message", "from", "created_time"}

    [row] = graph.data(f"{page['id']}/feed")
    assert set(row) == {"id", "message", "created_time"}


def test_every_comment_field_of_the_documentation_is_known(graph, page, post, thread):
    names = (
        "id,message,created_time,from{id,name},parent{id,from},object,permalink_url,is_hidden,"
        "is_private,can_hide,can_remove,can_like,can_comment,can_reply_privately,"
        "private_reply_conversation,comment_count,like_count,user_likes,attachment,message_tags,"
        "admin_creator"
    )

    reply = graph.get(thread[2], fields=names).json()
    assert reply["parent"]["id"] == thread[0]
    assert reply["parent"]["from"]["name"] == "Hilla Harju"
    assert reply["object"] == {"id": post}
    assert reply["can_hide"] is True
    assert reply["can_reply_privately"] is True
    assert reply["permalink_url"].endswith(f"/practice/posts/{post}#i{thread[2]}")

    top = graph.get(thread[0], fields=names).json()
    assert top["comment_count"] == 2
    assert "parent" not in top

    ours = graph.get(thread[3], fields=names).json()
    assert ours["from"] == {"id": page["id"], "name": "Riekko & Rinne"}
    assert ours["can_hide"] is False
    assert ours["can_reply_privately"] is False


def test_lists_can_be_asked_for_inside_fields(graph, page, post, thread):
    found = graph.get(
        f"{page['id']}/published_posts",
        fields="message,comments.limit(2).filter(stream){message,comments{id}}",
    ).json()["data"][0]

    assert ids(found["comments"]["data"]) == thread[:2]
    assert ids(found["comments"]["data"][0]["comments"]["data"]) == thread[2:]
    following = graph.http.get(found["comments"]["paging"]["next"], timeout=5).json()
    assert ids(following["data"]) == thread[2:]

    only_lists = graph.get(post, fields="comments.limit(1){id}").json()
    assert set(only_lists) == {"id", "comments"}


def test_pages_follow_each_other_to_the_end(graph, post, thread):
    first = graph.get(f"{post}/comments", filter="stream", limit=3, fields="id").json()
    address = urlsplit(first["paging"]["next"])
    query = parse_qs(address.query)

    assert address.netloc == urlsplit(graph.url).netloc
    assert query["access_token"] == [graph.http.headers["Authorization"].split()[1]]
    assert query["fields"] == ["id"]

    second = graph.http.get(first["paging"]["next"], timeout=5).json()
    assert ids(first["data"] + second["data"]) == thread
    assert "next" not in second["paging"]
    back = graph.http.get(second["paging"]["previous"], timeout=5).json()
    assert ids(back["data"]) == thread[:3]
    assert "next" in back["paging"]
    assert "previous" not in back["paging"]


def test_a_cursor_outlives_the_comment_it_points_at(practice, graph, post, thread):
    first = graph.get(f"{post}/comments", filter="stream", limit=2).json()
    practice.post(f"comments/{thread[1]}/delete")

    after = first["paging"]["cursors"]["after"]

    assert ids(graph.data(f"{post}/comments", filter="stream", after=after)) == thread[2:]


def test_going_back_from_the_middle_gives_the_nearest(graph, post, thread):
    cursor = graph.get(f"{post}/comments", filter="stream", limit=3).json()["paging"]["cursors"]

    back = graph.get(f"{post}/comments", filter="stream", limit=1, before=cursor["after"]).json()

    assert ids(back["data"]) == [thread[1]]
    assert "previous" in back["paging"]


def test_a_summary_counts_without_reading(graph, post, thread):
    found = graph.get(f"{post}/comments", filter="stream", limit=1, summary="true").json()

    assert found["summary"] == {"order": "chronological", "total_count": 4}


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "-5"},
        {"limit": "many"},
        {"limit": "²"},
        {"filter": "everything"},
        {"order": "random"},
        {"after": "not a cursor"},
        {"after": "MTox"},  # a cursor of another kind of list
        {"before": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"},  # a number past any database
        {"after": "ä"},
        {"since": "yesterday"},
        {"fields": "id,nonsense"},
    ],
)
def test_bad_parameters_are_error_100(graph, post, params):
    assert error(graph.get(f"{post}/comments", **params))[0] == 100


def test_an_absurd_limit_is_cut_down(graph, post, thread):
    assert len(graph.data(f"{post}/comments", filter="stream", limit="9" * 50)) == 4


def test_objects_of_another_page_are_not_there(practice, url, graph, post, thread):
    stranger = Graph(url, practice.post("pages", name="Stranger")["token"])

    for node in (post, thread[0]):
        assert error(stranger.get(node)) == (100, 33)
        assert error(stranger.get(f"{node}/comments")) == (100, 33)
    assert graph.get(thread[0]).ok


@pytest.mark.parametrize("node", ["1", "9_9", "t_1", "m_x", "%00", "ä", "../etc", "null"])
def test_what_is_not_there_is_100_33(graph, node):
    assert error(graph.get(node)) in ((100, 33), (2500, None))


def test_a_person_has_a_name(practice, graph, post, thread):
    writer = graph.get(thread[0], fields="from").json()["from"]

    assert graph.get(writer["id"], fields="first_name,last_name").json() == {
        "first_name": "Hilla",
        "last_name": "Harju",
        "id": writer["id"],
    }


def test_several_objects_come_under_their_ids(graph, page, post, thread):
    found = graph.get("", ids=f"{post},{thread[0]},{page['id']}", fields="id").json()

    assert set(found) == {post, thread[0], page["id"]}
    assert error(graph.get("", ids="1")) == (100, 33)
    assert error(graph.get(""))[0] == 100
    assert error(graph.get("", ids=",".join("1" * 51)))[0] == 100


def test_a_token_sees_itself(graph, as_user, as_app, made, page):
    assert graph.get("me").json() == {"name": "Riekko & Rinne", "id": page["id"]}
    assert graph.get(page["id"], fields="access_token").json()["access_token"] == page["token"]
    assert as_user.get("me").json()["name"] == "Practice Owner"
    assert error(as_app.get("me"))[0] == 2500
    assert as_app.get(made.app_id).json()["id"] == made.app_id


def test_a_persons_token_lists_pages_with_their_tokens(as_user, graph, as_app, page):
    found = as_user.data("me/accounts", fields="id,name,access_token,tasks", limit=100)

    assert found[-1]["access_token"] == page["token"]
    assert "MODERATE" in found[-1]["tasks"]
    assert len(as_user.data("me/accounts")) == 2
    assert error(graph.get("me/accounts"))[0] == 100
    assert error(as_app.get("me/accounts"))[0] == 100


def test_a_persons_token_finds_lists_empty_and_comments_missing(as_user, page, post, thread):
    assert as_user.get(f"{page['id']}/published_posts").json() == {"data": []}
    assert as_user.get(f"{page['id']}/conversations").json() == {"data": []}
    assert as_user.get(f"{post}/comments").json() == {"data": []}
    assert error(as_user.get("me/feed")) == (100, 33)
    assert as_user.get(page["id"]).json()["name"] == "Riekko & Rinne"
    assert error(as_user.get(thread[0])) == (100, 33)


def test_any_version_or_none_is_answered_and_named(url, graph, page):
    path = f"{page['id']}?access_token={page['token']}"

    def version(prefix):
        return graph.http.get(f"{url}{prefix}/{path}", timeout=5).headers["Facebook-API-Version"]

    assert version("/v26.0") == "v26.0"
    assert version("/v24.0") == "v24.0"
    assert version("") == "v26.0"
    assert version("/v3.1") == "v21.0"  # expired: the oldest living one answers, silently
    assert error(graph.http.get(f"{url}/v27.0/{path}", timeout=5))[0] == 2500


def test_text_outside_ascii_comes_as_escapes(graph, post, thread):
    assert b"Miss\\u00e4" in graph.get(thread[0]).content


def test_deep_paths_and_unknown_edges_are_refused(graph, page):
    assert error(graph.get(f"{page['id']}/a/b"))[0] == 2500
    assert error(graph.get(f"{page['id']}/nonsense")) == (100, 33)
    assert error(graph.http.put(graph.url + page["id"], timeout=5)) == (100, 33)
