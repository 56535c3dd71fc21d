"""A guess at a text's language from its small words, so that screen readers say it right."""

from app.foundation.text import search_words

_SMALL = {
    "fi": "ja on ei en oli ole mutta kun jos niin mita missa milloin kiitos hei moi minun teilla "
    "se han etta voi saa vai tai ovat olen olisi onko eika kanssa nyt jo viela",
    "sv": "och ar jag det inte har ni vi en ett att pa med for hej tack nar var kan ska som om av",
    "en": "the and is are you i to of in it my not have when where how what do does can please "
    "thanks hello hi this that for with on was",
}
SMALL_WORDS = {language: frozenset(found.split()) for language, found in _SMALL.items()}


def tongue(text: str, otherwise: str) -> str:
    """The language with the most small words in the text; a tie or none: `otherwise`."""
    found = search_words(text)
    score = {k: sum(w in small for w in found) for k, small in SMALL_WORDS.items()}
    best = max(score.values())
    winners = [k for k, n in score.items() if n == best]
    return winners[0] if best and len(winners) == 1 else otherwise
