"""Every row of the table of Meta's errors (PLATFORM_FACTS 8), for reads and for writes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.channels import errors as desk
from app.channels.adapters.meta.errors import translate
from app.channels.adapters.meta.graph import GraphProblem, Usage
from app.channels.errors import AuthExpired, ChannelError, Permanent, RateLimited
from tests.unit.channels.meta_errors import ROWS

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

CASES = [(kind, *pair) for kind, pairs in ROWS.items() for pair in pairs]


def translated(
    code: int, subcode: int = 0, *, status: int = 400, is_write: bool = False, **more: Any
) -> ChannelError:
    error = {"code": code, "error_subcode": subcode, "fbtrace_id": "Atrace", **more}
    usage = Usage(more.pop("headers", {}))
    problem = GraphProblem(status, error, usage)
    return translate(problem, is_write=is_write, now=NOW)


@pytest.mark.parametrize("is_write", [False, True], ids=["read", "write"])
@pytest.mark.parametrize(("kind", "code", "subcode"), CASES)
def test_a_row_of_the_table(kind: str, code: int, subcode: int, is_write: bool) -> None:
    found = translated(code, subcode, is_write=is_write)

    if kind == "retry":
        assert type(found) is (desk.Unknown if is_write else desk.Transient)
    elif kind == "limit":
        assert isinstance(found, RateLimited)
    elif kind in ("token", "permission"):
        assert isinstance(found, AuthExpired)
        assert found.kind == kind
    else:
        assert isinstance(found, Permanent)
        assert found.kind == kind
    assert found.trace == "Atrace"
    assert str(code) in found.code


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_server_s_fault_is_tried_again_or_settled(status: int) -> None:
    assert type(translated(0, status=status)) is desk.Transient
    assert type(translated(0, status=status, is_write=True)) is desk.Unknown
    assert type(translated(1234, status=status, is_write=True)) is desk.Unknown


def test_what_calls_itself_transient_is_tried_again_or_settled() -> None:
    assert type(translated(1234, is_transient=True)) is desk.Transient
    assert type(translated(1234, is_transient=True, is_write=True)) is desk.Unknown


def test_without_any_answer_to_read_a_write_is_unknown() -> None:
    problem = GraphProblem(200, None, Usage({}))

    assert type(translate(problem, is_write=True, now=NOW)) is desk.Unknown
    assert type(translate(problem, is_write=False, now=NOW)) is desk.Transient


def test_the_text_decides_nothing() -> None:
    for message in ("发生未知错误", "Error validating access token", "(#4) limit reached", ""):
        assert isinstance(translated(100, 33, message=message), Permanent)


@pytest.mark.parametrize(
    ("header", "minutes"),
    [('{"1":[{"estimated_time_to_regain_access":19}]}', 19), ("{}", None),
     ('{"1":[{"estimated_time_to_regain_access":0}]}', None),
     ('{"1":[{"estimated_time_to_regain_access":-5}]}', None),
     ('{"1":[{"estimated_time_to_regain_access":1e300}]}', 24 * 60)],
)  # fmt: skip
def test_a_limit_is_kept_until_the_header_s_time(header: str, minutes: int | None) -> None:
    usage = Usage({"X-Business-Use-Case-Usage": header})
    found = translate(GraphProblem(400, {"code": 80001}, usage), is_write=True, now=NOW)

    assert isinstance(found, RateLimited)
    assert found.until == (NOW + timedelta(minutes=minutes) if minutes else None)


def test_the_platform_s_words_are_in_no_error() -> None:
    found = translated(368, message="customer-canary", error_user_msg="customer-canary")

    assert "canary" not in f"{found} {found!r} {found.__dict__}"
