"""The part of a text in which somebody's words stand, with the words marked."""

import re
import unicodedata
from collections.abc import Sequence

from app.foundation.text import search_words

LENGTH, BEFORE = 160, 40
Part = tuple[str, bool]
"""Some of the text, and whether it is what was looked for."""

_RUN = re.compile(r"\w+")


def excerpt(text: str, asked: Sequence[str]) -> list[Part]:
    """On one line, beginning a little before the first word found; none found, at the start."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    hits = [m.span() for m in _RUN.finditer(line) if _is_hit(m.group(), asked)]
    begin = _begin(line, hits[0][0]) if hits else 0
    end = _end(line, begin)
    parts: list[Part] = [("…", False)] if begin else []
    at = begin
    for first, last in hits:
        if last > end:
            break
        parts += [(line[at:first], False), (line[first:last], True)]
        at = last
    parts.append((line[at:end] + ("…" if end < len(line) else ""), False))
    return [part for part in parts if part[0]]


def _is_hit(run: str, asked: Sequence[str]) -> bool:
    words = search_words(run)
    last = asked[-1] if asked else None
    return any(w in asked or (last is not None and w.startswith(last)) for w in words)


def _begin(line: str, hit: int) -> int:
    """At a word, far enough before the hit to be understood."""
    if hit <= BEFORE:
        return 0
    space = line.find(" ", hit - BEFORE, hit)
    return space + 1 if space >= 0 else hit


def _end(line: str, begin: int) -> int:
    if len(line) - begin <= LENGTH:
        return len(line)
    space = line.rfind(" ", begin, begin + LENGTH)
    return space if space > begin else begin + LENGTH
