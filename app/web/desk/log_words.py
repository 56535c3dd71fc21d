"""A row of the audit log in plain words: what it is about, and each detail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.audit.queries import Entry
from app.foundation.words import Words
from app.web.accounts.people import LABELS
from app.web.desk.log_names import REFERS
from app.web.inbox.trouble import WHY
from app.web.page import reader
from app.web.page.speech import say

THINGS = {
    "member": Words("member %(id)s"),
    "channel": Words("channel %(id)s"),
    "conversation": Words("conversation %(id)s"),
    "draft": Words("answer %(id)s"),
    "outbox": Words("sending %(id)s"),
    "note": Words("note %(id)s"),
    "label": Words("label %(id)s"),
    "invitation": Words("invitation %(id)s"),
    "session": Words("session %(id)s"),
    "delivery": Words("delivery %(id)s"),
    "holding": Words("holding reply %(id)s"),
}
"""What stands before an id; a thing without one is named by the deed."""
DETAILS = {
    "role": Words("role: %(value)s"),
    "channel": Words("on: %(value)s"),
    "until": Words("until: %(value)s"),
    "conversation": Words("in: %(value)s"),
    "draft": Words("about: %(value)s"),
    "version": Words("version: %(value)s"),
    "fingerprint": Words("fingerprint of the text: %(value)s"),
    "was_edited": Words("changed by the approver: %(value)s"),
    "external_id": Words("id on the platform: %(value)s"),
    "reason_code": Words("reason: %(value)s"),
    "fields": Words("what: %(value)s"),
    "state": Words("now: %(value)s"),
    "assignee": Words("to: %(value)s"),
    "label": Words("label: %(value)s"),
    "count": Words("how many: %(value)s"),
    "method": Words("how: %(value)s"),
    "sequence": Words("row: %(value)s"),
    "key_check": Words("check of the root key: %(value)s"),
    "attempt": Words("attempt: %(value)s"),
    "readings": Words("times looked: %(value)s"),
    "platform": Words("platform: %(value)s"),
    "kind": Words("kind: %(value)s"),
    "by": Words("approved by: %(value)s"),
    "other": Words("and: %(value)s"),
}
VALUES: dict[str, dict[str, Words]] = {
    "role": {role.value: words for role, words in LABELS.items()},
    "reason_code": {
        **WHY,
        "changed": Words("the conversation had changed"),
        "twice": Words("it did not arrive twice"),
        "unreadable": Words("the platform could not be read"),
    },
    "state": {
        "on": Words("on"),
        "off": Words("off"),
        "made": Words("made"),
        "renamed": Words("renamed"),
        "ended": Words("ended"),
        "back": Words("in use again"),
    },
    "method": {
        "own": Words("in their own settings"),
        "hand": Words("handed over by hand"),
        "mail": Words("by mail"),
        "link": Words("by a link"),
        "machine": Words("on the machine itself"),
        "password": Words("by password"),
        "code": Words("by the code from the phone"),
        "recovery": Words("by a recovery code"),
        "send": Words("by who may send alone"),
        "holding": Words("as a holding reply"),
        "there": Words("a person saw it there"),
        "send-again": Words("a person had it sent again"),
        "leave": Words("a person left it"),
    },
    "kind": {"call": Words("A call"), "visit": Words("A visit"), "mail": Words("A mail")},
    "platform": {
        "facebook": Words("Facebook"),
        "instagram": Words("Instagram"),
        "x": Words("X"),
        "desk": Words("Written down"),
    },
    "was_edited": {"True": Words("yes"), "False": Words("no")},
    "fields": {
        "is_sending": Words("sending"),
        "is_history_stopped": Words("reading back"),
        "name": Words("name"),
        "locale": Words("language"),
        "timezone": Words("time zone"),
        "order_link": Words("address of an order"),
        "public_promise_minutes": Words("promise in public"),
        "private_promise_minutes": Words("promise in private"),
        "public_undo_seconds": Words("time to undo in public"),
        "private_undo_seconds": Words("time to undo in private"),
        "media_megabytes": Words("room for pictures"),
    },
}
SILENT = {"practice"}
"""A practice desk says so on every page."""


@dataclass(frozen=True)
class Line:
    """One row as it is read."""

    at: datetime
    actor: str
    action: str
    told: list[str]
    """What it is about, then each detail."""


def line(entry: Entry, names: Mapping[str, str]) -> Line:
    return Line(
        entry.at,
        entry.actor,
        entry.action,
        [t for t in (thing(entry.about, names), *_details(entry.detail, names)) if t],
    )


def _details(detail: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    for key, value in detail.items():
        if key not in SILENT and value is not None:
            words = DETAILS.get(key)
            text = _value(key, value, names)
            yield say(Words(words.text, {"value": text})) if words else f"{key}: {text}"


def _value(key: str, value: Any, names: Mapping[str, str]) -> str:
    if key in REFERS:
        return thing(f"{REFERS[key]}:{value}", names)
    if key == "until":
        return reader.moment(datetime.fromisoformat(value))
    if key == "by":
        return thing(value, names)
    known, parts = VALUES.get(key, {}), value if isinstance(value, list | tuple) else [value]
    whole = [p for part in parts for p in str(part).split(", ")]
    return ", ".join(say(known[each]) if each in known else each for each in whole)


def thing(reference: str, names: Mapping[str, str]) -> str:
    """Its name and, behind it, what the log itself says."""
    kind, _, number = reference.partition(":")
    words = THINGS.get(kind)
    if not number or words is None:
        return "" if not number else reference
    told = say(Words(words.text, {"id": number}))
    return f"{names[reference]} ({told})" if reference in names else told
