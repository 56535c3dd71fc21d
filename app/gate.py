"""Who is asking, and whether they may: every view says which right it needs.

Deny by default: a view without `requires` or `public` is refused, and the build fails on it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

import structlog
from flask import Flask, Request, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError
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

_log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])
COOKIE = "vuoro_session"
MARK = "vuoro_permission"
"""The name under which a view carries the right it needs; None says "public"."""
NOBODY = Actor(None, "nobody")
DESKLESS = frozenset(
    {
        "static",
        "push.worker",
        "health.alive",
        "health.ready",
        "webhooks.verify_meta",
        "webhooks.receive_meta",
    }
)
"""What asks for nobody: files, and programs, which are often here and have no session."""


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

        setattr(guarded, MARK, permission)
        return cast(View, guarded)

    return mark


def public(view: View) -> View:
    """For anybody, said out loud: sign-in, health, signed webhooks."""
    setattr(view, MARK, None)
    return view


def fresh(view: View) -> View:
    """Also asks for a recent proof of who it is, for what cannot be taken back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not g.actor.is_fresh:
            return redirect(url_for("sign_in.again", next=request.full_path))
        return view(*args, **kwargs)

    return cast(View, guarded)


class SignedIn(UserMixin):
    """Flask-Login's user: one live session of ours and the member behind it."""

    def __init__(self, found: sessions.Found) -> None:
        self.found = found

    def get_id(self) -> str:
        return str(self.found.session.id)


def is_signed_in() -> bool:
    return signed_in() is not None


def signed_in() -> SignedIn | None:
    """Whoever Flask-Login found behind this request."""
    user: object = current_user._get_current_object()
    return user if isinstance(user, SignedIn) else None


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


def db(*, is_writing: bool = False) -> Session:
    """The request's session: it only reads on GET, and takes the write lock at once otherwise.

    A GET that has to write says so when it first asks; what only read until then is let go.
    """
    if is_writing:
        _leave(None)
    if "db" not in g:
        is_writing = is_writing or request.method not in ("GET", "HEAD")
        g.db = runtime().database.session(is_writing=is_writing)
    return cast(Session, g.db)


def install(app: Flask) -> None:
    """Know who asks before each request, and let go of the database after it."""
    manager = LoginManager(app)
    manager.session_protection = ""  # our own table says which session lives
    manager.request_loader(_find_session)
    app.before_request(_enter)
    app.teardown_request(_leave)
    app.after_request(_new_cookie)


def _enter() -> None:
    g.actor, g.member, g.session_cookie = NOBODY, None, None
    if request.endpoint in DESKLESS:
        return
    with _looking() as reader:
        g.desk = reader.get_one(Desk, 1)
        g.found = sessions.find(reader, request.cookies.get(COOKIE, ""), now())
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, MARK):
        raise Forbidden(Words("This page is not open to anybody."))
    user = signed_in()
    if user is not None:
        _recognise(user.found)


@contextmanager
def _looking() -> Iterator[Session]:
    """Where nothing is written, the request's own session sees to who asks, too.

    What it found stays known whatever becomes of that session: the page that says so needs it.
    """
    if request.method in ("GET", "HEAD"):
        yield db()
        db().expunge_all()
    else:
        with runtime().database.reading() as reader:
            yield reader


def _find_session(_asked: Request) -> SignedIn | None:
    """Flask-Login asks who it is: whoever was found at the door."""
    found: sessions.Found | None = g.get("found")
    return SignedIn(found) if found is not None else None


def _recognise(found: sessions.Found) -> None:
    g.actor, g.member = found.actor, found.member
    stale = now() - found.session.seen_at > sessions.SEEN_EVERY
    if not found.is_outdated and not stale:
        return
    try:
        g.session_cookie = _keep(found)
    except OperationalError as problem:  # a full disk must not stop anybody from reading
        _log.warning("session not kept", error=type(problem).__name__)


def _keep(found: sessions.Found) -> str | None:
    """Remember that the session is in use; a new id for it where its rights changed."""
    with runtime().database.writing() as writer:
        if found.is_outdated:
            return sessions.rotate(writer, found.session.id, now())
        sessions.touch(writer, found.session.id, now())
    return None


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
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.LIVES.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=is_secure,
    )
