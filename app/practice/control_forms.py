"""Forms of the controls page: who may connect, how a connection ends, events by hand."""

import sqlite3
from collections.abc import Callable

from flask import request, url_for

from app.practice import events, faults, pages, state, webhooks
from app.practice.errors import Refused
from app.practice.login import callbacks, staff, tokens
from app.practice.platform import current

Done = tuple[str, str]
REMOVED = 458


def access(db: sqlite3.Connection) -> Done:
    is_standard = pages.setting(db, "standard_access") == "1"
    pages.set_setting(db, "standard_access", "0" if is_standard else "1")
    return _controls(), "granted"


def new_staff(db: sqlite3.Connection) -> Done:
    """With every task on every Page there is."""
    row = staff.create(db, _field("name"), bool(_field("role")))
    for page in pages.every(db):
        staff.give(db, row["id"], page["id"], staff.TASKS)
    return _controls(), "granted"


def revoke() -> Done:
    """Whoever removes the app (458) is told about, where the desk has an address for that."""
    platform = current()
    subcode = faults.whole("subcode", _field("subcode"), least=1, most=10_000_000)
    with platform.store.writing() as db:
        person = staff.get(db, _field("staff"))
        tokens.revoke(db, person["id"], subcode)
        url = pages.setting(db, "deauthorize_url")
    if subcode == REMOVED and url:
        callbacks.send(url, platform.app_secret, person["id"], platform.now() // 1000)
    return _controls(), "revoked"


def raw() -> Done:
    """Any body, signed as it is; spaces and line ends are part of it."""
    body = request.form.get("body", "")
    trouble = faults.Trouble()
    if _field("unsigned"):
        trouble = faults.Trouble((faults.Fault(0, "webhooks_unsigned", {}, None, "", "", ""),))
    with current().store.reading() as db:
        url = state.callback_url(db)
    taken = webhooks.post(url, current().app_secret, body.encode("utf-8", "replace"), trouble)
    return _controls(), "sent-raw" if taken else "raw-refused"


def unsubscribe(db: sqlite3.Connection) -> Done:
    about = _field("object")
    if about not in events.FIELDS:
        raise Refused("object must be page or instagram.")
    webhooks.unsubscribe_messaging(db, about)
    return _controls(), "unsubscribed"


# These call the desk, which may call back: no transaction may be open meanwhile.
CALLING: dict[str, Callable[[], Done]] = {"revoke": revoke, "raw": raw}


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _controls() -> str:
    return url_for("page.controls")
