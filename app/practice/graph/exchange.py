"""`/oauth/access_token`: a code becomes a token, a short token a long one."""

import hmac
from typing import Any

from app.practice.errors import GraphError
from app.practice.graph.call import Call
from app.practice.graph.misbehave import token_error
from app.practice.graph.nodes import Node
from app.practice.login import codes, tokens


def access_token(call: Call, node: Node) -> dict[str, Any]:
    asked = call.asked
    if asked.text("client_id") != call.platform.app_id:
        raise GraphError(101, "Error validating application. Cannot get application info.")
    given = asked.text("client_secret").encode()
    if not hmac.compare_digest(given, call.platform.app_secret.encode()):
        raise GraphError(1, "Error validating client secret.")
    grant = asked.text("grant_type")
    if grant == "client_credentials":
        return {"access_token": call.platform.app_token, "token_type": "bearer"}
    if grant == "fb_exchange_token":
        return _exchanged(call)
    return _of_code(call)


def _of_code(call: Call) -> dict[str, Any]:
    given, uri = call.asked.text("code"), call.asked.text("redirect_uri")
    return _answer(call, codes.spend(call.db, call.now, given, uri), tokens.SHORT)


def _exchanged(call: Call) -> dict[str, Any]:
    """Not possible with a token that has ended."""
    found = tokens.find(call.db, call.now, call.asked.text("fb_exchange_token"))
    if found is None or found.kind != tokens.USER:
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
    if found.problem:
        raise token_error(found.problem)
    return _answer(call, found.staff_id, tokens.LONG)


def _answer(call: Call, staff_id: str, lives: int) -> dict[str, Any]:
    made = tokens.issue(call.db, call.now, staff_id, lives)
    return {"access_token": made, "token_type": "bearer", "expires_in": lives // 1000}
