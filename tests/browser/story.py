"""The story far enough along that every screen has something to show."""

from datetime import timedelta

import pyotp
from playwright.sync_api import BrowserContext
from sqlalchemy import select, update

from app import gate
from app.access.roles import Role
from app.accounts import password_links, second_factor, sessions
from app.accounts.models import Desk, Member
from app.audit import log
from app.channels import leaving
from app.channels.models import Channel, Platform
from app.foundation.paging import to_cursor
from app.inbox import conversations, intake, labels
from app.inbox.models import Conversation
from app.practice.story import PAGE_ID
from app.replies import approvals
from app.replies.models import Draft
from tests import people, web_stand
from tests.stand import Stand

Known = dict[str, object]
LOST = (
    b'{"field":"feed","value":{"item":"comment","verb":"add","comment_id":"1_1","post_id":"77_1"}}'
)
"""A comment under a Page that nobody has connected."""


def tell(stand: Stand) -> Known:
    """Goes on where the practice story ends; what the addresses of the screens need to know."""
    named = {
        "public": "Kaisa Virtanen", "private": "Petteri Heino", "submitted": "Olli Niemi",
        "returned": "Henna Kallio", "answered": "Tom Maddox", "failed": "Marja-Leena Aho",
        "conflict": "Hilla Harju",
    }  # fmt: skip
    known: Known = {key: web_stand.conversation_of(stand, name) for key, name in named.items()}
    comment = web_stand.comment_of(stand, "Kaisa Virtanen")
    known["comment"] = next(m.id for m in stand.messages() if m.external_id == comment)
    return (
        known | _answers(stand) | _inbox(stand) | _members(stand) | _desk(stand) | _practice(stand)
    )


def _answers(stand: Stand) -> Known:
    """One failed, one posted, one sent back, four that wait."""
    stand.platform.post("faults", kind="timeout_before", seconds=0, method="write", count=2)
    _approve(stand, web_stand.submit(stand, "Marja-Leena Aho", "Sanna", "Kiitos, Marja-Leena!"))
    for _ in range(60):
        stand.advance(5)
        stand.deliver()
    _approve(stand, web_stand.submit(stand, "Tom Maddox", "Sanna", "Yes, Tom, it does. Sanna"))
    stand.advance(11)
    stand.deliver()
    returned = web_stand.submit(stand, "Henna Kallio", "Sanna", "Ei ole.")
    aino = stand.actor("Aino")
    with stand.database.writing() as db:
        version = approvals.standing(db, db.get_one(Draft, returned)).version.id
        approvals.send_back(
            db, aino, returned, version_id=version, reason="Kerro, milloin tulee.", now=stand.now
        )
    overtaken = web_stand.submit(stand, "Hilla Harju", "Sanna")
    made = {
        "draft": web_stand.submit(stand, "Olli Niemi", "Sanna", question="Onko tämä hyvä?"),
        "secret": web_stand.submit(stand, "Emma Lindqvist", "Sanna", "Hej Emma! Ja. Sanna"),
        "overtaken": overtaken,
    }
    stand.comment(web_stand.comment_of(stand, "Hilla Harju"), "Hilla Harju", "Nyt se tuli!")
    stand.read(1)
    return {**made, "goes": made["draft"]}


def _approve(stand: Stand, draft_id: int) -> None:
    card = web_stand.card(stand, draft_id, "Aino")
    with stand.database.writing() as db:
        approvals.approve(
            db,
            stand.actor("Aino"),
            draft_id,
            version_id=card.version_id,
            seen_fingerprint=card.fingerprint,
            now=stand.now,
        )


def _inbox(stand: Stand) -> Known:
    """A call, labels, a holding reply, somebody's own and something for later."""
    written = web_stand.write_down(stand, "Sanna")
    web_stand.approve_holding(stand, "Aino")
    web_stand.tell_all(stand, "Aino")
    public = web_stand.conversation_of(stand, "Kaisa Virtanen")
    aino, sanna = stand.actor("Aino"), stand.actor("Sanna")
    with stand.database.writing() as db:
        db.get_one(Desk, 1).order_link = "https://shop.example/orders/{number}"
        for name in ("Palautus", "Toimitus viipyy"):
            label = labels.make(db, aino, name, stand.now)
        labels.put_on(db, sanna, public, label.id, stand.now)
        ended = labels.make(db, aino, "Vanha", stand.now)
        labels.put_away(db, aino, ended.id, stand.now)
        conversations.snooze(db, sanna, written, stand.now + timedelta(hours=3), stand.now)
        contact = db.get_one(Conversation, public).contact_id
    stand.index()
    before = to_cursor(stand.now.isoformat(), 1_000_000)
    return {"written": written, "contact": contact, "before": before}


