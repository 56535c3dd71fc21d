"""A visitor of the desk: every page they fetch is checked, and forms carry the page's token."""

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import gate
from app.accounts import sessions
from app.accounts.models import Member
from tests.stand import Stand

Node = Element
_INLINE = ("style", "onclick", "onload", "onsubmit", "onchange", "onerror", "onfocus", "onblur")


@dataclass
class Page:
    """A fetched page, taken apart."""

    html: str
    tree: Node

    def all(self, tag: str, **wanted: str) -> list[Node]:
        """Every element of a kind with these attributes."""
        given = {k.rstrip("_").replace("_", "-"): v for k, v in wanted.items()}
        return [e for e in self.tree.iter(tag) if given.items() <= e.attrib.items()]

    def one(self, tag: str, **wanted: str) -> Node:
        (found,) = self.all(tag, **wanted)
        return found

    @property
    def text(self) -> str:
        """All its words on one line."""
        return words(self.tree)

    @property
    def token(self) -> str:
        return self.one("meta", name="csrf-token").attrib["content"]


@dataclass
class Visitor:
    """Somebody with a browser and no script."""

    app: Flask
    client: FlaskClient = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, status: int = 200) -> Page:
        """A page, which must be sound."""
        response = self.client.get(path, follow_redirects=True)
        assert response.status_code == status, f"{path}: {response.status}"
        return self._read(response)

    def post(self, path: str, status: int = 200, **fields: Any) -> Page:
        """Send a form and follow where it leads."""
        response = self.send(path, **fields)
        assert response.status_code == status, f"{path}: {response.status} {response.text[:300]}"
        return self._read(response)

    def send(self, path: str, *, follows: bool = True, **fields: Any) -> TestResponse:
        """Send a form; the answer as it is."""
        if not self.token:
            self.get("/sign-in")
        return self.client.post(
            path, data={"csrf_token": self.token, **fields}, follow_redirects=follows
        )

    def _read(self, response: TestResponse) -> Page:
        page = check(response.text)
        self.token = page.token
        return page


def as_member(app: Flask, stand: Stand, first_name: str) -> Visitor:
    """One of the practice cast or of the tests' own, already signed in."""
    with stand.database.writing() as db:
        member = db.scalars(
            select(Member).where(Member.email.startswith(f"{first_name.lower()}@"))
        ).one()
        _, cookie = sessions.start(db, member, device="", address="127.0.0.1", now=stand.now)
    visitor = Visitor(app)
    visitor.client.set_cookie(gate.COOKIE, cookie)
    with app.test_request_context():
        visitor.token, secret = generate_csrf(), session["csrf_token"]
    with visitor.client.session_transaction() as kept:
        kept["csrf_token"] = secret
    return visitor


def check(html: str) -> Page:
    """Valid HTML, one heading, no duplicate ids, every form with an address, nothing inline."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    headings = [words(h) for h in tree.iter("h1")]
    assert len(headings) == 1, f"one h1 is wanted: {headings}"
    title = words(next(iter(tree.iter("title"))))
    assert title.endswith(" · Vuoro"), title
    ids = [e.attrib["id"] for e in tree.iter() if isinstance(e.tag, str) and "id" in e.attrib]
    assert len(ids) == len(set(ids)), f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    for form in tree.iter("form"):
        assert form.attrib.get("action"), f"a form without an address: {form.attrib}"
        is_post = form.attrib.get("method") == "post"
        tokens = [i for i in form.iter("input") if i.attrib.get("name") == "csrf_token"]
        assert bool(tokens) == is_post, f"token and method: {form.attrib}"
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert not set(_INLINE) & set(element.attrib), f"inline code: {element.attrib}"
            assert element.tag != "style", "inline style"
    return Page(html, tree)


def words(element: Node) -> str:
    return " ".join("".join(element.itertext()).split())
