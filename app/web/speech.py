"""Sentences that areas hand up, said in the reader's language."""

from flask_babel import gettext

from app.foundation.words import Words


def say(words: Words) -> str:
    """The translated sentence with its values in it."""
    translated = gettext(words.text)
    return translated % words.values if words.values else translated
