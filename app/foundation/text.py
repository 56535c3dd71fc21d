"""Plain text in, and the folded form that search compares."""

import re
import unicodedata

_CONTROL = {c: None for c in range(32) if c not in (9, 10)} | {127: None}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U000e0000-\U000e0fff]"
)
"""What takes no room and is not seen (Unicode's Default_Ignorable_Code_Point)."""
_WORD = re.compile(r"\w+", re.UNICODE)


def clean(text: str) -> str:
    """What somebody typed: one form of each letter, plain line ends, no control characters."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).translate(_CONTROL).strip()


def fold(text: str) -> str:
    """Lower case without accents or invisible characters: ä and a are one, ß is ss.

    Taking a letter apart may bring out a capital, so case is folded again behind it.
    """
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKD", apart))
    return "".join(c for c in plain if not unicodedata.combining(c))


def search_words(text: str) -> list[str]:
    """The words of a text as search stores and asks for them."""
    return _WORD.findall(fold(text))


def snippet(text: str, length: int = 160) -> str:
    """The beginning of a text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