def _members(stand: Stand) -> Known:
    """A role until a day, an invitation, a link for a password, a second factor."""
    people.give(stand, "Sanna", Role.APPROVER, until=people.later(stand, days=3))
    grant = people.grants(stand, "Sanna")[-1].id
    with stand.database.reading() as db:
        called = db.scalars(select(Channel.id).where(Channel.platform == Platform.DESK)).one()
    people.give(stand, "Mallory", Role.APPROVER, channel_id=called)
    _, invitation = people.invite(stand, by="Aino", name="Nea")
    member, other = people.member(stand, "Sanna").id, people.member(stand, "Pirjo").id
    with stand.database.writing() as db:
        _, password = password_links.make(db, stand.actor("Aino"), other, stand.now)
    _switch_on(stand, "Ville")
    return {
        "member": member, "other": other, "grant": grant, "invitation": invitation,
        "password": password, "called": called,
    }  # fmt: skip


def _switch_on(stand: Stand, name: str) -> None:
    """The code from the phone."""
    stand.advance(62 - stand.now.timestamp() % 30)
    box, actor = stand.running.keys.tokens, stand.actor(name)
    with stand.database.writing() as db:
        second_factor.begin(db, actor, box)
        secret = second_factor.pending(db.get_one(Member, actor.member_id), box) or ""
        second_factor.confirm(db, actor, box, pyotp.TOTP(secret).at(stand.now), stand.now)


def _desk(stand: Stand) -> Known:
    """A second channel, which the platform refuses, and deliveries that were not taken in."""
    for body in (
        b"{not json",
        *[b'{"object":"page","entry":[{"id":"77","changes":[%s]}]}' % LOST] * 3,
    ):
        intake.store(stand.database, "meta", body, stand.now)
    stand.take_in()
    frozen = people.channel(stand, "Riekko & Rinne Oulu")
    with stand.database.writing() as db:
        db.get_one(Channel, frozen).freeze("OAuthException")
        deletion = leaving.deleted(db, "218471", stand.now).code
    return {"channel": 1, "frozen": frozen, "deletion": deletion}


def _practice(stand: Stand) -> Known:
    """The platform's own address, and one of its customers."""
    person = stand.platform.post("people", page=PAGE_ID, name="Petteri Heino")["id"]
    return {
        "practice": stand.platform.url.removesuffix("/api/"),
        "platform": stand.platform.url.removesuffix("/practice/api/"),
        "person": person,
        "meta_app": stand.platform.get("state")["app_id"],
        **_practice_instagram(stand),
        **_practice_x(stand),
    }


def _practice_instagram(stand: Stand) -> Known:
    """The shop's account, a picture with a comment, and somebody who wrote in private."""
    ig = stand.platform.post("instagram", page=PAGE_ID, username="riekkojarinne")["id"]
    media = stand.platform.post(f"instagram/{ig}/media", caption="Ensilumi.", kind="FEED")["id"]
    saara = {"username": "saara.rinne", "text": "Mistä tuo takki on?"}
    stand.platform.post("instagram/comments", on=media, **saara)
    said = stand.platform.post("instagram/messages", account=ig, **saara)
    return {"ig": ig, "media": media, "ig_person": said["person"]}


def _practice_x(stand: Stand) -> Known:
    account = stand.platform.post("x/story")
    post = {"name": "Otso", "text": "@riekkorinne Onko teillä retkikirveitä?"}
    made = stand.platform.post("x/posts", **post)
    wrote = stand.platform.post("x/messages", account=account["id"], name="Otso", text="Hei!")
    client = stand.platform.get("x/state")["client_id"]
    return {
        "x": account["id"], "x_post": made["id"], "x_person": wrote["person"], "x_app": client,
    }  # fmt: skip


def put_back(stand: Stand) -> None:
    """As if an older database had been put back: the log's second copy knows more."""
    with stand.database.writing() as db:
        log.stop(db)


def speak(stand: Stand, language: str) -> None:
    """The desk's own language; nobody has chosen another."""
    with stand.database.writing() as db:
        db.execute(update(Member).values(locale=""))
        db.get_one(Desk, 1).locale = language


def sign_in(stand: Stand, context: BrowserContext, first_name: str, address: str) -> None:
    """A session of somebody's own in this browser, with a fresh proof of who it is."""
    with stand.database.writing() as db:
        member = db.get_one(Member, stand.actor(first_name).member_id)
        made, token = sessions.start(db, member, device="", address="", now=stand.now)
        made.fresh_at = stand.now
    context.add_cookies([{"name": gate.COOKIE, "value": token, "url": address}])
