"""The audit log: each row holds the hash of the one before and is signed.

Everything about the log is had from here; the files it comes from are nobody else's business.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from vault.errors import ArgumentRefused, Break, ChainBroken
from vault.report import Anchor, Epoch, Finding, Report
from vault.row import (
    EPOCH_BEGAN,
    GENESIS,
    KEY_ACTIONS,
    KEY_ENTERED,
    LOG_BEGAN,
    Content,
    DetailValue,
    Row,
    from_line,
    to_line,
)
from vault.signing import AuditKey, fingerprint
from vault.walk import read_lines, verify

__all__ = [
    "EPOCH_BEGAN",
    "GENESIS",
    "KEY_ACTIONS",
    "KEY_ENTERED",
    "LOG_BEGAN",
    "Anchor",
    "ArgumentRefused",
    "AuditKey",
    "Break",
    "ChainBroken",
    "DetailValue",
    "Epoch",
    "Finding",
    "Report",
    "Row",
    "append",
    "begin",
    "begin_epoch",
    "enter_key",
    "fingerprint",
    "from_line",
    "read_lines",
    "to_line",
    "verify",
]

Detail = Mapping[str, DetailValue]
_NOTHING: Final[Detail] = MappingProxyType({})


def begin(
    *, at: datetime, actor: str, object: str, key: AuditKey, detail: Detail = _NOTHING
) -> Row:
    """Row 1. It names the key; compare its fingerprint with the printed one."""
    content = Content(
        1,
        _utc(at),
        _nfc(actor),
        LOG_BEGAN,
        _nfc(object),
        _naming(key, detail),
        key.number,
        GENESIS,
    )
    return _signed(content, key)


def append(
    previous: Row,
    *,
    at: datetime,
    actor: str,
    action: str,
    object: str,
    key: AuditKey,
    detail: Detail = _NOTHING,
) -> Row:
    """The row after `previous`. Text is brought to NFC; times to UTC."""
    if action in KEY_ACTIONS:
        raise ArgumentRefused(f"{action} is written by begin, enter_key or begin_epoch only.")
    if key.number != previous.key_in_force:
        raise ArgumentRefused(
            f"The log is signed with key {previous.key_in_force}, not {key.number}."
        )
    content = _following(previous, at, actor, action, object, _plain(detail), key.number)
    return _signed(content, key)


def enter_key(
    previous: Row,
    *,
    at: datetime,
    actor: str,
    object: str,
    old: AuditKey,
    new: AuditKey,
    detail: Detail = _NOTHING,
) -> Row:
    """The row by which `new` takes over: signed with both, so the old key vouches for it."""
    if old.number != previous.key_in_force:
        raise ArgumentRefused(
            f"The log is signed with key {previous.key_in_force}, not {old.number}."
        )
    content = _following(previous, at, actor, KEY_ENTERED, object, _naming(new, detail), old.number)
    return _signed(content, old, new)


def begin_epoch(
    previous: Row,
    *,
    at: datetime,
    actor: str,
    object: str,
    new: AuditKey,
    detail: Detail = _NOTHING,
) -> Row:
    """The row by which `new` goes on where the old key is lost. It holds the old head; only
    somebody who knows the new key's fingerprint can vouch for it, and `verify` says so."""
    if new.number <= previous.key_in_force:
        raise ArgumentRefused(f"A new key's number is above {previous.key_in_force}.")
    content = _following(previous, at, actor, EPOCH_BEGAN, object, _naming(new, detail), new.number)
    return _signed(content, new)


def _following(
    previous: Row,
    at: datetime,
    actor: str,
    action: str,
    object: str,
    detail: dict[str, DetailValue],
    key_number: int,
) -> Content:
    """Never builds on a row that is not what its hash says."""
    if previous.hash != previous.content_hash:
        raise ChainBroken(
            f"Row {previous.sequence} was edited after it was written; nothing is added to it.",
            Break.EDITED,
            previous.sequence,
        )
    return Content(
        previous.sequence + 1,
        _utc(at),
        _nfc(actor),
        action,
        _nfc(object),
        detail,
        key_number,
        previous.hash,
    )


def _signed(content: Content, *keys: AuditKey) -> Row:
    signature = b"".join(key.sign(content.content_hash) for key in keys)
    return Row(
        content.sequence,
        content.at,
        content.actor,
        content.action,
        content.object,
        content.detail,
        content.key_number,
        content.previous_hash,
        content.content_hash,
        signature,
    )


def _naming(key: AuditKey, detail: Detail) -> dict[str, DetailValue]:
    return _plain(detail) | {"new_key": key.number, "public_key": key.public_key.hex()}


def _plain(detail: Detail) -> dict[str, DetailValue]:
    return {name: _plain_value(value) for name, value in detail.items()}


def _plain_value(value: DetailValue) -> DetailValue:
    if isinstance(value, list | tuple):
        return [_nfc(item) if isinstance(item, str) else item for item in value]
    return _nfc(value) if isinstance(value, str) else value


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ArgumentRefused("An audit row needs a time with its zone.")
    return at.astimezone(UTC)
