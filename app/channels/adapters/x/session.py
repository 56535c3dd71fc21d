"""What tweepy calls through: our address, a limit on the whole call, and its last answer kept.

tweepy names its host itself, sets no time limit, and stumbles over answers that are not as it
expects them; whoever asks looks at the answer that is kept here, not at tweepy's error.
"""

import json
from io import BytesIO
from typing import Any

import requests

from app.channels.adapters.x import dialect
from app.foundation import http

X = "https://api.x.com"
TWEEPY = "https://api.twitter.com"


class Session(requests.Session):
    """One person's calls."""

    def __init__(self, base_url: str, spoken: str = dialect.TWEET) -> None:
        super().__init__()
        self.answer: http.Answer | None = None
        self._base, self._spoken = (base_url or X).rstrip("/"), spoken
        self._http = requests.Session()
        self._http.trust_env = False

    def request(self, method: Any, url: Any, *_args: Any, **given: Any) -> requests.Response:
        """One call; raises http.NotAsked or http.NoAnswer where there is no answer at all."""
        self.answer = None
        headers = {str(k): str(v) for k, v in (given.get("headers") or {}).items()}
        body = given.get("json")
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.answer = http.call(
            self._http,
            str(method),
            self._base + str(url).removeprefix(TWEEPY),
            params=dialect.params(given.get("params") or {}, self._spoken),
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
        )
        return _response(self.answer)


def _response(answer: http.Answer) -> requests.Response:
    made = requests.Response()
    made.status_code = answer.status
    made.headers.update(answer.headers)
    made.raw = BytesIO(answer.body)
    made.encoding = "utf-8"
    return made
