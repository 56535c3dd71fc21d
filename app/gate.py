"""Who is asking, and whether they may: every view says which right it needs.

Deny by default: a view without `requires` or `public` is refused, and the build fails on it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import sessions
from app.accounts.models import Desk
from app.foundation.errors import Forbidden
from app.foundation.words import Words
from app.runtime import Runtime

View = TypeVar("View", bound=Callable[..., Any])
COOKIE = "vuoro_session"
NOBODY = Actor(None, "nobody")


def requires(permission: Permission) -> Callable[[View], View]:
    """Only for a signed-in member who holds the right on at least one channel.

    The service checks again with the object in hand.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not is_signed_in():
                return to_sign_in()
            policy.require(g.actor, permission, now())
            return view(*args, **kwargs)

        guarded.vuoro_permission = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def public(view: View) -> View:
    """For anybody, said out loud: sign-in, health, signed webhooks."""
    view.vuoro_permission = None  # type: ignore[attr-defined]
    return view


def fresh(view: View) -> View:
    """Also asks for a recent proof of who it is, for what cannot be taken back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not g.actor.is_fresh:
            return redirect(url_for("sign_in.again", next=request.full_path))
        return view(*args, **kwargs)

    return cast(View, guarded)


def is_signed_in() -> bool:
    return g.actor.member_id is not None


def to_sign_in() -> Response:
    """To the sign-in page, and back to where they were going."""
    if request.headers.get("HX-Request"):
        return Response("", 401, {"HX-Redirect": url_for("sign_in.show")})
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.show", next=target if target != "/" else None))


def runtime() -> Runtime:
    """The running desk."""
    return cast(Runtime, current_app.extensions["vuoro"])


def now() -> datetime:
    """The moment of this request: one for all of it."""
    if "now" not in g:
        g.now = runtime().clock.now()
    return cast(datetime, g.now)


def db() -> Session:
    """The request's session: it only reads on GET, and takes the write lock at once otherwise."""
    if "db" not in g:
        g.db = runtime().database.session(is_writing=request.method not in ("GET", "HEAD"))
    return cast(Session, g.db)


def install(app: Flask) -> None:
    """Know who asks before each request, and let go of the database after it."""
    app.before_request(_enter)
    app.teardown_request(_leave)
    app.after_request(_new_cookie)


def _enter() -> None:
    g.actor, g.member, g.session_cookie = NOBODY, None, None
    if request.endpoint == "static":
        return
    with runtime().database.reading() as reader:
        g.desk = reader.get_one(Desk, 1)
        found = sessions.find(reader, request.cookies.get(COOKIE, ""), now())
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "vuoro_permission"):
        raise Forbidden(Words("This page is not open to anybody."))
    if found is not None:
        _recognise(found)


def _recognise(found: sessions.Found) -> None:
    g.actor, g.member = found.actor, found.member
    stale = now() - found.session.seen_at > sessions.SEEN_EVERY
    if not found.is_outdated and not stale:
        return
    with runtime().database.writing() as writer:
        if found.is_outdated:
            g.session_cookie = sessions.rotate(writer, found.session.id, now())
        else:
            sessions.touch(writer, found.session.id, now())


def _leave(_problem: BaseException | None) -> None:
    held: Session | None = g.pop("db", None)
    if held is not None:
        held.close()


def _new_cookie(response: Response) -> Response:
    """A session whose rights changed goes on under a new id; "" ends it in the browser."""
    cookie = g.get("session_cookie")
    if cookie is not None:
        give_cookie(response, cookie)
    return response


def give_cookie(response: Response, token: str) -> None:
    """Readable by no script, sent to no other site, and only over TLS where we have it."""
    if not token:
        response.delete_cookie(COOKIE)
        return
    is_secure = runtime().settings.base_url.startswith("https:")
    response.set_cookie(COOKIE, token, max_age=int(sessions.LIVES.total_seconds()), httponly=True,
                        samesite="Lax", secure=is_secure)
