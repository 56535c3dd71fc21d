"""X's one way in: who calls, misbehave if told to, count, answer in X's own form."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from app.practice import faults
from app.practice.faults import Trouble
from app.practice.platform import Platform, current
from app.practice.x import asked, dialect, limits, misbehave
from app.practice.x.call import Call, Caller, Route, check, identify
from app.practice.x.errors import Problem
from app.practice.x.routes import ROUTES

api = Blueprint("x_api", __name__, url_prefix="/2")
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def answered(body: Any, status: int = 200) -> Response:
    response = Response(json.dumps(body, separators=(",", ":"), ensure_ascii=False), status)
    response.content_type = "application/json; charset=utf-8"
    return response


@api.errorhandler(Problem)
def problem(error: Problem) -> Response:
    response = answered(error.body, error.status)
    response.headers.update(error.headers)
    return response


@api.errorhandler(HTTPException)
def refused(error: HTTPException) -> Response:
    """What Flask itself turns down, such as a body that is too large."""
    words = error.name
    return problem(Problem(error.code or 500, words, error.description or words))


def guarded(path: str, account: str, work: Callable[[Trouble], Response]) -> Response:
    """Any call of X, with the faults that hit it; a refusal is an answer as well."""
    trouble = faults.take(current().store, request.method, path, account)
    try:
        response = misbehave.before(trouble) or work(trouble)
    except Problem as error:
        response = problem(error)
    return misbehave.after(trouble, response)


def _run(route: Route, **args: str) -> Response:
    platform = current()
    with platform.store.reading() as db:
        header = request.headers.get("Authorization", "")
        caller = identify(db, platform, header, platform.now())
    work = partial(_work, platform, route, caller, args)
    return guarded(route.path, caller.account, work)


def _work(
    platform: Platform, route: Route, caller: Caller, args: dict[str, str], trouble: Trouble
) -> Response:
    """The use is counted by itself: a call that fails is a call."""
    check(route, caller)
    with platform.store.writing() as db:
        headers = limits.spend(db, platform.now(), route, caller, trouble)
    try:
        response = answered(_answer(platform, route, caller, args, trouble), route.status)
    except Problem as error:
        response = problem(error)
    response.headers.update(headers)
    return response


def _answer(
    platform: Platform, route: Route, caller: Caller, args: dict[str, str], trouble: Trouble
) -> Any:
    """Reading is a transaction too: the meter counts it."""
    wanted = asked.read(request, route.params)
    with platform.store.reading() if route.calls_out else platform.store.writing() as db:
        call = Call(platform, db, platform.now(), wanted, caller, trouble, request.files)
        body = misbehave.answer(trouble, route.answer(call, **args))
        fault = trouble.first("x_dialect")
        names = fault.params["names"] if fault else dialect.setting(db) or wanted.dialect
    if route.method != "GET":
        platform.wake.set()
    return dialect.spoken(body, names)


@api.route("/<path:path>", methods=METHODS)
def unknown(path: str) -> Response:
    raise Problem(404, "Not Found", "Not Found")


for _number, _route in enumerate(ROUTES):
    api.add_url_rule(_route.rule, f"call_{_number}", partial(_run, _route), methods=[_route.method])
