"""One push to one browser, over its maker's push service (RFC 8030)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.foundation import http
from app.notices import endpoints
from app.notices.devices import Subscription
from app.notices.encryption import encrypt
from app.notices.models import PushProblem
from app.notices.vapid import Stamp, base64url

LONGEST_TITLE, LONGEST_BODY = 200, 700
LONGEST_WAIT = timedelta(hours=1)
"""A push service that asks for more patience is asked again before."""


@dataclass(frozen=True)
class Push:
    """What a browser shows."""

    title: str
    body: str
    path: str
    """What it opens on the desk."""
    tag: str
    """A newer push with the same tag takes the older one's place, shown or still on its way."""
    locale: str
    is_urgent: bool
    lives: timedelta

    @property
    def content(self) -> bytes:
        shown = {
            "title": self.title[:LONGEST_TITLE],
            "body": self.body[:LONGEST_BODY],
            "path": self.path,
            "tag": self.tag,
            "lang": self.locale,
        }
        return json.dumps(shown, ensure_ascii=False).encode()


class Gone(Exception):
    """The browser is told by nobody at this address any more."""


class NotTaken(Exception):
    """The push service did not take it, or nobody knows; `again` is when it asks to be asked."""

    def __init__(self, problem: PushProblem, again: timedelta = timedelta()) -> None:
        self.problem, self.again = problem, again
        super().__init__(problem.value)

    @property
    def is_final(self) -> bool:
        return self.problem is PushProblem.REFUSED


class Pusher(Protocol):
    """Hands a push to whoever carries it."""

    def send(self, to: Subscription, push: Push, stamp: Stamp, now: datetime) -> None:
        """Returns once it was taken; raises `Gone` or `NotTaken` otherwise."""


@dataclass(frozen=True)
class WebPusher:
    """The push services of the browsers' makers."""

    stand_in: str = ""

    def send(self, to: Subscription, push: Push, stamp: Stamp, now: datetime) -> None:
        headers = {
            "Authorization": stamp.header(to.endpoint, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(push.lives.total_seconds())),
            "Urgency": "high" if push.is_urgent else "normal",
            "Topic": base64url(hashlib.sha256(push.tag.encode()).digest()[:24]),
        }
        body = encrypt(push.content, to.keys)
        try:
            with endpoints.session_for(to.endpoint, self.stand_in) as session:
                answer = http.call(session, "POST", to.endpoint, data=body, headers=headers)
        except endpoints.Elsewhere:
            raise NotTaken(PushProblem.REFUSED) from None
        except (http.NotAsked, http.NoAnswer):
            raise NotTaken(PushProblem.UNREACHABLE) from None
        _judge(answer)


def _judge(answer: http.Answer) -> None:
    if 200 <= answer.status < 300:
        return
    if answer.status in (404, 410):
        raise Gone
    if answer.status == 429:
        raise NotTaken(PushProblem.BUSY, _asked_patience(answer.headers.get("Retry-After", "")))
    if answer.status >= 500 or answer.status == 408:
        raise NotTaken(PushProblem.TROUBLE)
    raise NotTaken(PushProblem.REFUSED)


def _asked_patience(seconds: str) -> timedelta:
    """A date instead of seconds is not read: our own patience will do."""
    is_number = seconds.isascii() and seconds.isdigit() and len(seconds) < 9
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if is_number else timedelta()
