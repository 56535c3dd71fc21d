"""What a fault does to one call of X: before the work, instead of its answer, or to it."""

from typing import Any

from flask import Response

from app.practice.faults import Fault, Trouble
from app.practice.graph import misbehave
from app.practice.x import tokens
from app.practice.x.errors import PROBLEMS, Problem, missing, unauthorized

_COMMON = ("timeout_before", "html", "empty")
_CREDITS = {
    "old": ("CreditsDepleted", "Your enrolled account does not have any credits to fulfill this "
            "request.", PROBLEMS + "credits"),
    "new": ("Payment Required", "credits depleted", PROBLEMS + "credits-depleted"),
}  # fmt: skip
_STRANGE = {"hologram": {"projected": True, "depth": None}, "mood_score": 7}


def before(trouble: Trouble) -> Response | None:
    """Stops the call before anything is done, or lets it through with None."""
    response = misbehave.before(Trouble(tuple(f for f in trouble.faults if f.kind in _COMMON)))
    if response is not None:
        return response
    if trouble.has("x_token"):
        raise unauthorized()
    if trouble.has("x_refresh_dead"):
        raise tokens.dead()
    empty = trouble.first("x_credits")
    if empty:
        raise Problem(402, *_CREDITS[empty.params["body"]])
    error = trouble.first("x_error")
    if error:
        raise _error(error)
    return None


def after(trouble: Trouble, response: Response) -> Response:
    """Lets an answer that was made never arrive."""
    waits = trouble.first("timeout_after")
    return misbehave.late(waits, response) if waits else response


def answer(trouble: Trouble, body: dict[str, Any]) -> dict[str, Any]:
    """Changes what a call found; `body` is in the older names still."""
    if trouble.has("x_no_names"):
        body.get("includes", {}).pop("users", None)
    data = body.get("data")
    if isinstance(data, list):
        if trouble.has("x_no_data"):
            body = {"meta": {"result_count": 0}}
        elif trouble.has("x_partial") and data:
            gone = missing("tweet", data[0].get("id", "0"))
            body |= {"data": data[1:], "errors": [gone, *body.get("errors", [])]}
    if trouble.has("x_unknown"):
        items = data if isinstance(data, list) else [data]
        for item in items:
            if isinstance(item, dict):
                item.update(_STRANGE)
        body = body | {"omens": [None, 1]}
    return body


def _error(fault: Fault) -> Problem:
    """As a problem, as the older list of errors, or as a bare list."""
    params = fault.params
    problem = Problem(params["status"], params["title"], params["detail"])
    old = [{"code": params["status"], "message": params["detail"]}]
    if params["body"] == "errors":
        problem.body = {"errors": old}
    elif params["body"] == "list":
        problem.body = old
    return problem
