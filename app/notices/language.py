"""Sentences in a person's language where no request is: the worker's mails."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from app.foundation.words import Words

Say = Callable[[Words], str]


def speaker(folder: Path, locale: str) -> Say:
    """Says a sentence in this language; English where there is no catalog."""
    catalog = _catalog(folder, locale)

    def say(words: Words) -> str:
        text = catalog.gettext(words.text)
        return text % words.values if words.values else text

    return say


@cache
def _catalog(folder: Path, locale: str) -> NullTranslations:
    return Translations.load(folder, [locale])
