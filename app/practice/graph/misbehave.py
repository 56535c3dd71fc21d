"""What a fault does to one Graph call: before the work, instead of its answer, or to it."""

import json
import time

from flask import Response, request

from app.practice.errors import GraphError
from app.practice.faults import Fault, Trouble

WORDS = {
    "en": "An unknown error has occurred.",
    "fi": "Tapahtui tuntematon virhe.",
    "pt": "Ocorreu um erro desconhecido.",
    "zh": "发生未知错误。",
}
TOKEN_WORDS = {
    458: "The user has not authorized application.",
    459: "The session is invalid because the user has been checkpointed.",
    460: "The session has been invalidated because the user changed their password.",
    463: "Session has expired.",
    464: "The session is invalid because the user is not confirmed.",
    467: "The session is invalid because the user logged out.",
    492: "The user does not have a role on the Page.",
    2069032: "User access token is not supported; a Page access token is required.",
}
HTML = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry</h1></body></html>"


def before(trouble: Trouble) -> Response | None:
    """Stops the call before anything is done, or lets it through with None."""
    waits = trouble.first("timeout_before")
    if waits:
        return late(waits, Response("", 504))
    page = trouble.first("html")
    if page:
        return Response(HTML, page.params["status"], content_type="text/html; charset=utf-8")
    empty = trouble.first("empty")
    if empty:
        return Response("", empty.params["status"], content_type="text/plain")
    token = trouble.first("token")
    if token:
        raise token_error(token.params["subcode"])
    _limit(trouble)
    error = trouble.first("error")
    if error:
        raise _error(error)
    return None


def after(trouble: Trouble, response: Response) -> Response:
    """Changes an answer that was made, or lets it never arrive."""
    _usage_headers(trouble, response)
    error = trouble.first("error")
    if error:
        response.content_type = error.params["content_type"]
    if trouble.has("text_javascript"):
        response.content_type = "text/javascript; charset=UTF-8"
    old = trouble.first("old_version")
    if old:
        response.headers["Facebook-API-Version"] = old.params["version"]
    waits = trouble.first("timeout_after")
    return late(waits, response) if waits else response


def token_error(subcode: int) -> GraphError:
    """190 with the subcode that says why; an unknown one is allowed."""
    words = TOKEN_WORDS.get(subcode, "The session has been invalidated.")
    return GraphError(
        190, f"Error validating access token: {words}", subcode=subcode or None, status=401
    )


def _error(fault: Fault) -> GraphError:
    params = fault.params
    words = params["message"] or WORDS[params["language"]]
    return GraphError(
        params["code"],
        f"(#{params['code']}) {words}",
        subcode=params["subcode"] or None,
        status=params["status"],
        transient=params["transient"],
        title=words if params["language"] != "en" else None,
    )


def late(fault: Fault, response: Response) -> Response:
    """Holds the answer, and then sends it or breaks the connection off."""
    time.sleep(fault.params["seconds"])
    sock = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if fault.params["drop"] and sock is not None:
        sock.shutdown(2)
    return response


def _limit(trouble: Trouble) -> None:
    usage = trouble.first("usage")
    if usage and usage.params["enforce"] and usage.params["level"] >= 100:
        code = usage.params["code"]
        raise GraphError(code, f"(#{code}) Application request limit reached", status=403)


def _usage_headers(trouble: Trouble, response: Response) -> None:
    usage = trouble.first("usage")
    level = usage.params["level"] if usage else 1
    percent = {"call_count": level, "total_time": level // 2, "total_cputime": level // 3}
    response.headers["X-App-Usage"] = json.dumps(percent)
    if usage:
        regain = usage.params["regain"] if level >= 100 else 0
        business = percent | {
            "type": usage.params["case"],
            "estimated_time_to_regain_access": regain,
        }
        response.headers["X-Business-Use-Case-Usage"] = json.dumps({"1000000000": [business]})
        response.headers["X-Page-Usage"] = json.dumps(percent)
