"""Indexes that SQLite uses: a part of a table only where the statement itself says which"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = {
    "ix_raw_events_state_id": ("raw_events", ["state", "id"]),
    "ix_outbox_work": ("outbox", ["state", "next_at"]),
    "ix_turns_contact": ("turns", ["contact_id", "state"]),
}
PARTS = {
    "ix_raw_events_state_id": ("raw_events", ["state", "id"], "state <> 'done'"),
    "ix_outbox_work": (
        "outbox", ["state", "next_at"], "state IN ('held','queued','sending','unknown')",
    ),
    "ix_turns_contact": ("turns", ["contact_id"], "state = 'open'"),
    "ix_turns_due": ("turns", ["due_at"], "state = 'open'"),
}  # fmt: skip


def upgrade() -> None:
    """Values are bound when a statement runs, so none of these parts was ever looked into."""
    for name, (table, _, _) in PARTS.items():
        op.drop_index(name, table_name=table)
    for name, (table, columns) in WHOLE.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in WHOLE.items():
        op.drop_index(name, table_name=table)
    for name, (table, columns, part) in PARTS.items():
        where = sa.text(part)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
