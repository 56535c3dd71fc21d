"""`/debug_token`: what a token is good for, for which Pages, and until when."""

from typing import Any

from app.practice import faults, pages
from app.practice.errors import bad_parameter
from app.practice.graph.call import PAGE, Call, Caller, caller_of
from app.practice.graph.nodes import Node
from app.practice.login import scopes, staff, tokens
from app.practice.times import DAY


def debug_token(call: Call, node: Node) -> dict[str, Any]:
    """A token that the fault `token` breaks is not valid here either."""
    token = call.asked.text("input_token")
    if not token:
        raise bad_parameter("The parameter input_token is required")
    data: dict[str, Any] = {"app_id": call.platform.app_id, "application": "Vuoro practice"}
    if token == call.platform.app_token:
        return {"data": data | {"type": "APP", "is_valid": True, "scopes": []}}
    owner = caller_of(call.db, call.now, token)
    if owner is None:
        error = {"code": 190, "message": "Invalid OAuth access token."}
        return {"data": data | {"error": error, "is_valid": False, "scopes": []}}
    data |= {"type": owner.kind.upper(), "is_valid": True}
    data |= _times(call, owner.issued) | _scopes(call, owner)
    if owner.kind == PAGE:
        data["profile_id"] = owner.page_id
    broken = (owner.issued.problem if owner.issued else 0) or _broken(call, owner.page_id)
    if broken:
        error = {"code": 190, "message": "Error validating access token", "subcode": broken}
        data |= {"is_valid": False, "error": error}
    return {"data": data}


def _times(call: Call, issued: tokens.Issued | None) -> dict[str, Any]:
    """In seconds; `expires_at` 0 is no end. What was not made by logging in never ends."""
    if issued is None:
        made, ends, data_ends = call.now - DAY, 0, call.now + tokens.DATA_ACCESS
        who = staff.OWNER_ID
    else:
        made, ends, data_ends = issued.issued, issued.expires, issued.data_access
        who = issued.staff_id
    return {
        "issued_at": made // 1000,
        "expires_at": ends // 1000,
        "data_access_expires_at": data_ends // 1000,
        "user_id": who,
    }


def _scopes(call: Call, owner: Caller) -> dict[str, Any]:
    """`target_ids` are the Pages, or for Instagram's permissions the accounts, that were let in."""
    issued = owner.issued
    names = list(scopes.SCOPES) if issued is None else scopes.known(list(issued.scopes))
    let_in = [row["id"] for row in pages.every(call.db)] if issued is None else issued.pages
    if call.trouble.has("no_page_grant"):
        let_in = [page_id for page_id in let_in if page_id != owner.page_id]
    refused = call.trouble.first("no_scope")
    without = refused.params["scope"] if refused else None
    rows = []
    for name in names:
        targets = [] if name == without else _targets(call, name, let_in)
        rows.append({"scope": name, "target_ids": targets})
    return {"scopes": names, "granular_scopes": rows}


def _targets(call: Call, scope: str, let_in: Any) -> list[str]:
    """The Page ids stand beside the accounts', as Meta's pages differ on which it is."""
    found = [page_id for page_id in let_in if page_id]
    if not scope.startswith("instagram"):
        return found
    rows = call.db.execute("SELECT id, page_id FROM instagram").fetchall()
    return found + [row["id"] for row in rows if row["page_id"] in found]


def _broken(call: Call, page_id: str) -> int:
    for fault in faults.listing(call.db):
        if fault.kind == "token" and fault.page in ("", page_id):
            return int(fault.params["subcode"])
    return 0
