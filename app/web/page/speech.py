"""Sentences that areas hand up, said in the reader's language."""

from flask_babel import gettext

from app.foundation.words import Words


def say(words: Words | str) -> str:
    """The translated sentence with its values in it."""
    if isinstance(words, str):
        return gettext(words) if words else ""
    translated = gettext(words.text)
    return translated % words.values if words.values else translated
