"""A short chain of real, signed rows."""

from datetime import UTC, datetime

from vault.chain import AuditKey, Row, append, begin
from vault.keys import RootKey

KEY: AuditKey = RootKey.from_bytes(bytes(range(32))).audit_key(1)
AT = datetime(2026, 11, 21, 17, 40, 2, tzinfo=UTC)


def rows(count: int) -> list[Row]:
    """The first rows of a log."""
    made = [begin(at=AT, actor="desk", object="desk", key=KEY)]
    while len(made) < count:
        made.append(after(made[-1]))
    return made


def after(row: Row, actor: str = "member:1") -> Row:
    """One more row."""
    return append(
        row, at=AT, actor=actor, action="inbox:note:written", object="conversation:7", key=KEY
    )
