"""Nonsense for every route: what each one reads is learned from the routes and pages themselves."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import html5lib
from flask import Flask, Request
from sqlalchemy import Select, select
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from app.accounts.models import Member, OneTimeLink, RoleGrant, SignInSession
from app.channels.models import Channel
from app.inbox.models import Contact, Conversation, Label, RawEvent
from app.notices.models import Notice, PushDevice
from app.replies.models import Draft, HoldingReply, OutboxItem
from tests.stand import Stand

LONG = "x" * 100_000
ODD = (
    "", " ", "\x00", "a\x00b", "\ufeff", "\ud7ff", "\uffff", "\u202eterces\u202c", "שלום עולם",
    "💥" * 90, "Ä" * 300, LONG, "0", "-1", "-9223372036854775809", "9223372036854775807",
    "9223372036854775808", "9" * 400, "1e9", "0x10", "1.5", "NaN", "inf", "٣٤٥", "²", "1_000", "+1",
    "null", "None", "true", "[]", "{}", "[name", "%s%(x)s%d", "{{7*7}}", "{number}", "<b>&amp;",
    "'\"--;", "\r\nX-Odd: y", "..%2f..%2fetc", "//evil.example/", "https://evil.example/", "\\\\h",
    "0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30", "2026-03-29T03:30", "25:61", "24:00",
    "a@b", "a@\x00b", "all", "owner", "done", "note", "hand-over", "1.1", "1.", ".1", "WyJ4Il0",
    "MQ==", "bnVsbA==", "W10=", "=2+5", "\x1b[31m", "\x7f", "\x85",
)  # fmt: skip
ACTION = re.compile(r' action="([^"]+)"')
SENTENCE = re.compile(r"\w[^<>]{12,}[.…]")
ROWS: dict[str, Select[Any]] = {
    "channel_id": select(Channel.id),
    "contact_id": select(Contact.id),
    "conversation_id": select(Conversation.id),
    "device_id": select(PushDevice.id),
    "draft_id": select(Draft.id),
    "grant_id": select(RoleGrant.id),
    "label_id": select(Label.id),
    "link_id": select(OneTimeLink.id),
    "member_id": select(Member.id),
    "notice_id": select(Notice.id),
    "outbox_id": select(OutboxItem.id),
    "reply_id": select(HoldingReply.id),
    "event_id": select(RawEvent.id),
    "session_id": select(SignInSession.id),
}
"""The rows behind each number in an address; a new kind of number is named here."""


class Fields(ImmutableMultiDict[str, Any]):
    """A form or query that remembers what it was asked for."""

    asked: set[str] = set()

    def get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        Fields.asked.add(key)
        return super().get(key, *args, **kwargs)

    def getlist(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        Fields.asked.add(key)
        return super().getlist(key, *args, **kwargs)

    def __contains__(self, key: object) -> bool:
        Fields.asked.add(str(key))
        return super().__contains__(key)


class Listening(Request):
    """A request that tells which fields its route reads."""

    parameter_storage_class = Fields


@dataclass
class Known:
    """What one may send: the names that a route reads, and the forms that pages showed."""

    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    forms: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    ids: dict[str, list[int]] = field(default_factory=dict)

    def learn_forms(self, html: str) -> None:
        """Every form of a page with the values it stands on, where one of them is new."""
        if {a.partition("?")[0] for a in ACTION.findall(html)} <= self.forms.keys():
            return
        tree = html5lib.parse(html, namespaceHTMLElements=False)
        for form in tree.iter("form"):
            fields: dict[str, list[str]] = {}
            for place in form.iter():
                name = place.attrib.get("name") if isinstance(place.tag, str) else None
                if name and name != "csrf_token":
                    options = [o.attrib.get("value", "") for o in place.iter("option")]
                    value = place.attrib.get("value", "".join(place.itertext()).strip())
                    fields.setdefault(name, []).append(options[-1] if options else value)
            self.forms[form.attrib["action"].partition("?")[0]] = fields


def rules(app: Flask) -> list[Rule]:
    """Every route in an order of its own; signing out would only end the visit."""
    apart = ("static", "sign_in.out")
    found = (r for r in app.url_map.iter_rules() if r.endpoint not in apart)
    return sorted(found, key=lambda r: (r.rule, r.endpoint))


def real_ids(stand: Stand) -> dict[str, list[int]]:
    with stand.database.reading() as db:
        return {name: list(db.scalars(query)) for name, query in ROWS.items()}


def address(rule: Rule, known: Known, chance: random.Random) -> str:
    """With a number that is there in every place, now and then with one that cannot be."""
    path = rule.rule
    for name, converter in rule._converters.items():
        is_number = "Integer" in type(converter).__name__
        if is_number and (chance.random() < 0.85):
            given = str(chance.choice(known.ids[name] or [1]))
        elif is_number:
            given = chance.choice(["0", "9" * 30, "-1", "1.5", "x", "%00", "9223372036854775808"])
        else:
            given = chance.choice(["x", "%00", "a" * 3000, "%f0%9f%92%a5", "%ff", "draft-waits"])
        path = path.replace(f"<int:{name}>", given).replace(f"<{name}>", given)
    return path


def filled(rule: Rule, path: str, known: Known, chance: random.Random) -> dict[str, list[str]]:
    """What the page would send, with one field or two of nonsense, or nonsense throughout."""
    names = sorted(known.names[rule.endpoint] | known.forms.get(path, {}).keys() | {"q", "after"})
    given = dict(known.forms.get(path, {}))
    wrong = names if chance.random() < 0.2 else chance.sample(names, min(len(names), 2))
    for name in wrong:
        given[name] = [chance.choice(ODD) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    for name in chance.sample(sorted(given), len(given) // 4):
        del given[name]  # a field that is missing
    return given


def bodies(given: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    """As a form; now and then as something that no page sends."""
    way = chance.random()
    if way < 0.8:
        return {"data": given}
    if way < 0.85:
        return {"json": chance.choice([given, [], None, "x", {"text": {"a": [1]}}])}
    if way < 0.9:
        raw = bytes(chance.randrange(256) for _ in range(200))
        return {"data": raw, "content_type": "application/x-www-form-urlencoded"}
    if way < 0.95:
        return {"data": b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\n\xff\xfe",
                "content_type": "multipart/form-data; boundary=x"}  # fmt: skip
    return {"data": b"text=" + LONG.encode(), "content_type": "text/odd; charset=nothing"}


def methods(rule: Rule, chance: random.Random) -> Iterator[str]:
    """Its own, and one that it may not know."""
    yield from sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    yield chance.choice(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ODD"])
