"""What the tests hold in their hands: the desk's side of the Graph API and of the webhooks."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from flask import Response, request

FIELDS = (
    "feed,mention,ratings,messages,message_echoes,message_edits,message_reactions,message_reads,"
    "message_deliveries,messaging_postbacks,messaging_referrals,messaging_handovers,"
    "messaging_policy_enforcement,standby"
)

INSTAGRAM_FIELDS = (
    "comments,live_comments,mentions,messages,message_reactions,messaging_seen,standby"
)


class Graph:
    """Calls the Graph API as the desk does: token in the header, errors looked at by hand."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url + "/v26.0/"
        self.http = requests.Session()
        self.http.trust_env = False
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.http.get(self.url + path, params=params, timeout=10)

    def post(self, path: str, **data: Any) -> requests.Response:
        return self.http.post(self.url + path, data=data, timeout=10)

    def send(self, path: str, body: Any) -> requests.Response:
        return self.http.post(self.url + path, json=body, timeout=10)

    def delete(self, path: str, **params: Any) -> requests.Response:
        return self.http.delete(self.url + path, params=params, timeout=10)

    def data(self, path: str, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(path, **params).json()["data"]
        return found


@dataclass
class Desk:
    """Takes webhooks: keeps the raw bodies, answers as told."""

    url: str = ""
    verify_token: str = "open sesame"
    status: int = 200
    greets: bool = True
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [
            change["value"]
            for call in self.calls
            for entry in call["entry"]
            for change in entry.get("changes", [])
            if isinstance(change["value"], dict)
        ]

    @property
    def messaging(self) -> list[dict[str, Any]]:
        return [
            event
            for call in self.calls
            for entry in call["entry"]
            for event in entry.get("messaging", [])
        ]

    def take(self) -> Response:
        if request.method == "GET":
            right = request.args.get("hub.verify_token") == self.verify_token and self.greets
            return Response(request.args["hub.challenge"] if right else "", 200 if right else 403)
        if self.status == 200:
            self.bodies.append(request.get_data())
            self.signatures.append(request.headers["X-Hub-Signature-256"])
        return Response("", self.status)


def error(answer: requests.Response) -> tuple[int, int | None]:
    """Code and subcode; the text is never looked at."""
    found = answer.json()["error"]
    return found["code"], found.get("error_subcode")


def wait_for(happened: Callable[[], Any], seconds: float = 5.0) -> None:
    """Fails when it does not come to pass in good time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
