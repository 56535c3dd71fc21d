"""Numbers in a customer's words, as links into the shop's own system: it saves the typing."""

from flask_babel import gettext
from markupsafe import Markup, escape

from app.inbox import order_numbers

_LINK = Markup(
    '<a class="found" href="{href}" target="_blank" rel="noopener noreferrer" title="{title}">'
    '{number}<span class="vh"> {title}</span></a>'
)


def address(link: str, number: str) -> str:
    """Where the shop's system shows it, if it knows it."""
    return link.replace("{number}", number)


def linked(text: str, link: str) -> Markup:
    """The text with its numbers as links; without a pattern, the text."""
    if not link:
        return escape(text)
    title, at, parts = gettext("Open in the shop system"), 0, []
    for match in order_numbers.matches(text):
        number = match.group("number")
        parts += [
            escape(text[at : match.start()]),
            _LINK.format(href=address(link, number), number=number, title=title),
        ]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])
