"""Who calls themselves like us: judged by the name alone, with no network and no guessing.

Letters that look alike are one here, a doubled letter is one, and what cannot be seen is not there.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from app.foundation.text import fold
from app.inbox.models import Likeness

_LETTERS = str.maketrans(
    "аеорсухіјѕԁһӏѵгтмнквαβερτικνοχυηωμıłøđħƒ|",
    "aeopcyxijsdhlvrtmhkbabeptiknoxyhwmilodhfl",
)
"""Cyrillic, Greek and other letters that look like Latin ones, in lower case."""
_DIGITS = str.maketrans("013457i", "oleastl")
_DOUBLED = re.compile(r"(.)\1+")
_GAP = re.compile(r"[\W_]+")

SUPPORT = (
    "support", "customerservice", "customercare", "customersupport", "help", "helpdesk",
    "helpcenter", "helpcentre", "asiakaspalvelu", "asiakaspalvelija", "asiakastuki", "tuki",
    "tukipalvelu", "tekninentuki", "palvelu",
)  # fmt: skip
AROUND = (
    "official", "virallinen", "team", "tiimi", "live", "chat", "online", "service", "center",
    "centre", "care", "customer", "asiakas", "account", "page", "sivu", "sivut", "store", "shop",
    "oy", "oyj", "ab", "ltd", "inc", "fi", "com", "eu", "net", "finland", "24", "7", "the", "by",
)  # fmt: skip
"""Words that make nobody somebody else."""
SHORTEST = 4
"""Of a name that is looked for within another: a shorter one stands in half of all names."""


def likeness(name: str, ours: Iterable[str]) -> Likeness | None:
    """What makes a name look like one of ours; None where nothing does."""
    names = [own for own in ours if _shape(own)]
    has_support = _has_support(name)
    for readings in (_LETTERS, _LETTERS | _DIGITS):
        shape, shapes = _shape(name, readings), [_shape(own, readings) for own in names]
        if shape in shapes:
            return Likeness.NAME
        for own in shapes:
            if found := _beside(shape, own, has_support):
                return found
    return Likeness.SUPPORT if _is_only_support(name) else None


def _shape(name: str, letters: dict[int, int] = _LETTERS) -> str:
    """A name as it looks at a glance: no gaps, no accents, no doubled letters."""
    return _DOUBLED.sub(r"\1", _GAP.sub("", _seen(name, letters)))


def _seen(name: str, letters: dict[int, int]) -> str:
    return fold(name).translate(letters)


def _beside(shape: str, own: str, has_support: bool) -> Likeness | None:
    """Our name with something around it: customer service, or nothing that says who else it is."""
    if len(own) < SHORTEST or own not in shape:
        return None
    rest = shape.replace(own, " ", 1)
    if has_support or _SUPPORT_AROUND.search(rest):
        return Likeness.OUR_SUPPORT
    return Likeness.NAME if _NOBODY_ELSE.fullmatch(rest) else None


def _has_support(name: str) -> bool:
    """Customer service is named by a word of its own, or by two."""
    words = _words(name)
    pairs = [a + b for a, b in pairwise(words)]
    return any(w in _SUPPORT for w in words + pairs)


def _is_only_support(name: str) -> bool:
    return _has_support(name) and all(_ONLY_SUPPORT.fullmatch(w) for w in _words(name))


def _words(name: str) -> list[str]:
    apart = _GAP.split(_seen(name, _LETTERS))
    return [_DOUBLED.sub(r"\1", word) for word in apart if word]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted({_shape(w) for w in words}, key=len, reverse=True))


_SUPPORT = frozenset(_shape(w) for w in SUPPORT)
_SUPPORT_AROUND = re.compile(rf"(?:^| [ns]?)(?:{_any_of(SUPPORT)})(?:$| )")
_NOBODY_ELSE = re.compile(rf"(?:{_any_of(AROUND)})* [ns]?(?:{_any_of(AROUND)}|\d+)+"
                          rf"|(?:{_any_of(AROUND)})+ ")  # fmt: skip
_ONLY_SUPPORT = re.compile(rf"(?:{_any_of((*SUPPORT, *AROUND))}|\d+)+")
