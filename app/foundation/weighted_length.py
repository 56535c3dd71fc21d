"""How long a post is as X counts it: at most `LIMIT`, after twitter-text's configuration v3.

A letter of most alphabets counts one and any other character two; an address counts 23 however
long it is, an emoji two however it is put together. Every search below steps over what it has
looked at, so the time grows with the length of the text alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LIMIT = 280
URL_LENGTH = 23
LONGEST_URL, LONGEST_LABEL = 4096, 63

_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")

_PICTURE = (
    "[\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
# With a colour of skin, as an emoji rather than a letter, or with the tags of a flag.
_DRESSED = (
    f"(?:[\u00a9\u00ae]\ufe0f|{_PICTURE}"
    "(?:\ufe0f\u20e3?|[\U0001f3fb-\U0001f3ff]|[\U000e0020-\U000e007e]+\U000e007f)?)"
)
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_DRESSED}(?:\u200d{_DRESSED})*"
)

_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff"
# A host after http:// may be of any alphabet; one without is plain. Both runs are taken whole.
_RUN = re.compile(
    rf"(?<![A-Za-z0-9@＠$#＃])(?P<scheme>https?://)(?P<host>[^\s!-,/:-@\[-^`{{-~{_MARKS}]+)"
    rf"|(?P<bare>[-.\w{_LATIN}]+)",
    re.IGNORECASE | re.ASCII,
)
_TAIL = re.compile(
    rf"(?::[0-9]+)?(?:/[-\w!*';:=+,.$%#\[\]~|&@/(){_LATIN}\u0400-\u04ff]*)?"
    rf"(?:\?[-\w!*';:=+,.$%#\[\]~|&@/()?]*)?",
    re.ASCII,
)
_TAIL_END = "!*';:,.$%[]~|&@?("
_ASCII_START = re.compile("[A-Za-z0-9-]*")
_MENTIONS = re.compile(r"\s*(?:@[A-Za-z0-9_]{1,15}(?![A-Za-z0-9_@])\s*)*")


def weighted_length(text: str, *, is_reply: bool = False) -> int:
    """The names a reply begins with are free: X puts them there itself."""
    text = unicodedata.normalize("NFC", text)
    at = _reach(_MENTIONS, text) if is_reply else 0
    total = 0
    for start, end in addresses(text):
        if start >= at:
            total += _plain(text[at:start]) + URL_LENGTH
            at = end
    return total + _plain(text[at:])


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where the web addresses are that X would shorten, from left to right."""
    at = 0
    for run in _RUN.finditer(text):
        if run.start() < at or not _may_begin(text, run):
            continue
        host = run["host"] or run["bare"]
        end = run.end() - len(host) + _domain(host)
        if end == run.end() - len(host) or text[end : end + 1] == "@":
            continue
        at = _tail(text, end) if end == run.end() else end
        if at - run.start() <= LONGEST_URL:
            yield run.start(), at


def _plain(text: str) -> int:
    rest, emoji = _EMOJI.subn("", text)
    return 2 * emoji + len(rest) + len(_HEAVY.findall(rest))


def _may_begin(text: str, run: re.Match[str]) -> bool:
    """`@name.com` and the end of a path are no address of their own."""
    return run["scheme"] is not None or text[max(run.start() - 1, 0)] not in "@＠$#＃/"


def _domain(host: str) -> int:
    """How much of the host is a domain: up to the last label that is a top-level domain."""
    labels = host.split(".")
    for last in range(len(labels) - 1, 0, -1):
        length = _top_level(labels[last])
        if length:
            is_domain = all(_is_label(label) for label in labels[:last])
            return len(".".join(labels[:last])) + 1 + length if is_domain else 0
    return 0


def _top_level(label: str) -> int:
    """The length of the top-level domain this label is, or begins with before another alphabet."""
    start = label[: _reach(_ASCII_START, label)].lower()
    if start in _top_levels():
        return len(start)
    is_known = not start and _encoded(label) in _top_levels()
    return len(label) if is_known else 0


def _is_label(label: str) -> bool:
    return (
        bool(label)
        and not label.startswith(("-", "_"))
        and not label.endswith(("-", "_"))
        and len(_encoded(label)) <= LONGEST_LABEL
    )


def _encoded(label: str) -> str:
    """As it stands in the domain name system; what is too long already is left as it is."""
    if label.isascii() or len(label) > LONGEST_LABEL:
        return label
    return "xn--" + label.lower().encode("punycode").decode()


def _tail(text: str, at: int) -> int:
    """Where port, path and query end: without the sentence's own full stop and bracket."""
    found = text[at : _reach(_TAIL, text, at)]
    unopened = found.count(")") - found.count("(")
    end = len(found)
    while end and (found[end - 1] in _TAIL_END or (found[end - 1] == ")" and unopened > 0)):
        unopened -= found[end - 1] == ")"
        unopened += found[end - 1] == "("
        end -= 1
    return at + end


def _reach(pattern: re.Pattern[str], text: str, at: int = 0) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


@cache
def _top_levels() -> frozenset[str]:
    lines = Path(__file__).with_name("top_level_domains.txt").read_text("utf-8").splitlines()
    return frozenset(" ".join(lines[1:]).split())
