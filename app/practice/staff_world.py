"""The control API's people who run Pages: who they are, and how they leave the app."""

from flask import Blueprint

from app.practice import bodies, faults
from app.practice import pages as page_rows
from app.practice.errors import Refused
from app.practice.login import callbacks, codes, scopes, staff, tokens
from app.practice.platform import current

world = Blueprint("staff", __name__, url_prefix="/staff")
REMOVED = 458


@world.get("")
def get_staff() -> bodies.Answer:
    with current().store.reading() as db:
        return {
            "staff": [
                {
                    **dict(row),
                    "pages": {
                        page["id"]: staff.tasks(db, row["id"], page["id"])
                        for page in staff.pages_of(db, row["id"])
                    },
                    "tokens": tokens.listing(db, row["id"]),
                }
                for row in staff.every(db)
            ]
        }


@world.post("")
def post_staff() -> bodies.Answer:
    """`has_role` on the app (true unless said otherwise); `pages` {id: [tasks]}, every task where
    the list is null."""
    body = bodies.read()
    found = body.get("pages", {})
    if not isinstance(found, dict):
        raise Refused("pages must be an object.")
    with current().store.writing() as db:
        row = staff.create(db, bodies.text(body, "name"), body.get("has_role") is not False)
        for page_id, tasks in found.items():
            wanted = staff.TASKS if tasks is None else bodies.words(tasks, "tasks")
            staff.give(db, row["id"], page_id, wanted)
    return dict(row)


@world.post("/<staff_id>/login")
def post_login(staff_id: str) -> bodies.Answer:
    """What the dialog gives after "allow", without a browser: a `code` for `redirect_uri`.
    `scopes` and `pages` narrow what is allowed."""
    body, now = bodies.read(), current().now()
    with current().store.writing() as db:
        mine = [row["id"] for row in staff.pages_of(db, staff.get(db, staff_id)["id"])]
        wanted = scopes.known(bodies.words(body.get("scopes", list(scopes.SCOPES)), "scopes"))
        chosen = [x for x in bodies.words(body.get("pages", mine), "pages") if x in mine]
        tokens.grant(db, now, staff_id, wanted, chosen)
        return {"code": codes.make(db, now, staff_id, bodies.text(body, "redirect_uri"))}


@world.post("/<staff_id>/revoke")
def post_revoke(staff_id: str) -> bodies.Answer:
    """All their tokens end with this `subcode` of 190; when they remove the app (458, what is
    meant when none is given) the app is told, if `deauthorize_url` is set."""
    body, platform = bodies.read(), current()
    subcode = body.get("subcode", REMOVED)
    subcode = faults.whole("subcode", subcode, least=1, most=10_000_000)
    with platform.store.writing() as db:
        staff.get(db, staff_id)
        ended = tokens.revoke(db, staff_id, subcode)
        url = page_rows.setting(db, "deauthorize_url")
    told = None
    if subcode == REMOVED and url:
        told = _tell(url, staff_id, body)
    return {"ended": ended, "told": told}


@world.post("/<staff_id>/delete-data")
def post_delete(staff_id: str) -> bodies.Answer:
    """They ask for their data to be deleted; what the app answered comes back."""
    body = bodies.read()
    with current().store.reading() as db:
        staff.get(db, staff_id)
        url = page_rows.setting(db, "deletion_url")
    return {"told": _tell(url, staff_id, body)}


def _tell(url: str, staff_id: str, body: bodies.Answer) -> bodies.Answer:
    platform = current()
    found: bodies.Answer = callbacks.send(
        url, platform.app_secret, staff_id, platform.now() // 1000,
        wrong=body.get("unsigned") is True,
    )  # fmt: skip
    return found
