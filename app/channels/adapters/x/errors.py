"""X's refusals turned into what to do (PLATFORM_FACTS 11), by the answer itself.

Bodies come as `{"title","detail","type","status"}`, as `{"errors":[…]}`, as a list or as a page
of HTML: the status decides, and words only tell which kind of 403 it is.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from app.channels.errors import (
    AuthExpired,
    ChannelError,
    Permanent,
    RateLimited,
    Transient,
    Unknown,
)
from app.channels.models import CREDIT
from app.foundation.http import Answer

LONGEST_BLOCK = timedelta(hours=24)
LIMITS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
DUPLICATE = ("duplicate content",)
REPLY_RULE = ("been mentioned or otherwise engaged", "where you are mentioned or are the author")
APP = "client-forbidden"


def translate(answer: Answer | None, *, is_write: bool, now: datetime) -> ChannelError:
    """The desk's error for an answer that is no success; None: nothing readable came."""
    if answer is None:
        return _unclear("no answer", is_write=is_write)
    status = str(answer.status)
    if answer.status == 401:
        return AuthExpired("token", status)
    if answer.status == 402:
        return AuthExpired(CREDIT, status)
    if answer.status == 403:
        return _forbidden(_words(answer.body), is_write=is_write)
    if answer.status == 404:
        return Permanent("gone", status)
    if answer.status == 429:
        return RateLimited(reset_at(answer.headers, now), status)
    if 400 <= answer.status < 500:
        return Permanent("refused", status)
    return _unclear(status, is_write=is_write)


def _unclear(code: str, *, is_write: bool) -> ChannelError:
    return Unknown(code) if is_write else Transient(code)


def _forbidden(words: str, *, is_write: bool) -> ChannelError:
    """What is wrong with one post ends that post; only what is wrong with the app stops all."""
    if APP in words:
        return AuthExpired("app", "403")
    if any(known in words for known in DUPLICATE):
        return Permanent("duplicate", "403")
    if any(known in words for known in REPLY_RULE):
        return Permanent("reply-rule", "403")
    return Permanent("refused", "403") if is_write else AuthExpired("permission", "403")


def _words(body: bytes) -> str:
    """Everything a refusal says, in small letters; whatever its form."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).lower()
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace").lower()


def reset_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When calls are taken again: the latest of the limits of which nothing is left, else the
    quarter of an hour's. None where the headers do not say."""
    spent = [name for name in LIMITS if _number(headers.get(f"{name}-remaining")) == 0]
    found = [_moment(headers.get(f"{name}-reset"), now) for name in spent or LIMITS[:1]]
    known = [at for at in found if at is not None]
    return max(known) if known else None


def remaining(headers: Mapping[str, str]) -> int | None:
    """The calls that are left in this quarter of an hour, where X says so."""
    return _number(headers.get("x-rate-limit-remaining"))


def _moment(text: str | None, now: datetime) -> datetime | None:
    number = _number(text)
    if number is None:
        return None
    try:
        return min(datetime.fromtimestamp(number, UTC), now + LONGEST_BLOCK)
    except (ValueError, OverflowError, OSError):
        return None


def _number(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 15
    return int(text) if text is not None and is_number else None
