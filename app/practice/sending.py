"""`POST /{page}/messages`: who may be written to, when, and how often, on both channels."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from app.practice import direct, events, handover, messenger, outgoing, pages, threads
from app.practice.errors import GraphError, bad_parameter, not_found
from app.practice.outgoing import INSTAGRAM, MESSENGER, Content, Rules, Upload
from app.practice.times import DAY

WINDOW, HUMAN_WINDOW = DAY, 7 * DAY
ACTIONS = ("mark_seen", "typing_on", "typing_off", "react", "unreact")


def send(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    app_id: str,
    payload: Mapping[str, Any],
    *,
    uploads: Sequence[Upload] = (),
    all_held: bool = False,
) -> dict[str, str]:
    recipient = outgoing.mapping(payload, "recipient")
    for name in ("comment_id", "post_id"):
        if name in recipient:
            found = str(recipient[name])
            return _private_reply(db, now, page_id, app_id, payload, found, uploads)
    person, rules = _person(db, page_id, recipient)
    if payload.get("sender_action") is not None:
        return _act(db, now, person, str(payload["sender_action"]))
    said = outgoing.content(db, now, page_id, rules, payload, uploads)
    handover.must_be_ours(db, person, all_held)
    _must_be_open(db, now, person, rules, payload)
    row = _store(db, now, person, rules, app_id, said)
    pages.log(db, now, person["page_id"], "message", person["id"], row["id"], said.text)
    return {"recipient_id": person["id"], "message_id": row["id"]}


def _store(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    rules: Rules,
    app_id: str,
    said: Content,
) -> sqlite3.Row:
    give = direct.send if rules is INSTAGRAM else messenger.send
    return give(
        db, now, person, said.text, app_id,
        attachment=said.attachment, metadata=said.metadata, reply_to=said.reply_to,
    )  # fmt: skip


def _private_reply(
    db: sqlite3.Connection,
    now: int,
    page_id: str,
    app_id: str,
    payload: Mapping[str, Any],
    found_id: str,
    uploads: Sequence[Upload],
) -> dict[str, str]:
    """One message to whoever commented or posted on the wall, once, within 7 days."""
    on = threads.comment_or_post(db, found_id)
    if on["page_id"] not in (page_id, account_of(db, page_id)):
        raise not_found(found_id, "post")
    rules = MESSENGER if on["page_id"] == page_id else INSTAGRAM
    said = outgoing.content(db, now, page_id, rules, payload, uploads)
    person = _answerable(db, now, on, rules)
    row = _store(db, now, person, rules, app_id, said)
    if threads.is_comment(on):
        db.execute("UPDATE comments SET private_reply = ? WHERE id = ?", (row["id"], found_id))
    else:
        db.execute("UPDATE posts SET private_reply = ? WHERE id = ?", (row["id"], found_id))
    pages.log(db, now, on["page_id"], "private_reply", found_id, row["id"], said.text)
    return {"recipient_id": person["id"], "message_id": row["id"]}


def _answerable(db: sqlite3.Connection, now: int, on: sqlite3.Row, rules: Rules) -> sqlite3.Row:
    if on["private_reply"]:
        raise GraphError(10900, "(#10900) Activity already replied to")
    is_post = not threads.is_comment(on)
    is_late = now - on["created"] > HUMAN_WINDOW
    if on["person_id"] is None or is_late or (is_post and on["kind"] != "visitor"):
        raise rules.refusal(100, "This comment cannot be replied to privately", 2534025)
    person = pages.person_by_id(db, on["person_id"])
    if person["blocks_page"]:
        raise GraphError(10903, "(#10903) This user can't reply to this activity")
    _may_write_to(db, person)
    return person


def _act(db: sqlite3.Connection, now: int, person: sqlite3.Row, action: str) -> dict[str, str]:
    if action not in ACTIONS:
        raise bad_parameter("Param sender_action must be one of " + ", ".join(ACTIONS).upper())
    if action == "mark_seen":
        talk = messenger.conversation(db, now, person["page_id"], person["id"])
        messenger.mark_seen(db, talk["id"])
    return {"recipient_id": person["id"]}


def _person(
    db: sqlite3.Connection, page_id: str, recipient: Mapping[str, Any]
) -> tuple[sqlite3.Row, Rules]:
    """A person of the Page, or of the Instagram account that is linked to it."""
    person_id, account = str(recipient.get("id", "")), account_of(db, page_id)
    person, rules = pages.known_person(db, page_id, person_id), MESSENGER
    if person is None and account:
        person, rules = pages.known_person(db, account, person_id), INSTAGRAM
    if person is None:
        raise bad_parameter("No matching user found", MESSENGER.no_person)
    if rules is INSTAGRAM:
        direct.must_be_allowed(db, account)
    if person["blocks_page"] or person["banned"]:
        if rules is INSTAGRAM:
            raise rules.refusal(100, "This person isn't available right now.", 2534029)
        raise GraphError(
            551, "(#551) This person isn't available right now.", subcode=1545041, status=400
        )
    _may_write_to(db, person)
    return person, rules


def _may_write_to(db: sqlite3.Connection, person: sqlite3.Row) -> None:
    if not events.may_serve(db, person["id"]):
        raise GraphError(
            200,
            "(#200) Cannot message users who are not admins, developers or testers of the app "
            "until it has Advanced Access.",
            status=403,
        )


def account_of(db: sqlite3.Connection, page_id: str) -> str:
    """The Page's Instagram account; empty when it has none."""
    row = db.execute("SELECT id FROM instagram WHERE page_id = ?", (page_id,)).fetchone()
    return str(row["id"]) if row else ""


def _must_be_open(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    rules: Rules,
    payload: Mapping[str, Any],
) -> None:
    """24 hours after the person's last message, 7 days for a human agent; never before it."""
    kind = payload.get("messaging_type", "RESPONSE")
    tag = payload.get("tag")
    if kind not in ("RESPONSE", "UPDATE", "MESSAGE_TAG"):
        raise bad_parameter("Param messaging_type must be one of RESPONSE, UPDATE, MESSAGE_TAG")
    if kind == "MESSAGE_TAG" and tag != "HUMAN_AGENT":
        raise bad_parameter("Param tag must be HUMAN_AGENT; other tags are no longer supported")
    talk = messenger.conversation(db, now, person["page_id"], person["id"])
    last = messenger.last_inbound(db, talk["id"])
    window = HUMAN_WINDOW if kind == "MESSAGE_TAG" else WINDOW
    if last is None or now - last > window:
        words = "This message is sent outside of allowed window."
        raise rules.refusal(10, words, rules.closed, 403)
