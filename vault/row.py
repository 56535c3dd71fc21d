"""One audit row: its form, its canonical bytes and its line in an export."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from vault.errors import ArgumentRefused, Break, ChainBroken
from vault.signing import MAX_KEY_NUMBER, PUBLIC_KEY_SIZE, SIGNATURE_SIZE

Scalar = str | int | bool | None
DetailValue = Scalar | Sequence[Scalar]

GENESIS: Final = bytes(32)
LOG_BEGAN: Final = "audit:log:began"
KEY_ENTERED: Final = "audit:key:entered"
EPOCH_BEGAN: Final = "audit:epoch:began"
KEY_ACTIONS: Final = frozenset({LOG_BEGAN, KEY_ENTERED, EPOCH_BEGAN})

MAX_NAME: Final = 200
MAX_ROW_BYTES: Final = 65_536
_MAX_INTEGER: Final = 2**53 - 1
_FORMAT: Final = 1
_DOMAIN: Final = b"vuoro-audit-row-1\n"
_ACTION: Final = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){2}")
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PUBLIC_KEY: Final = re.compile(rf"[0-9a-f]{{{2 * PUBLIC_KEY_SIZE}}}")


@dataclass(frozen=True, slots=True)
class Content:
    """What a row says. Only well-formed content exists; `content_hash` covers all of it."""

    sequence: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: Mapping[str, DetailValue]
    key_number: int
    previous_hash: bytes
    content_hash: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_plain_fields(self)
        _check_detail(self.detail)
        _check_key_row(self)
        canonical = self.canonical_bytes()
        _require(len(canonical) <= MAX_ROW_BYTES, f"a size of at most {MAX_ROW_BYTES} bytes")
        object.__setattr__(self, "content_hash", hashlib.sha256(canonical).digest())

    def canonical_bytes(self) -> bytes:
        """A domain line, then JSON in its one canonical spelling: two rows never share bytes."""
        return _DOMAIN + _json(_body(self)).encode()

    @property
    def key_in_force(self) -> int:
        """The number of the key that signs the row after this one."""
        if self.action != KEY_ENTERED:
            return self.key_number
        return int(str(self.detail["new_key"]))


@dataclass(frozen=True, slots=True)
class Row(Content):
    """A row as it was stored. Its form is checked here; whether it is true, in `chain.verify`."""

    hash: bytes
    signature: bytes

    def __post_init__(self) -> None:
        Content.__post_init__(self)
        _require(_is_bytes(self.hash, 32), "a hash of 32 bytes")
        signatures = 2 if self.action == KEY_ENTERED else 1
        _require(
            _is_bytes(self.signature, signatures * SIGNATURE_SIZE),
            f"{signatures} signature(s) of {SIGNATURE_SIZE} bytes",
        )

    @classmethod
    def read(cls, **columns: Any) -> Row:
        """Like `Row(...)`, for stored columns: what has not the form of a row is `ChainBroken`."""
        try:
            return cls(**columns)
        except (ArgumentRefused, TypeError) as error:
            problem = str(error)
        sequence = columns.get("sequence")
        raise ChainBroken(
            f"This is not an audit row as this program writes them. {problem}",
            Break.UNREADABLE,
            sequence if type(sequence) is int else None,
        )


def to_line(row: Row) -> str:
    """One line of an export, ASCII, without the newline: the canonical JSON, hash, signature."""
    ends = {"hash": row.hash.hex(), "signature": row.signature.hex()}
    return _json(_body(row) | ends)


def from_line(line: str) -> Row:
    """The row of a line, or `ChainBroken`. Only the exact spelling `to_line` gives is accepted,
    so unknown or repeated keys, fractions, capitals and stray spaces are all refused."""
    try:
        row = Row.read(**_columns(line))
    except (ValueError, KeyError, TypeError, RecursionError):
        row = None
    if row is None or to_line(row) != line:
        raise ChainBroken(
            "This line is not an audit row as this program writes them.",
            Break.UNREADABLE,
            row.sequence if row else None,
        )
    return row


def _columns(line: str) -> dict[str, Any]:
    if len(line) > 2 * MAX_ROW_BYTES:
        raise ValueError
    data = json.loads(line)
    return {
        "sequence": data["sequence"],
        "at": datetime.fromisoformat(data["at"]),
        "actor": data["actor"],
        "action": data["action"],
        "object": data["object"],
        "detail": data["detail"],
        "key_number": data["key_number"],
        "previous_hash": bytes.fromhex(data["previous_hash"]),
        "hash": bytes.fromhex(data["hash"]),
        "signature": bytes.fromhex(data["signature"]),
    }


def _body(content: Content) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "sequence": content.sequence,
        "at": content.at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z",
        "actor": content.actor,
        "action": content.action,
        "object": content.object,
        "detail": content.detail,
        "key_number": content.key_number,
        "previous_hash": content.previous_hash.hex(),
    }


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _check_plain_fields(content: Content) -> None:
    _require(_is_integer(content.sequence, 1, _MAX_INTEGER), "a sequence number from 1 up")
    _require(
        isinstance(content.at, datetime) and content.at.utcoffset() == timedelta(0),
        "its time in UTC",
    )
    _require(_is_text(content.actor) and 1 <= len(content.actor) <= MAX_NAME, "an actor")
    _require(
        _is_text(content.action) and _ACTION.fullmatch(content.action) is not None,
        "an action of the form area:thing:verb",
    )
    _require(_is_text(content.object) and 1 <= len(content.object) <= MAX_NAME, "an object")
    _require(_is_integer(content.key_number, 1, MAX_KEY_NUMBER), "a key number")
    _require(_is_bytes(content.previous_hash, 32), "a previous hash of 32 bytes")


def _check_detail(detail: Mapping[str, DetailValue]) -> None:
    """Only what JSON keeps as it is: no fractions, no nesting, integers every reader can hold."""
    _require(type(detail) is dict, "its detail as a plain dict")
    for name, value in detail.items():
        _require(
            _is_text(name) and _FIELD.fullmatch(name) is not None,
            "detail names of small letters, digits and _",
        )
        items = value if type(value) is list else [value]
        _require(
            all(map(_is_scalar, items)),
            "detail values that are text in NFC, whole "
            "numbers below 2**53, yes or no, nothing, or lists of these",
        )


def _check_key_row(content: Content) -> None:
    """Rows that bring in a key say which; only the first row has no forerunner."""
    is_first = content.action == LOG_BEGAN
    _require(
        is_first == (content.sequence == 1) == (content.previous_hash == GENESIS),
        f"as row 1, and only there, {LOG_BEGAN} and no previous hash",
    )
    if content.action not in KEY_ACTIONS:
        return
    new, public = content.detail.get("new_key"), content.detail.get("public_key")
    _require(
        type(public) is str and _PUBLIC_KEY.fullmatch(public) is not None,
        "the new key's public half, 64 hex digits",
    )
    enters = content.action == KEY_ENTERED
    lowest = content.key_number + 1 if enters else content.key_number
    highest = MAX_KEY_NUMBER if enters else content.key_number
    _require(_is_integer(new, lowest, highest), "the number of the new key")


def _require(is_met: bool, what: str) -> None:
    if not is_met:
        raise ArgumentRefused(f"An audit row has {what}.")


def _is_integer(value: object, lowest: int, highest: int) -> bool:
    return type(value) is int and lowest <= value <= highest


def _is_bytes(value: object, size: int) -> bool:
    return type(value) is bytes and len(value) == size


def _is_text(value: object) -> bool:
    """Text in one spelling only (NFC), without halves of characters."""
    if type(value) is not str:
        return False
    is_whole = not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value.isascii() or (is_whole and unicodedata.is_normalized("NFC", value))


def _is_scalar(value: object) -> bool:
    is_number = _is_integer(value, -_MAX_INTEGER, _MAX_INTEGER)
    return value is None or type(value) is bool or is_number or _is_text(value)
