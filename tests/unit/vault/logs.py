"""Audit logs for the tests, and what an attacker can do to a stored row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from vault.chain import AuditKey, Report, Row, append, begin, to_line

START = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
MAKING: dict[str, Any] = {"at": START, "actor": "system", "object": "desk"}


def make_log(key: AuditKey, length: int) -> list[Row]:
    rows = [begin(**MAKING, key=key)]
    while len(rows) < length:
        rows.append(after(rows[-1], key))
    return rows


def after(previous: Row, key: AuditKey, **changes: Any) -> Row:
    """The next ordinary row."""
    values: dict[str, Any] = {
        "at": START + timedelta(minutes=previous.sequence),
        "actor": "member:ada",
        "action": "replies:draft:approved",
        "object": f"draft:{previous.sequence}",
        "detail": {"channels": ["7", "9"], "is_public": True, "version": 3, "note": None},
    }
    return append(previous, key=key, **(values | changes))


def edited(row: Row, **changes: Any) -> Row:
    """What someone with the database open does first: change a value, leave the rest."""
    return replace(row, **changes)


def rehashed(row: Row, **changes: Any) -> Row:
    """What someone who knows the format does: the hash fits again, the signature cannot."""
    changed = replace(row, **changes)
    return replace(changed, hash=changed.content_hash)


def signed(row: Row, *keys: AuditKey, **changes: Any) -> Row:
    """What someone who stole a key does: hash and signature fit."""
    changed = rehashed(row, **changes)
    return replace(changed, signature=b"".join(key.sign(changed.hash) for key in keys))


def rechained(rows: list[Row]) -> list[Row]:
    """All hashes and links made to fit, and the numbers too, without the key."""
    fitting: list[Row] = [rehashed(rows[0])]
    for row in rows[1:]:
        before = fitting[-1]
        fitting.append(rehashed(row, sequence=before.sequence + 1, previous_hash=before.hash))
    return fitting


def kinds(report: Report) -> list[tuple[str, int | None]]:
    """What was found, in short; and the report must not contradict itself."""
    assert report.finding_count == len(report.findings)
    assert report.is_whole == (not report.findings)
    return [(finding.kind, finding.first) for finding in report.findings]


def lines(rows: list[Row]) -> list[bytes]:
    """An export."""
    return [to_line(row).encode() + b"\n" for row in rows]
