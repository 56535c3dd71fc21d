"""Numbers in a customer's words that may be an order's: links into the shop's own system.

The desk never claims to know the order; it only saves the typing.
"""

import re
from collections.abc import Iterator

from flask_babel import gettext
from markupsafe import Markup, escape

_ADDRESS = r"(?:https?://|www\.)\S+|\S+@\S+"
_NUMBER = r"(?<![\w.,/+\-])\d{4,12}(?![\w@%€$£]|[.,:/\-]\d)"
_EITHER = re.compile(rf"{_ADDRESS}|(?P<number>{_NUMBER})", re.ASCII)
_LINK = Markup(
    '<a class="found" href="{href}" target="_blank" rel="noopener noreferrer" title="{title}">'
    '{number}<span class="vh"> {title}</span></a>'
)


def found(text: str) -> list[str]:
    """The numbers in a text, in their order; not those within addresses, dates and prices."""
    return [m.group("number") for m in _matches(text)]


def address(link: str, number: str) -> str:
    """Where the shop's system shows it, if it knows it."""
    return link.replace("{number}", number)


def linked(text: str, link: str) -> Markup:
    """The text with its numbers as links; without a pattern, the text."""
    if not link:
        return escape(text)
    title, at, parts = gettext("Open in the shop system"), 0, []
    for match in _matches(text):
        number = match.group("number")
        parts += [
            escape(text[at : match.start()]),
            _LINK.format(href=address(link, number), number=number, title=title),
        ]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def _matches(text: str) -> Iterator[re.Match[str]]:
    return (m for m in _EITHER.finditer(text) if m.group("number"))
