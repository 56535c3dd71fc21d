"""X's token calls: the app says who it is, and gets a new pair for the old one."""

import base64
from datetime import datetime

import requests

from app.channels.adapters.x import errors
from app.channels.adapters.x.session import X
from app.channels.errors import AuthExpired, Transient
from app.channels.pairs import Pair
from app.foundation import http

PATH = "/2/oauth2/token"


def renew(base_url: str, client_id: str, client_secret: str, refresh: str, now: datetime) -> Pair:
    """The next pair; any refusal of this one means to connect anew (PLATFORM_FACTS 11)."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": client_id}
    answer = _post(base_url, client_id, client_secret, form)
    if answer.status in (400, 401, 403):
        raise AuthExpired("token", f"refresh {answer.status}")
    if answer.status != 200:
        raise errors.translate(answer, is_write=False, now=now)
    try:
        return Pair.parse(answer.body.decode(), now)
    except (ValueError, TypeError, OverflowError):
        raise Transient("unreadable pair") from None


def _post(base_url: str, client_id: str, client_secret: str, form: dict[str, str]) -> http.Answer:
    basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    session = requests.Session()
    session.trust_env = False
    with session:
        return http.call(
            session,
            "POST",
            (base_url or X).rstrip("/") + PATH,
            data=form,
            headers={"Authorization": f"Basic {basic}"},
        )
