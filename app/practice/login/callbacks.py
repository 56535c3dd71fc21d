"""What the platform tells an app when somebody leaves it: signed_request, sent as a form."""

import base64
import hashlib
import hmac
import json
from typing import Any

import requests

from app.practice.errors import Refused
from app.practice.network import is_loopback, session

TIMEOUT = 5.0


def signed_request(secret: str, user_id: str, issued_at: int) -> str:
    """base64url(signature).base64url(payload); the signature is over the encoded payload."""
    body = {"user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": issued_at}
    payload = _encoded(json.dumps(body, separators=(",", ":")).encode())
    mark = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return f"{_encoded(mark)}.{payload}"


def send(url: str, secret: str, user_id: str, issued_at: int, *, wrong: bool = False) -> Any:
    """The status, and the JSON where there is one; `wrong` signs with another secret."""
    if not url or not is_loopback(url):
        raise Refused("No address on this machine is set for this.", 409)
    found = signed_request("not the secret" if wrong else secret, user_id, issued_at)
    try:
        with session() as http:
            answer = http.post(
                url, data={"signed_request": found}, timeout=TIMEOUT, allow_redirects=False
            )
    except requests.RequestException:
        return {"status": 0, "answer": None}
    try:
        return {"status": answer.status_code, "answer": answer.json()}
    except ValueError:
        return {"status": answer.status_code, "answer": None}


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
