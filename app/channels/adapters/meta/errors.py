"""Graph errors turned into what to do (PLATFORM_FACTS 8). By numeric code, never by the text."""

from datetime import datetime, timedelta

from app.channels.adapters.meta.graph import GraphProblem
from app.channels.errors import (
    AuthExpired,
    ChannelError,
    Permanent,
    RateLimited,
    Transient,
    Unknown,
)

LONGEST_BLOCK = 24 * 60
"""Minutes; a longer one is looked at again after a day."""
LIMITS = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006})
TOKEN = frozenset({102, 190})
WINDOW = frozenset({2018278, 2534022, 2018065})
UNREACHABLE = frozenset({(10, 2018108), (200, 1545041), (100, 2534029)})
OWNER_SETTING = frozenset({(10, 2534077), (200, 2534041)})
ATTACHMENT = frozenset({2018008, 2018047, 2018074, 2018109, 2018294})
OTHER_APP = frozenset({2534037, 2018300, 2018321})
FEATURE_GONE = frozenset({2069030, 2069031, 2069033})
BY_CODE = {
    368: "policy",
    506: "duplicate",
    551: "unreachable",
    1609005: "link",
    9000001: "too-old",
    10900: "private-reply-done",
    10903: "unreachable",
}
BY_100 = {33: "gone", 2018001: "no-recipient", 2534014: "no-recipient", 2534025: "no-private-reply"}


def translate(problem: GraphProblem, *, is_write: bool, now: datetime) -> ChannelError:
    """The desk's error for a Graph error."""
    code, sub = problem.code, problem.subcode
    shown, trace = f"{code}.{sub}" if sub else str(code), problem.trace
    if code in TOKEN:
        return AuthExpired("token", shown, trace)
    if code in LIMITS:
        return RateLimited(_until(problem, now), shown, trace)
    kind = _final(code, sub)
    if kind is not None:
        return Permanent(kind, shown, trace)
    if is_permission(problem):
        return AuthExpired("permission", shown, trace)
    if code in (0, 1, 2) or problem.is_transient or problem.status >= 500:
        return Unknown(shown, trace) if is_write else Transient(shown, trace)
    return Permanent("refused", shown, trace)


def _final(code: int, sub: int) -> str | None:
    """Which rule stands against this one item for good, if one does."""
    pair = (code, sub)
    if code in BY_CODE:
        return BY_CODE[code]
    if sub in WINDOW:
        return "window"
    if pair in UNREACHABLE:
        return "unreachable"
    if pair in OWNER_SETTING:
        return "owner-setting"
    if sub in OTHER_APP or code in OTHER_APP:
        return "other-app"
    if code == 200 and sub in FEATURE_GONE:
        return "feature-gone"
    if code == 100:
        return "attachment" if sub in ATTACHMENT else BY_100.get(sub, "refused")
    return None


def is_permission(problem: GraphProblem) -> bool:
    """Whether a right is missing, and the token is otherwise good."""
    code, sub = problem.code, problem.subcode
    return code in (3, 10) or 200 <= code <= 299 or (code, sub) == (1, 2853006)


def _until(problem: GraphProblem, now: datetime) -> datetime | None:
    minutes = min(problem.usage.regain_minutes, LONGEST_BLOCK)
    return now + timedelta(minutes=minutes) if minutes > 0 else None
