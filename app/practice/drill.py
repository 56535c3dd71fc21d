"""The control API's drill: things going wrong, time, webhooks, the story."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from app.practice import (
    bodies,
    clock,
    events,
    faults,
    messenger,
    pages,
    planned,
    presets,
    state,
    story,
    story_more,
    verbs,
    webhooks,
)
from app.practice.errors import Refused
from app.practice.instagram import verbs as ig_verbs
from app.practice.network import is_loopback
from app.practice.platform import current

drill = Blueprint("drill", __name__)
INSTAGRAM = {
    "instagram": (story_more.tell_instagram,),
    "named": (story_more.tell_instagram_mention, story_more.tell_story_mention),
}


@drill.get("/faults")
def get_faults() -> bodies.Answer:
    with current().store.reading() as db:
        return {
            "faults": [state.fault(found) for found in faults.listing(db)],
            "kinds": {name: str(kind.words) for name, kind in faults.KINDS.items()},
            "presets": presets.PRESETS,
        }


@drill.post("/faults")
def post_fault() -> bodies.Answer:
    """`preset` names one of the platform's errors instead of its numbers."""
    body = presets.spelled(bodies.read())
    with current().store.writing() as db:
        return state.fault(faults.add(db, body))


@drill.delete("/faults")
@drill.delete("/faults/<int:fault_id>")
def delete_faults(fault_id: int | None = None) -> bodies.Answer:
    with current().store.writing() as db:
        gone = faults.clear(db, None if fault_id is None else min(fault_id, 2**62))
        return {"cleared": gone}


@drill.post("/clock")
def post_clock() -> bodies.Answer:
    """`wall` and `monotonic` seconds ahead of this machine; with `add` from where it is now."""
    body, data_dir = bodies.read(), current().data_dir
    ahead = clock.offsets(data_dir) if body.get("add") else (0.0, 0.0)
    wall = ahead[0] + bodies.seconds(body, "wall")
    clock.move(data_dir, wall=wall, monotonic=ahead[1] + bodies.seconds(body, "monotonic"))
    return bodies.woken(state.clock_state(current()))


@drill.delete("/clock")
def delete_clock() -> bodies.Answer:
    clock.reset(current().data_dir)
    return bodies.woken(state.clock_state(current()))


@drill.post("/webhooks/<any(flush,pause,resume,verbs,send,unsubscribe):action>")
def post_webhooks(action: str) -> bodies.Answer:
    """`send` signs and posts any `body` as it is; `verbs` queues one event of every kind for a
    Page or an Instagram account; `unsubscribe` is what an hour of failures brings."""
    body, platform = bodies.read(), current()
    if action == "flush":
        return {"waiting": state.delivery().flush()}
    if action == "send":
        return {"taken": _send(bodies.text(body, "body"), body)}
    with platform.store.writing() as db:
        if action == "verbs":
            return bodies.woken({"made": every_verb(db, bodies.text(body, "page"))})
        if action == "unsubscribe":
            about = bodies.optional(body, "object") or events.PAGE
            if about not in events.FIELDS:
                raise Refused("object must be page or instagram.")
            webhooks.unsubscribe_messaging(db, about)
            return {"unsubscribed": about}
        pages.set_setting(db, "webhooks_paused", "1" if action == "pause" else "0")
    return bodies.woken({"paused": action == "pause"})


@drill.post("/settings")
def post_settings() -> bodies.Answer:
    """Only what is given is changed: `require_proof`, `standard_access` (the app has no Advanced
    Access), and where the platform says that somebody left (`deauthorize_url`, `deletion_url`)."""
    body = bodies.read()
    with current().store.writing() as db:
        for name in ("require_proof", "standard_access"):
            if name in body:
                pages.set_setting(db, name, "1" if body[name] else "0")
        for name in ("deauthorize_url", "deletion_url"):
            if name in body:
                url = bodies.text(body, name, empty=True)
                if url and not is_loopback(url):
                    raise Refused("The practice platform sends to this machine only.")
                pages.set_setting(db, name, url)
        return state.settings(db)


@drill.post("/story/<any(seed,instagram,named,storm,calm):action>")
def post_story(action: str) -> bodies.Answer:
    """`named` is told when the account is connected: nothing lists it afterwards."""
    if action == "seed":
        story.seed(current().store, current().clock)
        return bodies.woken({"page": story.PAGE_ID})
    with current().store.writing() as db:
        if action in ("instagram", "named"):
            for part in INSTAGRAM[action]:
                part(db, current().now())
            return bodies.woken({"account": story_more.IG_ID})
        made = story.storm(db, current().now()) if action == "storm" else planned.clear(db)
    return bodies.woken({"comments": made})


def every_verb(db: sqlite3.Connection, owner_id: str) -> int:
    queue = ig_verbs.queue_all if messenger.is_instagram(db, owner_id) else verbs.queue_all
    return queue(db, current().now(), owner_id)


def _send(text: str, body: Mapping[str, Any]) -> bool:
    with current().store.reading() as db:
        url = state.callback_url(db, bodies.optional(body, "object") or events.PAGE)
    trouble = faults.Trouble()
    if body.get("unsigned"):
        trouble = faults.Trouble((faults.Fault(0, "webhooks_unsigned", {}, None, "", "", ""),))
    return webhooks.post(url, current().app_secret, text.encode("utf-8", "replace"), trouble)
