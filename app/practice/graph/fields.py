"""`fields=id,from{id,name},comments.limit(5).order(chronological){message}` taken apart."""

import re
from dataclasses import dataclass, field

from app.practice.errors import GraphError

_NAME = re.compile(r"[A-Za-z0-9_]+")
_DEEPEST = 8
_LONGEST = 8000


@dataclass(frozen=True)
class Field:
    name: str
    args: dict[str, str] = field(default_factory=dict)
    inner: tuple["Field", ...] = ()


def parse(text: str) -> tuple[Field, ...]:
    """Empty text asks for nothing in particular: the defaults."""
    if not text.strip():
        return ()
    if len(text) > _LONGEST:
        raise _wrong(text)
    reader = _Reader(text)
    found = reader.fields(0)
    if reader.at != len(text):
        raise _wrong(text)
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fields(self, depth: int) -> tuple[Field, ...]:
        if depth > _DEEPEST:
            raise _wrong(self.text)
        found = [self.one(depth)]
        while self.eat(","):
            found.append(self.one(depth))
        return tuple(found)

    def one(self, depth: int) -> Field:
        name, args = self.name(), {}
        while self.eat("."):
            argument = self.name()
            args[argument] = self.value()
        inner: tuple[Field, ...] = ()
        if self.eat("{"):
            inner = self.fields(depth + 1)
            if not self.eat("}"):
                raise _wrong(self.text)
        return Field(name, args, inner)

    def name(self) -> str:
        self.spaces()
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise _wrong(self.text)
        self.at = match.end()
        return match.group()

    def value(self) -> str:
        opened, end = self.eat("("), self.text.find(")", self.at)
        if not opened or end < 0:
            raise _wrong(self.text)
        found = self.text[self.at : end]
        self.at = end + 1
        return found.strip().strip("\"'")

    def eat(self, sign: str) -> bool:
        self.spaces()
        if self.text[self.at : self.at + 1] != sign:
            return False
        self.at += 1
        self.spaces()
        return True

    def spaces(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1


def spell(fields: tuple[Field, ...]) -> str:
    """Back to text, for the address of the next page."""
    return ",".join(
        item.name
        + "".join(f".{name}({value})" for name, value in item.args.items())
        + (f"{{{spell(item.inner)}}}" if item.inner else "")
        for item in fields
    )


def _wrong(text: str) -> GraphError:
    return GraphError(
        2500, f"Syntax error in the fields parameter: {text[:80]}", kind="OAuthException"
    )
