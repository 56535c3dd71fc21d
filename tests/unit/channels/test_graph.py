"""facebook-sdk in its thin coat, against a server that answers as oddly as Meta does."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from app.channels.adapters.meta.graph import Graph, GraphProblem, Usage, next_arguments, proof
from app.foundation import http as outbound
from app.foundation.http import NoAnswer, NotAsked
from tests.odd_server import Behaviour, OddServer, hang_up, http, odd_server, reset, silence, slowly

TOKEN, SECRET = "EAATESTTOKEN", "app-secret-for-tests"
# PLATFORM_FACTS 14, made with openssl 3.
PROOF = "5e99d60d3ce490c0a8ed1012dfc890bd7a28314643d5e367ed47cb3918c39849"
ERROR = {"error": {"message": "zh: 发生未知错误", "type": "OAuthException", "code": 190,
                   "error_subcode": 463, "is_transient": False, "fbtrace_id": "Atrac"}}  # fmt: skip


@pytest.fixture
def server() -> Iterator[OddServer]:
    with odd_server() as made:
        yield made


@pytest.fixture
def graph(server: OddServer, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """Impatient, so that a test of silence is short."""
    for name, seconds in {"CONNECT": 0.5, "READ": 0.3, "TOTAL": 0.6}.items():
        monkeypatch.setattr(outbound, name, seconds)
    return Graph(token=TOKEN, secret=SECRET, version="v26.0", base_url=server.url)


def page(*ids: str, next: object = None) -> bytes:
    found: dict[str, Any] = {"data": [{"id": i} for i in ids]}
    if next is not None:
        found["paging"] = {"next": next, "cursors": {"after": "x"}}
    return http(json.dumps(found))


class TestWhatIsAsked:
    def test_the_proof_is_openssl_s(self) -> None:
        assert proof(TOKEN, SECRET) == PROOF

    def test_a_read_carries_the_token_in_a_header_only(
        self, graph: Graph, server: OddServer
    ) -> None:
        server.says(http('{"id": "1", "name": "Kauppa"}'))

        assert graph.get_object("me", fields="id,name") == {"id": "1", "name": "Kauppa"}

        (asked,) = server.asked
        assert (asked.method, asked.path) == ("GET", "/v26.0/me")
        assert asked.query == {"fields": "id,name", "appsecret_proof": PROOF}
        assert asked.headers["authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in asked.line + asked.body

    def test_a_write_carries_everything_in_its_body(self, graph: Graph, server: OddServer) -> None:
        server.says(http('{"id": "1_2"}'))

        graph.put_object(
            "1_1", "comments", message="Hei ä", is_hidden=True, recipient={"id": "7"}, nothing=None
        )

        (asked,) = server.asked
        assert (asked.method, asked.path, asked.query) == ("POST", "/v26.0/1_1/comments", {})
        assert asked.form == {
            "message": "Hei ä", "is_hidden": "true", "recipient": '{"id": "7"}',
            "appsecret_proof": PROOF,
        }  # fmt: skip
        assert TOKEN not in asked.line + asked.body

    def test_a_delete_is_signed_too(self, graph: Graph, server: OddServer) -> None:
        server.says(http('{"success": true}'))

        assert graph.delete_object("1_2") == {"success": True}

        (asked,) = server.asked
        assert (asked.method, asked.path) == ("DELETE", "/v26.0/1_2")
        assert asked.query == {"appsecret_proof": PROOF}
        assert TOKEN not in asked.line + asked.body

    def test_an_app_without_a_secret_sends_no_proof(self, server: OddServer) -> None:
        server.says(http('{"id": "1"}'))

        Graph(token=TOKEN, secret="", version="v26.0", base_url=server.url).get_object("me")

        assert server.asked[0].query == {}

    def test_arguments_are_left_as_they_were(self, graph: Graph, server: OddServer) -> None:
        server.says(http("{}"))
        args: dict[str, Any] = {"fields": "id", "list": [1]}

        graph.request("v26.0/me", args=args)
        graph.request("v26.0/me", post_args=args, method="POST")

        assert args == {"fields": "id", "list": [1]}

    def test_it_speaks_to_meta_unless_told_otherwise(self) -> None:
        graph = Graph(token=TOKEN, secret=SECRET, version="v26.0")

        assert graph._base == "https://graph.facebook.com"

    def test_no_proxy_of_the_machine_s_surroundings_is_used(
        self, graph: Graph, server: OddServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        server.says(http('{"id": "1"}'))

        assert graph.get_object("me") == {"id": "1"}


def problem(graph: Graph, server: OddServer, answer: Behaviour) -> GraphProblem:
    server.says(answer)
    with pytest.raises(GraphProblem) as refused:
        graph.get_object("me")
    return refused.value


class TestErrors:
    @pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
    @pytest.mark.parametrize("kind", ["application/json", "text/javascript; charset=UTF-8"])
    def test_an_error_is_an_error_whatever_its_status_and_type(
        self, graph: Graph, server: OddServer, status: int, kind: str
    ) -> None:
        found = problem(graph, server, http(json.dumps(ERROR), status=status, kind=kind))

        assert (found.status, found.code, found.subcode) == (status, 190, 463)
        assert (found.trace, found.is_transient) == ("Atrac", False)

    @pytest.mark.parametrize(
        "answer",
        [
            http("<html>502 Bad Gateway</html>", status=502, kind="text/html"),
            http("<html>Sorry</html>", status=200, kind="text/html"),
            http("", status=500),
            http("", status=200),
            http("", status=302, Location="https://elsewhere.example"),
            http('{"id": "1"}', status=302),
            http('{"id": "1"', status=200),
            http("[]"), http("true"), http("null"), http('"text"'), http("7"), http("NaN"),
            http("[" * 100_000), http(b"\xff\xfe{"), http('{"error": "text"}', status=400),
            b"HTTP/1.1 200 OK\r\nContent-Le",
        ],
    )  # fmt: skip
    def test_what_is_no_answer_of_graph_s_is_never_an_empty_one(
        self, graph: Graph, server: OddServer, answer: Behaviour
    ) -> None:
        found = problem(graph, server, answer)

        assert (found.code, found.subcode, found.trace) == (0, 0, "")

    @pytest.mark.parametrize(
        "error",
        [
            {}, {"code": None}, {"code": "190", "error_subcode": "463"}, {"code": [1]},
            {"code": 1e400}, {"code": "x", "fbtrace_id": {"a": 1}}, {"code": 10**30},
            {"code": -5, "is_transient": "yes"},
        ],
    )  # fmt: skip
    def test_an_error_of_any_form_is_read(
        self, graph: Graph, server: OddServer, error: dict[str, Any]
    ) -> None:
        found = problem(graph, server, http(json.dumps({"error": error}), status=400))

        assert isinstance(found.code, int)
        assert found.is_transient is False

    @pytest.mark.parametrize(
        "answer",
        [hang_up, reset, silence, http('{"id": "1"}', length=4000),
         slowly(http('{"data": []}' + " " * 4000), 0.05, start=100)],
    )  # fmt: skip
    @pytest.mark.parametrize("is_write", [False, True])
    def test_no_whole_answer_is_no_answer(
        self, graph: Graph, server: OddServer, answer: Behaviour, is_write: bool
    ) -> None:
        server.says(answer)

        with pytest.raises(NoAnswer):
            graph.put_object("1", "comments", message="x") if is_write else graph.get_object("1")

    def test_nobody_there_is_not_asked(self) -> None:
        graph = Graph(token=TOKEN, secret=SECRET, version="v26.0", base_url="http://127.0.0.1:9")

        with pytest.raises(NotAsked):
            graph.put_object("1", "comments", message="x")


def test_the_token_is_in_no_log_and_no_error(
    graph: Graph, server: OddServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for answer in (http(json.dumps(ERROR)), http("", status=500), hang_up, silence):
        server.says(answer)
        with pytest.raises((GraphProblem, NoAnswer)) as refused:
            graph.put_object("1_1", "comments", message="customer-canary")
        said.append(f"{refused.value} {refused.value!r} {refused.value.__cause__}")

    whole = " ".join([*said, caplog.text])
    assert TOKEN not in whole
    assert SECRET not in whole
    assert "customer-canary" not in whole


class TestUsage:
    @pytest.mark.parametrize(
        ("headers", "percent", "regain"),
        [
            ({}, 0, 0),
            ({"X-App-Usage": '{"call_count":28,"total_time":25,"total_cputime":140}'}, 140, 0),
            ({"X-App-Usage": '{"call_volume":7,"cpu_time":9}'}, 9, 0),
            ({"X-Page-Usage": '{"call_count":91}'}, 91, 0),
            ({"X-Business-Use-Case-Usage": '{"1":[{"type":"pages","call_count":100,'
              '"estimated_time_to_regain_access":19}],"2":[{"call_count":3}]}'}, 100, 19),
            ({"X-App-Usage": "nonsense"}, 0, 0),
            ({"X-App-Usage": "[1]"}, 0, 0),
            ({"X-App-Usage": '{"call_count":"many"}'}, 0, 0),
            ({"X-App-Usage": '{"call_count":1e999}'}, 0, 0),
            ({"X-Business-Use-Case-Usage": '{"1":7,"2":[8,null]}'}, 0, 0),
            ({"X-Business-Use-Case-Usage": "7"}, 0, 0),
        ],
    )  # fmt: skip
    def test_the_fullest_allowance_counts(
        self, headers: dict[str, str], percent: int, regain: int
    ) -> None:
        found = Usage(headers)

        assert (found.percent, found.regain_minutes) == (percent, regain)
        assert found.used == (max(percent, 100) if regain else percent)

    def test_it_is_kept_with_each_answer(self, graph: Graph, server: OddServer) -> None:
        server.says(
            http("{}", X_App_Usage='{"call_count":80}', Facebook_API_Version="v21.0"),
            http(json.dumps(ERROR), X_App_Usage='{"call_count":99}'),
        )

        graph.get_object("me")
        assert (graph.usage.percent, graph.usage.version) == (80, "v21.0")
        with pytest.raises(GraphProblem) as refused:
            graph.get_object("me")
        assert refused.value.usage.percent == 99


class TestPages:
    def ids(self, graph: Graph, most: int = 50) -> list[str]:
        found = graph.pages("1_1", "comments", most=most, limit=2, filter="stream")
        return [row["id"] for each in found for row in each["data"]]

    def test_every_page_is_read_by_the_query_of_next_alone(
        self, graph: Graph, server: OddServer
    ) -> None:
        foreign = "https://evil.example/v26.0/1_1/comments?access_token=stolen&appsecret_proof=x"
        server.says(
            page("a", "b", next=f"{foreign}&after=B&limit=2#here"),
            page(next=f"{foreign}&after=C"),
            page("c"),
        )

        assert self.ids(graph) == ["a", "b", "c"]

        assert [a.query.get("after") for a in server.asked] == [None, "B", "C"]
        for asked in server.asked:
            assert asked.path == "/v26.0/1_1/comments"
            assert asked.query["filter"] == "stream"
            assert asked.query["appsecret_proof"] == PROOF
            assert "stolen" not in asked.line
            assert asked.headers["authorization"] == f"Bearer {TOKEN}"

    def test_cursors_without_a_next_are_the_end(self, graph: Graph, server: OddServer) -> None:
        server.says(http('{"data": [{"id": "a"}], "paging": {"cursors": {"after": "x"}}}'))

        assert self.ids(graph) == ["a"]

    @pytest.mark.parametrize("next", ["", 7, [], {}, None, False])
    def test_a_next_that_is_none_is_the_end(
        self, graph: Graph, server: OddServer, next: object
    ) -> None:
        server.says(page("a", next=next))

        assert self.ids(graph) == ["a"]

    @pytest.mark.parametrize("answer", [http("{}"), http('{"data": {}}'), http('{"data": null}')])
    def test_an_answer_without_rows_is_not_an_empty_list(
        self, graph: Graph, server: OddServer, answer: bytes
    ) -> None:
        server.says(answer)

        with pytest.raises(GraphProblem):
            self.ids(graph)

    def test_a_cursor_that_leads_to_itself_ends(self, graph: Graph, server: OddServer) -> None:
        server.says(page("a", next="https://graph.facebook.com/x?after=A"))

        with pytest.raises(GraphProblem):
            self.ids(graph)

    def test_cursors_in_a_circle_end(self, graph: Graph, server: OddServer) -> None:
        circle = [page("a", next=f"https://graph.facebook.com/x?after={c}") for c in "ABCABC"]
        server.says(*circle)

        with pytest.raises(GraphProblem):
            self.ids(graph)

    def test_pages_without_end_end(self, graph: Graph, server: OddServer) -> None:
        server.says(*[page("a", next=f"https://x.example/?after={n}") for n in range(9)])

        with pytest.raises(GraphProblem):
            self.ids(graph, most=5)
        assert len(server.asked) == 5

    @pytest.mark.parametrize("broken", ["http://[", "no address", "?", "//?after=%ff&after", "?a"])
    def test_a_next_that_is_no_address_does_not_raise(self, broken: str) -> None:
        assert isinstance(next_arguments({"paging": {"next": broken}}), dict)
