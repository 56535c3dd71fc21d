"""Numbers in a customer's words that may be an order's; the desk never claims to know the order."""

import re
from collections.abc import Iterator

_ADDRESS = r"(?:https?://|www\.)\S+|\S+@\S+"
_NUMBER = r"(?<![\w.,/+\-])\d{4,12}(?![\w@%€$£]|[.,:/\-]\d)"
_EITHER = re.compile(rf"{_ADDRESS}|(?P<number>{_NUMBER})", re.ASCII)


def found(text: str) -> list[str]:
    """The numbers in a text, in their order; not those within addresses, dates and prices."""
    return [m.group("number") for m in matches(text)]


def matches(text: str) -> Iterator[re.Match[str]]:
    """Each number with its place."""
    return (m for m in _EITHER.finditer(text) if m.group("number"))
