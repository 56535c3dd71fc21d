"""The practice Facebook: a page to write as a customer, and to break things with.

It works without JavaScript; every form is answered with a page to go back to.
"""

import sqlite3
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response as BaseResponse

from app.foundation.moments import moment
from app.practice import faults, files, messenger, pages, state, threads, times
from app.practice.errors import GraphError, Refused
from app.practice.graph import misbehave
from app.practice.login import staff
from app.practice.platform import current

page = Blueprint("page", __name__)
POSTS, COMMENTS = 10, 100


@page.app_template_filter("clock")
def clock_words(value: int) -> str:
    """As the desk says it, but in this machine's own time."""
    now = current().clock.now().astimezone()
    return moment(times.moment(value), now.tzinfo or UTC, str(get_locale()), now)


@page.app_template_filter("initials")
def initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalnum())[:2].upper() or "?"


@page.app_template_filter("pictures")
def picture_addresses(kept: str | None) -> list[str]:
    """Those that this program keeps itself: the content policy shows no others."""
    shown = [found for found in files.every(kept) if found.get("file")]
    if not shown:
        return []
    with current().store.reading() as db:
        rows = [(item, files.get(db, item["file"])) for item in shown]
        found = [
            files.link(db, current().now(), item)
            for item, row in rows
            if row is not None and row["mime"].startswith("image/")
        ]
    return [url for url in found if url]


@page.app_template_filter("ahead")
def ahead_words(seconds: float) -> str:
    days, hours = divmod(round(abs(seconds) / 3600), 24)
    span = f"{days} d {hours} h" if days else f"{hours} h"
    if not days and not hours:
        return gettext("Practice time is the real time.")
    if seconds > 0:
        return gettext("Practice time is ahead of the real time: %(span)s", span=span)
    return gettext("Practice time is behind the real time: %(span)s", span=span)


@page.errorhandler(Refused)
@page.errorhandler(GraphError)
def refused(error: Refused | GraphError) -> Response:
    """The store speaks Graph; a person is told the same in plain words."""
    gone = isinstance(error, GraphError) and error.subcode == 33
    words = nothing_here() if gone else gettext(error.message)
    return broken(words, 404 if gone else error.status, request.form.get("message", ""))


def nothing_here() -> str:
    return gettext("This is not here, or not any more. Nothing was changed.")


def broken(words: str, status: int, typed: str = "") -> Response:
    """What did not happen, and the typed text, so that nothing is lost."""
    return Response(render_template("practice/refused.html", words=words, typed=typed), status)


@page.get("/")
def front() -> BaseResponse:
    return redirect(url_for("page.index"))


@page.get("/practice")
def index() -> str:
    with current().store.reading() as db:
        return render_template("practice/index.html", **frame(db, "pages"))


@page.get("/practice/pages/<page_id>")
def show_page(page_id: str) -> str:
    before = faults.whole("before", request.args.get("before", "0"), least=0, most=2**62)
    with current().store.reading() as db:
        row = pages.get(db, page_id)
        found = threads.posts(db, page_id, POSTS + 1, before)
        return render_template(
            "practice/page.html",
            **frame(db, "page", row),
            posts=[(post, threads_of(db, post["id"])) for post in found[:POSTS]],
            more=found[POSTS - 1]["seq"] if len(found) > POSTS else None,
            people=pages.people(db, page_id),
        )


@page.get("/practice/posts/<post_id>")
def show_post(post_id: str) -> str:
    with current().store.reading() as db:
        post = threads.post(db, post_id)
        return render_template(
            "practice/post.html",
            **frame(db, "page", pages.get(db, post["page_id"])),
            posts=[(post, threads_of(db, post_id, 1000))],
            people=pages.people(db, post["page_id"]),
        )


@page.get("/practice/pages/<page_id>/messages")
def show_talks(page_id: str) -> str:
    with current().store.reading() as db:
        row = pages.get(db, page_id)
        return render_template(
            "practice/talks.html",
            **frame(db, "messages", row),
            talks=talks_of(db, page_id),
            people=pages.people(db, page_id),
        )


@page.get("/practice/people/<person_id>")
def show_person(person_id: str) -> str:
    with current().store.reading() as db:
        person = pages.person_by_id(db, person_id)
        talk = db.execute(
            "SELECT * FROM conversations WHERE person_id = ?", (person_id,)
        ).fetchone()
        return render_template(
            "practice/person.html",
            **frame(db, "messages", pages.get(db, person["page_id"])),
            person=person,
            messages=messenger.history(db, talk["id"], 200) if talk else [],
        )


@page.get("/practice/controls")
def controls() -> str:
    with current().store.reading() as db:
        return render_template(
            "practice/controls.html",
            **frame(db, "controls"),
            kinds=faults.KINDS,
            calls=[name for name in faults.CALL_KINDS if name],
            seen=state.overview(current(), db),
            everyone=staff.every(db),
            subcodes=misbehave.TOKEN_WORDS,
        )


def talks_of(db: sqlite3.Connection, owner_id: str) -> list[sqlite3.Row]:
    """The conversations of a Page or an account, the newest first, each with its last words."""
    return db.execute(
        "SELECT c.*, p.name, (SELECT text FROM messages m WHERE m.conversation_id = c.id"
        " ORDER BY m.seq DESC LIMIT 1) AS text FROM conversations c"
        " JOIN people p ON p.id = c.person_id WHERE c.page_id = ?"
        " ORDER BY c.updated DESC LIMIT 200",
        (owner_id,),
    ).fetchall()


def frame(db: sqlite3.Connection, cur: str, row: sqlite3.Row | None = None) -> dict[str, Any]:
    """What every page needs: where we are, which Pages there are, what is being practised."""
    every = pages.every(db)
    return {
        "cur": cur,
        "pages": [state.page(db, found) for found in every] if cur == "pages" else every,
        "row": row if row is not None else (every[0] if every else None),
        "now": datetime.now().astimezone(),
        "broken_now": len(faults.listing(db)),
        "done": request.args.get("done", "")[:60],
    }


def threads_of(
    db: sqlite3.Connection, post_id: str, most: int = COMMENTS
) -> list[tuple[sqlite3.Row, list[sqlite3.Row]]]:
    """Top comments with their replies, hidden ones too, deleted ones as a gap."""
    rows = threads.of_post(db, post_id, most)
    replies: dict[str, list[sqlite3.Row]] = {}
    for row in rows:
        if row["parent_id"]:
            replies.setdefault(row["parent_id"], []).append(row)
    return [(row, replies.get(row["id"], [])) for row in rows if not row["parent_id"]]
