"""`/oauth/access_token`: a code becomes a token, a short token a long one."""

import hmac
import sqlite3
from typing import Any

from app.practice import ids
from app.practice.errors import GraphError, bad_parameter
from app.practice.graph.call import Call
from app.practice.graph.misbehave import token_error
from app.practice.graph.nodes import Node
from app.practice.login import tokens
from app.practice.times import HOUR

CODE_LIVES = HOUR // 6
USED, LATE, ELSEWHERE = 36009, 36007, 36008


def code(db: sqlite3.Connection, now: int, staff_id: str, redirect_uri: str) -> str:
    """For one exchange, within ten minutes, at the address it was given to."""
    made = "AQ" + ids.token()[11:]
    db.execute(
        "INSERT INTO codes (code, staff_id, redirect_uri, made) VALUES (?,?,?,?)",
        (made, staff_id, redirect_uri, now),
    )
    return made


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
    """A used code stays used, also when the answer never arrives."""
    given = call.asked.text("code")
    row = call.db.execute("SELECT * FROM codes WHERE code = ?", (given,)).fetchone()
    if row is None:
        raise bad_parameter("Invalid verification code format.")
    if row["used"]:
        raise bad_parameter("This authorization code has been used.", USED)
    if call.now - row["made"] > CODE_LIVES:
        raise bad_parameter("This authorization code has expired.", LATE)
    if row["redirect_uri"] != call.asked.text("redirect_uri"):
        raise bad_parameter("Error validating verification code. Wrong redirect_uri.", ELSEWHERE)
    call.db.execute("UPDATE codes SET used = 1 WHERE code = ?", (given,))
    return _answer(call, row["staff_id"], tokens.SHORT)


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
